//! Client credentials (RFC 6749 section 4.4).
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use serde_json::{Value, json};

use super::{Asking, credential};
use crate::entra::client::{self, Origin};
use crate::entra::consent;
use crate::entra::directory::Authority;
use crate::entra::error::Refusal;
use crate::entra::issue::{self, LIFE, Subject};
use crate::entra::scope;
use crate::scenario::{self, Defect};
use crate::tenant::World;

/// An app without a user belongs to no tenant by itself: the address must name one.
pub(super) fn needs_a_tenant(authority: Authority) -> Result<(), Refusal> {
    match authority {
        Authority::Tenant | Authority::OtherTenant => Ok(()),
        Authority::Common | Authority::Consumers => Err(Refusal::new(
            9_001_023,
            "The grant type isn't supported over the /common or /consumers endpoints. Use the /organizations or tenant-specific endpoint.",
        )),
        Authority::Organizations => Err(Refusal::new(
            50_059,
            "No tenant-identifying information found in either the request or implied by any provided credentials.",
        )),
    }
}

pub(super) fn tokens(world: &mut World, asking: &Asking<'_>) -> Result<Value, Refusal> {
    let tenant = world.tenant.id.to_string();
    asking.params.need("scope")?;
    let (resource, audience) = scope::app_only(asking.params.words("scope"), &tenant)?;
    let method = credential::prove(world, asking)?;
    let principal = client::app_only_principal(world, &asking.client)?.id;
    if asking.client.origin == Origin::Tenant
        && world.tenant.defects.contains(&Defect::WorkloadsBlocked)
        && !scenario::is_automation(&asking.client.app)
    {
        return Err(consent::blocked_by_policy());
    }
    let subject = Subject {
        client: &asking.client,
        resource,
        audience: &audience,
        method,
        claims: asking.claims,
    };
    let issued = issue::app_token(world, &subject, principal);
    scenario::app_token_issued(world, asking.client.app.app_id, &issued.permissions);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": LIFE,
        "ext_expires_in": LIFE,
        "access_token": issued.token,
    }))
}

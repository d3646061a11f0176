//! Admin consent, in both versions, with its traps.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>

use fairlead_domain::permission::{PermissionKind, catalogue};
use serde::{Deserialize, Serialize};

use super::{ACTION, Accepted, Back, Flow, Purpose, begin, keep, refuse};
use crate::entra::client::{self, Client};
use crate::entra::consent;
use crate::entra::directory::Authority;
use crate::entra::error::{Ids, Refusal};
use crate::entra::grant::{self, Declared};
use crate::entra::page::{self, Asked};
use crate::entra::params::Params;
use crate::entra::redirect::{self, ResponseMode};
use crate::tenant::{Account, World};
use crate::wire::{Answer, Incoming};

/// Which of the two endpoints was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Version {
    /// `/{tenant}/adminconsent`: what the registration declares.
    V1,
    /// `/{tenant}/v2.0/adminconsent`: what `scope` names.
    V2,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminConsent {
    version: Version,
    redirect_uri: String,
    state: Option<String>,
    scopes: Vec<String>,
}

impl AdminConsent {
    fn back(&self, mut answer: Vec<(&str, String)>) -> Back {
        if let Some(state) = &self.state {
            answer.push(("state", state.clone()));
        }
        let pairs: Vec<_> = answer
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Back {
            address: redirect::address(&self.redirect_uri, ResponseMode::Query, &pairs),
            form: Vec::new(),
        }
    }

    /// The second version says `admin_consent=True` in its failures too.
    pub(super) fn failure(&self, refusal: &Refusal, ids: &Ids) -> Back {
        let description = ("error_description", refusal.description(ids));
        match self.version {
            Version::V1 => self.back(vec![("error", "permission_denied".into()), description]),
            Version::V2 => {
                let error = match refusal.error {
                    "access_denied" if refusal.code == 65_004 => "consent_required",
                    "invalid_grant" => "access_denied",
                    other => other,
                };
                self.back(vec![
                    ("admin_consent", "True".into()),
                    ("error", error.into()),
                    description,
                ])
            }
        }
    }

    fn success(&self, world: &World) -> Back {
        let tenant = ("tenant", world.tenant.id.to_string());
        let admin = ("admin_consent", "True".to_owned());
        match self.version {
            Version::V1 => self.back(vec![tenant, admin]),
            Version::V2 => self.back(vec![admin, tenant, ("scope", self.scopes.join(" "))]),
        }
    }
}

pub(super) fn start(
    world: &mut World,
    request: &Incoming,
    segment: &str,
    version: Version,
) -> Answer {
    let params = Params::of_query(request);
    let trusted = Authority::of(world, segment).and_then(|authority| {
        if version == Version::V2 && matches!(authority, Authority::Common | Authority::Consumers) {
            return Err(Refusal::new(
                90_019,
                "No tenant-identifying information found in either the request or implied by any provided credentials. Admin consent needs the tenant's id, a domain of it, or 'organizations'.",
            ));
        }
        // Admin consent is given to single-tenant apps at `organizations` as well: the one who signs
        // in decides the tenant.
        let looked_in = match authority {
            Authority::OtherTenant => Authority::OtherTenant,
            _ => Authority::Tenant,
        };
        let client = client::find(world, params.need("client_id")?, looked_in)?;
        looked_in.takes_our_accounts()?;
        let given = params.get("redirect_uri");
        let trusted = match version {
            Version::V1 => redirect::trust_prefix(&client, given)?,
            Version::V2 => redirect::trust(&client, given)?,
        };
        Ok((client, trusted))
    });
    let (client, trusted) = match trusted {
        Ok(trusted) => trusted,
        Err(refusal) => {
            let ids = Ids::of(world, request);
            return page::message("Sign in", &refusal, &ids, None);
        }
    };
    let consent = AdminConsent {
        version,
        redirect_uri: trusted.uri,
        state: params.get("state").map(str::to_owned),
        scopes: params.words("scope").map(str::to_owned).collect(),
    };
    let asked = match version {
        Version::V1 => Ok(()),
        Version::V2 => params
            .need("scope")
            .and_then(|_| wanted(world, &client, &consent).map(|_| ())),
    };
    if let Err(refusal) = asked {
        return consent.failure(&refusal, &Ids::of(world, request)).answer();
    }
    let hint = params.get("login_hint").map(str::to_owned);
    let flow = Flow::new(
        world,
        client.app.app_id,
        Purpose::AdminConsent(consent),
        hint,
    );
    begin(world, request, flow, None)
}

/// What would be granted. Application permissions come with `/.default` alone.
fn wanted(
    world: &World,
    client: &Client,
    consent: &AdminConsent,
) -> Result<Vec<Declared>, Refusal> {
    let declared = grant::declared(&client.app.required_resource_access);
    let mut wanted: Vec<Declared> = Vec::new();
    let mut statically = consent.version == Version::V1;
    if consent.version == Version::V2 {
        let requested = consent::requested(world, client, &consent.scopes)?;
        statically = !requested.defaults.is_empty();
        for resource in requested.resources() {
            let scopes = requested.names_on(resource);
            if !scopes.is_empty() {
                wanted.push(Declared {
                    resource,
                    roles: Vec::new(),
                    scopes,
                });
            }
        }
    }
    if statically {
        wanted.extend(declared);
    }
    if wanted
        .iter()
        .all(|entry| entry.roles.is_empty() && entry.scopes.is_empty())
    {
        return Err(Refusal::new(
            650_056,
            format!(
                "Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Client app ID: {}.",
                client.app.app_id
            ),
        ));
    }
    Ok(wanted)
}

pub(super) fn finish(
    world: &mut World,
    request: &Incoming,
    flow: &Flow,
    consent: &AdminConsent,
    client: &Client,
    account: &Account,
) -> Answer {
    let wanted = match wanted(world, client, consent) {
        Ok(wanted) => wanted,
        Err(refusal) => return refuse(world, request, flow, &refusal),
    };
    let asked = asked(&wanted);
    if let Err(refusal) = consent::admin_may(world, client, account, &wanted) {
        if world.options.auto_consent {
            return refuse(world, request, flow, &refusal);
        }
        let ids = Ids::of(world, request);
        keep(world, flow.clone());
        return page::needs_admin(&flow.id, ACTION, client, account, &asked, &refusal, &ids);
    }
    if flow.accepted == Accepted::NotYet && !world.options.auto_consent {
        keep(world, flow.clone());
        return page::consent(&flow.id, ACTION, client, account, &asked, true, false);
    }
    let principal = grant::ensure_principal(world, client);
    for entry in &wanted {
        grant::grant_roles(world, principal, entry.resource, &entry.roles);
        grant::grant_scopes(world, principal, entry.resource, None, &entry.scopes);
    }
    crate::scenario::consented(world, client.app.app_id);
    consent.success(world).answer()
}

fn asked(wanted: &[Declared]) -> Vec<Asked> {
    let mut asked = Vec::new();
    for entry in wanted {
        for id in &entry.roles {
            let id = fairlead_domain::ids::PermissionId::new(*id);
            let found = catalogue().find_id(entry.resource, PermissionKind::Application, id);
            asked.extend(found.map(|permission| Asked {
                resource: entry.resource,
                kind: PermissionKind::Application,
                name: permission.name.clone(),
            }));
        }
        asked.extend(entry.scopes.iter().map(|name| Asked {
            resource: entry.resource,
            kind: PermissionKind::Delegated,
            name: name.clone(),
        }));
    }
    asked
}

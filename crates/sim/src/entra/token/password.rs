//! Resource owner password credentials (RFC 6749 section 4.3): kept by Microsoft for old programs.

use serde_json::Value;

use super::{Asking, credential, user};
use crate::entra::client::Platform;
use crate::entra::error::Refusal;
use crate::entra::flow;
use crate::entra::issue::Method;
use crate::entra::memory::SignIn;
use crate::tenant::World;

pub(super) fn tokens(world: &mut World, asking: &Asking<'_>) -> Result<Value, Refusal> {
    asking.params.need("username")?;
    asking.params.need("password")?;
    if !asking.authority.is_one_tenant()
        && asking.authority != crate::entra::directory::Authority::Organizations
    {
        return Err(Refusal::new(
            9_001_023,
            "The grant type isn't supported over the /common or /consumers endpoints. Use the /organizations or tenant-specific endpoint.",
        ));
    }
    let public = asking.client.is_public();
    let method = if public && !credential::is_there(asking) {
        Method::None
    } else {
        credential::prove(world, asking)?
    };
    let account = flow::by_password(world, &asking.params)?;
    let sign_in = SignIn {
        client: asking.client.app.app_id,
        account,
        platform: if public {
            Platform::Public
        } else {
            Platform::Web
        },
        mfa: false,
        scopes: asking.params.words("scope").map(str::to_owned).collect(),
        at: world.now(),
        fresh: Vec::new(),
    };
    user::tokens(world, asking, sign_in, method, None)
}

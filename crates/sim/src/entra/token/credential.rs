//! The app's own proof of who it is: a certificate's assertion or a secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Asking, assertion};
use crate::entra::client::Origin;
use crate::entra::error::Refusal;
use crate::entra::issue::Method;
use crate::tenant::{PasswordCredential, World};
use crate::wire::Incoming;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Client id and secret of an `Authorization: Basic` header (RFC 6749 section 2.3.1).
pub(super) fn basic(request: &Incoming) -> Option<(String, String)> {
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |part: &str| {
        percent_encoding::percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    Some((decode(id), decode(secret)))
}

/// Whether the request carries a credential at all, right or wrong.
pub(super) fn is_there(asking: &Asking<'_>) -> bool {
    asking.params.get("client_assertion").is_some()
        || asking.params.get("client_secret").is_some()
        || basic(asking.request).is_some()
}

/// A public client must not send one.
pub(super) fn must_not_be_there(asking: &Asking<'_>) -> Result<(), Refusal> {
    if !is_there(asking) {
        return Ok(());
    }
    Err(Refusal::new(
        700_025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ))
}

/// Proves the app by what the request carries.
pub(super) fn prove(world: &mut World, asking: &Asking<'_>) -> Result<Method, Refusal> {
    if asking.client.origin == Origin::Microsoft {
        must_not_be_there(asking)?;
    }
    if let Some(jwt) = asking.params.get("client_assertion") {
        if asking.params.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(Refusal::new(
                900_144,
                "The request body must contain the following parameter: 'client_assertion_type'.",
            ));
        }
        assertion::verify(world, asking, jwt)?;
        return Ok(Method::Certificate);
    }
    let basic = basic(asking.request);
    let secret = asking
        .params
        .get("client_secret")
        .or_else(|| basic.as_ref().map(|(_, secret)| secret.as_str()));
    match secret {
        Some(secret) => check_secret(world, asking, secret).map(|()| Method::Secret),
        None => Err(Refusal::new(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )),
    }
}

fn check_secret(world: &World, asking: &Asking<'_>, given: &str) -> Result<(), Refusal> {
    let now = world.now();
    let effective: Vec<&PasswordCredential> = asking
        .client
        .app
        .password_credentials
        .iter()
        .filter(|credential| credential.visible_from <= now && credential.start <= now)
        .collect();
    let shown = asking.client.app.app_id;
    match effective
        .iter()
        .find(|credential| credential.secret == given)
    {
        Some(credential) if credential.end > now => Ok(()),
        Some(_) => Err(Refusal::new(
            7_000_222,
            format!(
                "The provided client secret keys for app '{shown}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
            ),
        )),
        // The usual mistake, the secret's id instead of its value, is what the text is about.
        None => Err(Refusal::new(
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{shown}'."
            ),
        )),
    }
}

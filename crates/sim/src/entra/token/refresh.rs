//! Redeeming a refresh token (RFC 6749 section 6).

use serde_json::Value;

use super::{Asking, code, user};
use crate::entra::client::{Origin, Platform};
use crate::entra::error::Refusal;
use crate::entra::memory::{REFRESH_LIFE, SPA_LIFE};
use crate::scenario::Defect;
use crate::tenant::World;

pub(super) fn tokens(world: &mut World, asking: &Asking<'_>) -> Result<Value, Refusal> {
    let text = asking.params.need("refresh_token")?;
    let token = world
        .sign_in
        .refresh_tokens
        .get(text)
        .cloned()
        .filter(|token| token.sign_in.client == asking.client.app.app_id)
        .ok_or_else(|| {
            Refusal::new(
                70_000,
                "Provided grant is invalid or malformed: the refresh token is not valid.",
            )
            .suberror("bad_token")
        })?;
    let now = world.now();
    let spa = token.sign_in.platform == Platform::Spa;
    if spa && now.duration_since(token.sign_in.at) > SPA_LIFE {
        return Err(Refusal::new(
            700_084,
            "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.",
        )
        .suberror("token_expired"));
    }
    if now.duration_since(token.last_used) > REFRESH_LIFE {
        return Err(Refusal::new(
            700_082,
            format!(
                "The refresh token has expired due to inactivity. The token was issued on {} and was inactive for 90.00:00:00.",
                token.issued
            ),
        )
        .suberror("token_expired"));
    }
    let revoked = world.sign_in.revoked.get(&token.sign_in.account);
    if revoked.is_some_and(|at| token.sign_in.at <= *at) {
        return Err(Refusal::new(
            50_173,
            format!(
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{}'.",
                token.sign_in.at
            ),
        )
        .suberror("bad_token"));
    }
    let theirs = asking.client.origin != Origin::Microsoft;
    if theirs && world.tenant.defects.contains(&Defect::SignInFrequency) {
        return Err(Refusal::new(
            70_043,
            "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.",
        )
        .suberror("bad_token"));
    }
    let method = code::prove(world, asking, token.sign_in.platform)?;
    if let Some(kept) = world.sign_in.refresh_tokens.get_mut(text) {
        // The old one stays usable beside the new one, as at Microsoft.
        kept.last_used = now;
    }
    user::tokens(world, asking, token.sign_in, method, None)
}

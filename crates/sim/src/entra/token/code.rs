//! Redeeming an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Asking, credential, user};
use crate::entra::client::Platform;
use crate::entra::error::Refusal;
use crate::entra::issue::Method;
use crate::entra::memory::{CODE_LIFE, Challenge, Code};
use crate::tenant::World;

pub(super) fn tokens(world: &mut World, asking: &Asking<'_>) -> Result<Value, Refusal> {
    let text = asking.params.need("code")?;
    let redirect_uri = asking.params.need("redirect_uri")?;
    let code = world.sign_in.codes.get(text).cloned().ok_or_else(|| {
        Refusal::new(
            70_000,
            "The provided value for the 'code' parameter is not valid.",
        )
    })?;
    if code.sign_in.client != asking.client.app.app_id {
        return Err(Refusal::new(
            70_000,
            "The provided authorization code was issued to another client.",
        ));
    }
    if code.used {
        return Err(Refusal::new(
            54_005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        ));
    }
    if world.now().duration_since(code.sign_in.at) > CODE_LIFE {
        return Err(Refusal::new(
            70_008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
        ));
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refusal::new(
            50_011,
            format!(
                "The reply address '{}' does not match the reply address '{}' provided when requesting the authorization code.",
                redirect_uri.chars().take(200).collect::<String>(),
                code.redirect_uri
            ),
        ));
    }
    let method = prove(world, asking, code.sign_in.platform)?;
    verifier_fits(&code, asking)?;
    let tokens = user::tokens(
        world,
        asking,
        code.sign_in.clone(),
        method,
        code.nonce.as_deref(),
    )?;
    if let Some(code) = world.sign_in.codes.get_mut(text) {
        code.used = true;
    }
    Ok(tokens)
}

/// The platform of the redirect URI decides whether the app must prove itself.
pub(super) fn prove(
    world: &mut World,
    asking: &Asking<'_>,
    platform: Platform,
) -> Result<Method, Refusal> {
    let from_browser = asking.request.header("origin").is_some();
    match platform {
        Platform::Public => {
            credential::must_not_be_there(asking)?;
            no_origin(from_browser)?;
            Ok(Method::None)
        }
        Platform::Spa => {
            if !from_browser {
                return Err(Refusal::new(
                    9_002_327,
                    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
                ));
            }
            Ok(Method::None)
        }
        Platform::Web => {
            no_origin(from_browser)?;
            credential::prove(world, asking)
        }
    }
}

fn no_origin(from_browser: bool) -> Result<(), Refusal> {
    if from_browser {
        return Err(Refusal::new(
            9_002_326,
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
        ));
    }
    Ok(())
}

fn verifier_fits(code: &Code, asking: &Asking<'_>) -> Result<(), Refusal> {
    let verifier = asking.params.get("code_verifier");
    let Some(challenge) = &code.challenge else {
        if code.sign_in.platform == Platform::Spa {
            return Err(Refusal::new(
                9_002_325,
                "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
            ));
        }
        return match verifier {
            None => Ok(()),
            Some(_) => Err(mismatch()),
        };
    };
    let Some(verifier) = verifier else {
        return Err(mismatch());
    };
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if !(43..=128).contains(&verifier.len()) || !verifier.chars().all(unreserved) {
        return Err(Refusal::new(
            50_147,
            "Invalid size of the code verifier: it has 43 to 128 characters.",
        ));
    }
    let hashed = || URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let fits = match challenge {
        Challenge::S256(hash) => hashed() == *hash,
        Challenge::Plain(text) => verifier == text,
    };
    if fits { Ok(()) } else { Err(mismatch()) }
}

fn mismatch() -> Refusal {
    Refusal::new(
        501_481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    )
}

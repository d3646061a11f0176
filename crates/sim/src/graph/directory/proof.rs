//! The proof that a self-rolling app sends along: a token signed with one of its own keys.
//!
//! <https://learn.microsoft.com/graph/application-rollkey-prooftoken>

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::certificate::Certificate;
use crate::graph::refusal::{Layer, Refusal};
use crate::tenant::Application;

/// What the proof must be for: Azure AD Graph's app id.
const AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";

fn invalid() -> Refusal {
    Refusal::new(
        Layer::Permission,
        StatusCode::UNAUTHORIZED,
        "Authentication_MissingOrMalformed",
        "Access Token missing or malformed.",
    )
}

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// Verifies a proof: signed with a key that is on the app and valid now, by the app's object id,
/// for Azure AD Graph, good for ten minutes at most.
pub(super) fn verify(
    application: &Application,
    proof: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    check(application, proof, now).ok_or_else(invalid)
}

fn check(application: &Application, proof: &str, now: Timestamp) -> Option<()> {
    let (signed, signature) = proof.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let (header, payload) = (part(header)?, part(payload)?);
    let algorithm = match header["alg"].as_str()? {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        _ => return None,
    };
    let (begin, end) = (payload["nbf"].as_i64()?, payload["exp"].as_i64()?);
    let now_seconds = now.as_second();
    // Five minutes of clock difference are forgiven, as everywhere in Entra.
    let timely = (begin - 300..=end + 300).contains(&now_seconds) && end - begin <= 600;
    let meant = payload["aud"] == AUDIENCE && payload["iss"] == application.id.to_string();
    if !(timely && meant) {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    application
        .key_credentials
        .iter()
        .filter(|key| key.start <= now && now < key.end && key.visible_from <= now)
        .filter_map(|key| Certificate::read(&key.der))
        .any(|certificate| {
            UnparsedPublicKey::new(algorithm, &certificate.public_key)
                .verify(signed.as_bytes(), &signature)
                .is_ok()
        })
        .then_some(())
}

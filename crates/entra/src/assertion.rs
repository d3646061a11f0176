//! What an app signs with its certificate's key: the assertion that asks for a token, and the
//! proof that rolls its own keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_domain::Secret;
use fairlead_domain::ids::{ClientId, ObjectId};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::certificate::{CertificateError, CertificateWithKey, JwsAlgorithm};

/// Seconds from the beginning to the end of what is signed here: Entra advises five to ten
/// minutes, and a proof is to live for ten.
pub const LIFETIME_SECONDS: i64 = 600;

/// The audience of a proof, whatever the cloud: the resource that Graph stands on.
pub const PROOF_AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";

/// The assertion with which an app asks for a token instead of a secret: PS256 with `x5t#S256`
/// (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).
///
/// `audience` is the token endpoint that the request goes to. Each assertion is for one request.
pub fn client_assertion(
    certificate: &CertificateWithKey,
    client: ClientId,
    audience: &str,
    now: Timestamp,
) -> Result<Secret<String>, CertificateError> {
    let header = json!({
        "alg": "PS256",
        "typ": "JWT",
        "x5t#S256": certificate.certificate().x5t_s256(),
    });
    let client = client.to_string();
    let claims = json!({
        "aud": audience,
        "iss": client,
        "sub": client,
        "jti": Uuid::new_v4().to_string(),
        "nbf": now.as_second(),
        "iat": now.as_second(),
        "exp": now.as_second().saturating_add(LIFETIME_SECONDS),
    });
    sign(certificate, JwsAlgorithm::Ps256, &header, &claims)
}

/// The proof of `addKey` and `removeKey`: that an app holds a key that it has already
/// (<https://learn.microsoft.com/graph/application-rollkey-prooftoken>).
///
/// `issuer` is the application's or service principal's object id, not the client id. Microsoft's
/// own way of making one signs with RS256 and names the certificate by its SHA-1; nothing says
/// that PS256 is taken here, so it is made the same way.
pub fn key_proof(
    certificate: &CertificateWithKey,
    issuer: ObjectId,
    now: Timestamp,
) -> Result<Secret<String>, CertificateError> {
    let public = certificate.certificate();
    let header = json!({
        "alg": "RS256",
        "typ": "JWT",
        "kid": public.thumbprint().as_str(),
        "x5t": public.x5t(),
    });
    let claims = json!({
        "aud": PROOF_AUDIENCE,
        "iss": issuer.to_string(),
        "nbf": now.as_second(),
        "iat": now.as_second(),
        "exp": now.as_second().saturating_add(LIFETIME_SECONDS),
    });
    sign(certificate, JwsAlgorithm::Rs256, &header, &claims)
}

/// The compact serialisation of RFC 7515 section 7.1.
fn sign(
    certificate: &CertificateWithKey,
    algorithm: JwsAlgorithm,
    header: &Value,
    claims: &Value,
) -> Result<Secret<String>, CertificateError> {
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut token);
    let signature = certificate.key().sign(algorithm, token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(Secret::new(token))
}

#[cfg(test)]
mod tests;

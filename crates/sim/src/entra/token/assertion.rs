//! Client assertions: JWTs that an app signs with a certificate's key (RFC 7523).
//!
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use std::fmt::Write as _;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde_json::Value;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Asking;
use crate::entra::directory::Authority;
use crate::entra::error::Refusal;
use crate::entra::key::verify_with;
use crate::tenant::{KeyCredential, World};

/// Padding is let pass, as Entra does: Microsoft's own libraries send it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How far clocks may be apart, in seconds.
const SKEW: i64 = 300;

/// The longest life of an assertion, in seconds.
const LONGEST: i64 = 3600;

fn malformed(text: impl Into<String>) -> Refusal {
    Refusal::new(
        50_027,
        format!("JWT token is invalid or malformed. {}", text.into()),
    )
}

/// Verifies header, key, signature and claims, and that the assertion was not used before.
pub(super) fn verify(world: &mut World, asking: &Asking<'_>, jwt: &str) -> Result<(), Refusal> {
    let parts: Vec<&str> = jwt.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(malformed("It does not have three parts."));
    };
    let decode = |part: &str| -> Option<Value> {
        serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
    };
    let head = decode(header).ok_or_else(|| malformed("Its header can't be read."))?;
    let body = decode(claims).ok_or_else(|| malformed("Its claims can't be read."))?;
    let signed_by = BASE64URL
        .decode(signature)
        .map_err(|_| malformed("Its signature is not base64url."))?;
    let algorithm: &'static dyn VerificationAlgorithm = match head["alg"].as_str() {
        Some("PS256") => &RSA_PSS_2048_8192_SHA256,
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(malformed("Its algorithm is not supported.")),
    };
    if !head["typ"]
        .as_str()
        .is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"))
    {
        return Err(malformed("Its type is not JWT."));
    }
    let now = world.now();
    let key = find_key(asking, &head, now)?;
    let message = &jwt[..header.len() + 1 + claims.len()];
    if !public_key(&key.der)
        .is_some_and(|public| verify_with(algorithm, &public, message.as_bytes(), &signed_by))
    {
        return Err(not_valid(
            "Key was found, but use of the key to verify the signature failed.",
            &hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &key.der).as_ref()),
        ));
    }
    check_names(world, asking, &body)?;
    let until = check_times(&body, now)?;
    let id = body["jti"]
        .as_str()
        .filter(|id| !id.is_empty())
        .ok_or_else(|| malformed("It has no jti."))?;
    let used = format!("{} {id}", asking.client.app.app_id);
    if world.sign_in.assertions.insert(used, until).is_some() {
        return Err(malformed("Its jti was used before."));
    }
    Ok(())
}

fn not_valid(reason: &str, thumbprint: &str) -> Refusal {
    Refusal::new(
        700_027,
        format!(
            "The certificate with identifier used to sign the client assertion is not registered on application, or the assertion is not valid. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for the app.]"
        ),
    )
}

/// The app's key that the header's thumbprint names, while it lasts.
fn find_key<'a>(
    asking: &'a Asking<'_>,
    head: &Value,
    now: Timestamp,
) -> Result<&'a KeyCredential, Refusal> {
    let sha256 = thumbprint(head, "x5t#S256", 32)?;
    let sha1 = thumbprint(head, "x5t", 20)?;
    let Some(shown) = sha256.as_ref().or(sha1.as_ref()).map(|bytes| hex(bytes)) else {
        return Err(malformed("Its header has neither x5t#S256 nor x5t."));
    };
    let fits = |key: &&KeyCredential| {
        let hash = |algorithm| digest::digest(algorithm, &key.der);
        sha256
            .as_ref()
            .is_none_or(|bytes| hash(&digest::SHA256).as_ref() == bytes.as_slice())
            && sha1.as_ref().is_none_or(|bytes| {
                hash(&digest::SHA1_FOR_LEGACY_USE_ONLY).as_ref() == bytes.as_slice()
            })
    };
    let effective = |key: &&KeyCredential| key.visible_from <= now && key.usage == "Verify";
    let keys: Vec<_> = asking
        .client
        .app
        .key_credentials
        .iter()
        .filter(effective)
        .filter(fits)
        .collect();
    let Some(first) = keys.first() else {
        return Err(not_valid("The key was not found.", &shown));
    };
    if let Some(valid) = keys.iter().find(|key| key.start <= now && now < key.end) {
        return Ok(valid);
    }
    if first.end <= now {
        Err(not_valid("The key used is expired.", &shown))
    } else {
        Err(not_valid("The key used is not valid yet.", &shown))
    }
}

fn thumbprint(head: &Value, name: &str, length: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(value) = head.get(name) else {
        return Ok(None);
    };
    // Hexadecimal digits and the other base64 alphabet are the usual mistakes: they name a certificate
    // that nobody has.
    let text = value.as_str().unwrap_or_default();
    match BASE64URL.decode(text) {
        Ok(bytes) if bytes.len() == length => Ok(Some(bytes)),
        _ => {
            let shown: String = text.chars().take(80).collect();
            Err(not_valid("The key was not found.", &shown))
        }
    }
}

/// `RSAPublicKey` of a certificate.
fn public_key(der: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(certificate.public_key().subject_public_key.data.to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// `iss` and `sub` are the client, `aud` is this very endpoint.
fn check_names(world: &World, asking: &Asking<'_>, body: &Value) -> Result<(), Refusal> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    if text("sub") != text("iss") {
        return Err(Refusal::new(
            50_048,
            "Subject must match Issuer claim in the client assertion.",
        ));
    }
    let client = asking.client.app.app_id.to_string();
    if !text("iss").eq_ignore_ascii_case(&client) {
        return Err(malformed("Its issuer is not the client that asks."));
    }
    let mut names = vec![world.tenant.id.to_string()];
    match asking.authority {
        Authority::Tenant => names.push(world.tenant.initial_domain.clone()),
        Authority::Organizations => names.push("organizations".to_owned()),
        Authority::Common => names.push("common".to_owned()),
        Authority::OtherTenant | Authority::Consumers => {}
    }
    let audience = text("aud");
    let base = &asking.request.base;
    if names
        .iter()
        .any(|name| audience == format!("{base}/{name}/oauth2/v2.0/token"))
    {
        return Ok(());
    }
    let shown: String = audience.chars().take(200).collect();
    Err(malformed(format!(
        "Its audience '{shown}' is not the token endpoint '{base}/{}/oauth2/v2.0/token'.",
        world.tenant.id
    )))
}

/// Seconds since 1970, with or without a fraction (RFC 7519 section 2).
fn numeric_date(value: &Value) -> Option<i64> {
    let whole = value.as_i64();
    whole.or_else(|| {
        let seconds = value.as_f64()?.floor();
        let text = format!("{seconds:.0}");
        text.parse().ok()
    })
}

/// `nbf` and `exp` lie around now and not far from each other. Returns the end.
fn check_times(body: &Value, now: Timestamp) -> Result<Timestamp, Refusal> {
    let second = |name: &str| numeric_date(&body[name]);
    let (Some(begin), Some(end)) = (second("nbf").or_else(|| second("iat")), second("exp")) else {
        return Err(malformed("It has no nbf or no exp."));
    };
    let current = now.as_second();
    if begin > current + SKEW || end < current - SKEW || end <= begin {
        let show = |second| {
            Timestamp::from_second(second).map_or_else(|_| second.to_string(), |t| t.to_string())
        };
        return Err(Refusal::new(
            700_024,
            format!(
                "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time of assertion {}.",
                show(current),
                show(begin),
                show(end)
            ),
        ));
    }
    if end - begin > LONGEST {
        return Err(malformed("It is valid for too long."));
    }
    Ok(Timestamp::from_second(end + SKEW).unwrap_or(now))
}

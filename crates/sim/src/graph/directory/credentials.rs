//! Keys and secrets on apps.
//!
//! <https://learn.microsoft.com/graph/api/resources/keycredential>,
//! <https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy>

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::applications::{find, keep};
use super::certificate::Certificate;
use super::{proof, rights};
use crate::contract::date_time;
use crate::graph::envelope::Reply;
use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::{Application, KeyCredential, PasswordCredential, World};

fn by_policy(code: &'static str, message: &str) -> Refusal {
    Refusal::new(Layer::State, StatusCode::BAD_REQUEST, code, message)
}

fn check_lifetime(start: Timestamp, end: Timestamp, most_days: Option<u32>) -> Result<(), Refusal> {
    let most = most_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    if most.is_some_and(|most| start.duration_until(end) > most) {
        return Err(by_policy(
            "CredentialInvalidLifetimeAsPerAppPolicy",
            "Credential lifetime exceeds the max value allowed as per assigned policy.",
        ));
    }
    Ok(())
}

fn binary(value: &Value) -> Option<Vec<u8>> {
    let text = value.as_str()?.trim_end_matches('=');
    STANDARD_NO_PAD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(text))
        .ok()
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(date_time)
}

/// Reads a new key, and refuses what Entra would.
fn new_key(world: &World, sent: &Value) -> Result<KeyCredential, Refusal> {
    let invalid = |what: &str| {
        Refusal::rule(format!(
            "Invalid value specified for property '{what}' of resource 'KeyCredential'."
        ))
    };
    let der = binary(&sent["key"]).ok_or_else(|| invalid("key"))?;
    let certificate = Certificate::read(&der).ok_or_else(|| {
        Refusal::rule("The key of a key credential must be a certificate with an RSA key.")
    })?;
    if sent["type"].as_str() != Some("AsymmetricX509Cert") {
        return Err(invalid("type"));
    }
    if sent["usage"].as_str() != Some("Verify") {
        return Err(invalid("usage"));
    }
    let start = time(&sent["startDateTime"]).unwrap_or(certificate.not_before);
    let end = time(&sent["endDateTime"]).unwrap_or(certificate.not_after);
    let now = world.now();
    if start < certificate.not_before || start >= end {
        return Err(Refusal::rule("Key credential start date is invalid."));
    }
    if end > certificate.not_after || end <= now {
        return Err(Refusal::new(
            Layer::Rule,
            StatusCode::BAD_REQUEST,
            "KeyCredentialsInvalidEndDate",
            "Key credential end date is invalid.",
        ));
    }
    check_lifetime(start.max(now), end, world.tenant.policies.apps.key_days)?;
    let name = sent["displayName"].as_str().unwrap_or(&certificate.subject);
    let identifier = binary(&sent["customKeyIdentifier"]).unwrap_or(certificate.thumbprint);
    Ok(KeyCredential {
        key_id: sent["keyId"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .unwrap_or_else(Uuid::nil),
        display_name: Some(name.chars().take(90).collect()),
        custom_key_identifier: Some(STANDARD.encode(identifier)),
        start,
        end,
        der,
        kind: "AsymmetricX509Cert".to_owned(),
        usage: "Verify".to_owned(),
        visible_from: world.visible_from(),
    })
}

/// Replaces the keys of an app: what is not sent along is gone. A key that is there already is
/// named by its `keyId`, with its `key` or without.
pub(super) fn replace_keys(
    world: &World,
    application: &mut Application,
    sent: &Value,
) -> Result<(), Refusal> {
    let mut keys: Vec<KeyCredential> = Vec::new();
    for item in sent.as_array().into_iter().flatten() {
        let id = item["keyId"]
            .as_str()
            .and_then(|id| id.parse::<Uuid>().ok());
        let old = application
            .key_credentials
            .iter()
            .find(|key| Some(key.key_id) == id);
        let key = match old {
            Some(old) => {
                let same = binary(&item["key"]).is_none_or(|der| der == old.der);
                let dates = [("startDateTime", old.start), ("endDateTime", old.end)];
                let kept = dates.iter().all(|(name, old)| {
                    time(&item[*name]).is_none_or(|sent| sent.as_second() == old.as_second())
                });
                if !same || !kept {
                    return Err(Refusal::state(format!(
                        "Update to existing credential with KeyId '{}' is not allowed.",
                        old.key_id
                    )));
                }
                old.clone()
            }
            None => new_key(world, item)?,
        };
        if !key.key_id.is_nil() && keys.iter().any(|other| other.key_id == key.key_id) {
            return Err(Refusal::rule("A keyId is used more than once."));
        }
        keys.push(key);
    }
    application.key_credentials = keys;
    Ok(())
}

/// Gives ids to keys that came without one.
pub(super) fn number_keys(world: &mut World, application: &mut Application) {
    for key in &mut application.key_credentials {
        if key.key_id.is_nil() {
            key.key_id = world.tenant.new_guid();
        }
    }
}

/// A key as Graph shows it; the certificate itself only where it was selected.
pub(super) fn shown_key(key: &KeyCredential, whole: bool) -> Value {
    json!({
        "customKeyIdentifier": key.custom_key_identifier,
        "displayName": key.display_name,
        "endDateTime": key.end,
        "key": whole.then(|| STANDARD.encode(&key.der)),
        "keyId": key.key_id,
        "startDateTime": key.start,
        "type": key.kind,
        "usage": key.usage,
    })
}

/// A secret as Graph shows it; its text once, to who made it.
pub(super) fn shown_password(password: &PasswordCredential, whole: bool) -> Value {
    json!({
        "customKeyIdentifier": null,
        "displayName": password.display_name,
        "endDateTime": password.end,
        "hint": password.hint,
        "keyId": password.key_id,
        "secretText": whole.then_some(&password.secret),
        "startDateTime": password.start,
    })
}

/// Makes a secret as the policy allows it.
pub(super) fn new_password(world: &mut World, sent: &Value) -> Result<PasswordCredential, Refusal> {
    let policy = world.tenant.policies.apps.clone();
    if policy.passwords_forbidden {
        return Err(by_policy(
            "CredentialTypeNotAllowedAsPerAppPolicy",
            "Credential type not allowed as per assigned policy.",
        ));
    }
    let now = world.now();
    let two_years = SignedDuration::from_hours(24 * 730);
    let start = time(&sent["startDateTime"]).unwrap_or(now);
    let end = time(&sent["endDateTime"])
        .or_else(|| start.checked_add(two_years).ok())
        .unwrap_or(Timestamp::MAX);
    if end <= start || end <= now {
        return Err(Refusal::rule("Password credential end date is invalid."));
    }
    check_lifetime(start, end, policy.password_days)?;
    // Forty characters of 64 random letters, with the marks that Entra's secrets have.
    let random: [u8; 30] = rand::random();
    let secret = URL_SAFE_NO_PAD
        .encode(random)
        .replace('-', "~")
        .replace('_', ".");
    Ok(PasswordCredential {
        key_id: world.tenant.new_guid(),
        display_name: sent["displayName"].as_str().map(str::to_owned),
        hint: secret.chars().take(3).collect(),
        secret,
        start,
        end,
        visible_from: world.visible_from(),
    })
}

pub(super) fn add_password(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut application = find(world, request)?;
    rights::manage_app(world, request, application.id)?;
    let password = new_password(world, &request.body["passwordCredential"])?;
    let shown = shown_password(&password, true);
    application.password_credentials.push(password);
    keep(world, application);
    Ok(Reply::ok(request.with_context(shown)))
}

pub(super) fn remove_password(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut application = find(world, request)?;
    rights::manage_app(world, request, application.id)?;
    let id = key_id(request)?;
    let before = application.password_credentials.len();
    application
        .password_credentials
        .retain(|password| password.key_id != id);
    if application.password_credentials.len() == before {
        return Err(Refusal::state(format!(
            "No password credential found with keyId '{id}'."
        )));
    }
    keep(world, application);
    Ok(Reply::no_content())
}

fn key_id(request: &Request<'_>) -> Result<Uuid, Refusal> {
    request.body["keyId"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Refusal::rule("The parameter 'keyId' is required."))
}

/// The app whose keys are rolled, when the proof is good. An app rolls its own keys without any
/// permission; others need one.
fn proven(world: &World, request: &Request<'_>) -> Result<Application, Refusal> {
    let application = find(world, request)?;
    let own = request.claims.user.is_none() && request.claims.app == application.app_id;
    if !own {
        crate::graph::access::permitted_fully(request.endpoint, request.claims)?;
        rights::manage_app(world, request, application.id)?;
    }
    let proof = request.body["proof"].as_str().unwrap_or_default();
    proof::verify(&application, proof, world.now())?;
    Ok(application)
}

pub(super) fn add_key(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut application = proven(world, request)?;
    if !request.body["passwordCredential"].is_null() {
        return Err(Refusal::rule(
            "A passwordCredential goes with a key of type 'X509CertAndPassword' alone.",
        ));
    }
    let key = new_key(world, &request.body["keyCredential"])?;
    application.key_credentials.push(key);
    number_keys(world, &mut application);
    let shown = application.key_credentials.last();
    let shown = shown.map_or(Value::Null, |key| shown_key(key, false));
    keep(world, application);
    Ok(Reply::ok(request.with_context(shown)))
}

pub(super) fn remove_key(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut application = proven(world, request)?;
    let id = key_id(request)?;
    let before = application.key_credentials.len();
    application.key_credentials.retain(|key| key.key_id != id);
    if application.key_credentials.len() == before {
        return Err(Refusal::state(format!(
            "No key credential found with keyId '{id}'."
        )));
    }
    keep(world, application);
    Ok(Reply::no_content())
}

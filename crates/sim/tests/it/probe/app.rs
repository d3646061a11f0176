use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fairlead_domain::check::Verdict::{self, Failed, Passed, Warning};
use fairlead_sim::Credential;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Found, verdict_of};
use crate::desk::{DAYS, Desk, text};
use crate::planted::Connection;

pub(super) async fn registration(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    found: &mut Found,
) {
    let path = format!("/applications/{}", connection.object_id);
    let (status, app) = desk.read(inspector, &path).await;
    found.say("app.registration", verdict_of(status));
    if status != 200 {
        return;
    }
    found.expect(
        "app.audience",
        app["signInAudience"] == "AzureADMyOrg",
        Warning,
    );
    let declared = app["requiredResourceAccess"].to_string();
    let wanted = connection.declaration();
    let complete = wanted[0]["resourceAccess"]
        .as_array()
        .unwrap()
        .iter()
        .all(|access| declared.contains(access["id"].as_str().unwrap()));
    found.expect("app.permissions-declared", complete, Warning);
    let has = |platform: &str| {
        app[platform]["redirectUris"]
            .as_array()
            .is_some_and(|uris| uris.iter().any(|uri| uri == "http://localhost"))
    };
    let redirect =
        has("publicClient") || (has("web") && connection.credential != Credential::Account);
    // An app alone only loses the way back of a later consent.
    let lost = if connection.is_app_only() {
        Warning
    } else {
        Failed
    };
    found.expect("app.redirect", redirect, lost);
    if connection.credential == Credential::Account {
        let public = app["isFallbackPublicClient"] == true;
        found.expect("app.public-client", public, Warning);
    }
    let (credentials, worst) = credentials_on(connection, &app);
    found.say("app.credentials", worst);
    if !connection.is_app_only() {
        return;
    }
    let (status, policy) = desk
        .read(inspector, "/policies/defaultAppManagementPolicy")
        .await;
    let restrictions = &policy["applicationRestrictions"];
    let forbids = |list: &str, kind: &str| {
        policy["isEnabled"] == true
            && restrictions[list].as_array().is_some_and(|all| {
                all.iter()
                    .any(|one| one["restrictionType"] == kind && one["state"] == "enabled")
            })
    };
    let refused = if credentials == 0 { Failed } else { Warning };
    let verdict = match connection.credential {
        _ if status != 200 => verdict_of(status),
        Credential::Secret if forbids("passwordCredentials", "passwordAddition") => refused,
        Credential::Certificate
            if forbids("keyCredentials", "asymmetricKeyLifetime")
                && longest_key(restrictions) < DAYS =>
        {
            refused
        }
        _ => Passed,
    };
    found.say("app.policy", verdict);
}

/// The most days that a policy lets a key last.
fn longest_key(restrictions: &Value) -> i64 {
    let rules = restrictions["keyCredentials"]
        .as_array()
        .into_iter()
        .flatten();
    rules
        .filter_map(|rule| {
            let lifetime = rule["maxLifetime"].as_str()?;
            lifetime.strip_prefix('P')?.strip_suffix('D')?.parse().ok()
        })
        .min()
        .unwrap_or(i64::MAX)
}

/// How many keys and secrets the app has, and what is to be said of them.
fn credentials_on(connection: &Connection, app: &Value) -> (usize, Verdict) {
    let list = |name: &str| app[name].as_array().cloned().unwrap_or_default();
    let keys = list("keyCredentials");
    let secrets = list("passwordCredentials");
    let thumbprint = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        &connection.signer.der,
    );
    let bytes = thumbprint.as_ref().iter();
    let hex = bytes.fold(String::new(), |text, byte| text + &format!("{byte:02X}"));
    let base64 = STANDARD.encode(thumbprint);
    let own_secret = connection.secret.as_ref().map(|(id, _)| id.as_str());
    let ended = |entry: &Value| {
        entry["endDateTime"]
            .as_str()
            .and_then(|end| end.parse::<Timestamp>().ok())
            .is_some_and(|end| end <= Timestamp::now())
    };
    let known_key = |key: &Value| {
        let id = text(&key["customKeyIdentifier"]);
        id.eq_ignore_ascii_case(&hex) || id == base64
    };
    let any_ended = keys.iter().chain(&secrets).any(ended);
    let stranger = keys.iter().any(|key| !known_key(key))
        || secrets
            .iter()
            .any(|secret| Some(text(&secret["keyId"]).as_str()) != own_secret);
    let verdict = if any_ended {
        Failed
    } else if stranger {
        Warning
    } else {
        Passed
    };
    (keys.len() + secrets.len(), verdict)
}

pub(super) async fn credential(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    found: &mut Found,
) {
    let path = format!(
        "/applications/{}?$select=keyCredentials,passwordCredentials",
        connection.object_id
    );
    let entries = |app: &Value, list: &str| app[list].as_array().cloned().unwrap_or_default();
    let soon = Timestamp::now() + SignedDuration::from_hours(24 * 30);
    let judge = |entries: Vec<Value>, own: &dyn Fn(&Value) -> bool| {
        let mine = entries.iter().find(|entry| own(entry))?;
        let end: Timestamp = mine["endDateTime"].as_str()?.parse().ok()?;
        Some(if end <= Timestamp::now() {
            Failed
        } else if end < soon {
            Warning
        } else {
            Passed
        })
    };
    match connection.credential {
        Credential::Certificate => {
            if !found.expect("certificate.key", connection.has_key, Failed) {
                return;
            }
            let (status, app) = desk.read(inspector, &path).await;
            let der = STANDARD.encode(&connection.signer.der);
            let verdict = if status == 200 {
                judge(entries(&app, "keyCredentials"), &|key| {
                    key["key"] == der.as_str()
                })
                .unwrap_or(Failed)
            } else if status == 404 {
                return;
            } else {
                verdict_of(status)
            };
            found.say("certificate.on-app", verdict);
        }
        Credential::Secret => {
            if !found.expect("secret.stored", connection.secret.is_some(), Failed) {
                return;
            }
            let (status, app) = desk.read(inspector, &path).await;
            let id = connection.secret.as_ref().map(|(id, _)| id.as_str());
            let verdict = if status == 200 {
                judge(entries(&app, "passwordCredentials"), &|secret| {
                    Some(text(&secret["keyId"]).as_str()) == id
                })
                .unwrap_or(Failed)
            } else if status == 404 {
                return;
            } else {
                verdict_of(status)
            };
            found.say("secret.on-app", verdict);
        }
        Credential::Account => {
            let path = format!(
                "/users/{}?$select=accountEnabled,userType",
                desk.user("reports")
            );
            let (status, user) = desk.read(inspector, &path).await;
            let good = user["accountEnabled"] == true && user["userType"] == "Member";
            let verdict = if status == 200 && !good {
                Failed
            } else {
                verdict_of(status)
            };
            found.expect("account.stored", connection.refresh_token.is_some(), Failed);
            found.say("account.enabled", verdict);
        }
        Credential::Vendor => {}
    }
}

//! Who can act as the app: every key and secret on it.

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_entra::certificate::Certificate;
use fairlead_graph::{KeyCredential, PasswordCredential};
use fairlead_state::{CertificateState, StoredCertificate};
use jiff::Timestamp;
use serde_json::json;

use super::app::application;
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// Whose a credential on the app is.
enum Holder {
    Known,
    /// It is of no use any more: over, or replaced.
    Nobody,
    Stranger,
}

pub(super) async fn credentials(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    let keys = application.key_credentials.iter();
    let keys = keys.map(|key| (name_of_key(key), holder_of_key(facts, key)));
    let passwords = application.password_credentials.iter();
    let passwords = passwords.map(|it| (name_of_password(it), holder_of_password(facts, it)));
    let mut known = 0;
    let mut strangers = Vec::new();
    let mut leftovers = Vec::new();
    for (name, holder) in keys.chain(passwords) {
        match holder {
            Holder::Known => known += 1,
            Holder::Nobody => leftovers.push(name),
            Holder::Stranger => strangers.push(name),
        }
    }
    if strangers.is_empty() && leftovers.is_empty() {
        return Outcome::passed(match known {
            0 => "none on the app".to_owned(),
            1 => "1 credential, known".to_owned(),
            many => format!("{many} credentials, all known"),
        });
    }
    let mut parts = Vec::new();
    if !strangers.is_empty() {
        parts.push(format!("holder unknown: {}", strangers.join(", ")));
    }
    if !leftovers.is_empty() {
        parts.push(format!("of no use any more: {}", leftovers.join(", ")));
    }
    Outcome::warning(Problem::new(
        ProblemCode::AppStrayCredential,
        parts.join("; "),
    ))
    .with("unknown", json!(strangers))
    .with("ended", json!(leftovers))
}

fn name_of_key(key: &KeyCredential) -> String {
    let thumbprint = || key.thumbprint().map(|thumbprint| thumbprint.to_string());
    let name = key.display_name.clone().or_else(thumbprint);
    format!("certificate `{}`", name.unwrap_or_default())
}

fn name_of_password(password: &PasswordCredential) -> String {
    format!("secret `{}…`", password.hint.as_deref().unwrap_or("?"))
}

fn holder_of_key(facts: &Facts, key: &KeyCredential) -> Holder {
    if is_over(key.end_date_time, facts.now()) {
        return Holder::Nobody;
    }
    let tests = |own: &Certificate| key.is(own.der(), &own.facts().thumbprint);
    if facts.test_key.as_ref().is_some_and(tests) {
        return Holder::Known;
    }
    let is_it = |stored: &&StoredCertificate| match (&stored.der, &stored.facts) {
        (Some(der), Some(facts)) => key.is(der, &facts.thumbprint),
        _ => false,
    };
    match facts.stored.known_certificates.iter().find(is_it) {
        Some(stored) if stored.state == CertificateState::Retired => Holder::Nobody,
        Some(_) => Holder::Known,
        None => Holder::Stranger,
    }
}

fn holder_of_password(facts: &Facts, password: &PasswordCredential) -> Holder {
    if is_over(password.end_date_time, facts.now()) {
        return Holder::Nobody;
    }
    let secret = facts.subject.connection.secret.as_ref();
    // A secret that was given from outside is known by what Entra shows of it.
    let is_ours = secret.is_some_and(|secret| match secret.key_id {
        Some(id) => password.key_id == Some(id),
        None => secret.hint.is_some() && secret.hint == password.hint,
    });
    if is_ours {
        Holder::Known
    } else {
        Holder::Stranger
    }
}

fn is_over(end: Option<Timestamp>, now: Timestamp) -> bool {
    end.is_some_and(|end| end <= now)
}

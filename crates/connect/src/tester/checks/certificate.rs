use fairlead_domain::certificate::CertificateFacts;
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::{CredentialKind, KeyHolder};
use fairlead_entra::certificate::{check_dates, remaining_days, strength};
use jiff::Timestamp;
use serde_json::json;

use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

fn with_certificate(facts: &Facts) -> bool {
    facts.subject.connection.credential == CredentialKind::Certificate
}

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "certificate.key",
            "The private key is at hand",
            Nobody,
            [],
            with_certificate,
            key
        ),
        check!(
            "certificate.strength",
            "The certificate is of a kind Entra takes",
            Nobody,
            ["certificate.key"],
            with_certificate,
            strong
        ),
        check!(
            "certificate.dates",
            "The certificate is valid today",
            Nobody,
            ["certificate.key"],
            with_certificate,
            dates
        ),
        check!(
            "certificate.remaining",
            "The certificate does not end soon",
            Nobody,
            ["certificate.dates"],
            with_certificate,
            remaining
        ),
        check!(
            "certificate.on-app",
            "The certificate is on the app",
            Inspector,
            ["app.registration", "certificate.key"],
            with_certificate,
            on_app
        ),
    ]
}

fn facts_of(facts: &Facts) -> Option<&CertificateFacts> {
    facts.stored.certificate.as_ref()?.facts.as_ref()
}

async fn key(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    let connection = &facts.subject.connection;
    let Some(certificate) = &facts.stored.certificate else {
        return Outcome::failed(match &connection.certificate {
            Some(name) => Problem::new(
                ProblemCode::CertificateNotFound,
                format!("the certificate `{name}` is not kept here any more"),
            ),
            None => Problem::new(
                ProblemCode::ConnectionIncomplete,
                "the connection has no certificate yet; its set-up has not come that far",
            ),
        });
    };
    let name = &certificate.name;
    match &facts.stored.key {
        Some(Ok(_)) => Outcome::passed(format!("certificate {name} with its private key")),
        Some(Err(error)) => Outcome::store_error(error),
        None if certificate.holder == KeyHolder::Product => Outcome::passed(format!(
            "certificate {name}; the product holds the private key"
        )),
        None => Outcome::failed(Problem::new(
            ProblemCode::CertificateKeyMissing,
            format!("the private key of the certificate `{name}` is not in the secret store"),
        )),
    }
}

async fn strong(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    let Some(certificate) = facts_of(facts) else {
        return Outcome::not_run("certificate.key");
    };
    match strength(certificate) {
        Ok(()) => Outcome::passed(format!(
            "{} {} bit, {}",
            certificate.key_algorithm, certificate.key_bits, certificate.signature_algorithm
        )),
        Err(weakness) => Outcome::failed(Problem::new(weakness.code(), weakness.to_string())),
    }
}

async fn dates(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    let Some(certificate) = facts_of(facts) else {
        return Outcome::not_run("certificate.key");
    };
    let span = format!(
        "{} to {}",
        day(certificate.not_before),
        day(certificate.not_after)
    );
    match check_dates(certificate, facts.now()).code() {
        None => Outcome::passed(span).with("not_after", json!(certificate.not_after)),
        Some(code) => Outcome::failed(Problem::new(
            code,
            format!("the certificate is valid from {span}"),
        ))
        .with("not_after", json!(certificate.not_after)),
    }
}

/// How many days before the end of a credential a warning begins.
pub(super) const REMAINING_DAYS: i64 = 30;

/// The same for one whose whole life is known: the last third of it where that is shorter, since some
/// tenants allow no certificate that lives for much longer than the warning.
fn warning_days(from: Timestamp, until: Timestamp) -> i64 {
    let lifetime = until.duration_since(from).as_hours() / 24;
    REMAINING_DAYS.min(lifetime / 3)
}

async fn remaining(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    let Some(certificate) = facts_of(facts) else {
        return Outcome::not_run("certificate.key");
    };
    let days = remaining_days(certificate, facts.now());
    let outcome = if days < warning_days(certificate.not_before, certificate.not_after) {
        Outcome::warning(Problem::new(
            ProblemCode::CertificateEndsSoon,
            format!(
                "the certificate ends on {}, in {days} days",
                day(certificate.not_after)
            ),
        ))
    } else {
        Outcome::passed(format!("{days} days left"))
    };
    outcome.with("days", json!(days))
}

async fn on_app(facts: &Facts) -> Outcome {
    let Some(certificate) = &facts.stored.certificate else {
        return Outcome::not_run("certificate.key");
    };
    let (Some(der), Some(known)) = (&certificate.der, &certificate.facts) else {
        return Outcome::not_run("certificate.key");
    };
    let application = match facts.application().await.map(|found| &found.value) {
        None => return Outcome::not_run("inspector"),
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(None)) => return Outcome::not_run("app.registration"),
        Some(Ok(Some(application))) => application,
    };
    let Some(key) = application
        .key_credentials
        .iter()
        .find(|key| key.is(der, &known.thumbprint))
    else {
        return Outcome::failed(Problem::new(
            ProblemCode::CertificateNotOnApp,
            format!(
                "the certificate with thumbprint {} is not on the app",
                known.thumbprint
            ),
        ))
        .with("on_app", json!(application.key_credentials.len()));
    };
    let now = facts.now();
    if key.end_date_time.is_some_and(|end| end <= now) {
        return Outcome::failed(Problem::new(
            ProblemCode::CertificateExpired,
            format!(
                "its entry on the app ended on {}",
                key.end_date_time.map(day).unwrap_or_default()
            ),
        ));
    }
    if key.start_date_time.is_some_and(|start| start > now) {
        return Outcome::failed(Problem::new(
            ProblemCode::CertificateNotYetValid,
            format!(
                "its entry on the app begins on {}",
                key.start_date_time.map(day).unwrap_or_default()
            ),
        ));
    }
    let Some(end) = key.end_date_time else {
        return Outcome::unknown(Problem::new(
            ProblemCode::HttpShape,
            "Graph does not tell when its entry on the app ends",
        ));
    };
    let days = end.duration_since(now).as_hours() / 24;
    // By the certificate's own life: an entry may be cut short.
    if days < warning_days(known.not_before, known.not_after) {
        return Outcome::warning(Problem::new(
            ProblemCode::CertificateEndsSoon,
            format!("its entry on the app ends in {days} days"),
        ));
    }
    Outcome::passed(format!("thumbprint {}", known.thumbprint))
        .with("thumbprint", json!(known.thumbprint))
}

pub(super) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_life_is_warned_of_in_its_last_third() {
        let from: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let days =
            |days: i64| warning_days(from, from + jiff::SignedDuration::from_hours(24 * days));
        assert_eq!(days(365), 30);
        assert_eq!(days(90), 30);
        assert_eq!(days(29), 9);
        assert_eq!(days(1), 0);
    }
}

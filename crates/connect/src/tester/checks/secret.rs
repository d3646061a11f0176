use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::CredentialKind;
use jiff::Timestamp;
use serde_json::json;

use super::certificate::{REMAINING_DAYS, day};
use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

fn with_secret(facts: &Facts) -> bool {
    facts.subject.connection.credential == CredentialKind::Secret
}

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "secret.stored",
            "The client secret is at hand",
            Nobody,
            [],
            with_secret,
            stored
        ),
        check!(
            "secret.remaining",
            "The client secret does not end soon",
            Nobody,
            ["secret.stored"],
            with_secret,
            remaining
        ),
        check!(
            "secret.on-app",
            "The client secret is on the app",
            Inspector,
            ["app.registration", "secret.stored"],
            with_secret,
            on_app
        ),
    ]
}

async fn stored(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    match &facts.stored.secret {
        Some(Ok(_)) => Outcome::passed("in the secret store"),
        Some(Err(error)) => Outcome::store_error(error),
        None if facts.subject.connection.secret.is_none() => Outcome::failed(Problem::new(
            ProblemCode::ConnectionIncomplete,
            "the connection has no client secret yet; its set-up has not come that far",
        )),
        None => Outcome::failed(Problem::new(
            ProblemCode::SecretMissing,
            "the connection's client secret is not in the secret store",
        )),
    }
}

fn judge_end(end: Timestamp, now: Timestamp, whose: &str) -> Outcome {
    let days = end.duration_since(now).as_hours() / 24;
    let outcome = if end <= now {
        Outcome::failed(Problem::new(
            ProblemCode::SecretExpired,
            format!("{whose} ended on {}", day(end)),
        ))
    } else if days < REMAINING_DAYS {
        Outcome::warning(Problem::new(
            ProblemCode::SecretEndsSoon,
            format!("{whose} ends on {}, in {days} days", day(end)),
        ))
    } else {
        Outcome::passed(format!("{days} days left"))
    };
    outcome.with("end", json!(end))
}

async fn remaining(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    match facts
        .subject
        .connection
        .secret
        .as_ref()
        .and_then(|secret| secret.end)
    {
        Some(end) => judge_end(end, facts.now(), "the client secret"),
        None => Outcome::not_run("the secret's end date"),
    }
}

async fn on_app(facts: &Facts) -> Outcome {
    let application = match facts.application().await.map(|found| &found.value) {
        None => return Outcome::not_run("inspector"),
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(None)) => return Outcome::not_run("app.registration"),
        Some(Ok(Some(application))) => application,
    };
    let secret = facts.subject.connection.secret.as_ref();
    let on_app = &application.password_credentials;
    let found = if let Some(id) = secret.and_then(|secret| secret.key_id) {
        on_app.iter().find(|password| password.key_id == Some(id))
    } else {
        // Given from outside: its first characters are what Entra shows of it.
        let hint = secret.and_then(|secret| secret.hint.as_deref());
        on_app
            .iter()
            .find(|password| hint.is_some() && password.hint.as_deref() == hint)
    };
    match found {
        None => Outcome::failed(Problem::new(
            ProblemCode::SecretNotOnApp,
            "the app does not hold the connection's client secret any more",
        )),
        Some(password) => match password.end_date_time {
            Some(end) => judge_end(end, facts.now(), "the secret on the app"),
            None => Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                "Graph does not tell when the secret on the app ends",
            )),
        },
    }
}

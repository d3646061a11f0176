use fairlead_domain::problem::{Problem, ProblemCode};
use serde_json::json;

use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// An account to look at: the connection's own, or the one a vendor's product signs in as.
pub(super) fn with_account(facts: &Facts) -> bool {
    facts.subject.is_account() || facts.subject.is_vendor() && facts.account_name().is_some()
}

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "account.stored",
            "The account's sign-in is at hand",
            Nobody,
            [],
            |facts| facts.subject.is_account(),
            stored
        ),
        check!(
            "account.enabled",
            "The account exists and may sign in",
            Inspector,
            ["tenant.found", "network.graph"],
            with_account,
            enabled
        ),
    ]
}

async fn stored(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    match &facts.stored.refresh {
        Some(Ok(_)) => Outcome::passed(
            facts
                .account_name()
                .unwrap_or_else(|| "in the secret store".to_owned()),
        ),
        Some(Err(error)) => Outcome::failed(error.problem()),
        None => Outcome::failed(Problem::new(
            ProblemCode::AccountMissing,
            "the account has not signed in yet, or its sign-in is not kept here any more",
        )),
    }
}

async fn enabled(facts: &Facts) -> Outcome {
    if facts.inspector.is_none() {
        return Outcome::not_run("inspector");
    }
    let Some(name) = facts.account_name() else {
        return Outcome::not_run("account.stored");
    };
    let account = match facts.account().await {
        None => return Outcome::not_run("inspector"),
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(None)) => {
            return Outcome::failed(Problem::new(
                ProblemCode::Aadsts(50_034),
                format!("the directory has no user `{name}`"),
            ));
        }
        Some(Ok(Some(account))) => account,
    };
    if account.user.account_enabled == Some(false) {
        return Outcome::failed(Problem::new(
            ProblemCode::Aadsts(50_057),
            format!("`{name}` is disabled"),
        ));
    }
    if account
        .user
        .user_type
        .as_deref()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
    {
        return Outcome::warning(Problem::new(
            ProblemCode::AccountGuest,
            format!("`{name}` is a guest: what it sees depends on the tenant's guest settings"),
        ));
    }
    if account.user.account_enabled.is_none() {
        return Outcome::unknown(Problem::new(
            ProblemCode::GraphForbidden,
            "the inspector may not read whether the account is enabled",
        ));
    }
    Outcome::passed(name).with("object_id", json!(account.user.id))
}

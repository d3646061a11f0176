use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::User;
use serde_json::json;

use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// An account to look at: the connection's own, or the one a vendor's product signs in as, whether it is
/// known or not.
pub(super) fn with_account(facts: &Facts) -> bool {
    facts.subject.is_account() || facts.subject.is_vendor()
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
        Some(Err(error)) => Outcome::store_error(error),
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
        return Outcome::not_run(if facts.subject.is_vendor() {
            "the name of the synchronisation account"
        } else {
            "account.stored"
        });
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
    if is_guest(&account.user) {
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
    let known_as = account.user.user_principal_name.clone().unwrap_or(name);
    Outcome::passed(known_as).with("object_id", json!(account.user.id))
}

/// Whether somebody is a guest; accounts from before there were guests have no kind, and guests from
/// outside a name that says so.
fn is_guest(user: &User) -> bool {
    match user.user_type.as_deref() {
        Some(kind) => kind.eq_ignore_ascii_case("guest"),
        None => user
            .user_principal_name
            .as_deref()
            .is_some_and(|name| name.to_ascii_uppercase().contains("#EXT#")),
    }
}

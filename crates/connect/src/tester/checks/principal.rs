use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::ServicePrincipal;
use serde_json::json;

use super::{CheckSpec, always, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "principal.exists",
            "The enterprise application exists",
            Inspector,
            ["tenant.found", "network.graph"],
            always,
            exists
        ),
        check!(
            "principal.enabled",
            "It may sign in",
            Inspector,
            ["principal.exists"],
            always,
            enabled
        ),
        check!(
            "principal.assignment",
            "The account may use it",
            Inspector,
            ["principal.exists"],
            |facts| facts.subject.is_account(),
            assignment
        ),
    ]
}

async fn exists(facts: &Facts) -> Outcome {
    let Some(client) = facts.subject.connection.client_id else {
        return if facts.subject.is_vendor() {
            Outcome::failed(Problem::new(
                ProblemCode::PrincipalMissing,
                "the vendor's app has not been consented in this tenant yet",
            ))
        } else {
            Outcome::not_run("app.registration")
        };
    };
    let Some(found) = facts.principal().await else {
        return Outcome::not_run("inspector");
    };
    match &found.value {
        Err(error) => Outcome::inspector_error(error),
        Ok(Some(principal)) => Outcome::passed(
            principal
                .display_name
                .clone()
                .unwrap_or_else(|| client.to_string()),
        )
        .with("object_id", json!(principal.id))
        .with("owner_tenant", json!(principal.app_owner_organization_id)),
        Ok(None) => Outcome::failed(Problem::new(
            ProblemCode::PrincipalMissing,
            format!("the app `{client}` has no enterprise application in this tenant"),
        )),
    }
}

/// The enterprise application, or why a check of it can't go on.
async fn principal(facts: &Facts) -> Result<&ServicePrincipal, Outcome> {
    match facts.principal().await.map(|found| &found.value) {
        None => Err(Outcome::not_run("inspector")),
        Some(Err(error)) => Err(Outcome::inspector_error(error)),
        Some(Ok(None)) => Err(Outcome::not_run("principal.exists")),
        Some(Ok(Some(principal))) => Ok(principal),
    }
}

async fn enabled(facts: &Facts) -> Outcome {
    match principal(facts).await {
        Err(outcome) => outcome,
        Ok(principal) => match principal.account_enabled {
            Some(true) => Outcome::passed("enabled"),
            Some(false) => Outcome::failed(Problem::new(
                ProblemCode::PrincipalDisabled,
                "the enterprise application is disabled: it gets no tokens (AADSTS7000112)",
            )),
            None => Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                "Graph does not tell whether the enterprise application is enabled",
            )),
        },
    }
}

async fn assignment(facts: &Facts) -> Outcome {
    let principal = match principal(facts).await {
        Ok(principal) => principal,
        Err(outcome) => return outcome,
    };
    match principal.app_role_assignment_required {
        Some(true) => {}
        Some(false) => return Outcome::passed("open to all users of the tenant"),
        None => {
            return Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                "Graph does not tell whether users have to be assigned",
            ));
        }
    }
    let account = match facts.account().await {
        Some(Ok(Some(account))) => account,
        Some(Ok(None)) | None => return Outcome::not_run("account.enabled"),
        Some(Err(error)) => return Outcome::inspector_error(error),
    };
    let Some(found) = facts.assigned_to().await else {
        return Outcome::not_run("inspector");
    };
    let assigned = match &found.value {
        Ok(assigned) => assigned,
        Err(error) => return Outcome::inspector_error(error),
    };
    let reaches = |id| id == account.user.id || account.groups.contains(&id);
    if assigned
        .iter()
        .any(|assignment| reaches(assignment.principal_id))
    {
        Outcome::passed("the account is assigned")
    } else {
        Outcome::failed(Problem::new(
            ProblemCode::Aadsts(50_105),
            "the app is open to assigned users only, and the account is not assigned",
        ))
    }
}

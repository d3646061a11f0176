use fairlead_domain::permission::{PermissionRef, Resource, catalogue};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::Application;
use serde_json::json;

use super::app_credentials::credentials;
use super::app_policy::policy;
use super::app_redirect::redirect;
use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// The registration belongs to the tenant, except for a vendor's app.
fn ours(facts: &Facts) -> bool {
    !facts.subject.is_vendor()
}

fn ours_with_account(facts: &Facts) -> bool {
    ours(facts) && facts.subject.is_account()
}

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "app.registration",
            "The app registration exists",
            Inspector,
            ["tenant.found", "network.graph"],
            ours,
            registration
        ),
        check!(
            "app.audience",
            "The app is for this tenant alone",
            Inspector,
            ["app.registration"],
            ours,
            audience
        ),
        check!(
            "app.permissions-declared",
            "The app declares the permissions it needs",
            Inspector,
            ["app.registration"],
            ours,
            declared
        ),
        check!(
            "app.redirect",
            "Sign-in and consent can come back",
            Inspector,
            ["app.registration"],
            ours,
            redirect
        ),
        check!(
            "app.public-client",
            "Public client flows are allowed",
            Inspector,
            ["app.registration"],
            ours_with_account,
            public_client
        ),
        check!(
            "app.credentials",
            "Every key and secret on the app is known",
            Inspector,
            ["app.registration"],
            ours,
            credentials
        ),
        check!(
            "app.policy",
            "The tenant allows the credential",
            Inspector,
            ["tenant.found", "network.graph"],
            |facts| ours(facts) && !facts.subject.is_account(),
            policy
        ),
    ]
}

/// The registration, or why a check of it can't go on.
pub(super) async fn application(facts: &Facts) -> Result<&Application, Outcome> {
    if facts.inspector.is_none() {
        return Err(Outcome::not_run("inspector"));
    }
    match facts.application().await.map(|found| &found.value) {
        None => Err(Outcome::not_run("the step app")),
        Some(Err(error)) => Err(Outcome::inspector_error(error)),
        Some(Ok(None)) => Err(Outcome::not_run("app.registration")),
        Some(Ok(Some(application))) => Ok(application),
    }
}

async fn registration(facts: &Facts) -> Outcome {
    let Some(client) = facts.subject.connection.client_id else {
        return Outcome::failed(Problem::new(
            ProblemCode::ConnectionIncomplete,
            "the connection has no app yet; its set-up has not come that far",
        ));
    };
    let Some(found) = facts.application().await else {
        return Outcome::not_run("inspector");
    };
    match &found.value {
        Err(error) => Outcome::inspector_error(error),
        Ok(Some(application)) => Outcome::passed(format!(
            "{} ({})",
            application
                .display_name
                .as_deref()
                .unwrap_or("without a name"),
            application.app_id
        ))
        .with("object_id", json!(application.id)),
        Ok(None) => {
            let deleted = facts
                .deleted_application()
                .await
                .and_then(|found| found.value.as_ref().ok());
            match deleted.and_then(Option::as_ref) {
                Some(deleted) => Outcome::failed(Problem::new(
                    ProblemCode::AppDeleted,
                    format!(
                        "the app registration `{client}` was deleted and can still be restored"
                    ),
                ))
                .with("object_id", json!(deleted.id))
                .with("deleted", json!(deleted.deleted_date_time)),
                None => Outcome::failed(Problem::new(
                    ProblemCode::AppMissing,
                    format!("there is no app registration with the client id `{client}`"),
                )),
            }
        }
    }
}

async fn audience(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    match application.sign_in_audience.as_deref() {
        Some("AzureADMyOrg") => Outcome::passed("AzureADMyOrg"),
        other => Outcome::warning(Problem::new(
            ProblemCode::AppAudience,
            format!(
                "the app may be used from other tenants (`{}`)",
                other.unwrap_or("not set")
            ),
        )),
    }
}

/// The needed permissions that a registration does not declare, by meaning.
pub(crate) fn undeclared(
    application: &Application,
    needed: &[PermissionRef],
) -> Vec<PermissionRef> {
    let declared: Vec<PermissionRef> = application
        .required_resource_access
        .iter()
        .flat_map(|required| {
            let resource = [Resource::Graph, Resource::Exchange]
                .into_iter()
                .find(|resource| resource.app_id() == required.resource_app_id);
            required.resource_access.iter().filter_map(move |access| {
                let resource = resource?;
                let kinds = [
                    fairlead_domain::permission::PermissionKind::Application,
                    fairlead_domain::permission::PermissionKind::Delegated,
                ];
                let kind = kinds
                    .into_iter()
                    .find(|kind| kind.wire_type() == access.kind)?;
                let permission = catalogue().find_id(resource, kind, access.id)?;
                Some(PermissionRef {
                    resource,
                    kind,
                    name: permission.name.clone(),
                })
            })
        })
        .collect();
    needed
        .iter()
        .filter(|needed| {
            !declared
                .iter()
                .any(|declared| catalogue().satisfies(declared, needed))
        })
        .cloned()
        .collect()
}

async fn declared(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    let needed = facts.subject.needed_references();
    let missing = undeclared(application, &needed);
    if missing.is_empty() {
        return Outcome::passed(format!("all {} permissions", needed.len()));
    }
    let names = missing
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    Outcome::warning(Problem::new(
        ProblemCode::AppUndeclared,
        format!("the registration does not declare {names}: a later consent would leave it out"),
    ))
    .with(
        "undeclared",
        json!(
            missing
                .iter()
                .map(|permission| &permission.name)
                .collect::<Vec<_>>()
        ),
    )
}

async fn public_client(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    if application.is_fallback_public_client == Some(true) {
        Outcome::passed("allowed")
    } else {
        Outcome::warning(Problem::new(
            ProblemCode::AppPublicClient,
            "public client flows are off: a sign-in with a device code would be refused (AADSTS7000218)",
        ))
    }
}

use std::collections::BTreeSet;

use fairlead_domain::permission::{PermissionRef, Resource, catalogue};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::CredentialKind;
use fairlead_graph::{AppManagementPolicy, Application, CredentialRule};
use jiff::Timestamp;
use serde_json::json;

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
async fn application(facts: &Facts) -> Result<&Application, Outcome> {
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

async fn redirect(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    let public = application.public_redirect_uris();
    let loopback = |uri: &String| {
        uri == "http://localhost"
            || uri.starts_with("http://localhost:")
            || uri.starts_with("http://localhost/")
    };
    let wanted = facts.subject.variant.redirect_uris.iter().map(|uri| {
        let inputs = &facts.subject.connection.inputs;
        let values = inputs
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        fairlead_domain::remedy::fill(uri, &values)
    });
    let mut missing: Vec<String> = wanted
        .filter(|uri| !application.web_redirect_uris().contains(uri))
        .collect();
    if facts.subject.is_account() {
        let elsewhere = application
            .web_redirect_uris()
            .iter()
            .chain(application.spa_redirect_uris())
            .any(&loopback);
        if elsewhere && !public.iter().any(&loopback) {
            return Outcome::failed(Problem::new(
                ProblemCode::AppRedirect,
                "`http://localhost` is registered for another platform than public clients, so the token call would want a secret",
            ));
        }
        if !public.iter().any(&loopback) {
            missing.push("http://localhost".to_owned());
        }
        if !missing.is_empty() {
            return Outcome::failed(missing_redirects(&missing));
        }
    }
    let any = public
        .iter()
        .chain(application.web_redirect_uris())
        .chain(application.spa_redirect_uris())
        .count();
    if any == 0 && missing.is_empty() {
        // Consent in the browser could not come back (AADSTS500113); a connection that has its consent
        // works all the same.
        return Outcome::warning(missing_redirects(&["http://localhost".to_owned()]));
    }
    if missing.is_empty() {
        Outcome::passed(if any == 1 {
            "1 redirect URI".to_owned()
        } else {
            format!("{any} redirect URIs")
        })
    } else {
        Outcome::failed(missing_redirects(&missing))
    }
}

fn missing_redirects(missing: &[String]) -> Problem {
    Problem::new(
        ProblemCode::AppRedirect,
        format!("not registered as redirect URI: {}", missing.join(", ")),
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

async fn credentials(facts: &Facts) -> Outcome {
    let application = match application(facts).await {
        Ok(application) => application,
        Err(outcome) => return outcome,
    };
    let now = facts.now();
    let known = known_keys(facts);
    let mut strangers = Vec::new();
    let mut leftovers = Vec::new();
    for key in &application.key_credentials {
        let name = format!(
            "certificate `{}`",
            key.display_name
                .clone()
                .or_else(|| key.thumbprint().map(|t| t.to_string()))
                .unwrap_or_default()
        );
        let ours = key
            .thumbprint()
            .is_some_and(|thumbprint| known.contains(thumbprint.as_str()));
        if is_over(key.end_date_time, now) {
            leftovers.push(name);
        } else if !ours {
            strangers.push(name);
        }
    }
    let secret = facts.subject.connection.secret.as_ref();
    for password in &application.password_credentials {
        let name = format!("secret `{}…`", password.hint.as_deref().unwrap_or("?"));
        let ours = secret.is_some_and(|secret| {
            secret.key_id.is_some() && secret.key_id == password.key_id
                || secret.key_id.is_none() && secret.hint.is_some() && secret.hint == password.hint
        });
        if is_over(password.end_date_time, now) {
            leftovers.push(name);
        } else if !ours {
            strangers.push(name);
        }
    }
    let count = application.key_credentials.len() + application.password_credentials.len();
    if strangers.is_empty() && leftovers.is_empty() {
        return Outcome::passed(match count {
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
        parts.push(format!("ended: {}", leftovers.join(", ")));
    }
    Outcome::warning(Problem::new(
        ProblemCode::AppStrayCredential,
        parts.join("; "),
    ))
    .with("unknown", json!(strangers))
    .with("ended", json!(leftovers))
}

fn is_over(end: Option<Timestamp>, now: Timestamp) -> bool {
    end.is_some_and(|end| end <= now)
}

/// The thumbprints of the connection's own certificates.
fn known_keys(facts: &Facts) -> BTreeSet<String> {
    facts
        .stored
        .known_certificates
        .iter()
        .filter_map(|certificate| Some(certificate.facts.as_ref()?.thumbprint.to_string()))
        .collect()
}

async fn policy(facts: &Facts) -> Outcome {
    let Some(found) = facts.policy().await else {
        return Outcome::not_run("inspector");
    };
    let policy = match &found.value {
        Ok(policy) => policy,
        Err(error) => return Outcome::inspector_error(error),
    };
    let created = facts
        .application()
        .await
        .and_then(|found| found.value.as_ref().ok()?.as_ref()?.created_date_time)
        .unwrap_or_else(|| facts.now());
    judge_policy(facts, policy, created)
}

/// What the policy says of the connection's credential: what it forbids now is a failure where the
/// credential does not exist yet, and a warning where only a renewal would be refused.
fn judge_policy(facts: &Facts, policy: &AppManagementPolicy, created: Timestamp) -> Outcome {
    let Some(rules) = policy
        .application_restrictions
        .as_ref()
        .filter(|_| policy.is_enabled)
    else {
        return Outcome::passed("no app management policy restricts it");
    };
    let connection = &facts.subject.connection;
    let (rules, exists) = match connection.credential {
        CredentialKind::Secret => (&rules.password_credentials, facts.stored.secret.is_some()),
        _ => (
            &rules.key_credentials,
            connection.certificate.is_some() && facts.stored.on_app,
        ),
    };
    let holds = |kind: &str| -> Option<&CredentialRule> {
        rules
            .iter()
            .find(|rule| rule.restriction_type.as_deref() == Some(kind) && rule.holds_for(created))
    };
    let judged = |problem: Problem| {
        if exists {
            Outcome::warning(problem)
        } else {
            Outcome::failed(problem)
        }
    };
    if connection.credential == CredentialKind::Secret && holds("passwordAddition").is_some() {
        return judged(Problem::new(
            ProblemCode::GraphCredentialPolicy,
            "the tenant's app management policy forbids client secrets",
        ));
    }
    let lifetime = holds("passwordLifetime")
        .or_else(|| holds("asymmetricKeyLifetime"))
        .and_then(CredentialRule::max_days);
    if let (Some(most), Some(wanted)) = (lifetime, facts.stored.lifetime_days)
        && wanted > most
    {
        return judged(Problem::new(
            ProblemCode::GraphKeyLifetime,
            format!(
                "the tenant's app management policy allows {most} days, the credential has {wanted}"
            ),
        ))
        .with("max_days", json!(most));
    }
    match lifetime {
        Some(most) => Outcome::passed(format!("allowed for at most {most} days")),
        None => Outcome::passed("allowed"),
    }
}

//! What the tenant's app management policy says of the connection's credential.
//!
//! <https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy>

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::CredentialKind;
use fairlead_domain::remedy::Remedy;
use fairlead_graph::{CredentialRule, CredentialRules, GraphError};
use jiff::Timestamp;
use serde_json::json;

use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

pub(super) async fn policy(facts: &Facts) -> Outcome {
    let policy = match facts.policy().await.map(|found| &found.value) {
        None => return Outcome::not_run("inspector"),
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(policy)) => policy,
    };
    let rules = policy.application_restrictions.as_ref();
    let Some(rules) = rules.filter(|_| policy.is_enabled) else {
        return Outcome::passed("no app management policy restricts it");
    };
    let rules = rules_for(facts.subject.connection.credential, rules);
    match created(facts, rules).await {
        Ok(created) => judge(facts, rules, created),
        Err(error) => Outcome::inspector_error(error),
    }
}

fn rules_for(credential: CredentialKind, rules: &CredentialRules) -> &[CredentialRule] {
    match credential {
        CredentialKind::Secret => &rules.password_credentials,
        _ => &rules.key_credentials,
    }
}

/// When the app was registered, where a rule spares older ones; an app that is not there yet would be
/// registered now.
async fn created<'a>(
    facts: &'a Facts,
    rules: &[CredentialRule],
) -> Result<Timestamp, &'a GraphError> {
    let now = facts.now();
    let spares = |rule: &CredentialRule| rule.restrict_for_apps_created_after_date_time.is_some();
    if !rules.iter().any(spares) {
        return Ok(now);
    }
    match facts.application().await.map(|found| &found.value) {
        None | Some(Ok(None)) => Ok(now),
        Some(Ok(Some(application))) => Ok(application.created_date_time.unwrap_or(now)),
        Some(Err(error)) => Err(error),
    }
}

/// What forbids the credential is a failure where it does not exist yet, and a warning where only a
/// renewal would be refused.
fn judge(facts: &Facts, rules: &[CredentialRule], created: Timestamp) -> Outcome {
    let connection = &facts.subject.connection;
    let exists = match connection.credential {
        CredentialKind::Secret => facts.stored.secret.is_some(),
        _ => connection.certificate.is_some() && facts.stored.on_app,
    };
    let judged = |problem: Problem| {
        if exists {
            Outcome::warning(problem)
        } else {
            Outcome::failed(problem)
        }
    };
    let holding: Vec<&CredentialRule> = rules
        .iter()
        .filter(|rule| rule.holds_for(created))
        .collect();
    let of = |kind: &'static str| {
        let rules = holding.iter().copied();
        rules.filter(move |rule| rule.restriction_type.as_deref() == Some(kind))
    };
    let forbidden = if of("passwordAddition").next().is_some() {
        Some("forbids client secrets")
    } else if is_self_signed(facts) && of("trustedCertificateAuthority").next().is_some() {
        Some("takes certificates of chosen authorities alone, and not self-signed ones")
    } else {
        None
    };
    if let Some(what) = forbidden {
        return judged(Problem::new(
            ProblemCode::GraphCredentialPolicy,
            format!("the tenant's app management policy {what}"),
        ));
    }
    let mut most: Option<i64> = None;
    for rule in of("passwordLifetime").chain(of("asymmetricKeyLifetime")) {
        let Some(days) = rule.max_days() else {
            return Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                format!(
                    "the tenant's app management policy limits lifetimes to `{}`, which can't be read",
                    rule.max_lifetime.as_deref().unwrap_or_default()
                ),
            ));
        };
        most = Some(most.map_or(days, |most| most.min(days)));
    }
    let Some(most) = most else {
        return Outcome::passed("allowed");
    };
    match facts.stored.lifetime_days.filter(|wanted| *wanted > most) {
        Some(wanted) => {
            let mut outcome = judged(Problem::new(
                ProblemCode::GraphKeyLifetime,
                format!(
                    "the tenant's app management policy allows {most} days, the credential has {wanted}"
                ),
            ));
            // A certificate begins a little before it is made, and that counts.
            name_days(&mut outcome.remedies, (most - 1).max(1));
            outcome.with("max_days", json!(most))
        }
        None => Outcome::passed(format!("allowed for at most {most} days")),
    }
}

/// Names in commands the number of days that the tenant allows, in place of the example's.
fn name_days(remedies: &mut [Remedy], days: i64) {
    const OPTION: &str = " --days ";
    for remedy in remedies {
        if let Remedy::RunCommand { command, .. } = remedy
            && let Some((before, example)) = command.split_once(OPTION)
        {
            let after = example.trim_start_matches(|it: char| it.is_ascii_digit());
            *command = format!("{before}{OPTION}{days}{after}");
        }
    }
}

/// Whether the connection's certificate is; one that is made here would be.
fn is_self_signed(facts: &Facts) -> bool {
    let certificate = facts.stored.certificate.as_ref();
    certificate
        .and_then(|certificate| certificate.facts.as_ref())
        .is_none_or(|facts| facts.issuer == facts.subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_days_that_the_tenant_allows() {
        let command = |command: &str| Remedy::RunCommand {
            title: String::new(),
            command: command.to_owned(),
        };
        let mut remedies = [
            command("a --days 180"),
            command("a --days 180 --b"),
            command("a"),
        ];
        name_days(&mut remedies, 29);
        let wanted = [
            command("a --days 29"),
            command("a --days 29 --b"),
            command("a"),
        ];
        assert_eq!(remedies, wanted);
    }
}

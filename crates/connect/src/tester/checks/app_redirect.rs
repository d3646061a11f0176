//! Where Microsoft's pages send the browser back to.

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::Application;
use url::Url;

use super::app::application;
use crate::subject::Subject;
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// The redirect URI of Fairlead's own sign-in and consent.
pub(crate) const LOOPBACK: &str = "http://localhost";

/// Whether a registered redirect URI lets the browser come back to Fairlead's listener: Entra ignores the
/// port of `localhost`, and nothing else.
///
/// <https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions>
pub(crate) fn leads_here(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| {
        url.scheme() == "http"
            && url.host_str() == Some("localhost")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    })
}

/// The redirect URIs that the profile wants besides Fairlead's own and that the app does not have.
pub(crate) fn missing_of_profile(subject: &Subject, application: &Application) -> Vec<String> {
    let mut wanted = subject.redirect_uris();
    wanted.retain(|uri| !application.web_redirect_uris().contains(uri));
    wanted
}

pub(super) async fn redirect(facts: &Facts) -> Outcome {
    match application(facts).await {
        Ok(application) => judge(&facts.subject, application),
        Err(outcome) => outcome,
    }
}

fn judge(subject: &Subject, application: &Application) -> Outcome {
    let public = application.public_redirect_uris();
    let web = application.web_redirect_uris();
    let spa = application.spa_redirect_uris();
    let here = |uris: &[String]| uris.iter().any(|uri| leads_here(uri));
    let elsewhere = here(web) || here(spa);
    let mut missing = missing_of_profile(subject, application);
    let is_broken = !missing.is_empty() || subject.is_account() && !here(public);
    if subject.is_account() && elsewhere && !here(public) {
        return Outcome::failed(Problem::new(
            ProblemCode::AppRedirect,
            format!(
                "`{LOOPBACK}` is registered for another platform than public clients, so the token call would want a secret"
            ),
        ));
    }
    // A consent comes back with nothing to redeem, on whichever platform.
    if !here(public) && (subject.is_account() || !elsewhere) {
        missing.push(LOOPBACK.to_owned());
    }
    if missing.is_empty() {
        return Outcome::passed(match public.len() + web.len() + spa.len() {
            1 => "1 redirect URI".to_owned(),
            many => format!("{many} redirect URIs"),
        });
    }
    let problem = Problem::new(
        ProblemCode::AppRedirect,
        format!("not registered as redirect URI: {}", missing.join(", ")),
    );
    if is_broken {
        Outcome::failed(problem)
    } else {
        // A consent in the browser could not come back; a connection that has its consent works.
        Outcome::warning(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_of_localhost_leads_here() {
        for good in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:8400",
            "http://localhost:8400/",
        ] {
            assert!(leads_here(good), "{good}");
        }
        for bad in [
            "https://localhost",
            "http://localhost/callback",
            "http://localhost:8400/?x=1",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://127.0.0.1",
            "http://[::1]",
            "localhost",
            "",
        ] {
            assert!(!leads_here(bad), "{bad}");
        }
    }
}

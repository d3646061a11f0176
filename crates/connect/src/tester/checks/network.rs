use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_wire::{Reply, WireError};
use serde_json::{Value, json};

use super::{CheckSpec, always, check};
use crate::tester::facts::{Facts, Reached};
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "network.proxy",
            "The way to Microsoft is open",
            Nobody,
            [],
            always,
            proxy
        ),
        check!(
            "network.login",
            "The sign-in service answers",
            Nobody,
            ["network.proxy"],
            always,
            login
        ),
        check!(
            "network.graph",
            "Microsoft Graph answers",
            Nobody,
            ["network.proxy"],
            always,
            graph
        ),
        check!(
            "network.tls-login",
            "The sign-in service shows a good certificate",
            Nobody,
            ["network.proxy"],
            |facts| facts.subject.cloud.login.is_https(),
            tls_login
        ),
        check!(
            "network.tls-graph",
            "Microsoft Graph shows a good certificate",
            Nobody,
            ["network.proxy"],
            |facts| facts.subject.cloud.graph.is_https(),
            tls_graph
        ),
        check!(
            "network.clock",
            "This computer's clock is right",
            Nobody,
            [],
            always,
            clock
        ),
    ]
}

async fn proxy(facts: &Facts) -> Outcome {
    let (login, graph) = futures::join!(facts.login(), facts.graph_reached());
    for reached in [&login.value, &graph.value] {
        if let Err(
            error @ (WireError::ProxyAuthentication { .. }
            | WireError::ProxyUnreachable { .. }
            | WireError::ProxyRefused { .. }),
        ) = &reached.outcome
        {
            return Outcome::failed(error.problem());
        }
    }
    match facts.transport.proxy_for(&login.value.url) {
        Some(proxy) => {
            let signed_in = if proxy.authenticates {
                ", signed in"
            } else {
                ""
            };
            Outcome::passed(format!("through the proxy {}{signed_in}", proxy.address))
                .with("proxy", json!(proxy.address))
        }
        None => Outcome::passed("straight, without a proxy"),
    }
}

async fn login(facts: &Facts) -> Outcome {
    // A tenant that is not there is an answer too, and has its own check.
    reached(&facts.login().await.value, |reply| {
        reply.status.is_success() || has_error(reply)
    })
}

async fn graph(facts: &Facts) -> Outcome {
    // To a request without a token Graph says that it wants one.
    reached(&facts.graph_reached().await.value, |reply| {
        reply.status.as_u16() == 401 && has_error(reply)
    })
}

/// Whether an answer is an error in words of the service's own: what stands in the way answers too.
fn has_error(reply: &Reply) -> bool {
    reply.status.is_client_error()
        && serde_json::from_slice(&reply.body).is_ok_and(|body: Value| body.get("error").is_some())
}

fn reached(reached: &Reached, is_service: fn(&Reply) -> bool) -> Outcome {
    let host = reached.url.host_str().unwrap_or_default();
    let reply = match &reached.outcome {
        Ok(reply) => reply,
        // What TLS has to say is said by its own checks.
        Err(error) if is_about_network(error) => return Outcome::failed(error.problem()),
        Err(error) => return Outcome::unknown(error.problem()),
    };
    let status = reply.status.as_u16();
    let strange = |code, what: String| {
        let problem = Problem::new(code, what).with_status(status);
        Outcome::unknown(problem.with_ids(reply.ids.clone()))
    };
    if status == 429 {
        let what = format!("`{host}` asks for a pause");
        strange(ProblemCode::HttpThrottled, what)
    } else if status >= 500 {
        let what = format!("`{host}` answers with status {status}");
        strange(ProblemCode::HttpServerError, what)
    } else if is_service(reply) {
        Outcome::passed(format!("{host} answered in {} ms", reply.took.as_millis()))
            .with("host", host)
            .with("http_status", status)
    } else {
        let what = format!(
            "status {status} came from `{host}`, and not in Microsoft's words: something on the way answers in its place"
        );
        strange(ProblemCode::HttpUnexpectedStatus, what)
    }
}

/// Whether it says something of the way, rather than of an answer that came.
const fn is_about_network(error: &WireError) -> bool {
    !matches!(
        error,
        WireError::Paused { .. }
            | WireError::Truncated { .. }
            | WireError::TooLarge { .. }
            | WireError::NotJson { .. }
            | WireError::Shape { .. }
            | WireError::Request { .. }
    )
}

async fn tls_login(facts: &Facts) -> Outcome {
    tls(facts, &facts.login().await.value)
}

async fn tls_graph(facts: &Facts) -> Outcome {
    tls(facts, &facts.graph_reached().await.value)
}

/// Authorities replace certificates long before this; nearer, somebody has forgotten one.
const TLS_REMAINING_DAYS: i64 = 14;

fn tls(facts: &Facts, reached: &Reached) -> Outcome {
    let host = reached.url.host_str().unwrap_or_default();
    let Some(seen) = facts.transport.seen_tls(host) else {
        return match &reached.outcome {
            Err(error) => Outcome::unknown(error.problem()),
            Ok(_) => Outcome::not_run("a TLS handshake"),
        };
    };
    let shown = seen.chain.first();
    let evidence = |outcome: Outcome| match shown {
        Some(shown) => outcome
            .with("subject", json!(shown.subject))
            .with("issuer", json!(shown.issuer))
            .with("names", json!(shown.names))
            .with("not_after", json!(shown.not_after)),
        None => outcome,
    };
    if let Some(failure) = seen.failure {
        let error = WireError::Tls {
            host: host.to_owned(),
            failure,
        };
        return evidence(Outcome::failed(error.problem()));
    }
    let Some(shown) = shown else {
        return Outcome::passed("the certificate was accepted");
    };
    // TLS lives by this computer's own clock, also for a simulated tenant.
    let days = shown
        .not_after
        .duration_since(jiff::Timestamp::now())
        .as_hours()
        / 24;
    let text = format!("issued by {}, {days} days left", shown.issuer);
    evidence(if days < TLS_REMAINING_DAYS {
        Outcome::warning(Problem::new(
            ProblemCode::TlsExpired,
            format!("the certificate of `{host}` ends in {days} days"),
        ))
    } else {
        Outcome::passed(text)
    })
}

/// Entra takes assertions within five minutes of its own clock.
const SKEW_FAILED: f64 = 300.0;
const SKEW_WARNING: f64 = 60.0;

async fn clock(facts: &Facts) -> Outcome {
    let (login, graph) = futures::join!(facts.login(), facts.graph_reached());
    let skews = [login.value.skew_seconds(), graph.value.skew_seconds()];
    // The smaller one: a proxy's cached answer may carry an old date.
    let Some(skew) = skews
        .into_iter()
        .flatten()
        .min_by(|a, b| a.abs().total_cmp(&b.abs()))
    else {
        return match login
            .value
            .outcome
            .as_ref()
            .err()
            .or(graph.value.outcome.as_ref().err())
        {
            Some(error) => Outcome::unknown(error.problem()),
            None => Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                "Microsoft's answers name no date",
            )),
        };
    };
    let direction = if skew > 0.0 { "behind" } else { "ahead" };
    let text = format!(
        "this computer's clock is {:.0} s {direction} of Microsoft's",
        skew.abs()
    );
    let problem = || Problem::new(ProblemCode::ClockSkew, text.clone());
    let outcome = if skew.abs() >= SKEW_FAILED {
        Outcome::failed(problem())
    } else if skew.abs() >= SKEW_WARNING {
        Outcome::warning(problem())
    } else {
        Outcome::passed(format!("within {:.0} s of Microsoft's", skew.abs().ceil()))
    };
    outcome.with("seconds", json!(skew.round()))
}

//! What a fault answers in place of the service.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::entra::correlation_id;
use crate::graph;
use crate::options::FaultKind;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// How long a throttled client is asked to wait, in seconds.
const WAIT: u64 = 1;

/// How late a slow answer is.
pub(super) const SLOW: Duration = Duration::from_secs(3);

/// The answer that takes the place of the act; `None` for faults that are no answers.
pub(super) fn instead(
    world: &World,
    request: &Incoming,
    graph: bool,
    kind: FaultKind,
) -> Option<Answer> {
    let refusal = |status, code: &'static str, message: &'static str| {
        if graph {
            graph_refusal(world, request, status, code, message)
        } else {
            sign_in_refusal(world, request, status, message)
        }
    };
    Some(match kind {
        FaultKind::Throttled => throttled(world, request, graph, WAIT),
        FaultKind::ThrottledDate => {
            let until = world
                .now()
                .checked_add(Duration::from_secs(WAIT + 1))
                .unwrap_or_else(|_| world.now());
            throttled(world, request, graph, WAIT)
                .header("retry-after", &httpdate::fmt_http_date(until.into()))
        }
        FaultKind::Unavailable => refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "serviceNotAvailable",
            "The service is temporarily unavailable. Try again later.",
        )
        .header("retry-after", &WAIT.to_string()),
        FaultKind::ServerError => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "An internal server error occurred.",
        ),
        FaultKind::BadGateway => html(
            StatusCode::BAD_GATEWAY,
            "502 - Web server received an invalid response while acting as a gateway or proxy server.",
        ),
        FaultKind::GatewayTimeout => refusal(
            StatusCode::GATEWAY_TIMEOUT,
            "UnknownError",
            "The upstream service did not answer in time.",
        ),
        FaultKind::Html => html(StatusCode::OK, "Sign in to the network to go on."),
        FaultKind::TokenExpires => graph_refusal(
            world,
            request,
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            "Lifetime validation failed, the token is expired.",
        )
        .header("www-authenticate", "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\""),
        FaultKind::PreconditionFailed => graph_refusal(
            world,
            request,
            StatusCode::PRECONDITION_FAILED,
            "",
            "The If-Match header contains an invalid value.",
        ),
        FaultKind::ResetBefore
        | FaultKind::ResetAfter
        | FaultKind::Truncate
        | FaultKind::Slow
        | FaultKind::PageLoop
        | FaultKind::BatchPartial => return None,
    })
}

/// 429 with the time to wait.
pub(super) fn throttled(world: &World, request: &Incoming, graph: bool, seconds: u64) -> Answer {
    let answer = if graph {
        graph_refusal(
            world,
            request,
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
            "Too many requests.",
        )
    } else {
        sign_in_refusal(
            world,
            request,
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
        )
    };
    answer.header("retry-after", &seconds.to_string())
}

fn html(status: StatusCode, text: &str) -> Answer {
    let page = maud::html! {
        (maud::DOCTYPE)
        html lang="en" { head { title { (text) } } body { h1 { (text) } } }
    };
    Answer::with(status, "text/html; charset=utf-8", page.into_string())
}

/// An error as Graph words it.
///
/// <https://learn.microsoft.com/graph/errors>
pub(crate) fn graph_refusal(
    world: &World,
    request: &Incoming,
    status: StatusCode,
    code: &'static str,
    message: &'static str,
) -> Answer {
    let refusal = graph::Refusal::new(graph::Layer::State, status, code, message);
    graph::fault(world, request, &refusal)
}

/// An error as the sign-in service words it when it is not well: a temporary fault.
fn sign_in_refusal(world: &World, request: &Incoming, status: StatusCode, message: &str) -> Answer {
    let code = if status == StatusCode::TOO_MANY_REQUESTS {
        90_055
    } else {
        90_033
    };
    let trace = Uuid::new_v4().to_string();
    let correlation = correlation_id(request);
    let timestamp = world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let body = json!({
        "error": "temporarily_unavailable",
        "error_description": format!("AADSTS{code}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"),
        "error_codes": [code],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
    });
    Answer::json(status, &body).header("x-ms-request-id", &trace)
}

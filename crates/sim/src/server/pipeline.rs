//! The way of one request: latency, throttle, faults, the act, the log.

use std::sync::PoisonError;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming as Body;

use super::fault_answer::{self, SLOW};
use super::listen::Shared;
use super::observe::Exchange;
use super::request_log::{self, Line};
use super::response::{Sent, response};
use super::socket::ResetSwitch;
use super::{portal, state_file};
use crate::options::FaultKind;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};
use crate::{entra, graph};

/// The largest body that is read: what Graph takes in one request.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// The connection is to be reset: no answer goes out.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
pub(super) struct Reset;

/// Which part of the server a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Graph,
    /// What programs call of the sign-in service.
    SignIn,
    /// What a person's browser shows: never throttled, never faulty, or nobody could go on.
    Page,
}

fn part(path: &str) -> Part {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match *parts {
        ["v1.0" | "beta", ..] => Part::Graph,
        [_, "oauth2", "v2.0", "token" | "devicecode"]
        | [_, "v2.0", ".well-known", _]
        | [_, "discovery", ..]
        | ["common", "userrealm" | "UserRealm", ..] => Part::SignIn,
        _ => Part::Page,
    }
}

/// What came of a request.
struct Outcome {
    answer: Answer,
    fault: Option<FaultKind>,
    lines: Vec<Line>,
    date: String,
}

/// Answers one request.
pub(super) async fn answer(
    shared: &Shared,
    reset: &ResetSwitch,
    request: Request<Body>,
) -> Result<Response<Sent>, Reset> {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(_) => None,
    };
    let too_large = body.is_none();
    let request = Incoming {
        base: base(shared, &head.headers, head.uri.authority()),
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body: body.unwrap_or_default(),
    };
    tokio::time::sleep(shared.latency).await;
    let part = part(&request.path);
    let due = due(shared, &request, part);
    if due == Some(FaultKind::Slow) {
        tokio::time::sleep(SLOW).await;
    }
    let outcome = act(shared, &request, part, due, too_large, began);
    if let Some(log) = &shared.log {
        log.write(&outcome.lines);
    }
    let is_reset = matches!(
        outcome.fault,
        Some(FaultKind::ResetBefore | FaultKind::ResetAfter)
    );
    if let Some(observer) = &shared.observer {
        observer(&exchange(&request, &outcome, is_reset));
    }
    if is_reset {
        reset.turn_on();
        return Err(Reset);
    }
    let truncated = outcome.fault == Some(FaultKind::Truncate);
    Ok(response(outcome.answer, &outcome.date, truncated))
}

/// Scheme, host and port as the client called them.
fn base(shared: &Shared, headers: &HeaderMap, authority: Option<&http::uri::Authority>) -> String {
    let scheme = if shared.secure { "https" } else { "http" };
    let host = headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| authority.map(http::uri::Authority::as_str))
        .filter(|host| host.parse::<http::uri::Authority>().is_ok());
    match host {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{}", shared.address),
    }
}

/// The fault that hits this request, if any.
fn due(shared: &Shared, request: &Incoming, part: Part) -> Option<FaultKind> {
    if part == Part::Page {
        return None;
    }
    let graph = part == Part::Graph;
    let conditional = graph
        && request.method != Method::GET
        && request.headers.contains_key(http::header::IF_MATCH);
    let signed_in = graph && request.headers.contains_key(http::header::AUTHORIZATION);
    let kinds = FaultKind::all().filter(|kind| match kind {
        FaultKind::TokenExpires => signed_in,
        FaultKind::PreconditionFailed => conditional,
        // Graph counts these where it could make one.
        FaultKind::PageLoop | FaultKind::BatchPartial => false,
        _ => true,
    });
    let mut world = shared.world.lock().unwrap_or_else(PoisonError::into_inner);
    world.faults.first_due(kinds)
}

/// Everything that needs the world, in one piece.
fn act(
    shared: &Shared,
    request: &Incoming,
    part: Part,
    due: Option<FaultKind>,
    too_large: bool,
    began: Instant,
) -> Outcome {
    let mut world = shared.world.lock().unwrap_or_else(PoisonError::into_inner);
    let graph = part == Part::Graph;
    let wait = match &shared.throttle {
        Some(throttle) if part != Part::Page => throttle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(Instant::now())
            .err(),
        _ => None,
    };
    world.inner.clear();
    let before = grants(&world);
    let instead = if too_large {
        Some(Answer::empty(StatusCode::PAYLOAD_TOO_LARGE))
    } else if let Some(wait) = wait {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Some(fault_answer::throttled(&world, request, graph, seconds))
    } else if due == Some(FaultKind::ResetBefore) {
        Some(Answer::empty(StatusCode::OK))
    } else {
        due.and_then(|kind| fault_answer::instead(&world, request, graph, kind))
    };
    let acted = instead.is_none();
    let answer = instead.unwrap_or_else(|| serve(&mut world, request, part));
    let status = if due == Some(FaultKind::ResetBefore) && wait.is_none() {
        0
    } else {
        answer.status.as_u16()
    };
    let granted = grants(&world) != before;
    let lines = lines(&mut world, request, part, status, granted, began);
    let changes = acted && (part == Part::Page || request.method != Method::GET);
    if changes
        && let Some(path) = &shared.state
        && let Err(error) = state_file::keep(path, &world)
    {
        tracing::warn!(%error, "the tenant can't be kept");
    }
    Outcome {
        date: httpdate::fmt_http_date(world.now().into()),
        fault: due.filter(|_| wait.is_none() && !too_large),
        answer,
        lines,
    }
}

fn serve(world: &mut World, request: &Incoming, part: Part) -> Answer {
    if part == Part::Graph {
        return graph::handle(world, request);
    }
    entra::handle(world, request)
        .or_else(|| portal::handle(world, request))
        .unwrap_or_else(|| {
            let mut answer = entra::document(
                "Not found",
                &maud::html! {
                    h1 { "There is nothing here" }
                    p { "The simulated tenant has no page of this name." }
                },
            );
            answer.status = StatusCode::NOT_FOUND;
            answer
        })
}

/// What the directory grants, as far as it takes to see that it changed.
fn grants(world: &World) -> (usize, usize, usize) {
    let tenant = &world.tenant;
    (
        tenant.service_principals.len(),
        tenant.app_role_assignments.len(),
        tenant
            .permission_grants
            .iter()
            .map(|grant| grant.scope.len() + 1)
            .sum(),
    )
}

fn lines(
    world: &mut World,
    request: &Incoming,
    part: Part,
    status: u16,
    granted: bool,
    began: Instant,
) -> Vec<Line> {
    let graph = part == Part::Graph;
    let (app, tenant) = if graph {
        request_log::of_token(request)
    } else {
        request_log::of_sign_in(request)
    };
    let line = Line {
        at: world
            .now()
            .round(jiff::Unit::Millisecond)
            .unwrap_or_else(|_| world.now()),
        method: request.method.to_string(),
        host: request
            .base
            .split_once("://")
            .map_or("", |(_, host)| host)
            .to_owned(),
        path: request.path.clone(),
        query: request.query.as_deref().map(request_log::redact),
        status,
        ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        app,
        tenant,
        client_request_id: request.header("client-request-id").map(str::to_owned),
        writes: if graph {
            request_log::writes(&request.method, &request.path)
        } else {
            granted
        },
        inside_batch: false,
    };
    let inner = std::mem::take(&mut world.inner);
    let mut lines = vec![line];
    for request in &inner {
        lines.push(lines[0].inside(request));
    }
    lines
}

fn exchange(request: &Incoming, outcome: &Outcome, is_reset: bool) -> Exchange {
    let answered = !is_reset;
    Exchange {
        method: request.method.clone(),
        base: request.base.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        request_headers: request.headers.clone(),
        request_body: request.body.clone(),
        status: answered.then_some(outcome.answer.status),
        response_headers: if answered {
            outcome.answer.headers.clone()
        } else {
            HeaderMap::new()
        },
        response_body: if answered {
            outcome.answer.body.clone()
        } else {
            Bytes::new()
        },
        faulty: outcome.fault.is_some_and(|kind| kind != FaultKind::Slow),
    }
}

//! JSON batching: up to twenty requests in one.
//!
//! <https://learn.microsoft.com/graph/json-batching>

use std::collections::BTreeMap;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::envelope::{Envelope, Reply};
use super::refusal::{Layer, Refusal};
use super::request::Request;
use crate::options::{FaultKind, Feature};
use crate::tenant::World;
use crate::token::Claims;
use crate::wire::{Answer, Incoming, Inner};

/// The most requests of a batch.
const MOST: usize = 20;

/// Answers a batch.
pub(super) fn serve(
    world: &mut World,
    claims: &Claims,
    incoming: &Incoming,
) -> Result<Reply, Refusal> {
    let request = Request::read(incoming, "/$batch", claims)?;
    let steps = steps(&request.body)?;
    if world.options.refuse.contains(&Feature::Batch) {
        return Err(Refusal::new(
            Layer::State,
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "Batching is blocked for this tenant.",
        ));
    }
    let mut answers: BTreeMap<&str, Value> = BTreeMap::new();
    for step in &steps {
        let failed = step.depends_on.iter().any(|id| is_failure(&answers[id]));
        let answer = if failed {
            failed_dependency(world)
        } else {
            one(world, claims, incoming, step)
        };
        answers.insert(step.id, shown(step.id, &answer));
    }
    // Answers come in any order.
    let responses: Vec<Value> = answers.into_values().rev().collect();
    Ok(Reply::ok(json!({"responses": responses})))
}

#[derive(Debug)]
struct Step<'a> {
    id: &'a str,
    method: &'a str,
    url: &'a str,
    headers: HeaderMap,
    body: Option<&'a Value>,
    depends_on: Vec<&'a str>,
}

/// Reads the requests, and refuses a batch that is none.
fn steps(body: &Value) -> Result<Vec<Step<'_>>, Refusal> {
    let items = body["requests"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if items.is_empty() {
        return Err(Refusal::contract("Invalid batch payload format."));
    }
    if items.len() > MOST {
        return Err(Refusal::contract(format!(
            "Number of batch request steps exceeds the maximum value of {MOST}."
        )));
    }
    let mut steps: Vec<Step<'_>> = Vec::new();
    for item in items {
        let step = step(item)?;
        if step.id.is_empty() || steps.iter().any(|other| other.id == step.id) {
            return Err(Refusal::rule(format!(
                "Duplicate or empty request id '{}' in the batch.",
                step.id
            )));
        }
        let is_earlier = |id: &&str| steps.iter().any(|other| other.id == *id);
        // <https://github.com/microsoftgraph/msgraph-sdk-dotnet-core/issues/891>
        if !step.depends_on.iter().all(is_earlier) {
            return Err(Refusal::rule(format!(
                "Invalid dependency for request Id '{}': it may depend on earlier requests only.",
                step.id
            )));
        }
        steps.push(step);
    }
    Ok(steps)
}

/// Whether an address begins with a scheme.
fn is_absolute(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn step(item: &Value) -> Result<Step<'_>, Refusal> {
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let url = text("url");
    if url.is_empty() || is_absolute(url) {
        return Err(Refusal::rule(format!(
            "Invalid batch request url '{url}': a relative one is expected."
        )));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in item["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name.as_str());
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(Refusal::rule("A header of a batch request is invalid."));
        };
        headers.insert(name, value);
    }
    let depends_on = item["dependsOn"].as_array().into_iter().flatten();
    Ok(Step {
        id: text("id"),
        method: text("method"),
        url,
        headers,
        body: item.get("body").filter(|body| !body.is_null()),
        depends_on: depends_on.filter_map(Value::as_str).collect(),
    })
}

fn one(world: &mut World, claims: &Claims, outer: &Incoming, step: &Step<'_>) -> Answer {
    let (path, query) = match step.url.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (step.url, None),
    };
    let path = format!("/{}", path.strip_prefix('/').unwrap_or(path));
    let mut headers = step.headers.clone();
    if let Some(token) = outer.headers.get(http::header::AUTHORIZATION) {
        headers.insert(http::header::AUTHORIZATION, token.clone());
    }
    let inner = Incoming {
        method: Method::try_from(step.method).unwrap_or_default(),
        path: format!("/v1.0{path}"),
        query: query.clone(),
        headers,
        body: step
            .body
            .map_or_else(Bytes::new, |body| Bytes::from(body.to_string())),
        base: outer.base.clone(),
    };
    let envelope = Envelope::of(&inner, world.now());
    let answer = match crate::scenario::intercept(world, &inner, &path) {
        Some(answer) => answer,
        None => match answer(world, claims, &inner, &path) {
            Ok(reply) => envelope.send(reply),
            Err(refusal) => envelope.refuse(&refusal),
        },
    };
    world.inner.push(Inner {
        method: inner.method,
        path,
        query,
        status: answer.status,
    });
    answer
}

fn answer(
    world: &mut World,
    claims: &Claims,
    inner: &Incoming,
    path: &str,
) -> Result<Reply, Refusal> {
    if super::is_batch(path) && inner.method == Method::POST {
        return Err(Refusal::rule("A batch cannot hold a batch."));
    }
    let wait = world
        .inner_throttle
        .as_mut()
        .and_then(|throttle| throttle.take(Instant::now()).err());
    if let Some(wait) = wait {
        return Err(throttled(wait.as_secs() + 1));
    }
    if world.faults.due(FaultKind::BatchPartial) {
        return Err(partial(world.inner.len()));
    }
    super::serve(world, claims, inner, path)
}

fn throttled(seconds: u64) -> Refusal {
    Refusal::new(
        Layer::State,
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequests",
        "Too many requests.",
    )
    .header("retry-after", seconds.to_string())
}

/// One request of a batch that fails where others succeed.
fn partial(number: usize) -> Refusal {
    if number.is_multiple_of(2) {
        return throttled(1);
    }
    Refusal::new(
        Layer::State,
        StatusCode::SERVICE_UNAVAILABLE,
        "serviceNotAvailable",
        "The service is temporarily unavailable. Try again later.",
    )
    .header("retry-after", "2")
}

fn failed_dependency(world: &World) -> Answer {
    let refusal = Refusal::new(
        Layer::State,
        StatusCode::FAILED_DEPENDENCY,
        "FailedDependency",
        "A request that this one depends on failed.",
    );
    Envelope::new(None, world.now()).refuse(&refusal)
}

fn is_failure(response: &Value) -> bool {
    response["status"]
        .as_u64()
        .is_none_or(|status| status >= 400)
}

/// The answer as an item of the batch's answer.
fn shown(id: &str, answer: &Answer) -> Value {
    let headers: Map<String, Value> = answer
        .headers
        .iter()
        .filter_map(|(name, value)| Some((canonical(name.as_str()), value.to_str().ok()?.into())))
        .collect();
    let mut shown = json!({"id": id, "status": answer.status.as_u16(), "headers": headers});
    if !answer.body.is_empty() {
        let text = || Value::String(String::from_utf8_lossy(&answer.body).into_owned());
        shown["body"] = serde_json::from_slice(&answer.body)
            .ok()
            .filter(Value::is_object)
            .unwrap_or_else(text);
    }
    shown
}

/// `retry-after` as `Retry-After`: inside a batch names are written as Microsoft writes them.
fn canonical(name: &str) -> String {
    if name.starts_with("x-") || name.ends_with("request-id") {
        return name.to_owned();
    }
    if name == "odata-version" {
        return "OData-Version".to_owned();
    }
    name.split('-')
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect::<Vec<_>>()
        .join("-")
}

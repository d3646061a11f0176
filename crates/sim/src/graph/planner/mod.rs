//! Planner: plans, buckets, tasks, their details and board formats.
//!
//! <https://learn.microsoft.com/graph/api/resources/planner-overview>

mod buckets;
mod details;
mod etag;
mod find;
mod formats;
mod hint;
mod limits;
mod lists;
mod maps;
mod plans;
mod tasks;
#[cfg(test)]
mod tests;
mod view;

use etag::Part;
use serde_json::Value;

use super::envelope::Reply;
use super::odata::{Entity, Select, show};
use super::refusal::Refusal;
use super::request::Request;
use crate::tenant::World;
use crate::tenant::planner::Author;

/// Answers a request to one of Planner's paths.
pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    let (base, tail) = match path.strip_prefix("/planner/") {
        Some(rest) => {
            let mut parts = rest.splitn(3, '/');
            let base = parts.next().unwrap_or_default();
            (base, parts.nth(1).unwrap_or_default())
        }
        None => return lists::serve(world, request),
    };
    match (request.endpoint.method, base, tail) {
        ("GET", _, "buckets" | "tasks") => lists::serve(world, request),
        ("GET", "plans", _) => plans::get(world, request),
        ("POST", "plans", _) => plans::create(world, request),
        ("PATCH", "plans", "") => plans::change(world, request),
        ("PATCH", "plans", _) => plans::change_details(world, request),
        ("DELETE", "plans", _) => plans::delete(world, request),
        ("GET", "buckets", _) => buckets::get(world, request),
        ("POST", "buckets", _) => buckets::create(world, request),
        ("PATCH", "buckets", _) => buckets::change(world, request),
        ("DELETE", "buckets", _) => buckets::delete(world, request),
        ("GET", _, "") => tasks::get(world, request),
        ("POST", ..) => tasks::create(world, request),
        ("DELETE", ..) => tasks::delete(world, request),
        ("GET", _, "details") => details::get(world, request),
        ("PATCH", _, "") => tasks::change(world, request),
        ("PATCH", _, "details") => details::change(world, request),
        ("GET", ..) => formats::get(world, request, part(tail)),
        _ => formats::change(world, request, part(tail)),
    }
}

/// The board format that a path names.
fn part(tail: &str) -> Part {
    match tail {
        "bucketTaskBoardFormat" => Part::BucketFormat,
        "progressTaskBoardFormat" => Part::ProgressFormat,
        _ => Part::AssignedFormat,
    }
}

/// Who writes.
fn author(request: &Request<'_>) -> Author {
    Author {
        user: request.claims.user,
        app: Some(request.claims.app),
    }
}

/// An object that stands alone.
fn one(request: &Request<'_>, entity: &dyn Entity, expand: &[&str]) -> Result<Reply, Refusal> {
    let select = request.select(expand)?;
    Ok(Reply::ok(request.with_context(show(entity, &select))))
}

/// What a creation answers.
fn created(request: &Request<'_>, entity: &dyn Entity) -> Reply {
    let object = show(entity, &Select::default());
    let id = object["id"].as_str().unwrap_or_default();
    let location = request.address(&format!("{}/{id}", request.endpoint.path));
    Reply::created(request.with_context(object), location)
}

/// What a change answers: nothing, or the object where that was preferred.
fn changed(request: &Request<'_>, entity: &dyn Entity) -> Reply {
    const REPRESENTATION: &str = "return=representation";
    if !request.prefers(REPRESENTATION) {
        return Reply::no_content();
    }
    Reply::ok(request.with_context(show(entity, &Select::default())))
        .header("preference-applied", REPRESENTATION)
}

/// The text of a property that is to be written, where it is.
fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// The order hint that is to be written, computed.
fn placed(body: &Value, name: &str) -> Result<Option<String>, Refusal> {
    text(body, name).map(hint::place).transpose()
}

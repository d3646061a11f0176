//! Finding Planner's objects, and who may.

use http::StatusCode;
use uuid::Uuid;

use crate::graph::access::planner_denied;
use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::groups::Group;
use crate::tenant::planner::{Bucket, Plan, Task};

/// 404 of Planner.
pub(super) fn not_found() -> Refusal {
    Refusal::new(
        Layer::State,
        StatusCode::NOT_FOUND,
        "",
        "The requested item is not found.",
    )
}

/// 400 of Planner, by a documented rule.
pub(super) fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new(Layer::Rule, StatusCode::BAD_REQUEST, "", message)
}

/// 400 of Planner, because of what the tenant holds.
pub(super) fn mismatched(message: impl Into<String>) -> Refusal {
    Refusal::new(Layer::State, StatusCode::BAD_REQUEST, "", message)
}

/// Ids of Planner have 28 characters; one that has not is no id at all.
pub(super) fn well_formed(id: &str) -> Result<(), Refusal> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.len() == 28 && id.bytes().all(letters) {
        Ok(())
    } else {
        Err(bad(format!(
            "The value '{id}' is not a valid identifier: 28 characters are expected."
        )))
    }
}

/// A signed-in user reaches the plans of the groups that the user is a member of, and no others.
pub(super) fn reaches_group(
    world: &World,
    request: &Request<'_>,
    group: Uuid,
) -> Result<(), Refusal> {
    match request.claims.user {
        Some(user) if !world.tenant.is_member(group, user) => Err(planner_denied()),
        _ => Ok(()),
    }
}

/// The group that plans are asked of.
pub(super) fn group(world: &World, request: &Request<'_>, id: &str) -> Result<Group, Refusal> {
    let group = id
        .parse::<Uuid>()
        .ok()
        .and_then(|id| world.tenant.group(id))
        .filter(|group| group.unified && world.sees_group(group))
        .ok_or_else(not_found)?;
    reaches_group(world, request, group.id)?;
    Ok(group)
}

/// The plan with this id, where the caller reaches it.
pub(super) fn plan(world: &World, request: &Request<'_>, id: &str) -> Result<Plan, Refusal> {
    well_formed(id)?;
    let plan = world.tenant.plan(id).ok_or_else(not_found)?;
    reaches_group(world, request, plan.group)?;
    Ok(plan)
}

/// The bucket with this id, where the caller reaches it.
pub(super) fn bucket(world: &World, request: &Request<'_>, id: &str) -> Result<Bucket, Refusal> {
    well_formed(id)?;
    let bucket = world.tenant.bucket(id).ok_or_else(not_found)?;
    plan(world, request, &bucket.plan)?;
    Ok(bucket)
}

/// The task with this id, where the caller reaches it.
pub(super) fn task(world: &World, request: &Request<'_>, id: &str) -> Result<Task, Refusal> {
    well_formed(id)?;
    let task = world.tenant.task(id).ok_or_else(not_found)?;
    plan(world, request, &task.plan)?;
    Ok(task)
}

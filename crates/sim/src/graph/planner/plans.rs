use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::etag::{self, Part};
use super::view::{PlanDetailsView, PlanView};
use super::{author, changed, created, find, limits, maps, one, text};
use crate::graph::envelope::Reply;
use crate::graph::odata::collection;
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::planner::{Plan, PlanDetails, Version};

pub(super) fn get(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    super::lists::refuse_details(world, request)?;
    let plan = find::plan(world, request, request.id())?;
    if !request.endpoint.path.ends_with("/details") {
        let view = PlanView(&world.tenant, plan);
        return one(request, &view, collection::PLANS.expand);
    }
    let details = details(world, &plan)?;
    one(request, &PlanDetailsView(plan.id, details), &[])
}

fn details(world: &World, plan: &Plan) -> Result<PlanDetails, Refusal> {
    world
        .tenant
        .plan_details(&plan.id)
        .ok_or_else(find::not_found)
}

/// The title that a body gives, where it gives one.
pub(super) fn title(body: &Value, name: &str) -> Result<Option<String>, Refusal> {
    match text(body, name) {
        Some(title) if title.trim().is_empty() => Err(find::bad(format!(
            "The property '{name}' must not be empty."
        ))),
        Some(title) if title.chars().count() > 255 => {
            Err(find::bad(format!("The property '{name}' is too long.")))
        }
        title => Ok(title.map(str::to_owned)),
    }
}

/// The same, where it must be given.
pub(super) fn required(body: &Value, name: &str) -> Result<String, Refusal> {
    title(body, name)?.ok_or_else(|| find::bad(format!("The property '{name}' is required.")))
}

/// The group that a new plan is to be in.
fn container(request: &Request<'_>) -> Result<Uuid, Refusal> {
    let container = &request.body["container"];
    let url = container["url"].as_str();
    let id = container["containerId"].as_str();
    let owner = request.body["owner"].as_str();
    let group = match (url, id, owner) {
        (Some(url), ..) => {
            let address = request.address("/groups/");
            ["https://graph.microsoft.com/v1.0/groups/", &address]
                .iter()
                .find_map(|prefix| url.strip_prefix(prefix))
        }
        (None, Some(id), _) if container["type"] == "group" => Some(id),
        (None, None, owner) => owner,
        _ => None,
    };
    group
        .filter(|group| crate::contract::is_guid(group))
        .and_then(|group| group.parse().ok())
        .ok_or_else(|| {
            find::bad(
                "The container of a plan must be a group, given by 'url' or by \
                       'containerId' and 'type'.",
            )
        })
}

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let title = required(&request.body, "title")?;
    let group = container(request)?;
    let group = find::group(world, request, &group.to_string())?;
    limits::plans(&world.tenant, group.id)?;
    let now = world.now();
    let tenant = &mut world.tenant;
    let plan = Plan {
        id: tenant.new_planner_id(),
        title,
        group: group.id,
        author: author(request),
        created: now,
        version: Version::first(tenant.next_version()),
    };
    let details = PlanDetails {
        labels: BTreeMap::new(),
        shared_with: BTreeSet::new(),
        version: Version::first(tenant.next_version()),
    };
    tenant.keep_plan_details(&plan.id, details);
    tenant.keep_plan(plan.clone());
    Ok(created(request, &PlanView(&world.tenant, plan)))
}

pub(super) fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut plan = find::plan(world, request, request.id())?;
    let fields = request
        .body
        .as_object()
        .map(maps::fields)
        .unwrap_or_default();
    let title = title(&request.body, "title")?;
    etag::check(request, Part::Plan, &plan.id, &plan.version, Some(&fields))?;
    if let Some(title) = title {
        plan.title = title;
        plan.version.touch(world.tenant.next_version(), fields);
        world.tenant.keep_plan(plan.clone());
    }
    Ok(changed(request, &PlanView(&world.tenant, plan)))
}

pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let plan = find::plan(world, request, request.id())?;
    etag::check(request, Part::Plan, &plan.id, &plan.version, None)?;
    world.tenant.delete_planner(&plan.id);
    Ok(Reply::no_content())
}

pub(super) fn change_details(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let plan = find::plan(world, request, request.id())?;
    let mut details = details(world, &plan)?;
    let body = request.body.as_object().cloned().unwrap_or_default();
    let fields = maps::fields(&body);
    for (key, name) in maps::entries(&body, "categoryDescriptions") {
        let label = maps::label_key(key)?;
        match name.as_str() {
            Some(name) => details.labels.insert(label, name.to_owned()),
            None => details.labels.remove(&label),
        };
    }
    for (key, shared) in maps::entries(&body, "sharedWith") {
        let user = maps::user_key(key)?;
        if shared.as_bool() != Some(true) {
            details.shared_with.remove(&user);
        } else if world.tenant.person(user).is_some() {
            details.shared_with.insert(user);
        } else {
            return Err(find::mismatched(format!("There is no user '{user}'.")));
        }
    }
    etag::check(
        request,
        Part::PlanDetails,
        &plan.id,
        &details.version,
        Some(&fields),
    )?;
    if !fields.is_empty() {
        details.version.touch(world.tenant.next_version(), fields);
        world.tenant.keep_plan_details(&plan.id, details.clone());
    }
    Ok(changed(request, &PlanDetailsView(plan.id, details)))
}

use uuid::Uuid;

use super::find;
use super::view::{BucketView, PlanView, TaskView};
use crate::graph::access::planner_denied;
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, List, collection};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::options::Feature;
use crate::tenant::World;
use crate::tenant::planner::{Places, Plan, Task};

/// Answers a request for one of Planner's collections.
pub(super) fn serve(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    refuse_details(world, request)?;
    match request.endpoint.path {
        "/planner/plans/{plannerPlan-id}/buckets" => {
            let plan = find::plan(world, request, request.id())?;
            let buckets = world.tenant.buckets_of(&plan.id);
            let views = buckets.into_iter().map(BucketView).collect();
            request.list(world, &List::of(&collection::BUCKETS, views))
        }
        "/planner/plans/{plannerPlan-id}/tasks" => {
            let plan = find::plan(world, request, request.id())?;
            tasks(world, request, &plan.id, |_| true)
        }
        "/planner/buckets/{plannerBucket-id}/tasks" => {
            let bucket = find::bucket(world, request, request.id())?;
            tasks(world, request, &bucket.plan, |task| {
                task.bucket.as_ref() == Some(&bucket.id)
            })
        }
        "/groups/{group-id}/planner/plans" => {
            let group = find::group(world, request, request.id())?;
            plans(world, request, &[group.id])
        }
        path => {
            let user = user(world, request)?;
            let groups = world.tenant.groups_of(user);
            if path.ends_with("/plans") {
                plans(world, request, &groups)
            } else {
                assigned(world, request, user, &groups)
            }
        }
    }
}

/// A tenant may be started without `$expand=details`.
pub(super) fn refuse_details(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    let expands = |name: &str| request.options.expand.iter().any(|e| e.property == name);
    if world.options.refuse.contains(&Feature::ExpandDetails) && expands("details") {
        return Err(find::bad(
            "The query specified in the URI is not valid: property 'details' cannot be expanded.",
        ));
    }
    Ok(())
}

/// The user whose plans or tasks are asked for. A signed-in user sees nobody else's.
fn user(world: &World, request: &Request<'_>) -> Result<Uuid, Refusal> {
    let wanted = match request.ids.first() {
        None => request.claims.user,
        Some(id) => crate::graph::directory::person(world, id).map(|person| person.id),
    };
    let user = wanted.ok_or_else(find::not_found)?;
    if request.claims.user.is_some_and(|caller| caller != user) {
        return Err(planner_denied());
    }
    Ok(user)
}

fn plans(world: &World, request: &Request<'_>, groups: &[Uuid]) -> Result<Reply, Refusal> {
    let tenant = &world.tenant;
    let lists: Vec<_> = groups.iter().map(|group| tenant.plans_of(*group)).collect();
    let list = List {
        count: lists.iter().map(Places::count).sum(),
        at: Box::new(|place| {
            let (list, place) = within(&lists, place)?;
            let plan = tenant.plan_at(list, place)?;
            Some(Box::new(PlanView(tenant, plan)))
        }),
        on: &collection::PLANS,
        typed: false,
        cast: false,
    };
    request.list(world, &list)
}

fn tasks(
    world: &World,
    request: &Request<'_>,
    plan: &str,
    belongs: impl Fn(&Task) -> bool,
) -> Result<Reply, Refusal> {
    let tenant = &world.tenant;
    let places = tenant.tasks_of(plan);
    let list = List {
        on: &collection::TASKS,
        count: places.count(),
        at: Box::new(|place| {
            let task = tenant.task_at(&places, place).filter(&belongs)?;
            Some(Box::new(TaskView(tenant, task)))
        }),
        typed: false,
        cast: false,
    };
    request.list(world, &list)
}

/// The tasks that are assigned to a user: in the plans of the user's groups, and others that were
/// assigned since the start.
fn assigned(
    world: &World,
    request: &Request<'_>,
    user: Uuid,
    groups: &[Uuid],
) -> Result<Reply, Refusal> {
    let tenant = &world.tenant;
    let plans: Vec<Plan> = groups
        .iter()
        .flat_map(|group| {
            let plans = tenant.plans_of(*group);
            (0..plans.count())
                .filter_map(|place| tenant.plan_at(&plans, place))
                .collect::<Vec<_>>()
        })
        .collect();
    let lists: Vec<_> = plans.iter().map(|plan| tenant.tasks_of(&plan.id)).collect();
    let elsewhere: Vec<&str> = tenant
        .written_tasks_of(user)
        .filter(|task| plans.iter().all(|plan| plan.id != task.plan))
        .map(|task| task.id.as_str())
        .collect();
    let in_plans: u64 = lists.iter().map(Places::count).sum();
    let list = List {
        on: &collection::TASKS,
        count: in_plans + elsewhere.len() as u64,
        at: Box::new(|place| {
            let task = if place < in_plans {
                let (list, place) = within(&lists, place)?;
                tenant.task_at(list, place)?
            } else {
                let at = usize::try_from(place - in_plans).ok()?;
                tenant.task(elsewhere.get(at)?)?
            };
            let mine = task.assignments.contains_key(&user);
            mine.then(|| -> Box<dyn Entity> { Box::new(TaskView(tenant, task)) })
        }),
        typed: false,
        cast: false,
    };
    request.list(world, &list)
}

/// The list that a place of all lists together is in, and the place there.
fn within<'a, 'b>(lists: &'b [Places<'a>], mut place: u64) -> Option<(&'b Places<'a>, u64)> {
    lists.iter().find_map(|list| {
        if place < list.count() {
            return Some((list, place));
        }
        place -= list.count();
        None
    })
}

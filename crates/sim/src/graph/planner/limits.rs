//! Planner's limits. Microsoft raises and lowers them; the 403's code is what a client goes by.
//!
//! <https://learn.microsoft.com/office365/planner/planner-limits>

use http::StatusCode;

use crate::graph::refusal::{Layer, Refusal};
use crate::tenant::Tenant;
use crate::tenant::planner::Task;

pub(super) const ASSIGNEES: usize = 20;
pub(super) const CHECKLIST: usize = 20;
pub(super) const REFERENCES: usize = 15;
const ACTIVE_TASKS: u64 = 3000;
const TASKS: u64 = 9000;
const BUCKETS: usize = 200;
const PLANS: u64 = 400;
const ASSIGNED: usize = 9000;

/// 403 with the name of the limit.
pub(super) fn exceeded(limit: &'static str) -> Refusal {
    Refusal::new(
        Layer::State,
        StatusCode::FORBIDDEN,
        limit,
        "The limit for this type of item has been reached.",
    )
}

/// Refuses one more plan in a group that is full.
pub(super) fn plans(tenant: &Tenant, group: uuid::Uuid) -> Result<(), Refusal> {
    let places = tenant.plans_of(group);
    let full = places.count() >= PLANS
        && (0..places.count())
            .filter(|place| tenant.plan_at(&places, *place).is_some())
            .count() as u64
            >= PLANS;
    if full {
        Err(exceeded("MaximumPlannerPlans"))
    } else {
        Ok(())
    }
}

/// Refuses one more bucket in a plan that is full.
pub(super) fn buckets(tenant: &Tenant, plan: &str) -> Result<(), Refusal> {
    if tenant.buckets_of(plan).len() >= BUCKETS {
        return Err(exceeded("MaximumBucketsInProject"));
    }
    Ok(())
}

/// Refuses one more task in a plan that is full.
pub(super) fn tasks(tenant: &Tenant, plan: &str) -> Result<(), Refusal> {
    let places = tenant.tasks_of(plan);
    // Counting touches every task: only where the limit may have been reached.
    if places.count() < ACTIVE_TASKS {
        return Ok(());
    }
    let (mut all, mut active) = (0, 0);
    for task in (0..places.count()).filter_map(|place| tenant.task_at(&places, place)) {
        all += 1;
        active += u64::from(task.percent < 100);
    }
    if all >= TASKS {
        return Err(exceeded("MaximumTasksInProject"));
    }
    if active >= ACTIVE_TASKS {
        return Err(exceeded("MaximumActiveTasksInProject"));
    }
    Ok(())
}

/// Refuses more assignees than a task may have, and more tasks than a user may have.
pub(super) fn assignees(tenant: &Tenant, task: &Task) -> Result<(), Refusal> {
    if task.assignments.len() > ASSIGNEES {
        return Err(exceeded("MaximumAssigneesInTasks"));
    }
    let full = task
        .assignments
        .keys()
        .any(|user| tenant.written_tasks_of(*user).nth(ASSIGNED).is_some());
    if full {
        Err(exceeded("MaximumTasksAssignedToUser"))
    } else {
        Ok(())
    }
}

//! What an account sees of Planner: only groups that it is a member of.

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::Group;
use futures::future::join_all;
use serde_json::json;

use super::account::with_account;
use super::planner::listed;
use super::{CheckSpec, check};
use crate::tester::facts::{Facts, HasPlan};
use crate::tester::outcome::Outcome;
use crate::wait::counted;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "planner.coverage",
            "The account is a member of every group with a plan",
            Inspector,
            ["account.enabled"],
            with_account,
            coverage
        ),
        check!(
            "planner.ownership",
            "The account is member and owner of private groups",
            Inspector,
            ["account.enabled"],
            with_account,
            ownership
        ),
    ]
}

async fn coverage(facts: &Facts) -> Outcome {
    if facts.inspector.is_none() {
        return Outcome::not_run("inspector");
    }
    let outside = match facts.outside_groups().await {
        None => return Outcome::not_run("account.enabled"),
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(outside)) => outside,
    };
    let with_plan = outside
        .iter()
        .filter(|outside| matches!(outside.has_plan, HasPlan::Yes))
        .count();
    let unanswered = outside.iter().find_map(|outside| match &outside.has_plan {
        HasPlan::Unanswered(error) => Some(error),
        _ => None,
    });
    if let Some(error) = unanswered.filter(|_| with_plan == 0) {
        return Outcome::inspector_error(error);
    }
    // A group that neither the account nor the inspector sees into may hold plans.
    let unseen: Vec<&Group> = outside
        .iter()
        .filter(|outside| !matches!(outside.has_plan, HasPlan::No))
        .map(|outside| &outside.group)
        .collect();
    if unseen.is_empty() {
        return Outcome::passed("no plan is out of its sight");
    }
    let names: Vec<String> = unseen.iter().map(|group| group.title()).collect();
    let known = if with_plan > 0 {
        format!(" ({with_plan} known to hold plans)")
    } else {
        String::new()
    };
    Outcome::warning(Problem::new(
        ProblemCode::PlannerNotAMember,
        format!(
            "the account is not a member of {}{known}, and Planner shows it nothing there: {}",
            counted(unseen.len(), "group"),
            listed(&names)
        ),
    ))
    .with(
        "groups",
        json!(unseen.iter().map(|group| group.id).collect::<Vec<_>>()),
    )
}

async fn ownership(facts: &Facts) -> Outcome {
    let Some(graph) = &facts.inspector else {
        return Outcome::not_run("inspector");
    };
    let account = match facts.account().await {
        Some(Ok(Some(account))) => account,
        Some(Err(error)) => return Outcome::inspector_error(error),
        Some(Ok(None)) | None => return Outcome::not_run("account.enabled"),
    };
    let groups = match facts.all_groups().await.map(|found| &found.value) {
        Some(Ok(groups)) => groups,
        Some(Err(error)) => return Outcome::inspector_error(error),
        None => return Outcome::not_run("inspector"),
    };
    let private: Vec<&Group> = groups
        .iter()
        .filter(|group| group.is_private() && facts.is_wanted(group))
        .collect();
    let owners = join_all(private.iter().map(|group| graph.owners(group.id))).await;
    let mut lacking = Vec::new();
    for (group, owners) in private.iter().zip(&owners) {
        let owners = match owners {
            Ok(owners) => owners,
            Err(error) => return Outcome::inspector_error(error),
        };
        let member = account.groups.contains(&group.id);
        let owner = owners.iter().any(|owner| owner.id == account.user.id);
        match (member, owner) {
            (true, true) => {}
            (true, false) => lacking.push(format!("{} (not owner)", group.title())),
            (false, true) => lacking.push(format!("{} (not member)", group.title())),
            (false, false) => lacking.push(format!("{} (neither)", group.title())),
        }
    }
    if lacking.is_empty() {
        return Outcome::passed(counted(private.len(), "private group"));
    }
    Outcome::warning(Problem::new(
        ProblemCode::PlannerNotOwner,
        format!(
            "restoring into private groups needs both member and owner: {}",
            listed(&lacking)
        ),
    ))
    .with("groups", json!(lacking))
}

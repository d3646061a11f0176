use std::collections::BTreeSet;

use fairlead_domain::check::Verdict::{self, Failed, Passed, Warning};
use reqwest::Method;
use serde_json::json;

use super::{Found, verdict_of};
use crate::desk::{Desk, text};
use crate::planted::Connection;

pub(super) async fn planner(desk: &Desk, connection: &Connection, token: &str, found: &mut Found) {
    let filter = "/groups?$filter=groupTypes/any(c:c%20eq%20'Unified')";
    let groups = match desk.list(token, filter).await {
        Ok(groups) => groups,
        Err(status) => return found.say("planner.groups", verdict_of(status)),
    };
    found.say("planner.groups", Passed);
    // Two that can be looked into; whose membership is hidden is counted by itself.
    let hidden = groups
        .iter()
        .filter(|group| group["visibility"] == "HiddenMembership")
        .count();
    let open: Vec<String> = groups
        .iter()
        .filter(|group| group["visibility"] != "HiddenMembership")
        .map(|group| text(&group["id"]))
        .collect();
    let (status, _) = desk
        .read(token, &format!("/groups/{}/members", open[0]))
        .await;
    found.say("planner.members", verdict_of(status));
    found.expect("planner.hidden-members", hidden == 0, Warning);
    let (status, _) = desk.read(token, "/users?$top=1").await;
    found.say("planner.users", verdict_of(status));
    let mut plans = Vec::new();
    let mut statuses = Vec::new();
    for group in open.iter().take(6) {
        match desk
            .list(token, &format!("/groups/{group}/planner/plans"))
            .await
        {
            Ok(list) => {
                statuses.push(200);
                plans.extend(list.iter().map(|plan| text(&plan["id"])));
            }
            // A group that the account is no member of is the matter of `planner.coverage`.
            Err(403) if !is_member(desk, connection, group).await => {}
            Err(status) => statuses.push(status),
        }
    }
    let worst = statuses.iter().copied().map(verdict_of);
    let verdict = match Verdict::of_all(worst) {
        Failed if statuses.contains(&200) => Warning,
        other => other,
    };
    found.say("planner.plans", verdict);
    if let Some(plan) = plans.first() {
        in_plan(desk, token, plan, found).await;
    }
    let batch =
        json!({"requests": [{"id": "1", "method": "GET", "url": format!("/groups/{}", open[0])}]});
    let (status, _) = desk
        .graph(token, Method::POST, "/$batch", Some(&batch))
        .await;
    found.expect("planner.batch", status == 200, Warning);
    if connection.profile == "planner-backup" {
        let (status, _) = desk
            .read(token, &format!("/groups/{}/threads", open[0]))
            .await;
        found.say("planner.comments", verdict_of(status));
        let (status, _) = desk
            .read(token, &format!("/groups/{}/drive", open[0]))
            .await;
        found.say("planner.files", verdict_of(status));
    }
}

pub(super) async fn is_member(desk: &Desk, connection: &Connection, group: &str) -> bool {
    if connection.is_app_only() {
        return true;
    }
    let automation = desk.automation().await;
    let members = desk
        .list(&automation, &format!("/groups/{group}/members"))
        .await
        .unwrap();
    let name = desk.user("reports");
    members
        .iter()
        .any(|member| member["userPrincipalName"] == name.as_str())
}

pub(super) async fn in_plan(desk: &Desk, token: &str, plan: &str, found: &mut Found) {
    for (check, part) in [
        ("planner.plan-details", "details"),
        ("planner.buckets", "buckets"),
    ] {
        let (status, _) = desk
            .read(token, &format!("/planner/plans/{plan}/{part}"))
            .await;
        found.say(check, verdict_of(status));
    }
    let tasks = desk
        .list(token, &format!("/planner/plans/{plan}/tasks"))
        .await;
    let status = tasks.as_ref().err().copied().unwrap_or(200);
    found.say("planner.tasks", verdict_of(status));
    if let Some(task) = tasks.unwrap_or_default().first() {
        let path = format!("/planner/tasks/{}/details", text(&task["id"]));
        let (status, _) = desk.read(token, &path).await;
        found.say("planner.task-details", verdict_of(status));
    }
}

/// Coverage and ownership, which an inspector sees in the groups' membership.
pub(super) async fn membership(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    found: &mut Found,
) {
    if connection.is_app_only() {
        return;
    }
    let filter = "/groups?$filter=groupTypes/any(c:c%20eq%20'Unified')";
    let Ok(groups) = desk.list(inspector, filter).await else {
        return;
    };
    let name = desk.user("reports");
    let Ok(mine) = desk
        .list(inspector, &format!("/users/{name}/memberOf"))
        .await
    else {
        return;
    };
    let mine: BTreeSet<String> = mine.iter().map(|group| text(&group["id"])).collect();
    let all = groups
        .iter()
        .all(|group| mine.contains(&text(&group["id"])));
    found.expect("planner.coverage", all, Warning);
    if connection.profile != "planner-restore" {
        return;
    }
    let automation = desk.automation().await;
    let mut owns_all = true;
    for group in groups
        .iter()
        .filter(|group| group["visibility"] == "Private")
    {
        let id = text(&group["id"]);
        let plans = desk
            .list(&automation, &format!("/groups/{id}/planner/plans"))
            .await;
        if plans.unwrap_or_default().is_empty() {
            continue;
        }
        let owners = desk
            .list(inspector, &format!("/groups/{id}/owners"))
            .await
            .unwrap();
        owns_all &= owners
            .iter()
            .any(|owner| owner["userPrincipalName"] == name.as_str());
    }
    found.expect("planner.ownership", owns_all, Warning);
}

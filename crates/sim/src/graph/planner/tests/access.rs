use serde_json::json;

use super::{assignment, board};
use crate::graph::testing::Graph;
use crate::tenant::Kind;

#[test]
fn a_signed_in_user_reaches_the_plans_of_the_own_groups_alone() {
    let mut board = board();
    let scopes = ["Tasks.ReadWrite"];
    let member = board.graph.user("reports", &scopes);
    let stranger = board.graph.user("newcomer", &scopes);
    let (id, etag) = board.new_task();
    let plans = format!("/groups/{}/planner/plans", board.group);
    let paths = [
        plans,
        format!("/planner/plans/{}", board.plan),
        format!("/planner/plans/{}/tasks", board.plan),
        format!("/planner/buckets/{}", board.bucket),
        format!("/planner/tasks/{id}"),
        format!("/planner/tasks/{id}/details"),
    ];
    for path in &paths {
        assert_eq!(
            board.graph.ask(member.clone()).get(path).status,
            200,
            "{path}"
        );
        let sent = board.graph.ask(stranger.clone()).get(path);
        assert_eq!((sent.status, sent.code()), (403, ""), "{path}");
        assert_eq!(
            sent.message(),
            "You do not have the required permissions to access this item."
        );
    }
    let sent = board
        .graph
        .patch_if(&paths[4], &etag, json!({"title": "x"}));
    assert_eq!(sent.status, 403);
    let container = json!({"containerId": board.group, "type": "group"});
    let body = json!({"title": "Mine", "container": container});
    assert_eq!(board.graph.post("/planner/plans", body.clone()).status, 403);
    let sent = board.graph.ask(member).post("/planner/plans", body);
    assert_eq!(sent.status, 201);
    assert_eq!(
        sent.body["createdBy"]["user"]["id"],
        board.graph.claims.object.to_string()
    );
}

#[test]
fn a_users_own_plans_and_tasks_are_found() {
    let mut graph = Graph::new();
    let everything = graph.claims.clone();
    let reports = graph.user("reports", &["Tasks.Read"]);
    let user = reports.object;
    let plans = graph.ask(reports.clone()).all("/me/planner/plans", &[]);
    assert_eq!(plans.len() as u64, graph.world.tenant.size.plans);
    assert_eq!(graph.get("/me/planner/tasks").items().len(), 0);
    let other = graph.world.tenant.person_at(30).unwrap().id;
    assert_eq!(
        graph.get(&format!("/users/{other}/planner/tasks")).status,
        403
    );
    graph.ask(everything);
    let path = format!("/users/{other}/planner/tasks");
    let tasks = graph.all(&path, &[]);
    assert!(
        tasks
            .iter()
            .all(|task| task["assignments"].get(other.to_string()).is_some())
    );
    let plan = plans[0]["id"].clone();
    let body = json!({"title": "x", "planId": plan, "assignments": {
        user.to_string(): assignment(" !"), other.to_string(): assignment(" !")}});
    assert_eq!(graph.post("/planner/tasks", body).status, 201);
    assert_eq!(graph.all(&path, &[]).len(), tasks.len() + 1);
    assert_eq!(graph.ask(reports).get("/me/planner/tasks").items().len(), 1);
}

#[test]
fn plans_of_what_has_none_are_not_found() {
    let mut graph = Graph::new();
    let security = graph.world.tenant.ids().guid(Kind::SecurityGroup, 0);
    for group in [
        security.to_string(),
        "11111111-1111-4111-8111-111111111111".to_owned(),
    ] {
        assert_eq!(
            graph.get(&format!("/groups/{group}/planner/plans")).status,
            404
        );
    }
    let plan = graph.get(&format!(
        "/planner/plans/{}",
        graph.world.tenant.ids().planner(Kind::Plan, 0)
    ));
    let container = &plan.body["container"];
    assert_eq!(container["type"], "group");
    assert_eq!(container["containerId"], plan.body["owner"]);
    let group = plan.body["owner"].as_str().unwrap().to_owned();
    assert_eq!(graph.delete(&format!("/groups/{group}")).status, 204);
    assert_eq!(
        graph.get(&format!("/planner/plans/{}", plan.id())).status,
        404
    );
    assert_eq!(
        graph
            .post(
                &format!("/directory/deletedItems/{group}/restore"),
                json!({})
            )
            .status,
        200
    );
    assert_eq!(
        graph.get(&format!("/planner/plans/{}", plan.id())).status,
        200
    );
}

use serde_json::json;

use super::board;
use crate::graph::testing::Graph;
use crate::options::{Feature, Options};
use crate::tenant::Kind;

#[test]
fn lists_are_paged_and_take_few_options() {
    let mut graph = Graph::with(Options {
        page_size: Some(3),
        ..Options::default()
    });
    let plan = graph.world.tenant.ids().planner(Kind::Plan, 0);
    let path = format!("/planner/plans/{plan}/tasks");
    let tasks = graph.all(&path, &[]);
    assert_eq!(tasks.len(), 20);
    assert!(tasks.iter().all(|task| task["@odata.etag"].is_string()));
    for option in [
        "$filter=title eq 'x'",
        "$orderby=title",
        "$skip=1",
        "$search=%22title:x%22",
    ] {
        let sent = graph.get(&format!("{path}?{option}"));
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{option}");
    }
    assert_eq!(
        graph
            .get(&format!("{path}?$top=2&$select=title"))
            .items()
            .len(),
        2
    );
    let expanded = graph.get(&format!("{path}?$expand=details,bucketTaskBoardFormat"));
    let first = &expanded.items()[0];
    assert!(first["details"]["@odata.etag"].is_string());
    assert!(first["bucketTaskBoardFormat"]["orderHint"].is_string());
    let id = first["id"].as_str().unwrap();
    let details = graph.get(&format!("/planner/tasks/{id}/details"));
    assert_eq!(details.body["description"], first["details"]["description"]);
}

#[test]
fn a_tenant_may_refuse_to_expand_details() {
    let mut graph = Graph::with(Options {
        refuse: vec![Feature::ExpandDetails],
        ..Options::default()
    });
    let plan = graph.world.tenant.ids().planner(Kind::Plan, 0);
    let path = format!("/planner/plans/{plan}/tasks");
    assert_eq!(graph.get(&path).status, 200);
    assert_eq!(graph.get(&format!("{path}?$expand=details")).status, 400);
}

#[test]
fn buckets_hold_the_tasks_of_their_plan() {
    let mut graph = Graph::new();
    let plan = graph.world.tenant.ids().planner(Kind::Plan, 3);
    let tasks = graph.all(&format!("/planner/plans/{plan}/tasks"), &[]);
    let buckets = graph.all(&format!("/planner/plans/{plan}/buckets"), &[]);
    let mut found = 0;
    for bucket in &buckets {
        let id = bucket["id"].as_str().unwrap();
        let inside = graph.all(&format!("/planner/buckets/{id}/tasks"), &[]);
        assert!(inside.iter().all(|task| task["bucketId"] == bucket["id"]));
        found += inside.len();
    }
    assert_eq!(found, tasks.len());
}

#[test]
fn a_deleted_bucket_or_plan_takes_its_tasks_along() {
    let mut board = board();
    let (id, _) = board.new_task();
    let bucket = format!("/planner/buckets/{}", board.bucket);
    let etag = board.graph.get(&bucket).etag().to_owned();
    let headers = [("If-Match", etag.as_str())];
    assert_eq!(
        board.graph.send("DELETE", &bucket, &headers, None).status,
        204
    );
    assert_eq!(board.graph.get(&format!("/planner/tasks/{id}")).status, 404);
    assert_eq!(board.task(json!({})).status, 404, "the bucket is gone");
    let task = board.graph.post(
        "/planner/tasks",
        json!({"title": "x", "planId": board.plan}),
    );
    let plan = format!("/planner/plans/{}", board.plan);
    let etag = board.graph.get(&plan).etag().to_owned();
    let headers = [("If-Match", etag.as_str())];
    assert_eq!(
        board.graph.send("DELETE", &plan, &headers, None).status,
        204
    );
    for path in [
        plan.clone(),
        format!("{plan}/details"),
        format!("/planner/tasks/{}", task.id()),
    ] {
        assert_eq!(board.graph.get(&path).status, 404, "{path}");
    }
}

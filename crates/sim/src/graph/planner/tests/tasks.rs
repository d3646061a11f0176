use serde_json::{Value, json};

use super::{Board, assignment, board};
use crate::graph::testing::{Graph, Sent};
use crate::tenant::Kind;

#[test]
fn a_task_is_made_changed_and_deleted() {
    let mut board = board();
    let user = board.user(0);
    let task = board.task(json!({
        "assignments": {&user: assignment(" !")}, "appliedCategories": {"category3": true},
        "priority": 1, "startDateTime": "2026-11-01T10:00:00Z",
        "dueDateTime": "2026-12-01T10:00:00Z", "percentComplete": 50,
    }));
    assert_eq!(task.status, 201, "{}", task.text);
    assert!(
        task.header("location")
            .ends_with(&format!("/planner/tasks/{}", task.id()))
    );
    assert_eq!(
        task.body["createdBy"]["application"]["id"],
        board.graph.claims.app.to_string()
    );
    assert!(task.body["assignments"][&user]["orderHint"].is_string());
    let path = format!("/planner/tasks/{}", task.id());
    let read = board.graph.get(&path);
    assert_eq!(read.etag(), task.etag());

    let body = json!({"title": "Renamed", "percentComplete": 100,
        "assignments": {&user: null}, "appliedCategories": {"category3": false}});
    let patched = board.graph.patch_if(&path, task.etag(), body);
    assert_eq!((patched.status, patched.text.as_str()), (204, ""));
    let read = board.graph.get(&path);
    assert_eq!(read.body["title"], "Renamed");
    assert_eq!(read.body["assignments"], json!({}));
    assert_eq!(read.body["appliedCategories"], json!({}));
    assert!(
        read.body["completedDateTime"].is_string(),
        "the service dates the completion"
    );
    assert!(
        read.etag() > task.etag(),
        "a newer etag is the greater text"
    );

    let stale = [("If-Match", task.etag())];
    assert_eq!(board.graph.send("DELETE", &path, &stale, None).status, 412);
    let current = [("If-Match", read.etag())];
    assert_eq!(
        board.graph.send("DELETE", &path, &current, None).status,
        204
    );
    assert_eq!(board.graph.get(&path).status, 404);
    let list = board
        .graph
        .get(&format!("/planner/plans/{}/tasks", board.plan));
    assert!(list.items().is_empty());
}

#[test]
fn a_change_may_be_answered_with_the_object() {
    let mut board = board();
    let (id, etag) = board.new_task();
    let headers = [
        ("If-Match", etag.as_str()),
        ("Prefer", "return=representation"),
    ];
    let path = format!("/planner/tasks/{id}");
    let sent = board
        .graph
        .send("PATCH", &path, &headers, Some(json!({"priority": 3})));
    assert_eq!(sent.status, 200);
    assert_eq!(sent.header("preference-applied"), "return=representation");
    assert_eq!(sent.body["priority"], 3);
    assert_eq!(sent.etag(), board.graph.get(&path).etag());
}

#[test]
fn an_old_etag_is_good_for_other_fields_only() {
    let mut board = board();
    let (id, first) = board.new_task();
    let path = format!("/planner/tasks/{id}");
    let write = |board: &mut Board, etag: &str, body: Value| {
        let sent = board.graph.patch_if(&path, etag, body);
        (sent.status, sent.refused_by().to_owned())
    };
    assert_eq!(write(&mut board, &first, json!({"title": "A"})).0, 204);
    assert_eq!(write(&mut board, &first, json!({"priority": 9})).0, 204);
    assert_eq!(
        write(&mut board, &first, json!({"title": "B"})),
        (409, "state".to_owned())
    );
    for etag in ["*", "W/\"nonsense\"", "x"] {
        assert_eq!(
            write(&mut board, etag, json!({"title": "C"})),
            (412, "state".to_owned())
        );
    }
    let details = board.graph.get(&format!("{path}/details"));
    assert_eq!(
        write(&mut board, details.etag(), json!({"title": "D"})).0,
        412
    );
    assert_eq!(
        board.graph.patch(&path, json!({"title": "E"})).refused_by(),
        "contract"
    );
}

#[test]
fn keys_of_maps_conflict_one_by_one() {
    let mut board = board();
    let (id, etag) = board.new_task();
    let path = format!("/planner/tasks/{id}");
    let (one, other) = (board.user(0), board.user(1));
    let mut assign = |user: &str| {
        let body = json!({"assignments": {user: assignment(" !")}});
        board.graph.patch_if(&path, &etag, body).status
    };
    assert_eq!(assign(&one), 204);
    assert_eq!(assign(&other), 204);
    assert_eq!(assign(&one), 409);
}

#[test]
fn what_planner_does_not_take_is_refused() {
    let mut board = board();
    let user = board.user(0);
    let other_plan = board
        .graph
        .get(&format!("/groups/{}/planner/plans", board.group));
    let other_plan = other_plan.items()[0]["id"].as_str().unwrap().to_owned();
    let buckets = board
        .graph
        .get(&format!("/planner/plans/{other_plan}/buckets"));
    let other_bucket = buckets.items()[0]["id"].clone();
    for body in [
        json!({"title": ""}),
        json!({"planId": "short"}),
        json!({"bucketId": other_bucket}),
        json!({"orderHint": "8585269235419217847Pj"}),
        json!({"assigneePriority": "x"}),
        json!({"percentComplete": 101}),
        json!({"percentComplete": -1}),
        json!({"priority": 11}),
        json!({"startDateTime": "2026-12-02T10:00:00Z", "dueDateTime": "2026-12-01T10:00:00Z"}),
        json!({"appliedCategories": {"category26": true}}),
        json!({"appliedCategories": {"red": true}}),
        json!({"assignments": {&user: {}}}),
        json!({"assignments": {&user: {"orderHint": " !"}}}),
        json!({"assignments": {&user: {"@odata.type": "#microsoft.graph.assignment"}}}),
        json!({"assignments": {"somebody": assignment(" !")}}),
        json!({"assignments": {"11111111-1111-4111-8111-111111111111": assignment(" !")}}),
        json!({"assignments": {&user: assignment("received")}}),
        json!({"details": {"description": "inline"}}),
        json!({"hasDescription": true}),
        json!({"createdDateTime": "2026-12-01T10:00:00Z"}),
    ] {
        let sent = board.task(body.clone());
        assert_eq!(sent.status, 400, "{body}: {}", sent.text);
        assert!(["rule", "state"].contains(&sent.refused_by()), "{body}");
    }
    let (id, etag) = board.new_task();
    for body in [
        json!({"planId": other_plan}),
        json!({"id": id}),
        json!({"previewType": "checklist"}),
    ] {
        let sent = board
            .graph
            .patch_if(&format!("/planner/tasks/{id}"), &etag, body.clone());
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{body}");
    }
    assert_eq!(
        board
            .graph
            .post("/planner/tasks", json!({"title": "x"}))
            .status,
        400
    );
    assert_eq!(
        board
            .graph
            .post("/planner/buckets", json!({"name": "x"}))
            .status,
        400
    );
    assert_eq!(
        board
            .graph
            .post("/planner/plans", json!({"title": "x"}))
            .status,
        400
    );
}

#[test]
fn an_id_is_malformed_unknown_or_known() {
    let mut graph = Graph::new();
    let ids = graph.world.tenant.ids();
    let known = ids.planner(Kind::Task, 0);
    let wrong_case: String = known
        .chars()
        .map(|c| {
            if c.is_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    for (id, status) in [
        (known.as_str(), 200),
        (wrong_case.as_str(), 404),
        ("xqQg5FS2LkCp935s-FIFm2QAFkHM", 404),
        ("xqQg5FS2LkCp935s-FIFm2QAFkH", 400),
        ("xqQg5FS2LkCp935s+FIFm2QAFkHM", 400),
    ] {
        assert_eq!(
            graph.get(&format!("/planner/tasks/{id}")).status,
            status,
            "{id}"
        );
    }
    let bucket = ids.planner(Kind::Bucket, 0);
    assert_eq!(graph.get(&format!("/planner/tasks/{bucket}")).status, 404);
}

#[test]
fn order_hints_are_computed() {
    let mut board = board();
    let hint = |sent: &Sent| sent.body["orderHint"].as_str().unwrap().to_owned();
    let first = hint(&board.task(json!({"orderHint": " !"})));
    let second = hint(&board.task(json!({"orderHint": format!("{first} !")})));
    let between = hint(&board.task(json!({"orderHint": format!("{first} {second}!")})));
    assert!(first < between && between < second);
    let buckets = format!("/planner/plans/{}/buckets", board.plan);
    let existing = hint(&Sent {
        body: board.graph.get(&buckets).items()[0].clone(),
        ..board.graph.get(&buckets)
    });
    let body = json!({"name": "Later", "planId": board.plan, "orderHint": format!("{existing} !")});
    assert!(hint(&board.graph.post("/planner/buckets", body)) > existing);
}

use serde_json::{Value, json};

use super::{assignment, board};
use crate::graph::testing::Graph;
use crate::options::{Options, Size};
use crate::tenant::Kind;

#[test]
fn limits_are_refused_by_name() {
    let mut board = board();
    let (id, etag) = board.new_task();
    let details = format!("/planner/tasks/{id}/details");
    let details_etag = board.graph.get(&details).etag().to_owned();
    let ids = board.graph.world.tenant.ids();
    let many = |count: u64, of: &dyn Fn(u64) -> (String, Value)| -> Value {
        (0..count).map(of).collect::<serde_json::Map<_, _>>().into()
    };
    let items = |n| {
        let ty = "microsoft.graph.plannerChecklistItem";
        (
            ids.guid(Kind::Inner, n).to_string(),
            json!({"@odata.type": ty, "title": "A"}),
        )
    };
    let links = |n| {
        let ty = "microsoft.graph.plannerExternalReference";
        (format!("https%3A//contoso/{n}"), json!({"@odata.type": ty}))
    };
    let users = |n| (ids.guid(Kind::User, n).to_string(), assignment(" !"));
    let task = format!("/planner/tasks/{id}");
    for (path, etag, body, code) in [
        (
            &details,
            &details_etag,
            json!({"checklist": many(21, &items)}),
            "MaximumChecklistItemsOnTask",
        ),
        (
            &details,
            &details_etag,
            json!({"references": many(16, &links)}),
            "MaximumReferencesOnTask",
        ),
        (
            &task,
            &etag,
            json!({"assignments": many(21, &users)}),
            "MaximumAssigneesInTasks",
        ),
    ] {
        let sent = board.graph.patch_if(path, etag, body);
        assert_eq!(
            (sent.status, sent.code(), sent.refused_by()),
            (403, code, "state")
        );
    }
    let body = json!({"checklist": many(20, &items), "references": many(15, &links)});
    assert_eq!(
        board.graph.patch_if(&details, &details_etag, body).status,
        204
    );
    let body = json!({"name": "B", "planId": board.plan});
    for _ in 1..200 {
        assert_eq!(
            board.graph.post("/planner/buckets", body.clone()).status,
            201
        );
    }
    let sent = board.graph.post("/planner/buckets", body);
    assert_eq!((sent.status, sent.code()), (403, "MaximumBucketsInProject"));
}

#[test]
fn a_full_plan_and_a_full_group_take_no_more() {
    let size = Size {
        groups: 1,
        plans: 401,
        tasks: 401 * 4000,
        users: 20,
        rooms: 0,
    };
    let mut graph = Graph::with(Options {
        size,
        ..Options::default()
    });
    let plan = graph.world.tenant.ids().planner(Kind::Plan, 0);
    let sent = graph.post("/planner/tasks", json!({"title": "x", "planId": plan}));
    assert_eq!(
        (sent.status, sent.code()),
        (403, "MaximumActiveTasksInProject")
    );
    let group = graph.world.tenant.group_at(0).unwrap().id;
    let sent = graph.post("/planner/plans", json!({"title": "x", "owner": group}));
    assert_eq!((sent.status, sent.code()), (403, "MaximumPlannerPlans"));
}

#[test]
fn a_page_of_four_hundred_tasks_is_quick() {
    let mut graph = Graph::with(Options {
        size: Size {
            tasks: 1_000_000,
            plans: 1000,
            ..Size::default()
        },
        ..Options::default()
    });
    let plan = graph.world.tenant.ids().planner(Kind::Plan, 500);
    let path = format!("/planner/plans/{plan}/tasks?$top=400");
    let page = graph.get(&path);
    assert_eq!(page.items().len(), 400);
    // Generous: this is a debug build, perhaps on a busy machine.
    assert!(graph.took.as_secs() < 5, "{:?}", graph.took);
    if std::env::var_os("FAIRLEAD_TIMES").is_some() {
        let text = format!("a page of 400 tasks: {:?}\n", graph.took);
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
    }
}

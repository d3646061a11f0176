use serde_json::{Value, json};

use crate::graph::testing::{Graph, Sent};
use crate::options::{Feature, Options, Size};
use crate::tenant::Kind;

struct Board {
    graph: Graph,
    group: String,
    plan: String,
    bucket: String,
}

/// A plan of its own in the first group.
fn board() -> Board {
    board_in(Graph::new())
}

fn board_in(mut graph: Graph) -> Board {
    let group = graph.world.tenant.group_at(0).unwrap().id.to_string();
    let body = json!({"title": "Board", "container":
        {"url": format!("https://graph.microsoft.com/v1.0/groups/{group}")}});
    let plan = graph.post("/planner/plans", body);
    assert_eq!(plan.status, 201, "{}", plan.text);
    let plan = plan.id().to_owned();
    let bucket = graph.post("/planner/buckets", json!({"name": "To do", "planId": plan}));
    assert_eq!(bucket.status, 201, "{}", bucket.text);
    Board {
        bucket: bucket.id().to_owned(),
        graph,
        group,
        plan,
    }
}

impl Board {
    fn task(&mut self, more: Value) -> Sent {
        let mut body = json!({"title": "Task", "planId": self.plan, "bucketId": self.bucket});
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        self.graph.post("/planner/tasks", body)
    }

    fn new_task(&mut self) -> (String, String) {
        let task = self.task(json!({}));
        assert_eq!(task.status, 201, "{}", task.text);
        (task.id().to_owned(), task.etag().to_owned())
    }

    fn user(&self, place: u64) -> String {
        self.graph
            .world
            .tenant
            .person_at(place + 20)
            .unwrap()
            .id
            .to_string()
    }
}

fn assignment(hint: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.plannerAssignment", "orderHint": hint})
}

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
    let patch = |board: &mut Board, etag: &str, body: Value| {
        let sent = board.graph.patch_if(&path, etag, body);
        (sent.status, sent.refused_by().to_owned())
    };
    assert_eq!(patch(&mut board, &first, json!({"title": "A"})).0, 204);
    assert_eq!(patch(&mut board, &first, json!({"priority": 9})).0, 204);
    assert_eq!(
        patch(&mut board, &first, json!({"title": "B"})),
        (409, "state".to_owned())
    );
    for etag in ["*", "W/\"nonsense\"", "x"] {
        assert_eq!(
            patch(&mut board, etag, json!({"title": "C"})),
            (412, "state".to_owned())
        );
    }
    let details = board.graph.get(&format!("{path}/details"));
    assert_eq!(
        patch(&mut board, details.etag(), json!({"title": "D"})).0,
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

#[test]
fn details_are_merged_key_by_key() {
    let mut board = board();
    let (id, task_etag) = board.new_task();
    let path = format!("/planner/tasks/{id}/details");
    let details = board.graph.get(&path);
    let item = "95e27074-6c4a-447a-aa24-9d718a0b86fa";
    let link = "https%3A//contoso%2Esharepoint%2Ecom/a%2520b%2Epdf";
    let body = json!({
        "description": "Text", "previewType": "reference",
        "checklist": {item: {"@odata.type": "microsoft.graph.plannerChecklistItem", "title": "A"}},
        "references": {link: {"@odata.type": "microsoft.graph.plannerExternalReference",
            "alias": "Doc", "type": "Other", "previewPriority": " !"}},
    });
    assert_eq!(
        board.graph.patch_if(&path, details.etag(), body).status,
        204
    );
    let details = board.graph.get(&path);
    assert_eq!(details.body["checklist"][item]["title"], "A");
    assert_eq!(details.body["checklist"][item]["isChecked"], false);
    assert_eq!(details.body["references"][link]["alias"], "Doc");
    let task = board.graph.get(&format!("/planner/tasks/{id}"));
    assert_eq!(task.body["checklistItemCount"], 1);
    assert_eq!(task.body["referenceCount"], 1);
    assert_eq!(task.body["hasDescription"], true);
    assert_eq!(
        task.etag(),
        task_etag,
        "a change of the details leaves the task's etag alone"
    );

    let body = json!({"checklist": {item: {
        "@odata.type": "#microsoft.graph.plannerChecklistItem", "isChecked": true}}});
    assert_eq!(
        board.graph.patch_if(&path, details.etag(), body).status,
        204
    );
    let body = json!({"references": {link: null}});
    assert_eq!(
        board.graph.patch_if(&path, details.etag(), body).status,
        204,
        "another field"
    );
    let details = board.graph.get(&path);
    assert_eq!(
        details.body["checklist"][item]["title"], "A",
        "what is not sent stays"
    );
    assert_eq!(details.body["checklist"][item]["isChecked"], true);
    assert_eq!(details.body["references"], json!({}));
}

#[test]
fn details_that_planner_does_not_take_are_refused() {
    let mut board = board();
    let (id, _) = board.new_task();
    let path = format!("/planner/tasks/{id}/details");
    let etag = board.graph.get(&path).etag().to_owned();
    let item = json!({"@odata.type": "microsoft.graph.plannerChecklistItem", "title": "A"});
    let old_name = json!({"@odata.type": "microsoft.graph.checklistItem", "title": "A"});
    let guid = "95e27074-6c4a-447a-aa24-9d718a0b86fa";
    let link = json!({"@odata.type": "microsoft.graph.plannerExternalReference"});
    for body in [
        json!({"checklist": {"1": item}}),
        json!({"checklist": {guid: old_name}}),
        json!({"checklist": {guid: {"title": "A"}}}),
        json!({"checklist": {guid: {"@odata.type": "microsoft.graph.plannerChecklistItem"}}}),
        json!({"references": {"https://contoso.example/a": link}}),
        json!({"references": {"ftp%3A//contoso": link}}),
        json!({"references": {"https%3A//contoso": {}}}),
    ] {
        let sent = board.graph.patch_if(&path, &etag, body.clone());
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{body}");
    }
}

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

#[test]
fn plan_details_name_labels_and_share_the_plan() {
    let mut board = board();
    let path = format!("/planner/plans/{}/details", board.plan);
    let details = board.graph.get(&path);
    assert_eq!(
        details.body["categoryDescriptions"]["category25"],
        Value::Null
    );
    let user = board.user(3);
    let body = json!({"categoryDescriptions": {"category1": "Haster", "category25": "Later"},
        "sharedWith": {&user: true}});
    assert_eq!(
        board.graph.patch_if(&path, details.etag(), body).status,
        204
    );
    let details = board.graph.get(&path);
    assert_eq!(details.body["categoryDescriptions"]["category1"], "Haster");
    assert_eq!(details.body["sharedWith"], json!({&user: true}));
    let body = json!({"categoryDescriptions": {"category1": null}, "sharedWith": {&user: false}});
    assert_eq!(
        board.graph.patch_if(&path, details.etag(), body).status,
        204
    );
    let details = board.graph.get(&path);
    assert_eq!(
        details.body["categoryDescriptions"]["category1"],
        Value::Null
    );
    assert_eq!(details.body["sharedWith"], json!({}));
    let unknown = json!({"categoryDescriptions": {"category26": "x"}});
    let sent = board.graph.patch_if(&path, details.etag(), unknown);
    assert_eq!((sent.status, sent.refused_by()), (400, "contract"));
}

#[test]
fn board_formats_have_etags_of_their_own() {
    let mut board = board();
    let (id, task_etag) = board.new_task();
    let user = board.user(0);
    let at = |name: &str| format!("/planner/tasks/{id}/{name}");
    for name in ["bucketTaskBoardFormat", "progressTaskBoardFormat"] {
        let format = board.graph.get(&at(name));
        assert_ne!(format.etag(), task_etag);
        let body = json!({"orderHint": " !"});
        assert_eq!(
            board.graph.patch_if(&at(name), format.etag(), body).status,
            204
        );
        assert!(board.graph.get(&at(name)).etag() > format.etag());
    }
    let name = at("assignedToTaskBoardFormat");
    let before = board.graph.get(&name);
    let body = json!({"assignments": {&user: assignment(" !")}});
    assert_eq!(
        board.graph.patch_if(&at(""), &task_etag, body).status,
        400,
        "no such path"
    );
    let body = json!({"assignments": {&user: assignment(" !")}});
    let path = format!("/planner/tasks/{id}");
    assert_eq!(board.graph.patch_if(&path, &task_etag, body).status, 204);
    let after = board.graph.get(&name);
    assert!(
        after.etag() > before.etag(),
        "an assignment changes the board as well"
    );
    assert!(after.body["orderHintsByAssignee"][&user].is_string());
    let body = json!({"orderHintsByAssignee": {&user: " !"}, "unassignedOrderHint": " !"});
    assert_eq!(board.graph.patch_if(&name, after.etag(), body).status, 204);
    let received = json!({"unassignedOrderHint": "received"});
    assert_eq!(
        board.graph.patch_if(&name, after.etag(), received).status,
        400
    );
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
    for _ in 0..std::env::var("PROF").map_or(0, |n| n.parse().unwrap()) {
        graph.get(&path);
    }
    let page = graph.get(&path);
    assert_eq!(page.items().len(), 400);
    // Generous: this is a debug build, perhaps on a busy machine.
    assert!(graph.took.as_secs() < 5, "{:?}", graph.took);
    if std::env::var_os("FAIRLEAD_TIMES").is_some() {
        let text = format!("a page of 400 tasks: {:?}\n", graph.took);
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
    }
}

use serde_json::{Value, json};

use super::{assignment, board};

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

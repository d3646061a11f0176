use serde_json::json;

use super::{EXCHANGE, GRAPH, TASKS_READ_ALL, application, lagging, principal_of, wait};
use crate::graph::testing::Graph;

#[test]
fn microsofts_services_publish_their_permissions() {
    let mut graph = Graph::new();
    let sent = graph.get(&format!("/servicePrincipals(appId='{GRAPH}')"));
    assert_eq!(sent.body["displayName"], "Microsoft Graph");
    let roles = sent.body["appRoles"].as_array().unwrap();
    let role = roles
        .iter()
        .find(|role| role["id"] == TASKS_READ_ALL)
        .unwrap();
    assert_eq!(role["value"], "Tasks.Read.All");
    assert_eq!(role["allowedMemberTypes"], json!(["Application"]));
    let scopes = sent.body["oauth2PermissionScopes"].as_array().unwrap();
    let scope = scopes
        .iter()
        .find(|scope| scope["value"] == "User.Read")
        .unwrap();
    assert_eq!(scope["type"], "User");
    let exchange = graph.get(&format!(
        "/servicePrincipals(appId='{EXCHANGE}')?$select=appRoles"
    ));
    assert!(exchange.text.contains("full_access_as_app"));
}

#[test]
fn a_service_principal_needs_an_app_and_there_is_one() {
    let mut graph = Graph::new();
    let (_, app_id) = application(&mut graph, json!({}));
    let sent = graph.post("/servicePrincipals", json!({"appId": app_id}));
    assert_eq!(sent.status, 201);
    assert_eq!(sent.body["displayName"], "App");
    let again = graph.post("/servicePrincipals", json!({"appId": app_id}));
    assert_eq!(again.status, 409);
    assert_eq!(again.code(), "Request_MultipleObjectsWithSameKeyValue");
    let unknown = json!({"appId": "11111111-1111-4111-8111-111111111111"});
    let sent = graph.post("/servicePrincipals", unknown);
    assert_eq!(
        (sent.status, sent.code()),
        (400, "NoBackingApplicationObject")
    );
    assert_eq!(graph.post("/servicePrincipals", json!({})).status, 400);
    assert_eq!(
        graph
            .post("/servicePrincipals", json!({"appId": "x"}))
            .status,
        400
    );
}

#[test]
fn a_vendors_app_gets_a_service_principal_of_the_vendors_tenant() {
    let mut graph = Graph::new();
    let (app_id, _) = graph.register("Vendor", true);
    graph.world.vendor_apps[0].home_tenant = uuid::Uuid::from_u128(7);
    let sent = graph.post("/servicePrincipals", json!({"appId": app_id}));
    assert_eq!(sent.status, 201);
    assert_eq!(
        sent.body["appOwnerOrganizationId"],
        uuid::Uuid::from_u128(7).to_string()
    );
}

#[test]
fn an_upsert_by_app_id_waits_for_the_app_and_then_finds_at_once() {
    let mut graph = lagging(30);
    let (_, app_id) = application(&mut graph, json!({}));
    let path = format!("/servicePrincipals(appId='{app_id}')");
    let upsert = [("Prefer", "create-if-missing")];
    let early = graph.send("PATCH", &path, &upsert, Some(json!({})));
    assert_eq!(early.status, 400);
    assert!(
        early
            .message()
            .contains("does not exist or one of its queried")
    );
    wait(&mut graph, 31);
    let made = graph.send("PATCH", &path, &upsert, Some(json!({"tags": ["x"]})));
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        graph.send("PATCH", &path, &upsert, Some(json!({}))).status,
        204
    );
    assert_eq!(graph.get(&path).status, 404);
    wait(&mut graph, 31);
    assert_eq!(graph.get(&path).body["tags"], json!(["x"]));
}

#[test]
fn a_service_principal_may_have_a_name_of_its_own() {
    let mut graph = Graph::new();
    let (id, app_id) = application(&mut graph, json!({}));
    let path = format!("/servicePrincipals(appId='{app_id}')");
    let upsert = [("Prefer", "create-if-missing")];
    let named = json!({"displayName": "Own"});
    let made = graph.send("PATCH", &path, &upsert, Some(named));
    assert_eq!(
        (
            made.status,
            &made.body["displayName"],
            &made.body["appDisplayName"]
        ),
        (201, &json!("Own"), &json!("App")),
        "{}",
        made.text
    );
    assert_eq!(
        graph.patch(&path, json!({"displayName": "Other"})).status,
        204
    );
    assert_eq!(graph.get(&path).body["displayName"], "Other");
    for name in [json!(null), json!(""), json!("x".repeat(257))] {
        let sent = graph.patch(&path, json!({"displayName": name}));
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{name}");
    }
    // Another change of the registration leaves the name; a new name of the registration does not.
    graph.patch(&format!("/applications/{id}"), json!({"notes": "x"}));
    assert_eq!(graph.get(&path).body["displayName"], "Other");
    graph.patch(
        &format!("/applications/{id}"),
        json!({"displayName": "New"}),
    );
    let read = graph.get(&path);
    assert_eq!(
        (&read.body["displayName"], &read.body["appDisplayName"]),
        (&json!("New"), &json!("New"))
    );
}

#[test]
fn a_service_principal_is_switched_off_and_goes() {
    let mut graph = Graph::new();
    let (_, app_id) = application(&mut graph, json!({}));
    graph.post("/servicePrincipals", json!({"appId": app_id}));
    let id = principal_of(&mut graph, &app_id);
    let path = format!("/servicePrincipals/{id}");
    let body = json!({"accountEnabled": false, "appRoleAssignmentRequired": true});
    assert_eq!(graph.patch(&path, body).status, 204);
    let read = graph.get(&path);
    assert_eq!(read.body["accountEnabled"], false);
    assert_eq!(read.body["appRoleAssignmentRequired"], true);
    assert_eq!(
        graph.patch(&path, json!({"appRoles": []})).refused_by(),
        "rule"
    );
    assert_eq!(
        graph.patch(&path, json!({"appId": app_id})).refused_by(),
        "rule"
    );
    assert_eq!(graph.delete(&path).status, 204);
    assert_eq!(graph.get(&path).status, 404);
    assert_eq!(
        graph
            .post(&format!("/directory/deletedItems/{id}/restore"), json!({}))
            .status,
        200
    );
    assert_eq!(graph.get(&path).status, 200);
}

#[test]
fn only_a_user_with_a_role_brings_a_vendors_app_in() {
    let mut graph = Graph::new();
    let (app_id, _) = graph.register("Vendor", true);
    for (name, status) in [("member", 403), ("privileged", 403), ("cloudapp", 201)] {
        let user = graph.user(name, &["Application.ReadWrite.All"]);
        let sent = graph
            .ask(user)
            .post("/servicePrincipals", json!({"appId": app_id}));
        assert_eq!(sent.status, status, "{name}");
    }
}

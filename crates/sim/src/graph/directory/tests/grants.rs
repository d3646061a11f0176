use serde_json::{Value, json};

use super::{
    EXCHANGE, FULL_ACCESS, GRAPH, TASKS_READ_ALL, application, lagging, principal_of, wait,
};
use crate::graph::testing::{Graph, Sent};

/// An app with its service principal, and the one of a service.
fn client_and(graph: &mut Graph, service: &str) -> (String, String) {
    let (_, app_id) = application(graph, json!({}));
    let sent = graph.post("/servicePrincipals", json!({"appId": app_id}));
    assert_eq!(sent.status, 201);
    let client = sent.id().to_owned();
    (client, principal_of(graph, service))
}

fn assign(graph: &mut Graph, client: &str, resource: &str, role: &str) -> Sent {
    let body = json!({"principalId": client, "resourceId": resource, "appRoleId": role});
    graph.post(
        &format!("/servicePrincipals/{client}/appRoleAssignments"),
        body,
    )
}

#[test]
fn a_role_is_assigned_once_seen_from_both_sides_and_taken_back() {
    let mut graph = Graph::new();
    let (client, resource) = client_and(&mut graph, GRAPH);
    let sent = assign(&mut graph, &client, &resource, TASKS_READ_ALL);
    assert_eq!(sent.status, 201, "{}", sent.text);
    assert_eq!(sent.body["principalType"], "ServicePrincipal");
    assert_eq!(sent.body["resourceDisplayName"], "Microsoft Graph");
    let again = assign(&mut graph, &client, &resource, TASKS_READ_ALL);
    assert_eq!(again.status, 409);
    assert_eq!(
        again.message(),
        "Permission being assigned already exists on the object"
    );
    let of = graph.get(&format!("/servicePrincipals/{client}/appRoleAssignments"));
    let on =
        format!("/servicePrincipals/{resource}/appRoleAssignedTo?$filter=principalId eq {client}");
    assert_eq!(of.each("id"), graph.get(&on).each("id"));
    let one = format!(
        "/servicePrincipals/{client}/appRoleAssignments/{}",
        sent.id()
    );
    assert_eq!(graph.get(&one).body["appRoleId"], TASKS_READ_ALL);
    assert_eq!(graph.delete(&one).status, 204);
    assert_eq!(graph.delete(&one).status, 404);
    assert!(graph.get(&on).items().is_empty());
}

#[test]
fn an_assignment_must_be_of_a_role_that_there_is() {
    let mut graph = Graph::new();
    let (client, resource) = client_and(&mut graph, GRAPH);
    let exchange = principal_of(&mut graph, EXCHANGE);
    let delegated = "e1fe6dd8-ba31-4d61-89e7-88639da4683d";
    for (resource, role) in [
        (&resource, delegated),
        (&resource, FULL_ACCESS),
        (&exchange, TASKS_READ_ALL),
    ] {
        let sent = assign(&mut graph, &client, resource, role);
        assert_eq!((sent.status, sent.refused_by()), (400, "state"), "{role}");
    }
    let path = format!("/servicePrincipals/{client}/appRoleAssignments");
    let user = graph.world.tenant.person_at(20).unwrap().id;
    for body in [
        json!({}),
        json!({"principalId": user, "resourceId": resource, "appRoleId": TASKS_READ_ALL}),
        json!({"principalId": client, "resourceId": client, "appRoleId": TASKS_READ_ALL}),
        json!({"principalId": client, "resourceId": user, "appRoleId": TASKS_READ_ALL}),
    ] {
        assert_eq!(graph.post(&path, body.clone()).status, 400, "{body}");
    }
    let body = json!({"principalId": user, "resourceId": resource, "appRoleId": TASKS_READ_ALL});
    let sent = graph.post(
        &format!("/servicePrincipals/{resource}/appRoleAssignedTo"),
        body,
    );
    assert_eq!(sent.status, 400, "an application permission is for apps");
}

#[test]
fn users_are_assigned_to_apps_with_the_default_role() {
    let mut graph = Graph::new();
    let (client, _) = client_and(&mut graph, GRAPH);
    let user = graph.world.tenant.person_at(20).unwrap();
    let (user, name) = (user.id, user.display_name());
    let none = uuid::Uuid::nil();
    let body = json!({"principalId": user, "resourceId": client, "appRoleId": none});
    let sent = graph.post(
        &format!("/servicePrincipals/{client}/appRoleAssignedTo"),
        body,
    );
    assert_eq!(sent.status, 201, "{}", sent.text);
    assert_eq!(sent.body["principalType"], "User");
    assert_eq!(sent.body["principalDisplayName"], name);
}

#[test]
fn graphs_application_permissions_need_the_highest_roles() {
    let scopes = ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"];
    for (name, graph_role, exchange_role) in [
        ("admin", 201, 201),
        ("privileged", 201, 201),
        ("cloudapp", 403, 201),
        ("eligible", 403, 403),
        ("member", 403, 403),
    ] {
        let mut graph = Graph::new();
        let (client, resource) = client_and(&mut graph, GRAPH);
        let exchange = principal_of(&mut graph, EXCHANGE);
        let user = graph.user(name, &scopes);
        graph.ask(user);
        let sent = assign(&mut graph, &client, &resource, TASKS_READ_ALL);
        assert_eq!(sent.status, graph_role, "{name}");
        let sent = assign(&mut graph, &client, &exchange, FULL_ACCESS);
        assert_eq!(sent.status, exchange_role, "{name}");
    }
}

#[test]
fn assigning_needs_two_permissions_together() {
    let mut graph = Graph::new();
    let (client, resource) = client_and(&mut graph, GRAPH);
    for (scopes, status) in [
        (vec!["AppRoleAssignment.ReadWrite.All"], 403),
        (vec!["Application.ReadWrite.All"], 403),
        (
            vec![
                "AppRoleAssignment.ReadWrite.All",
                "Application.ReadWrite.All",
            ],
            201,
        ),
    ] {
        let user = graph.user("admin", &scopes);
        let sent = assign(graph.ask(user), &client, &resource, TASKS_READ_ALL);
        assert_eq!(sent.status, status, "{scopes:?}");
    }
}

fn grant(client: &str, resource: &str, scope: &str) -> Value {
    json!({"clientId": client, "consentType": "AllPrincipals", "principalId": null,
        "resourceId": resource, "scope": scope})
}

#[test]
fn there_is_one_grant_for_client_resource_and_kind() {
    let mut graph = Graph::new();
    let (client, resource) = client_and(&mut graph, GRAPH);
    let sent = graph.post(
        "/oauth2PermissionGrants",
        grant(&client, &resource, " User.Read  Tasks.Read User.Read"),
    );
    assert_eq!(sent.status, 201, "{}", sent.text);
    assert_eq!(sent.body["scope"], "User.Read Tasks.Read");
    let again = graph.post(
        "/oauth2PermissionGrants",
        grant(&client, &resource, "Tasks.Read"),
    );
    assert_eq!(again.status, 409);
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let mut own = grant(&client, &resource, "User.Read");
    own["consentType"] = json!("Principal");
    assert_eq!(
        graph.post("/oauth2PermissionGrants", own.clone()).status,
        400,
        "whose"
    );
    own["principalId"] = json!(user);
    assert_eq!(graph.post("/oauth2PermissionGrants", own).status, 201);
    let path = format!("/oauth2PermissionGrants/{}", sent.id());
    assert_eq!(
        graph
            .patch(&path, json!({"scope": "Tasks.Read openid"}))
            .status,
        204
    );
    assert_eq!(
        graph.patch(&path, json!({"clientId": client})).refused_by(),
        "rule"
    );
    let filter = format!(
        "/oauth2PermissionGrants?$filter=clientId eq '{client}' and consentType eq 'AllPrincipals'"
    );
    let found = graph.get(&filter);
    assert_eq!(found.items()[0]["scope"], "Tasks.Read openid");
    let all = graph.get(&format!(
        "/servicePrincipals/{client}/oauth2PermissionGrants"
    ));
    assert_eq!(all.items().len(), 2);
    let expand = graph.get(&format!(
        "/servicePrincipals/{client}?$select=id&$expand=oauth2PermissionGrants"
    ));
    assert_eq!(
        expand.body["oauth2PermissionGrants"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(graph.delete(&path).status, 204);
    assert_eq!(graph.get(&path).status, 404);
}

#[test]
fn a_grant_that_makes_no_sense_is_refused() {
    let mut graph = Graph::new();
    let (client, resource) = client_and(&mut graph, GRAPH);
    let nobody = "11111111-1111-4111-8111-111111111111";
    let mut with = |name: &str, value: Value| {
        let mut body = grant(&client, &resource, "User.Read");
        body[name] = value;
        graph.post("/oauth2PermissionGrants", body).status
    };
    assert_eq!(with("clientId", json!(nobody)), 400);
    assert_eq!(with("resourceId", json!(nobody)), 400);
    assert_eq!(with("consentType", json!("Everybody")), 400);
    assert_eq!(with("scope", json!(" ")), 400);
    assert_eq!(with("principalId", json!(nobody)), 400);
}

#[test]
fn delegated_permissions_are_granted_by_application_administrators_too() {
    let scopes = ["DelegatedPermissionGrant.ReadWrite.All"];
    for (name, status) in [
        ("admin", 201),
        ("privileged", 201),
        ("cloudapp", 201),
        ("member", 403),
    ] {
        let mut graph = Graph::new();
        let (client, resource) = client_and(&mut graph, GRAPH);
        let user = graph.user(name, &scopes);
        let sent = graph.ask(user).post(
            "/oauth2PermissionGrants",
            grant(&client, &resource, "User.Read"),
        );
        assert_eq!(sent.status, status, "{name}");
    }
}

#[test]
fn grants_are_seen_late_and_lean_on_what_is_seen() {
    let mut graph = lagging(20);
    let (_, app_id) = application(&mut graph, json!({}));
    wait(&mut graph, 21);
    let client = graph
        .post("/servicePrincipals", json!({"appId": app_id}))
        .id()
        .to_owned();
    let resource = principal_of(&mut graph, GRAPH);
    assert_eq!(
        assign(&mut graph, &client, &resource, TASKS_READ_ALL).status,
        404
    );
    let sent = graph.post(
        "/oauth2PermissionGrants",
        grant(&client, &resource, "User.Read"),
    );
    assert_eq!((sent.status, sent.refused_by()), (400, "state"));
    wait(&mut graph, 21);
    assert_eq!(
        assign(&mut graph, &client, &resource, TASKS_READ_ALL).status,
        201
    );
    let path = format!("/servicePrincipals/{client}/appRoleAssignments");
    assert!(graph.get(&path).items().is_empty());
    assert_eq!(
        assign(&mut graph, &client, &resource, TASKS_READ_ALL).status,
        409,
        "it is there"
    );
    wait(&mut graph, 21);
    assert_eq!(graph.get(&path).items().len(), 1);
}

#[test]
fn what_was_granted_goes_with_the_app() {
    let mut graph = Graph::new();
    let (id, app_id) = application(&mut graph, json!({}));
    let client = graph
        .post("/servicePrincipals", json!({"appId": app_id}))
        .id()
        .to_owned();
    let resource = principal_of(&mut graph, GRAPH);
    assign(&mut graph, &client, &resource, TASKS_READ_ALL);
    graph.post(
        "/oauth2PermissionGrants",
        grant(&client, &resource, "User.Read"),
    );
    assert_eq!(graph.delete(&format!("/applications/{id}")).status, 204);
    assert!(graph.get("/oauth2PermissionGrants").items().is_empty());
    let on = graph.get(&format!("/servicePrincipals/{resource}/appRoleAssignedTo"));
    assert!(on.items().is_empty());
}

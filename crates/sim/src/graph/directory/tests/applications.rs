use serde_json::{Value, json};

use super::{GRAPH, TASKS_READ_ALL, application, lagging, wait};
use crate::graph::testing::Graph;

#[test]
fn an_app_without_an_audience_is_for_everybody() {
    let mut graph = Graph::new();
    let sent = graph.post("/applications", json!({"displayName": "App"}));
    assert_eq!(sent.status, 201);
    assert_eq!(
        sent.body["signInAudience"],
        "AzureADandPersonalMicrosoftAccount"
    );
    assert!(
        sent.header("location")
            .ends_with(&format!("/applications/{}", sent.id()))
    );
    let found = graph.get(&format!(
        "/applications(appId='{}')",
        sent.body["appId"].as_str().unwrap()
    ));
    assert_eq!(found.id(), sent.id());
    let principal = graph.get(&format!(
        "/servicePrincipals(appId='{}')",
        sent.body["appId"].as_str().unwrap()
    ));
    assert_eq!(
        principal.status, 404,
        "an app does not bring its service principal along"
    );
}

#[test]
fn an_app_is_registered_whole_and_read_back() {
    let mut graph = Graph::new();
    let (id, _) = application(
        &mut graph,
        json!({
            "web": {"redirectUris": ["https://contoso.example/cb"], "homePageUrl": "https://contoso.example"},
            "publicClient": {"redirectUris": ["http://localhost"]},
            "isFallbackPublicClient": true, "notes": "made by a test", "tags": ["a"],
            "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": [
                {"id": TASKS_READ_ALL, "type": "Role"}]}],
        }),
    );
    let path = format!("/applications/{id}");
    let read = graph.get(&path);
    assert_eq!(
        read.body["publicClient"]["redirectUris"],
        json!(["http://localhost"])
    );
    assert_eq!(read.body["web"]["homePageUrl"], "https://contoso.example");
    assert_eq!(read.body["notes"], "made by a test");
    assert_eq!(
        read.body["requiredResourceAccess"][0]["resourceAccess"][0]["type"],
        "Role"
    );
    let body = json!({"web": {"redirectUris": []}, "displayName": "Renamed", "notes": null});
    assert_eq!(graph.patch(&path, body).status, 204);
    let read = graph.get(&path);
    assert_eq!(read.body["web"]["redirectUris"], json!([]));
    assert_eq!(
        read.body["web"]["homePageUrl"], "https://contoso.example",
        "not sent, so it stays"
    );
    assert_eq!(read.body["displayName"], "Renamed");
}

#[test]
fn what_entra_does_not_take_is_refused() {
    let mut graph = Graph::new();
    let (id, app_id) = application(&mut graph, json!({}));
    let tenant = graph.world.tenant.id;
    let access = |resource: &str, kind: &str| {
        json!({"requiredResourceAccess": [{"resourceAppId": resource,
            "resourceAccess": [{"id": TASKS_READ_ALL, "type": kind}]}]})
    };
    for (body, layer) in [
        (json!({"displayName": ""}), "rule"),
        (json!({"displayName": null}), "rule"),
        (json!({"signInAudience": "Everybody"}), "rule"),
        (json!({"appId": app_id}), "rule"),
        (json!({"createdDateTime": "2026-01-01T00:00:00Z"}), "rule"),
        (json!({"uniqueName": "x"}), "rule"),
        (
            json!({"passwordCredentials": [{"displayName": "x"}]}),
            "rule",
        ),
        (json!({"owners": []}), "rule"),
        (json!({"colour": "red"}), "rule"),
        (json!({"web": {"colour": "red"}}), "contract"),
        (json!({"tags": null}), "contract"),
        (
            json!({"web": {"redirectUris": ["http://contoso.example"]}}),
            "rule",
        ),
        (
            json!({"web": {"redirectUris": ["https://a.example", "https://a.example"]}}),
            "rule",
        ),
        (
            json!({"identifierUris": ["https://fabrikam.example/x"]}),
            "rule",
        ),
        (json!({"identifierUris": ["api://something"]}), "rule"),
        (
            json!({"identifierUris": ["https://app.contoso.example/x/"]}),
            "rule",
        ),
        (
            access("11111111-1111-4111-8111-111111111111", "Role"),
            "state",
        ),
        (access(GRAPH, "Application"), "rule"),
        (access("graph", "Role"), "contract"),
    ] {
        let sent = graph.patch(&format!("/applications/{id}"), body.clone());
        let expected = if body == access("graph", "Role") {
            "rule"
        } else {
            layer
        };
        assert_eq!(
            (sent.status, sent.refused_by()),
            (400, expected),
            "{body}: {}",
            sent.text
        );
    }
    for uri in [
        format!("api://{app_id}"),
        format!("api://{tenant}/{app_id}"),
        format!("api://{tenant}/name"),
        format!("api://name/{app_id}"),
        "https://contoso.example/name".to_owned(),
        "https://rooms.contoso.example".to_owned(),
    ] {
        let sent = graph.patch(
            &format!("/applications/{id}"),
            json!({"identifierUris": [uri]}),
        );
        assert_eq!(sent.status, 204, "{uri}: {}", sent.text);
    }
}

#[test]
fn identifier_uris_stay_taken_while_an_app_lies_in_the_recycle_bin() {
    let mut graph = Graph::new();
    let uris = json!({"identifierUris": ["https://contoso.example/rooms"]});
    let (id, _) = application(&mut graph, uris.clone());
    let (other, _) = application(&mut graph, json!({}));
    assert_eq!(graph.delete(&format!("/applications/{id}")).status, 204);
    let sent = graph.patch(&format!("/applications/{other}"), uris.clone());
    assert_eq!((sent.status, sent.refused_by()), (400, "state"));
    assert_eq!(
        graph
            .delete(&format!("/directory/deletedItems/{id}"))
            .status,
        204
    );
    assert_eq!(
        graph.patch(&format!("/applications/{other}"), uris).status,
        204
    );
}

#[test]
fn an_upsert_makes_one_app_and_finds_it_at_once() {
    let mut graph = lagging(30);
    let path = "/applications(uniqueName='fairlead-test')";
    let upsert = [("Prefer", "create-if-missing")];
    let body = || Some(json!({"displayName": "Fairlead"}));
    assert_eq!(graph.send("PATCH", path, &[], body()).status, 404);
    assert_eq!(
        graph.send("PATCH", path, &upsert, Some(json!({}))).status,
        400
    );
    let first = graph.send("PATCH", path, &upsert, body());
    assert_eq!(first.status, 201);
    assert_eq!(first.header("preference-applied"), "create-if-missing");
    assert_eq!(first.body["uniqueName"], "fairlead-test");
    let again = graph.send("PATCH", path, &upsert, body());
    assert_eq!((again.status, again.text.as_str()), (204, ""));
    assert_eq!(graph.get(path).status, 404, "reads do not see it yet");
    let by_id = format!("/applications/{}", first.id());
    assert_eq!(graph.get(&by_id).code(), "Request_ResourceNotFound");
    assert_eq!(graph.patch(&by_id, json!({"notes": "x"})).status, 404);
    let by_name = "/applications?$filter=uniqueName eq 'fairlead-test'";
    assert!(graph.get(by_name).items().is_empty());
    wait(&mut graph, 31);
    assert_eq!(graph.get(path).id(), first.id());
    assert_eq!(graph.get(by_name).items().len(), 1);
    assert_eq!(graph.patch(&by_id, json!({"notes": "x"})).status, 204);
}

#[test]
fn two_apps_cannot_have_one_unique_name() {
    let mut graph = Graph::new();
    application(&mut graph, json!({"uniqueName": "one"}));
    let sent = graph.post(
        "/applications",
        json!({"displayName": "B", "uniqueName": "one"}),
    );
    assert_eq!((sent.status, sent.refused_by()), (400, "state"));
}

#[test]
fn a_deleted_app_can_be_restored_for_thirty_days() {
    let mut graph = Graph::new();
    let (id, app_id) = application(&mut graph, json!({}));
    graph.post("/servicePrincipals", json!({"appId": app_id}));
    assert_eq!(
        graph
            .delete(&format!("/applications(appId='{app_id}')"))
            .status,
        204
    );
    assert_eq!(graph.get(&format!("/applications/{id}")).status, 404);
    assert_eq!(
        graph
            .get(&format!("/servicePrincipals(appId='{app_id}')"))
            .status,
        404
    );
    let bin = "/directory/deletedItems/graph.application?$select=id,deletedDateTime";
    let deleted = graph.get(bin);
    assert_eq!(deleted.each("id"), std::slice::from_ref(&id));
    assert!(deleted.items()[0]["deletedDateTime"].is_string());
    let item = format!("/directory/deletedItems/{id}");
    assert_eq!(
        graph.get(&item).body["@odata.type"],
        "#microsoft.graph.application"
    );
    let restored = graph.post(&format!("{item}/restore"), Value::Null);
    assert_eq!((restored.status, restored.id()), (200, id.as_str()));
    assert_eq!(graph.get(&format!("/applications/{id}")).status, 200);
    assert_eq!(graph.get(&item).status, 404);
    graph.delete(&format!("/applications/{id}"));
    wait(&mut graph, 31 * 86_400);
    assert!(graph.get(bin).items().is_empty());
    assert_eq!(
        graph.post(&format!("{item}/restore"), Value::Null).status,
        404
    );
}

#[test]
fn an_app_with_owned_by_writes_what_it_owns_and_reads_the_rest() {
    let mut graph = Graph::new();
    let (foreign, _) = application(&mut graph, json!({}));
    let owner = graph.app(&["Application.ReadWrite.OwnedBy"]);
    graph.ask(owner);
    let (own, own_app) = application(&mut graph, json!({}));
    let body = json!({"notes": "x"});
    assert_eq!(
        graph
            .patch(&format!("/applications/{own}"), body.clone())
            .status,
        204
    );
    let sent = graph.patch(&format!("/applications/{foreign}"), body);
    assert_eq!(
        (sent.status, sent.code()),
        (403, "Authorization_RequestDenied")
    );
    assert_eq!(graph.get(&format!("/applications/{foreign}")).status, 200);
    assert_eq!(
        graph
            .post("/servicePrincipals", json!({"appId": own_app}))
            .status,
        201
    );
    let owners = graph.get(&format!("/applications/{own}/owners"));
    assert_eq!(
        owners.items()[0]["@odata.type"],
        "#microsoft.graph.servicePrincipal"
    );
    assert_eq!(
        graph.delete(&format!("/applications/{foreign}")).status,
        403
    );
    assert_eq!(graph.delete(&format!("/applications/{own}")).status, 204);
}

#[test]
fn a_signed_in_user_needs_a_role_or_ownership() {
    let mut graph = Graph::new();
    let (foreign, _) = application(&mut graph, json!({}));
    let scopes = ["Application.ReadWrite.All"];
    let body = json!({"notes": "x"});
    for (name, changes_any, registers) in [
        ("admin", true, true),
        ("cloudapp", true, true),
        ("privileged", false, true),
        ("eligible", false, true),
        ("member", false, true),
    ] {
        let user = graph.user(name, &scopes);
        graph.ask(user);
        let sent = graph.patch(&format!("/applications/{foreign}"), body.clone());
        assert_eq!(sent.status, if changes_any { 204 } else { 403 }, "{name}");
        let made = graph.post("/applications", json!({"displayName": "App"}));
        assert_eq!(made.status, if registers { 201 } else { 403 }, "{name}");
        let path = format!("/applications/{}", made.id());
        assert_eq!(
            graph.patch(&path, body.clone()).status,
            204,
            "{name} owns it or has a role"
        );
    }
    graph.world.tenant.policies.users_may_register_apps = false;
    for (name, status) in [("member", 403), ("privileged", 403), ("cloudapp", 201)] {
        let user = graph.user(name, &scopes);
        let sent = graph
            .ask(user)
            .post("/applications", json!({"displayName": "App"}));
        assert_eq!(sent.status, status, "{name}");
    }
}

#[test]
fn owners_are_added_by_reference() {
    let mut graph = Graph::new();
    let (id, _) = application(&mut graph, json!({}));
    let path = format!("/applications/{id}/owners/$ref");
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let reference = |address: String| json!({"@odata.id": address});
    let address = format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}");
    assert_eq!(graph.post(&path, reference(address.clone())).status, 204);
    assert_eq!(
        graph.post(&path, reference(address)).status,
        400,
        "already one"
    );
    assert_eq!(
        graph.post(&path, reference("nonsense".to_owned())).status,
        400
    );
    assert_eq!(graph.post(&path, json!({})).refused_by(), "contract");
    let nobody = "https://graph.microsoft.com/v1.0/users/11111111-1111-4111-8111-111111111111";
    assert_eq!(graph.post(&path, reference(nobody.to_owned())).status, 404);
    let owners = graph.get(&format!(
        "/applications/{id}/owners?$select=id,userPrincipalName"
    ));
    assert_eq!(owners.items().len(), 2);
    let expanded = graph.get(&format!(
        "/applications/{id}?$select=id&$expand=owners($select=id)"
    ));
    assert_eq!(expanded.body["owners"].as_array().unwrap().len(), 2);
}

mod applications;
mod grants;
mod groups;
mod keys;
mod people;
mod principals;
mod tenant;

use serde_json::{Value, json};

use crate::graph::testing::Graph;
use crate::options::Options;

/// The app id of Microsoft Graph.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// The app id of Exchange Online.
const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";
/// The application permission `Tasks.Read.All`.
const TASKS_READ_ALL: &str = "f10e1f91-74ed-437f-a6fd-d6ae88e26c1f";
/// The application permission `full_access_as_app` of Exchange.
const FULL_ACCESS: &str = "dc890d15-9560-4a4c-9b7f-a736ec74ec40";

/// A tenant that shows new objects only after so many seconds.
fn lagging(seconds: u64) -> Graph {
    Graph::with(Options {
        lag: std::time::Duration::from_secs(seconds),
        ..Options::default()
    })
}

/// Lets time pass.
fn wait(graph: &mut Graph, seconds: i64) {
    graph
        .world
        .epoch_for_tests(jiff::SignedDuration::from_secs(seconds));
}

/// An app of its own: object id and app id.
fn application(graph: &mut Graph, more: Value) -> (String, String) {
    let mut body = json!({"displayName": "App", "signInAudience": "AzureADMyOrg"});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let sent = graph.post("/applications", body);
    assert_eq!(sent.status, 201, "{}", sent.text);
    (
        sent.id().to_owned(),
        sent.body["appId"].as_str().unwrap().to_owned(),
    )
}

/// The object id of the service principal of an app id.
fn principal_of(graph: &mut Graph, app_id: &str) -> String {
    let sent = graph.get(&format!("/servicePrincipals(appId='{app_id}')?$select=id"));
    assert_eq!(sent.status, 200, "{}", sent.text);
    sent.id().to_owned()
}

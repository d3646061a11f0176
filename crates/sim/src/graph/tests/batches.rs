use serde_json::{Value, json};

use crate::graph::testing::Graph;
use crate::options::{Fault, FaultKind, Feature, Options};

fn get(id: &str, url: &str) -> Value {
    json!({"id": id, "method": "GET", "url": url})
}

fn answers(graph: &mut Graph, requests: &[Value]) -> std::collections::BTreeMap<String, Value> {
    let sent = graph.post("/$batch", json!({"requests": requests}));
    assert_eq!(sent.status, 200, "{}", sent.text);
    sent.body["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| (answer["id"].as_str().unwrap().to_owned(), answer.clone()))
        .collect()
}

#[test]
fn each_request_is_answered_by_itself() {
    let mut graph = Graph::new();
    let requests = vec![
        get("1", "/organization"),
        get("2", "/groups/not-a-guid"),
        get("x", "domains?$select=id"),
        json!({"id": "4", "method": "GET", "url": "/groups/$count",
            "headers": {"ConsistencyLevel": "eventual"}}),
        json!({"id": "5", "method": "POST", "url": "/groups", "body": {"displayName": "x"}}),
        get("6", "/v1.0/organization"),
        get("7", "/$batch"),
        get("8", "//domains"),
        get(
            "9",
            "/users?$filter=startsWith(displayName,'://')&$select=id",
        ),
    ];
    let answers = answers(&mut graph, &requests);
    let status = |id: &str| answers[id]["status"].as_u64().unwrap();
    assert_eq!((status("1"), status("x"), status("4")), (200, 200, 200));
    assert_eq!((status("2"), status("5"), status("6")), (400, 400, 400));
    assert_eq!((status("7"), status("8"), status("9")), (405, 400, 200));
    assert!(answers["1"]["headers"]["Content-Type"].is_string());
    assert!(answers["4"]["body"].is_string() || answers["4"]["body"].is_number());
    assert_eq!(graph.world.inner.len(), 9);
}

#[test]
fn a_bad_batch_is_refused_whole() {
    let mut graph = Graph::new();
    let many = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|id| get(&id.to_string(), "/domains"))
            .collect()
    };
    for (body, layer) in [
        (json!({}), "contract"),
        (json!({"requests": []}), "contract"),
        (json!({"requests": many(21)}), "contract"),
        (
            json!({"requests": [{"id": "1", "url": "/domains"}]}),
            "contract",
        ),
        (
            json!({"requests": [{"id": 1, "method": "GET", "url": "/domains"}]}),
            "contract",
        ),
        (
            json!({"requests": [{"id": "1", "method": "get", "url": "/domains"}]}),
            "contract",
        ),
        (
            json!({"requests": [get("1", "/domains")], "toys": 1}),
            "contract",
        ),
        (
            json!({"requests": [get("1", "/domains"), get("1", "/domains")]}),
            "rule",
        ),
        (
            json!({"requests": [get("1", "https://graph.microsoft.com/v1.0/domains")]}),
            "rule",
        ),
        (
            json!({"requests": [{"id": "1", "method": "GET", "url": "/domains",
            "dependsOn": ["2"]}]}),
            "rule",
        ),
        (
            json!({"requests": [{"id": "1", "method": "GET", "url": "/domains",
            "dependsOn": ["1"]}]}),
            "rule",
        ),
        (
            json!({"requests": [
                {"id": "1", "method": "GET", "url": "/domains", "dependsOn": ["2"]},
                get("2", "/domains")]}),
            "rule",
        ),
    ] {
        let sent = graph.post("/$batch", body.clone());
        assert_eq!((sent.status, sent.refused_by()), (400, layer), "{body}");
    }
    assert_eq!(graph.get("/$batch").status, 405);
    assert_eq!(answers(&mut graph, &many(20)).len(), 20);
}

#[test]
fn a_batch_is_known_by_its_decoded_path_and_holds_no_other() {
    let mut graph = Graph::new();
    for path in ["/%24batch", "/%24%62atch"] {
        let sent = graph.post(path, json!({"requests": []}));
        assert_eq!(
            (sent.status, sent.refused_by()),
            (400, "contract"),
            "{path}"
        );
        let sent = graph.post(path, json!({"requests": [get("1", "/domains")]}));
        assert_eq!(sent.body["responses"][0]["status"], 200, "{path}");
        let inner = json!({"id": "1", "method": "POST", "url": path, "body": {"requests": []},
            "headers": {"Content-Type": "application/json"}});
        let answers = answers(&mut graph, &[inner]);
        assert_eq!(answers["1"]["status"], 400);
        assert_eq!(
            answers["1"]["headers"]["x-simulated-refusal"], "rule",
            "{path}"
        );
    }
}

#[test]
fn what_a_request_of_a_batch_says_besides_is_ignored() {
    let mut graph = Graph::new();
    let more = json!({"id": "1", "method": "GET", "url": "/domains", "depends_on": [],
        "atomicityGroup": 5});
    assert_eq!(answers(&mut graph, &[more])["1"]["status"], 200);
}

#[test]
fn what_depends_on_a_failure_is_not_done() {
    let mut graph = Graph::new();
    let on = |id: &str, url: &str, on: &str| json!({"id": id, "method": "GET", "url": url, "dependsOn": [on]});
    let requests = vec![
        get("a", "/domains"),
        on("b", "/groups/x", "a"),
        on("c", "/domains", "b"),
        on("d", "/domains", "a"),
    ];
    let answers = answers(&mut graph, &requests);
    let status = |id: &str| answers[id]["status"].as_u64().unwrap();
    assert_eq!(
        (status("a"), status("b"), status("c"), status("d")),
        (200, 400, 424, 200)
    );
}

#[test]
fn a_partial_failure_says_when_to_try_again() {
    let mut graph = Graph::with(Options {
        faults: vec![Fault {
            kind: FaultKind::BatchPartial,
            every: 3,
        }],
        ..Options::default()
    });
    let requests: Vec<Value> = (0..12).map(|id| get(&id.to_string(), "/domains")).collect();
    let answers = answers(&mut graph, &requests);
    let failed: Vec<&Value> = answers
        .values()
        .filter(|answer| answer["status"] != 200)
        .collect();
    assert_eq!(failed.len(), 4);
    for answer in failed {
        assert!([429, 503].contains(&answer["status"].as_u64().unwrap()));
        assert!(answer["headers"]["Retry-After"].is_string());
    }
}

#[test]
fn each_request_of_a_batch_is_throttled_by_itself() {
    let mut graph = Graph::with(Options {
        throttle: Some(5.0),
        ..Options::default()
    });
    let requests: Vec<Value> = (0..20).map(|id| get(&id.to_string(), "/domains")).collect();
    let answers = answers(&mut graph, &requests);
    let throttled = answers
        .values()
        .filter(|answer| answer["status"] == 429)
        .count();
    assert!((10..=15).contains(&throttled), "{throttled}");
}

#[test]
fn a_tenant_may_refuse_batches() {
    let mut graph = Graph::with(Options {
        refuse: vec![Feature::Batch],
        ..Options::default()
    });
    let sent = graph.post("/$batch", json!({"requests": [get("1", "/domains")]}));
    assert_eq!(sent.status, 403);
}

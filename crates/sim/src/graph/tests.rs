use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::testing::{BASE, Graph};
use crate::options::{Fault, FaultKind, Feature, Options};
use crate::wire::Incoming;

#[test]
fn the_published_contract_is_kept() {
    let mut graph = Graph::new();
    let task = graph.first_task();
    let task = task.as_str();
    for (method, path, status) in [
        ("GET", "/toys", 400),
        ("GET", "/groups/", 400),
        ("GET", "/groups/x/toys", 400),
        ("GET", "/users/delta", 400),
        ("GET", "/drives/x", 400),
        ("PUT", "/groups", 405),
        ("DELETE", "/organization", 405),
        ("GET", "/groups?$toys=1", 400),
        ("GET", "/groups?toys=1", 400),
        ("GET", "/users?$skip=1", 400),
        ("GET", "/planner/tasks/x?$top=1", 400),
        ("GET", "/groups?$top=x", 400),
        ("GET", "/groups?$top=-1", 400),
        ("GET", "/groups?$count=yes", 400),
        ("POST", "/groups", 400),
        ("DELETE", task, 412),
        ("PATCH", task, 412),
    ] {
        let sent = graph.send(method, path, &[], None);
        assert_eq!(
            (sent.status, sent.refused_by()),
            (status, "contract"),
            "{method} {path}"
        );
    }
    let sent = graph.send("GET", "/groups", &[("ConsistencyLevel", "strong")], None);
    assert_eq!((sent.status, sent.refused_by()), (400, "contract"));
}

impl Graph {
    /// The address of some task.
    fn first_task(&mut self) -> String {
        let group = self.world.tenant.group_at(0).unwrap().id;
        let plans = self.get(&format!("/groups/{group}/planner/plans"));
        let plan = plans.items()[0]["id"].as_str().unwrap().to_owned();
        let tasks = self.get(&format!("/planner/plans/{plan}/tasks"));
        format!(
            "/planner/tasks/{}",
            tasks.items()[0]["id"].as_str().unwrap()
        )
    }
}

#[test]
fn the_path_is_named_that_is_not_there() {
    let mut graph = Graph::new();
    let sent = graph.get("/groups/abc/toys");
    assert_eq!(sent.code(), "BadRequest");
    assert_eq!(sent.message(), "Resource not found for the segment 'toys'.");
}

#[test]
fn documented_rules_beyond_the_contract_are_kept() {
    let mut graph = Graph::new();
    for path in [
        "/groups?$top=1000",
        "/groups?$top=0",
        "/groups?$skip=3",
        "/groups?$select=id,toys",
        "/groups?$select=members",
        "/groups?$expand=toys",
        "/groups?$expand=threads",
        "/groups?$filter=toys eq 1",
        "/groups?$filter=visibility eq 'Public'",
        "/groups?$filter=displayName",
        "/groups?$orderby=visibility",
        "/groups?$orderby=displayName sideways",
        "/groups?$top=5&$top=6",
        "/groups?$skiptoken=abc",
        "/groups?$search=%22displayName:x%22",
        "/groups?$filter=displayName ne 'x'",
        "/groups?$filter=startsWith(displayName,'x')&$orderby=displayName",
        "/subscribedSkus?$top=1",
        "/subscribedSkus?$filter=skuId eq null",
        "/domains?$filter=id eq 'x'",
        "/organization?$orderby=displayName",
        "/users/$count",
        "/planner/tasks/short",
        "/users?$filter=displayName eq 'x' or contains(displayName,'y')",
    ] {
        let sent = graph.get(path);
        assert_eq!(
            (sent.status, sent.refused_by()),
            (400, "rule"),
            "{path}: {}",
            sent.text
        );
    }
}

#[test]
fn bodies_must_be_json_and_say_so() {
    let mut graph = Graph::new();
    let mut send = |content_type: Option<&'static str>, body: &'static str| {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert("content-type", content_type.parse().unwrap());
        }
        let body = Bytes::from_static(body.as_bytes());
        let sent = graph.send_raw("POST", "/groups", headers, body);
        assert_eq!(sent.refused_by(), "contract");
        sent.status
    };
    assert_eq!(send(None, "{}"), 400);
    assert_eq!(send(Some("text/plain"), "{}"), 415);
    assert_eq!(send(Some("application/json"), "{"), 400);
    assert_eq!(send(Some("application/json"), "[]"), 400);
    assert_eq!(
        send(
            Some("application/json; charset=utf-8"),
            "{\"toys\":{}, \"id\": 5}"
        ),
        400
    );
}

#[test]
fn an_error_has_graphs_shape_and_ids() {
    let mut graph = Graph::new();
    let headers = [("client-request-id", "7f0f1a52-0b0c-4a36-9d0c-0f6f5a1c9c11")];
    let sent = graph.send("GET", "/groups/x", &headers, None);
    let inner = &sent.body["error"]["innerError"];
    assert_eq!(inner["client-request-id"], headers[0].1);
    assert_eq!(sent.header("client-request-id"), headers[0].1);
    assert_eq!(inner["request-id"], sent.header("request-id"));
    assert!(
        inner["date"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-22T10:")
    );
    assert_eq!(sent.header("content-type"), "application/json");
    assert!(sent.header("date").starts_with("Sun, 22 Nov 2026 10:"));
}

#[test]
fn an_answer_has_graphs_headers_and_context() {
    let mut graph = Graph::new();
    let sent = graph.get("/groups?$select=id,displayName&$top=2");
    assert_eq!(sent.header("odata-version"), "4.0");
    assert!(
        sent.header("content-type")
            .starts_with("application/json;odata.metadata=minimal;")
    );
    let context = format!("{BASE}/v1.0/$metadata#groups(id,displayName)");
    assert_eq!(sent.body["@odata.context"], context);
    let first = sent.items()[0].as_object().unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["id", "displayName"]);
}

#[test]
fn no_token_is_401_with_where_to_get_one() {
    let mut graph = Graph::new();
    let mut headers = HeaderMap::new();
    for authorization in ["", "Bearer", "Bearer ", "Basic abc", "Bearer nonsense"] {
        headers.insert("authorization", authorization.parse().unwrap());
        let request = Incoming {
            method: http::Method::GET,
            path: "/v1.0/me".to_owned(),
            query: None,
            headers: headers.clone(),
            body: Bytes::new(),
            base: BASE.to_owned(),
        };
        let answer = super::handle(&mut graph.world, &request);
        assert_eq!(answer.status, 401);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("authorization_uri="), "{challenge}");
    }
}

#[test]
fn a_caller_that_the_tenant_lost_is_not_known() {
    let mut graph = Graph::new();
    let now = graph.world.now();
    let claims = graph.claims.clone();
    assert!(super::access::known_caller(&graph.world, &claims).is_ok());
    let mut elsewhere = claims.clone();
    elsewhere.tenant = uuid::Uuid::nil();
    assert!(super::access::known_caller(&graph.world, &elsewhere).is_err());
    for principal in &mut graph.world.tenant.service_principals {
        principal.deleted = Some(now);
    }
    assert!(super::access::known_caller(&graph.world, &claims).is_err());
}

#[test]
fn every_operation_asks_for_its_permission() {
    let mut graph = Graph::new();
    let nobody = graph.app(&[]);
    let unsigned = graph.user("admin", &["openid"]);
    for claims in [nobody, unsigned] {
        graph.claims = claims;
        for endpoint in crate::contract::endpoints().iter() {
            let rolls = endpoint.path.ends_with("Key") && graph.claims.user.is_none();
            if endpoint.path == "/$batch" || rolls || endpoint.path.starts_with("/me") {
                continue;
            }
            let id = "11111111-1111-4111-8111-111111111111";
            let path: String = endpoint
                .path
                .split('{')
                .enumerate()
                .map(|(at, part)| match part.split_once('}') {
                    Some((_, rest)) if at > 0 => format!("{id}{rest}"),
                    _ => part.to_owned(),
                })
                .collect();
            let body = endpoint.body.map(|ty| match ty {
                "reference" => json!({"@odata.id": "x"}),
                _ => json!({}),
            });
            let headers: &[(&str, &str)] = if endpoint.if_match {
                &[("If-Match", "x")]
            } else {
                &[]
            };
            let sent = graph.send(endpoint.method, &path, headers, body);
            assert_eq!(
                (sent.status, sent.refused_by()),
                (403, "permission"),
                "{} {}: {}",
                endpoint.method,
                endpoint.path,
                sent.text
            );
            let planner = endpoint.path.contains("/planner/");
            assert_eq!(
                sent.code().is_empty(),
                planner,
                "Planner's code is an empty text"
            );
        }
    }
}

#[test]
fn what_is_not_available_to_apps_is_refused_to_apps() {
    let mut graph = Graph::new();
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let sent = graph.get(&format!("/users/{user}/planner/plans"));
    assert_eq!((sent.status, sent.code()), (403, ""));
    let sent = graph.get("/me");
    assert_eq!((sent.status, sent.code()), (400, "BadRequest"));
    assert!(sent.message().contains("delegated authentication flow"));
}

#[test]
fn pages_are_followed_to_the_end_and_show_everything_once() {
    let options = Options {
        page_size: Some(7),
        ..Options::default()
    };
    let mut graph = Graph::with(options);
    let users = graph.all("/users?$select=id&$top=50", &[]);
    assert_eq!(users.len() as u64, graph.world.tenant.people_count());
    let distinct: std::collections::BTreeSet<&str> = users
        .iter()
        .filter_map(|user| user["id"].as_str())
        .collect();
    assert_eq!(distinct.len(), users.len());
    let filter = "/users?$filter=accountEnabled eq true&$select=id,accountEnabled";
    let enabled = graph.all(filter, &[]);
    assert!(enabled.len() < users.len());
    assert!(enabled.iter().all(|user| user["accountEnabled"] == true));
}

#[test]
fn some_pages_are_empty_and_have_a_next_one() {
    let mut empty = 0;
    for seed in 1..6 {
        let options = Options {
            page_size: Some(5),
            seed,
            ..Options::default()
        };
        let mut graph = Graph::with(options);
        let mut next = Some("/users?$select=id".to_owned());
        while let Some(path) = next {
            let page = graph.get(&path);
            next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
            empty += u64::from(page.items().is_empty() && next.is_some());
        }
    }
    assert!(empty > 3, "{empty}");
}

#[test]
fn a_next_link_is_bound_to_its_query() {
    let mut graph = Graph::new();
    let page = graph.get("/users?$top=5&$select=id");
    let next = page.body["@odata.nextLink"].as_str().unwrap();
    assert_eq!(graph.get(next).status, 200);
    let token = next.split("$skiptoken=").nth(1).unwrap();
    for path in [
        "/users?$top=6&$select=id",
        "/groups?$top=5&$select=id",
        "/users?$select=id",
    ] {
        let sent = graph.get(&format!("{path}&$skiptoken={token}"));
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{path}");
    }
}

#[test]
fn sorted_pages_go_on_where_they_ended() {
    let mut graph = Graph::new();
    let groups = graph.all(
        "/groups?$orderby=displayName desc&$top=4&$select=displayName",
        &[],
    );
    let names: Vec<String> = groups
        .iter()
        .map(|group| group["displayName"].as_str().unwrap().to_lowercase())
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(names, sorted);
    assert_eq!(names.len() as u64, graph.world.tenant.groups_count());
}

#[test]
fn counting_needs_the_consistency_level() {
    let mut graph = Graph::new();
    let sent = graph.get("/groups?$count=true&$top=3");
    assert_eq!(sent.body.get("@odata.count"), None, "silently ignored");
    let sent = graph.get_eventual("/groups?$count=true&$top=3");
    assert_eq!(sent.body["@odata.count"], graph.world.tenant.groups_count());
    let next = sent.body["@odata.nextLink"].as_str().unwrap();
    let sent = graph.get_eventual(next);
    assert_eq!(
        sent.body.get("@odata.count"),
        None,
        "only on the first page"
    );
    let sent = graph.get_eventual("/groups/$count");
    assert_eq!(sent.text, graph.world.tenant.groups_count().to_string());
    assert!(sent.header("content-type").starts_with("text/plain"));
    let filter = "/groups/$count?$filter=groupTypes/any(c:c eq 'Unified')";
    assert_eq!(graph.get_eventual(filter).text, "20");
}

#[test]
fn an_advanced_query_needs_both_header_and_count() {
    let mut graph = Graph::new();
    let filter = "/users?$filter=userType ne 'Guest'&$select=id";
    assert_eq!(graph.get(filter).code(), "Request_UnsupportedQuery");
    assert_eq!(
        graph.get_eventual(filter).code(),
        "Request_UnsupportedQuery"
    );
    let counted = format!("{filter}&$count=true");
    assert_eq!(graph.get(&counted).status, 400);
    let sent = graph.get_eventual(&counted);
    assert_eq!(sent.status, 200);
    if let Some(next) = sent.body["@odata.nextLink"].as_str() {
        assert_eq!(
            graph.get(next).status,
            400,
            "the header is not carried over"
        );
        assert_eq!(graph.get_eventual(next).status, 200);
    }
    let expand = format!("{counted}&$expand=memberOf");
    assert_eq!(graph.get_eventual(&expand).status, 400);
}

#[test]
fn a_page_loop_leads_back() {
    let options = Options {
        faults: vec![Fault {
            kind: FaultKind::PageLoop,
            every: 1,
        }],
        ..Options::default()
    };
    let mut graph = Graph::with(options);
    let first = graph.get("/users?$top=5&$select=id");
    let again = graph.get(first.body["@odata.nextLink"].as_str().unwrap());
    assert_eq!(first.items(), again.items());
}

#[test]
fn the_beta_endpoint_serves_nothing_yet() {
    for refuse in [vec![], vec![Feature::Beta]] {
        let mut graph = Graph::with(Options {
            refuse,
            ..Options::default()
        });
        let claims = graph.claims.clone();
        let request = Incoming {
            method: http::Method::GET,
            path: "/beta/planner/tasks".to_owned(),
            query: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            base: BASE.to_owned(),
        };
        let envelope = super::Envelope::of(&request, graph.world.now());
        let answer = super::answer(&mut graph.world, &claims, &request, &envelope);
        assert!(answer.status.is_client_error());
    }
}

mod batches {
    use super::*;

    fn get(id: &str, url: &str) -> Value {
        json!({"id": id, "method": "GET", "url": url})
    }

    fn answers(
        graph: &mut Graph,
        requests: Vec<Value>,
    ) -> std::collections::BTreeMap<String, Value> {
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
        ];
        let answers = answers(&mut graph, requests);
        let status = |id: &str| answers[id]["status"].as_u64().unwrap();
        assert_eq!((status("1"), status("x"), status("4")), (200, 200, 200));
        assert_eq!((status("2"), status("5"), status("6")), (400, 400, 400));
        assert_eq!(status("7"), 400);
        assert!(answers["1"]["headers"]["Content-Type"].is_string());
        assert!(answers["4"]["body"].is_string() || answers["4"]["body"].is_number());
        assert_eq!(graph.world.inner.len(), 7);
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
        ] {
            let sent = graph.post("/$batch", body.clone());
            assert_eq!((sent.status, sent.refused_by()), (400, layer), "{body}");
        }
        assert_eq!(graph.get("/$batch").status, 405);
        assert_eq!(answers(&mut graph, many(20)).len(), 20);
    }

    #[test]
    fn what_depends_on_a_failure_is_not_done() {
        let mut graph = Graph::new();
        let on = |id: &str, url: &str, on: &str| json!({"id": id, "method": "GET", "url": url, "dependsOn": [on]});
        let requests = vec![
            on("c", "/domains", "b"),
            on("b", "/groups/x", "a"),
            get("a", "/domains"),
            on("d", "/domains", "a"),
        ];
        let answers = answers(&mut graph, requests);
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
        let requests = (0..12).map(|id| get(&id.to_string(), "/domains")).collect();
        let answers = answers(&mut graph, requests);
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
    fn a_tenant_may_refuse_batches() {
        let mut graph = Graph::with(Options {
            refuse: vec![Feature::Batch],
            ..Options::default()
        });
        let sent = graph.post("/$batch", json!({"requests": [get("1", "/domains")]}));
        assert_eq!(sent.status, 403);
    }
}

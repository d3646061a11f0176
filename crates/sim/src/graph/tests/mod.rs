mod batches;
mod pages;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::testing::{BASE, Graph};
use crate::options::{Feature, Options};
use crate::token::Claims;
use crate::wire::Incoming;

#[test]
fn the_published_contract_is_kept() {
    let mut graph = Graph::new();
    let task = graph.first_task();
    let task = task.as_str();
    for (method, path, status) in [
        ("GET", "/toys", 400),
        ("GET", "/groups/", 400),
        ("GET", "//groups", 400),
        ("GET", "/groups//members", 400),
        ("GET", "/groups/delta()", 400),
        (
            "GET",
            "/servicePrincipals/x/appRoleAssignments/delta()",
            400,
        ),
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
        ("GET", "/groups?$top=%2B5", 400),
        ("GET", "/groups?$top=", 400),
        ("GET", "/groups/x/threads?$skip=%2B5", 400),
        ("GET", "/groups/x/threads?$filter=", 400),
        ("GET", "/groups/x/threads?$search=", 400),
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
fn a_list_of_nothing_selects_everything() {
    let mut graph = Graph::new();
    let all = graph.get("/groups?$select=&$top=1");
    assert_eq!(all.status, 200);
    let names = |sent: &super::testing::Sent| sent.items()[0].as_object().unwrap().len();
    assert_eq!(names(&all), names(&graph.get("/groups?$top=1")));
}

#[test]
fn a_number_beyond_every_machines_is_one_all_the_same() {
    let mut graph = Graph::new();
    let most = "99999999999999999999999";
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let sent = graph.get(&format!("/users/{user}/memberOf?$top={most}"));
    assert_eq!((sent.status, sent.refused_by()), (400, "rule"));
    let group = graph.world.tenant.group_at(0).unwrap().id;
    let sent = graph.get(&format!("/groups/{group}/planner/plans?$top={most}"));
    assert_eq!(sent.status, 200);
    let sent = graph.get(&format!("/groups/{group}/threads?$skip={most}"));
    assert_eq!((sent.status, sent.items().len()), (200, 0));
}

#[test]
fn objects_behind_navigation_are_kept_out_by_a_rule_whatever_they_are() {
    let mut graph = Graph::new();
    let group = graph.world.tenant.group_at(0).unwrap().id;
    for body in [
        json!({"events": [{}]}),
        json!({"calendar": {"x": 1}}),
        json!({"drive": {"items": [{}]}}),
        json!({"drive": {"root": 5}}),
    ] {
        let sent = graph.patch(&format!("/groups/{group}"), body.clone());
        assert_eq!((sent.status, sent.refused_by()), (400, "rule"), "{body}");
    }
    let sent = graph.patch(&format!("/groups/{group}"), json!({"events": null}));
    assert_eq!((sent.status, sent.refused_by()), (400, "contract"));
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
fn a_token_for_another_service_or_of_a_lost_caller_is_not_accepted() {
    let mut graph = Graph::new();
    let now = graph.world.now();
    let request = Incoming {
        method: http::Method::GET,
        path: "/v1.0/me".to_owned(),
        query: None,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        base: BASE.to_owned(),
    };
    let claims = graph.claims.clone();
    let code = |graph: &Graph, claims: &Claims| {
        let refusal = super::accept(&graph.world, &request, claims).unwrap_err();
        (refusal.status.as_u16(), refusal.code.into_owned())
    };
    assert!(super::accept(&graph.world, &request, &claims).is_ok());
    let audience = "https://outlook.office365.com".to_owned();
    let other = Claims {
        audience,
        ..claims.clone()
    };
    assert_eq!(
        code(&graph, &other),
        (401, "InvalidAuthenticationToken".to_owned())
    );
    let over = Claims {
        expires: now,
        ..claims.clone()
    };
    assert_eq!(
        code(&graph, &over),
        (401, "InvalidAuthenticationToken".to_owned())
    );
    let elsewhere = Claims {
        tenant: uuid::Uuid::nil(),
        ..claims.clone()
    };
    let lost = (401, "Authorization_IdentityNotFound".to_owned());
    assert_eq!(code(&graph, &elsewhere), lost);
    for principal in &mut graph.world.tenant.service_principals {
        principal.deleted = Some(now);
    }
    assert_eq!(code(&graph, &claims), lost);
}

#[test]
fn a_tenant_that_was_kept_is_found_again() {
    let mut graph = Graph::new();
    let plan = graph
        .world
        .tenant
        .ids()
        .planner(crate::tenant::Kind::Plan, 0);
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let task = graph.post(
        "/planner/tasks",
        json!({"title": "Kept", "planId": plan,
        "appliedCategories": {"category25": true}, "assignments": {user.to_string():
            {"@odata.type": "#microsoft.graph.plannerAssignment", "orderHint": " !"}}}),
    );
    let details = format!("/planner/plans/{plan}/details");
    let etag = graph.get(&details).etag().to_owned();
    graph.patch_if(
        &details,
        &etag,
        json!({"categoryDescriptions": {"category25": "Later"}}),
    );
    let group = graph.world.tenant.group_at(0).unwrap().id;
    graph.patch(&format!("/groups/{group}"), json!({"description": "Kept"}));
    let app = graph.post("/applications", json!({"displayName": "Kept"}));
    let paths = [
        format!("/planner/tasks/{}", task.id()),
        details,
        format!("/groups/{group}"),
        format!("/applications/{}", app.id()),
        format!("/planner/plans/{plan}/tasks"),
    ];
    let before: Vec<Value> = paths.iter().map(|path| graph.get(path).body).collect();
    let kept = serde_json::to_string(&graph.world.tenant).unwrap();
    graph.world.tenant = serde_json::from_str(&kept).unwrap();
    let after: Vec<Value> = paths.iter().map(|path| graph.get(path).body).collect();
    assert_eq!(before, after);
    let next = graph.post("/applications", json!({"displayName": "Next"}));
    assert_ne!(next.id(), app.id(), "ids are not given again");
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

use crate::graph::testing::Graph;
use crate::options::{Fault, FaultKind, Options};

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

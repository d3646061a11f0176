//! The tenant as its automation app sees it: Graph, asked from outside of Fairlead.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::tenant::Tenant;
use fairlead_tests::http::{self, Answer};

/// How often a request is made that meets the tenant's own faults.
const ATTEMPTS: u32 = 60;

/// A token of the automation app, and where to use it.
#[derive(Debug)]
pub(super) struct Automation {
    graph: String,
    authorization: String,
}

impl Automation {
    pub(super) fn of(tenant: &Tenant) -> Self {
        let text = |name: &str| tenant.ready(name).as_str().unwrap_or_default().to_owned();
        let field = |name: &str| {
            tenant.ready("automation")[name]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let url = format!("{}/{}/oauth2/v2.0/token", text("login"), text("tenant_id"));
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}%2F.default",
            field("client_id"),
            field("client_secret").replace('~', "%7E"),
            text("graph_resource")
        );
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = insist("a token of the automation app", || {
            http::send("POST", &url, &form, body.as_bytes()).filter(|answer| answer.status == 200)
        });
        let token: Value = serde_json::from_slice(&answer.body).expect("a token answer is JSON");
        Self {
            graph: format!("{}/v1.0", text("graph")),
            authorization: format!(
                "Bearer {}",
                token["access_token"].as_str().unwrap_or_default()
            ),
        }
    }

    fn send(&self, method: &str, url: &str, body: &Value) -> Option<Answer> {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = http::send(method, url, &headers, text.as_bytes())?;
        let passing = matches!(answer.status, 401 | 408 | 429 | 500..);
        let page = answer.status == 200 && serde_json::from_slice::<Value>(&answer.body).is_err();
        (!passing && !page).then_some(answer)
    }

    /// The answer to a request, faults aside.
    pub(super) fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.graph);
        let answer = insist(path, || self.send(method, &url, body));
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, body)
    }

    /// Every item of a list.
    pub(super) fn list(&self, path: &str) -> Vec<Value> {
        insist(path, || {
            let mut items = Vec::new();
            let mut read = BTreeSet::new();
            let mut next = Some(format!("{}{path}", self.graph));
            while let Some(url) = next {
                // A page that leads back is one of the tenant's faults.
                if !read.insert(url.clone()) {
                    return None;
                }
                let answer = self.send("GET", &url, &Value::Null)?;
                let page: Value = serde_json::from_slice(&answer.body).ok()?;
                items.extend(page["value"].as_array()?.iter().cloned());
                next = page["@odata.nextLink"].as_str().map(str::to_owned);
            }
            Some(items)
        })
    }

    /// Waits until reads see everything that was created before: until they see something newer.
    pub(super) fn settle(&self) {
        let marker = json!({"displayName": MARKER});
        let (status, made) = self.ask("POST", "/applications", &marker);
        assert_eq!(status, 201, "the marker is made: {made}");
        let path = format!("/applications/{}", made["id"].as_str().unwrap_or_default());
        let deadline = Instant::now() + Duration::from_mins(2);
        while self.ask("GET", &path, &Value::Null).0 != 200 {
            assert!(Instant::now() < deadline, "the marker is never seen");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.ask("DELETE", &path, &Value::Null);
    }
}

/// What is made to see whether reads are up to date.
pub(super) const MARKER: &str = "marker of a test";

fn insist<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..ATTEMPTS {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("no answer after {ATTEMPTS} attempts: {what}");
}

//! The tenant as an administrator in the portals changes it: Graph, with the automation app's token.

use fairlead_sim::Ready;
use fairlead_tests::http;
use serde_json::{Value, json};

/// Graph with every permission.
#[derive(Debug)]
pub(super) struct Automation {
    graph: String,
    authorization: String,
}

impl Automation {
    pub(super) fn of(ready: &Ready) -> Self {
        let url = format!("{}/{}/oauth2/v2.0/token", ready.login, ready.tenant_id);
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}%2F.default",
            ready.automation.client_id,
            ready.automation.client_secret.replace('~', "%7E"),
            ready.graph_resource
        );
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = http::send("POST", &url, &headers, form.as_bytes());
        let answer = answer.expect("the tenant answers");
        let token: Value = serde_json::from_slice(&answer.body).expect("a token answer is JSON");
        Self {
            graph: format!("{}/v1.0", ready.graph),
            authorization: format!("Bearer {}", text(&token["access_token"])),
        }
    }

    /// The status and the body of an answer.
    pub(super) fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let sent = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let url = format!("{}{path}", self.graph);
        let answer = http::send(method, &url, &headers, sent.as_bytes());
        let answer = answer.expect("the tenant answers");
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, body)
    }

    /// What a read brings.
    pub(super) fn get(&self, path: &str) -> Result<Value, String> {
        self.done("GET", path, &Value::Null)
    }

    /// The items of a list of one page.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Value>, String> {
        let page = self.get(path)?;
        Ok(page["value"].as_array().cloned().unwrap_or_default())
    }

    /// A change, or why the tenant refused it.
    pub(super) fn done(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        match self.ask(method, path, body) {
            (200..=299, body) => Ok(body),
            (status, body) => Err(format!("{method} {path}: {status} {body}")),
        }
    }

    /// The address of an object, as references want it.
    pub(super) fn reference(&self, id: &str) -> Value {
        json!({"@odata.id": format!("{}/directoryObjects/{id}", self.graph)})
    }
}

/// The text of a field.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

//! What every answer of Graph carries besides its content.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::odata::Listed;
use super::refusal::Refusal;
use crate::wire::{Answer, Incoming};

/// Graph's content type for JSON.
const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                    IEEE754Compatible=false;charset=utf-8";

/// What a handler answers.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Content,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// The body of a reply.
#[derive(Debug)]
pub(super) enum Content {
    None,
    Json(Value),
    /// A page of a collection, with its `@odata.context`.
    Page(Listed, String),
    /// A bare number, of a `/$count`.
    Number(u64),
}

impl Reply {
    pub(super) const fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Content::Json(body),
            headers: Vec::new(),
        }
    }

    pub(super) const fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with where the new object is found.
    pub(super) fn created(body: Value, location: String) -> Self {
        Self::json(StatusCode::CREATED, body).header("location", location)
    }

    pub(super) const fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Content::None,
            headers: Vec::new(),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The ids and the date that an answer is known by.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    request_id: Uuid,
    client_request_id: String,
    now: Timestamp,
}

impl Envelope {
    /// `client_request_id` is echoed where the client sent one.
    pub(super) fn new(client_request_id: Option<&str>, now: Timestamp) -> Self {
        let request_id = Uuid::new_v4();
        Self {
            request_id,
            client_request_id: client_request_id
                .map_or_else(|| request_id.to_string(), str::to_owned),
            now,
        }
    }

    pub(super) fn of(request: &Incoming, now: Timestamp) -> Self {
        Self::new(request.header("client-request-id"), now)
    }

    fn seal(&self, answer: Answer) -> Answer {
        let date = httpdate::fmt_http_date(self.now.into());
        answer
            .header("request-id", &self.request_id.to_string())
            .header("client-request-id", &self.client_request_id)
            .header("date", &date)
            .header("cache-control", "no-cache")
            .header("strict-transport-security", "max-age=31536000")
    }

    /// The error body.
    pub(super) fn error(&self, code: &str, message: &str) -> Value {
        json!({"error": {
            "code": code,
            "message": message,
            "innerError": {
                "date": self.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                "request-id": self.request_id,
                "client-request-id": self.client_request_id,
            },
        }})
    }

    /// What goes out for a refusal.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Answer {
        let body = self.error(&refusal.code, &refusal.message);
        let answer = Answer::with(refusal.status, "application/json", body.to_string())
            .header("x-simulated-refusal", refusal.layer.name());
        let answer = refusal
            .headers
            .iter()
            .fold(answer, |answer, (name, value)| answer.header(name, value));
        self.seal(answer)
    }

    /// What goes out for a reply.
    pub(super) fn send(&self, reply: Reply) -> Answer {
        let answer = match reply.body {
            Content::None => Answer::empty(reply.status),
            Content::Json(body) => {
                Answer::with(reply.status, JSON, body.to_string()).header("odata-version", "4.0")
            }
            Content::Page(listed, context) => {
                let body = page(listed, context);
                Answer::with(reply.status, JSON, body.to_string()).header("odata-version", "4.0")
            }
            Content::Number(number) => Answer::with(
                reply.status,
                "text/plain;odata.metadata=minimal;odata.streaming=true;charset=utf-8",
                number.to_string(),
            )
            .header("odata-version", "4.0"),
        };
        let answer = reply
            .headers
            .iter()
            .fold(answer, |answer, (name, value)| answer.header(name, value));
        self.seal(answer)
    }
}

fn page(listed: Listed, context: String) -> Value {
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), context.into());
    if let Some(total) = listed.total {
        body.insert("@odata.count".to_owned(), total.into());
    }
    if let Some(next) = listed.next {
        body.insert("@odata.nextLink".to_owned(), next.into());
    }
    body.insert("value".to_owned(), Value::Array(listed.items));
    Value::Object(body)
}

//! The request log: one JSON line for each request, and one more for each request inside a batch.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use http::Method;
use jiff::Timestamp;
use serde::Serialize;

use crate::wire::{Incoming, Inner};

/// A line of the log (DESIGN section 6).
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// 0 where the connection was reset before anything was answered.
    pub(super) status: u16,
    pub(super) ms: u64,
    pub(super) app: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) client_request_id: Option<String>,
    pub(super) writes: bool,
    pub(super) inside_batch: bool,
}

impl Line {
    /// The line of a request inside the batch that this line is about.
    pub(super) fn inside(&self, inner: &Inner) -> Self {
        let version = self
            .path
            .rsplit_once('/')
            .map_or("", |(version, _)| version);
        Self {
            method: inner.method.to_string(),
            path: format!("{version}{}", inner.path),
            query: inner.query.as_deref().map(redact),
            status: inner.status.as_u16(),
            writes: writes(&inner.method, &inner.path),
            inside_batch: true,
            ..self.clone()
        }
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct RequestLog(Mutex<File>);

impl RequestLog {
    pub(super) const fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }

    /// Writes lines in one piece, so that two processes that share a file do not mix theirs.
    pub(super) fn write(&self, lines: &[Line]) {
        let mut text = String::new();
        for line in lines {
            text.push_str(&serde_json::to_string(line).unwrap_or_default());
            text.push('\n');
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(text.as_bytes()) {
            tracing::warn!(%error, "the request log can't be written");
        }
    }
}

/// Parameters whose values are secrets.
const SECRETS: [&str; 12] = [
    "code",
    "client_secret",
    "client_assertion",
    "assertion",
    "refresh_token",
    "access_token",
    "id_token",
    "id_token_hint",
    "device_code",
    "code_verifier",
    "password",
    "passwd",
];

/// The query with secrets replaced, otherwise as it came.
pub(super) fn redact(query: &str) -> String {
    query
        .split('&')
        .map(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            let plain = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            if SECRETS.contains(&plain.to_ascii_lowercase().as_str()) {
                format!("{name}=[redacted]")
            } else {
                pair.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// Graph's actions that are posted and change nothing.
const READS: [&str; 10] = [
    "$batch",
    "getbyids",
    "checkmembergroups",
    "checkmemberobjects",
    "getmembergroups",
    "getmemberobjects",
    "getschedule",
    "findmeetingtimes",
    "validateproperties",
    "getavailableextensionproperties",
];

/// Whether a request to Graph asks for a change, done or not.
pub(super) fn writes(method: &Method, path: &str) -> bool {
    if method == Method::GET || method == Method::HEAD || method == Method::OPTIONS {
        return false;
    }
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = last.rsplit('.').next().unwrap_or_default();
    let last = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    !(method == Method::POST && READS.contains(&last.to_ascii_lowercase().as_str()))
}

/// The app and the tenant that a bearer token names, believed or not.
pub(super) fn of_token(request: &Incoming) -> (Option<String>, Option<String>) {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let claims = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| token.split('.').nth(1))
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
        .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
        .unwrap_or_default();
    let text = |name: &str| claims[name].as_str().map(str::to_owned);
    (text("appid"), text("tid"))
}

/// The app and the tenant that a request to the sign-in service names.
pub(super) fn of_sign_in(request: &Incoming) -> (Option<String>, Option<String>) {
    let is_form = request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let body = if is_form { &request.body[..] } else { &[] };
    let query = request.query.as_deref().unwrap_or_default().as_bytes();
    let app = form_urlencoded::parse(query)
        .chain(form_urlencoded::parse(body))
        .find(|(name, _)| name == "client_id")
        .map(|(_, value)| value.chars().take(100).collect());
    let first = request.path.trim_start_matches('/').split('/').next();
    let tenant = first
        .filter(|part| part.contains(['.', '-']))
        .map(str::to_owned);
    (app, tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_a_query_are_not_written() {
        assert_eq!(
            redact("client_id=a&code=s3cret&State=x&%63ode=t&$top=5"),
            "client_id=a&code=[redacted]&State=x&%63ode=[redacted]&$top=5"
        );
    }

    #[test]
    fn a_batch_and_questions_that_are_posted_change_nothing() {
        for read in [
            "/v1.0/$batch",
            "/v1.0/%24batch",
            "/v1.0/directoryObjects/getByIds",
            "/v1.0/users/x/calendar/microsoft.graph.getSchedule",
        ] {
            assert!(!writes(&Method::POST, read), "{read}");
        }
        assert!(writes(&Method::POST, "/v1.0/applications"));
        assert!(writes(&Method::DELETE, "/v1.0/applications/x"));
        assert!(writes(&Method::PATCH, "/v1.0/$batch"));
        assert!(!writes(&Method::GET, "/v1.0/applications"));
    }
}

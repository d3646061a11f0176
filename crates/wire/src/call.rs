use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use fairlead_domain::Secret;
use fairlead_domain::problem::RequestIds;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::WireError;
use crate::redact::redact_url;
use crate::retry;

/// What may be repeated when the outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice is the same as doing it once: reads, deletions, writes to a known place.
    Always,
    /// Only what surely was not done: no connection, or refused with 429 or 503.
    IfNotDone,
    /// Never, whatever happens.
    Never,
}

/// What a good answer's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// JSON, or nothing at all: a portal's HTML page with status 200 is not an answer.
    Json,
    /// Anything.
    Any,
}

/// How the caller names a request, for support at Microsoft. One is made for each attempt where the
/// caller gives none.
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// One request with its rules.
#[derive(Clone)]
pub struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Secret<Vec<u8>>>,
    pub(crate) bearer: Option<Secret<String>>,
    pub(crate) repeat: Repeat,
    pub(crate) expect: Expect,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    /// Why it can't be sent at all.
    pub(crate) unfit: Option<String>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("label", &self.label())
            .field(
                "headers",
                &self
                    .headers
                    .keys()
                    .map(HeaderName::as_str)
                    .collect::<Vec<_>>(),
            )
            .field("body", &self.body)
            .field("bearer", &self.bearer)
            .field("repeat", &self.repeat)
            .field("expect", &self.expect)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// A call. Reads, PUT and DELETE may be repeated, other methods only where surely not done.
    pub fn new(method: Method, url: Url) -> Self {
        let repeat = if method.is_idempotent() {
            Repeat::Always
        } else {
            Repeat::IfNotDone
        };
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
            bearer: None,
            repeat,
            expect: Expect::Json,
            timeout: None,
            attempts: None,
            unfit: None,
        }
    }

    /// A read.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// Sets a header. With a value that no header can hold the call is refused when it is sent: without
    /// its `If-Match` it would be another call.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(SENSITIVE.contains(&name));
                self.headers.insert(name, value);
            }
            Err(_) => self.unfit = Some(format!("no header can hold the value of `{name}`")),
        }
        self
    }

    /// Sends a bearer token along; only to the cloud's own hosts.
    #[must_use]
    pub fn bearer(mut self, token: Secret<String>) -> Self {
        self.bearer = Some(token);
        self
    }

    /// A JSON body. With a value that can't be serialised the call is refused when it is sent.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        let Ok(text) = serde_json::to_vec(body) else {
            self.unfit = Some("its body can't be written as JSON".to_owned());
            return self;
        };
        self.header(http::header::CONTENT_TYPE, "application/json")
            .body(text)
    }

    /// A body; its type is a header of the caller's. It is treated as a secret.
    #[must_use]
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(Secret::new(body));
        self
    }

    /// What may be repeated.
    #[must_use]
    pub const fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// What a good answer's body is.
    #[must_use]
    pub const fn expect(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    /// Whether a token goes along, also as a header that the caller wrote.
    pub(crate) fn carries_token(&self) -> bool {
        let own = self
            .headers
            .get(http::header::AUTHORIZATION)
            .map(HeaderValue::as_bytes);
        self.bearer.is_some()
            || own
                .and_then(|value| value.get(..7))
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
    }

    /// How long the call may take with all its repeats, instead of the transport's setting.
    #[must_use]
    pub const fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often it is tried at most, instead of the transport's setting.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// Method and redacted address, for messages.
    pub fn label(&self) -> String {
        format!("{} {}", self.method, redact_url(&self.url))
    }
}

/// Headers whose values HTTP libraries keep out of their own logs when told.
const SENSITIVE: [HeaderName; 3] = [
    http::header::AUTHORIZATION,
    http::header::PROXY_AUTHORIZATION,
    http::header::COOKIE,
];

/// An answer, read whole.
#[derive(Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The ids by which Microsoft finds the request again.
    pub ids: RequestIds,
    /// How often the call was tried.
    pub attempts: u32,
    /// When the answered attempt was sent, by the transport's clock.
    pub sent: Timestamp,
    /// How long the answered attempt took.
    pub took: Duration,
    /// Method and redacted address of the call.
    pub label: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("label", &self.label)
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

impl Reply {
    /// Reads the body as JSON of a type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, WireError> {
        serde_json::from_slice(&self.body)
            .map_err(|cause| WireError::shape(&self.label, &cause, self.ids.clone()))
    }

    /// The body as text, as far as it is text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// A header's value where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The server's time: its `Date` header.
    pub fn date(&self) -> Option<Timestamp> {
        retry::server_date(&self.headers)
    }
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT, AUTHORIZATION};

    use super::*;

    #[test]
    fn credentials_in_headers_are_marked_for_the_libraries_below() {
        let call = Call::get(Url::parse("https://h.example/").unwrap())
            .header(AUTHORIZATION, "Basic dTpw")
            .header(ACCEPT, "text/plain");
        assert!(call.headers[AUTHORIZATION].is_sensitive());
        assert!(!call.headers[ACCEPT].is_sensitive());
    }

    #[test]
    fn only_what_is_idempotent_is_repeated_without_being_asked_for() {
        let url = Url::parse("https://h.example/").unwrap();
        for (method, repeat) in [
            (Method::GET, Repeat::Always),
            (Method::PUT, Repeat::Always),
            (Method::DELETE, Repeat::Always),
            (Method::POST, Repeat::IfNotDone),
            (Method::PATCH, Repeat::IfNotDone),
        ] {
            assert_eq!(
                Call::new(method.clone(), url.clone()).repeat,
                repeat,
                "{method}"
            );
        }
    }
}

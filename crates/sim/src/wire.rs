//! One request as it came in and the answer as it goes out, between the server and the services.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

/// A request, read whole.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// Percent-encoded, as it came.
    pub(crate) path: String,
    /// Without the question mark, percent-encoded, as it came.
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `http` or `https`, host and port: what addresses in answers begin with.
    pub(crate) base: String,
}

impl Incoming {
    /// A header's value where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// An answer with a body of some type.
    pub(crate) fn with(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let mut answer = Self::empty(status);
        answer.headers.insert(
            http::header::CONTENT_TYPE,
            HeaderValue::from_static(content_type),
        );
        answer.body = body.into();
        answer
    }

    /// A JSON answer.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::with(status, "application/json; charset=utf-8", body.to_string())
    }

    /// The same answer with one more header; a value that is no header value is left out.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }
}

/// A request inside a batch, as the request log shows it.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    pub(crate) method: Method,
    /// As it stands in the batch: relative to the version.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) status: StatusCode,
}

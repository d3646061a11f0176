use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// One exchange, whole: what a client sent and what it was answered.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request's method.
    pub method: Method,
    /// Scheme, host and port as the client sees them.
    pub base: String,
    /// The path, percent-encoded as it came.
    pub path: String,
    /// The query without the question mark, percent-encoded as it came.
    pub query: Option<String>,
    /// The request's headers.
    pub request_headers: HeaderMap,
    /// The request's body.
    pub request_body: Bytes,
    /// The answer's status; `None` where the connection was reset instead.
    pub status: Option<StatusCode>,
    /// The answer's headers.
    pub response_headers: HeaderMap,
    /// The answer's body, whole, also where it was cut short on the way.
    pub response_body: Bytes,
    /// Whether a fault took the place of the answer, or spoilt it.
    pub faulty: bool,
}

/// Sees every exchange after it happened.
pub type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

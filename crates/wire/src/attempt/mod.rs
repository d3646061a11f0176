//! One attempt: send, read the body within limits, and say exactly what went wrong.

mod failure;

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
pub(crate) use failure::Failure;
use fairlead_domain::problem::RequestIds;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use uuid::Uuid;

use crate::call::{CLIENT_REQUEST_ID, Call, Expect};
use crate::error::WireError;
use crate::proxy::ProxyInUse;
use crate::tls::Seen;

/// What an answer begins with.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

pub(crate) struct Answered {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) ids: RequestIds,
}

/// What an attempt needs besides the call.
pub(crate) struct Surroundings<'a> {
    pub(crate) client: &'a reqwest::Client,
    pub(crate) seen: &'a Seen,
    pub(crate) proxy: Option<&'a ProxyInUse>,
    pub(crate) timeout: Duration,
    pub(crate) body_limit: usize,
}

/// An attempt under way: what its failure is told by.
struct Attempt<'a> {
    call: &'a Call,
    around: &'a Surroundings<'a>,
    began: Instant,
    /// What this client calls the request.
    id: String,
}

pub(crate) async fn attempt(call: &Call, around: &Surroundings<'_>) -> Result<Answered, Failure> {
    let given = call
        .headers
        .get(&CLIENT_REQUEST_ID)
        .and_then(|id| id.to_str().ok());
    let attempt = Attempt {
        call,
        around,
        began: Instant::now(),
        id: given.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
    };
    match tokio::time::timeout(around.timeout, attempt.exchange()).await {
        Ok(result) => result,
        Err(_) => Err(Failure::maybe_done(attempt.timed_out())),
    }
}

impl Attempt<'_> {
    async fn exchange(&self) -> Result<Answered, Failure> {
        let call = self.call;
        let mut headers = call.headers.clone();
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(CLIENT_REQUEST_ID, id);
            headers.insert("return-client-request-id", HeaderValue::from_static("true"));
        }
        let client = self.around.client;
        let mut request = client
            .request(call.method.clone(), call.url.clone())
            .headers(headers);
        if let Some(token) = &call.bearer {
            request = request.bearer_auth(token.expose());
        }
        if let Some(body) = &call.body {
            request = request.body(body.expose().clone());
        }
        let mut response = request.send().await.map_err(|error| self.failed(error))?;
        let head = Head {
            status: response.status(),
            headers: response.headers().clone(),
        };
        self.is_from_service(&head)?;
        let ids = self.ids(&head.headers);
        let body = match self.body(&mut response, &ids).await {
            Ok(body) => body,
            Err(error) => {
                return Err(Failure {
                    error,
                    sent: true,
                    head: Some(Box::new(head)),
                });
            }
        };
        if head.status.is_success() && call.expect == Expect::Json {
            self.check_json(&head.headers, &body, &ids)
                .map_err(Failure::maybe_done)?;
        }
        Ok(Answered { head, body, ids })
    }

    /// A proxy that takes requests whole, which is only so without TLS, answers 407 in its own name.
    fn is_from_service(&self, head: &Head) -> Result<(), Failure> {
        match self.around.proxy {
            Some(proxy)
                if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                    && self.call.url.scheme() == "http" =>
            {
                let proxy = proxy.address.clone();
                Err(Failure::not_done(WireError::ProxyAuthentication { proxy }))
            }
            _ => Ok(()),
        }
    }

    async fn body(
        &self,
        response: &mut reqwest::Response,
        ids: &RequestIds,
    ) -> Result<Bytes, WireError> {
        let limit = self.around.body_limit;
        let too_large = || WireError::TooLarge {
            call: self.call.label(),
            limit,
            ids: Box::new(ids.clone()),
        };
        let announced = response.content_length().unwrap_or_default();
        if announced > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if chunk.len() > limit.saturating_sub(body.len()) => {
                    return Err(too_large());
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body.freeze()),
                Err(_) => return Err(self.truncated(ids)),
            }
        }
    }

    /// A captive portal or a broken gateway answers 200 with a page; that is no answer.
    fn check_json(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        ids: &RequestIds,
    ) -> Result<(), WireError> {
        if body.is_empty() {
            return Ok(());
        }
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let mut content_type = text(CONTENT_TYPE)
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let declared = content_type == "application/json" || content_type.ends_with("+json");
        // No compression is asked for, so that the limit holds for what is read.
        let packed =
            text(CONTENT_ENCODING).filter(|coding| !coding.eq_ignore_ascii_case("identity"));
        if let Some(coding) = packed {
            content_type = format!("{content_type} in {coding}");
        } else if declared {
            // A declared JSON body that does not parse to its end was cut on the way.
            return match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
                Ok(_) => Ok(()),
                Err(_) => Err(self.truncated(ids)),
            };
        }
        content_type.truncate(LONGEST_TYPE);
        Err(WireError::NotJson {
            call: self.call.label(),
            content_type,
            ids: Box::new(ids.clone()),
        })
    }

    fn truncated(&self, ids: &RequestIds) -> WireError {
        WireError::Truncated {
            call: self.call.label(),
            ids: Box::new(ids.clone()),
        }
    }

    fn timed_out(&self) -> WireError {
        WireError::Timeout {
            call: self.call.label(),
            waited: self.began.elapsed(),
            ids: Box::new(self.own_ids()),
        }
    }

    /// The ids of a request that was not answered.
    fn own_ids(&self) -> RequestIds {
        RequestIds {
            client_request_id: Some(self.id.clone()),
            ..RequestIds::default()
        }
    }

    fn ids(&self, headers: &HeaderMap) -> RequestIds {
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let mut ids = self.own_ids();
        ids.request_id = text("request-id").or_else(|| text("x-ms-request-id"));
        ids
    }
}

/// A type is shown to people; what is longer is none.
const LONGEST_TYPE: usize = 100;

use std::time::Duration;

use fairlead_domain::cloud::Cloud;
use fairlead_entra::TokenSource;
use fairlead_entra::claims::claims_challenge;
use fairlead_wire::{Call, Repeat, Reply, SharedClock, Transport};
use futures::future::BoxFuture;
use http::{HeaderName, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::GraphError;

/// How often a token that is refused is replaced for one request.
const RENEWALS: u32 = 2;

/// Microsoft Graph as one identity sees it.
#[derive(Debug, Clone)]
pub struct Graph {
    transport: Transport,
    cloud: Cloud,
    source: TokenSource,
}

/// One request below `/v1.0`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    headers: Vec<(HeaderName, String)>,
    body: Option<Vec<u8>>,
    repeat: Option<Repeat>,
}

impl Request {
    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        // A value that can't be serialised would be a mistake in a type of this crate.
        self.body = serde_json::to_vec(body).ok();
        self.header(http::header::CONTENT_TYPE, "application/json")
    }

    /// Doing it twice is the same as doing it once.
    pub(crate) fn repeatable(mut self) -> Self {
        self.repeat = Some(Repeat::Always);
        self
    }

    /// The same request for another address: the next page.
    pub(crate) fn at(&self, url: Url) -> Self {
        Self {
            url,
            ..self.clone()
        }
    }
}

impl Graph {
    /// Graph with someone's tokens.
    pub const fn new(transport: Transport, cloud: Cloud, source: TokenSource) -> Self {
        Self {
            transport,
            cloud,
            source,
        }
    }

    /// Whose tokens they are.
    pub const fn source(&self) -> &TokenSource {
        &self.source
    }

    /// The clock its calls live by.
    pub fn clock(&self) -> &SharedClock {
        self.transport.clock()
    }

    /// How long a call may take with all its repeats.
    pub(crate) fn call_timeout(&self) -> Duration {
        self.transport.call_timeout()
    }

    pub(crate) const fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// A request to a path below `/v1.0`, with its query.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        Request {
            method,
            url: self.cloud.graph.at(&format!("/v1.0{path}")),
            headers: Vec::new(),
            body: None,
            repeat: None,
        }
    }

    pub(crate) fn read(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// Sends a request and gives its answer when it is a good one. A token that is refused is
    /// replaced by a new one, with the claims that were demanded.
    ///
    /// The future is boxed: as one type for all callers it stays small, and is `Send` for every lifetime.
    pub(crate) fn send<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Reply, GraphError>> {
        Box::pin(self.exchange(request))
    }

    async fn exchange(&self, request: &Request) -> Result<Reply, GraphError> {
        let resource = self.cloud.graph_resource.as_str();
        let mut token = self.source.token(resource).await?;
        let mut left = RENEWALS;
        loop {
            let call = call(request, token.secret().clone());
            let reply = self.transport.send(call).await?;
            if reply.status.is_success() {
                return Ok(reply);
            }
            if reply.status != StatusCode::UNAUTHORIZED || left == 0 {
                return Err(GraphError::of_reply(&reply));
            }
            left -= 1;
            let claims = claims_challenge(&reply.headers);
            let renewed = self.source.in_place_of(&token, resource, claims.as_deref());
            token = match (renewed.await, claims) {
                (Ok(token), _) => token,
                (Err(error), _) if error.is_unanswered() => return Err(error.into()),
                (Err(_), Some(claims)) => {
                    return Err(GraphError::ClaimsChallenge {
                        call: reply.label,
                        claims,
                    });
                }
                (Err(_), None) => return Err(GraphError::of_reply(&reply)),
            };
        }
    }

    pub(crate) async fn fetch<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<T, GraphError> {
        Ok(self.send(request).await?.json()?)
    }

    /// Deletes; whether it was there. What is not there counts as deleted, so that a repeated deletion
    /// ends well.
    pub(crate) async fn delete(&self, path: &str) -> Result<bool, GraphError> {
        match self.send(&self.request(Method::DELETE, path)).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn call(request: &Request, token: fairlead_domain::Secret<String>) -> Call {
    let mut call = Call::new(request.method.clone(), request.url.clone()).bearer(token);
    for (name, value) in &request.headers {
        call = call.header(name.clone(), value);
    }
    if let Some(body) = &request.body {
        call = call.body(body.clone());
    }
    if let Some(repeat) = request.repeat {
        call = call.repeat(repeat);
    }
    call
}

//! The token endpoint through the crate `oauth2`, with one's own transport below it.

use std::sync::{Arc, Mutex, PoisonError};

use fairlead_domain::ids::ClientId;
use fairlead_wire::{Call, Repeat, Reply, Transport, WireError};
use futures::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    Client, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse,
    RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};

use crate::Entra;
use crate::error::EntraError;
use crate::token::{AccessToken, UserTokens};

/// Further fields of Entra's token answers. The id token is not needed: claims are read from the
/// access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EntraFields {}
impl ExtraTokenFields for EntraFields {}

pub(crate) type Answer = StandardTokenResponse<EntraFields, BasicTokenType>;

pub(crate) type OAuthClient<Auth, Device> = Client<
    BasicErrorResponse,
    Answer,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    Auth,
    Device,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A client of the tenant's token endpoint alone.
pub(crate) fn oauth_client(
    entra: &Entra,
    client: ClientId,
) -> OAuthClient<EndpointNotSet, EndpointNotSet> {
    Client::new(oauth2::ClientId::new(client.to_string()))
        .set_token_uri(oauth2::TokenUrl::from_url(entra.token_endpoint()))
        .set_auth_type(oauth2::AuthType::RequestBody)
}

/// Carries the requests of the crate `oauth2` over the transport, and keeps the last answer: the
/// crate itself drops an error's codes, suberror and claims.
pub(crate) struct Bridge {
    transport: Transport,
    repeat: Repeat,
    last: Arc<Mutex<Option<Result<Reply, WireError>>>>,
}

/// The transport failed; the reason is kept in the bridge.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub(crate) struct NoAnswer;

impl Bridge {
    pub(crate) fn new(transport: &Transport, repeat: Repeat) -> Self {
        Self {
            transport: transport.clone(),
            repeat,
            last: Arc::default(),
        }
    }

    /// The bridge as the crate `oauth2` takes it.
    pub(crate) fn call(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, NoAnswer>> + Send + Sync + 'static
    {
        let (transport, repeat, last) =
            (self.transport.clone(), self.repeat, Arc::clone(&self.last));
        move |request| {
            let (transport, last) = (transport.clone(), Arc::clone(&last));
            Box::pin(async move {
                let outcome = send(&transport, repeat, request).await;
                let response = outcome.as_ref().map(response).map_err(|_| NoAnswer);
                *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
                response
            })
        }
    }

    /// The same for a poll that is made again in a while (RFC 8628, section 3.5): an answer that says
    /// nothing, such as one of an overloaded service, counts as none. What may have been done without
    /// its answer arriving is kept in `lost`.
    pub(crate) fn poll(
        &self,
        lost: &Lost,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, NoAnswer>> + Send + Sync + 'static
    {
        let (send, received, lost) = (self.call(), Arc::clone(&self.last), lost.clone());
        move |request| {
            let (answer, received, lost) = (send(request), Arc::clone(&received), lost.clone());
            Box::pin(async move {
                let answer = answer.await;
                let kept = received.lock().unwrap_or_else(PoisonError::into_inner);
                let error = match kept.as_ref() {
                    Some(Err(wire)) => EntraError::Wire(wire.clone()),
                    Some(Ok(reply)) if !reply.status.is_success() => EntraError::of_reply(reply),
                    _ => return answer,
                };
                if !error.is_unanswered() {
                    return answer;
                }
                lost.keep(error);
                Err(NoAnswer)
            })
        }
    }

    /// What an error of the crate `oauth2` really was.
    pub(crate) fn error<E, T>(&self, error: &RequestTokenError<E, T>) -> EntraError
    where
        E: std::error::Error + 'static,
        T: oauth2::ErrorResponse + 'static,
    {
        match self
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            Some(Err(wire)) => EntraError::Wire(wire),
            Some(Ok(reply)) if !reply.status.is_success() => EntraError::of_reply(&reply),
            _ => EntraError::Answer {
                cause: error.to_string(),
            },
        }
    }
}

/// The last question of several that has, or may have, no answer.
#[derive(Clone, Default)]
pub(crate) struct Lost(Arc<Mutex<Option<EntraError>>>);

impl Lost {
    fn keep(&self, error: EntraError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(crate) fn take(&self) -> Option<EntraError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

async fn send(
    transport: &Transport,
    repeat: Repeat,
    request: HttpRequest,
) -> Result<Reply, WireError> {
    let (parts, body) = request.into_parts();
    let url = parts
        .uri
        .to_string()
        .parse()
        .map_err(|_| WireError::Request {
            call: "the token request".to_owned(),
            cause: "its address is malformed".to_owned(),
        })?;
    let mut call = Call::new(parts.method, url).repeat(repeat).body(body);
    for (name, value) in &parts.headers {
        if let Ok(value) = value.to_str() {
            call = call.header(name.clone(), value);
        }
    }
    transport.send(call).await
}

fn response(reply: &Reply) -> HttpResponse {
    let mut response = http::Response::new(reply.body.to_vec());
    *response.status_mut() = reply.status;
    if let Some(content_type) = reply.headers.get(http::header::CONTENT_TYPE) {
        response
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, content_type.clone());
    }
    response
}

impl Entra {
    pub(crate) fn access_token(&self, answer: &Answer) -> AccessToken {
        AccessToken::new(
            answer.access_token().secret().clone(),
            self.transport.clock().now(),
            answer.expires_in(),
        )
    }

    pub(crate) fn user_tokens(&self, answer: &Answer) -> UserTokens {
        UserTokens {
            access: self.access_token(answer),
            refresh: answer
                .refresh_token()
                .map(|token| token.secret().as_str().into()),
            scopes: answer
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect())
                .unwrap_or_default(),
        }
    }
}

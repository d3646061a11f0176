use std::collections::HashMap;
use std::sync::Arc;

use fairlead_domain::Secret;
use fairlead_domain::ids::ClientId;
use futures::future::BoxFuture;
use tokio::sync::Mutex;

use crate::Entra;
use crate::client_credentials::AppCredential;
use crate::error::EntraError;
use crate::token::{AccessToken, UserTokens};

/// Someone's access tokens, by resource, renewed as they end.
#[derive(Debug, Clone)]
pub struct TokenSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    entra: Entra,
    client: ClientId,
    who: Who,
    cache: Mutex<HashMap<String, AccessToken>>,
}

#[derive(Debug)]
enum Who {
    App(AppCredential),
    User {
        refresh: Mutex<Option<Secret<String>>>,
        scopes: Vec<String>,
    },
}

impl TokenSource {
    /// The tokens of an app.
    pub fn app(entra: Entra, client: ClientId, credential: AppCredential) -> Self {
        Self(Arc::new(Inner {
            entra,
            client,
            who: Who::App(credential),
            cache: Mutex::default(),
        }))
    }

    /// The tokens of a user who signed in for a resource with scopes of that resource.
    pub fn user(
        entra: Entra,
        client: ClientId,
        resource: &str,
        tokens: UserTokens,
        scopes: Vec<String>,
    ) -> Self {
        let cache = HashMap::from([(resource.to_owned(), tokens.access)]);
        let who = Who::User {
            refresh: Mutex::new(tokens.refresh),
            scopes,
        };
        Self(Arc::new(Inner {
            entra,
            client,
            who,
            cache: Mutex::new(cache),
        }))
    }

    /// The tokens of a user whose refresh token was kept.
    pub fn kept_user(
        entra: Entra,
        client: ClientId,
        refresh: Secret<String>,
        scopes: Vec<String>,
    ) -> Self {
        let who = Who::User {
            refresh: Mutex::new(Some(refresh)),
            scopes,
        };
        Self(Arc::new(Inner {
            entra,
            client,
            who,
            cache: Mutex::default(),
        }))
    }

    /// The client that the tokens are issued to.
    pub fn client(&self) -> ClientId {
        self.0.client
    }

    /// Whether it is an app's own.
    pub fn is_app(&self) -> bool {
        matches!(self.0.who, Who::App(_))
    }

    /// A token for a resource: the one at hand while it holds, else a new one.
    pub async fn token(&self, resource: &str) -> Result<AccessToken, EntraError> {
        let mut cache = self.0.cache.lock().await;
        if let Some(token) = cache
            .get(resource)
            .filter(|token| token.is_fresh(self.now()))
        {
            return Ok(token.clone());
        }
        let token = self.ask(resource, None).await?;
        cache.insert(resource.to_owned(), token.clone());
        Ok(token)
    }

    /// A new token, whatever is at hand: to see whether a grant has arrived.
    pub async fn renewed(&self, resource: &str) -> Result<AccessToken, EntraError> {
        let mut cache = self.0.cache.lock().await;
        let token = self.ask(resource, None).await?;
        cache.insert(resource.to_owned(), token.clone());
        Ok(token)
    }

    /// A token in place of one that a resource refused with a 401: the one that another call got in the
    /// meantime, else a new one; always a new one where the resource demanded claims.
    pub async fn in_place_of(
        &self,
        refused: &AccessToken,
        resource: &str,
        claims: Option<&str>,
    ) -> Result<AccessToken, EntraError> {
        let mut cache = self.0.cache.lock().await;
        let other = cache.get(resource).filter(|token| {
            claims.is_none() && token.secret().expose() != refused.secret().expose()
        });
        if let Some(token) = other {
            return Ok(token.clone());
        }
        let token = self.ask(resource, claims).await?;
        cache.insert(resource.to_owned(), token.clone());
        Ok(token)
    }

    /// The refresh token as it stands now: Entra rotates it, so it is kept anew after use.
    pub async fn refresh_token(&self) -> Option<Secret<String>> {
        match &self.0.who {
            Who::App(_) => None,
            Who::User { refresh, .. } => refresh.lock().await.clone(),
        }
    }

    fn now(&self) -> jiff::Timestamp {
        self.0.entra.transport.clock().now()
    }

    fn ask<'a>(
        &'a self,
        resource: &'a str,
        claims: Option<&'a str>,
    ) -> BoxFuture<'a, Result<AccessToken, EntraError>> {
        Box::pin(self.ask_anew(resource, claims))
    }

    async fn ask_anew(
        &self,
        resource: &str,
        claims: Option<&str>,
    ) -> Result<AccessToken, EntraError> {
        let inner = &self.0;
        match &inner.who {
            Who::App(credential) => {
                inner
                    .entra
                    .app_token(inner.client, credential, resource, claims)
                    .await
            }
            Who::User { refresh, scopes } => {
                let mut refresh = refresh.lock().await;
                let Some(current) = refresh.as_ref() else {
                    return Err(EntraError::Answer {
                        cause: "the sign-in left no refresh token, so its tokens can't be renewed"
                            .to_owned(),
                    });
                };
                let tokens = inner
                    .entra
                    .refresh(inner.client, current, scopes, claims)
                    .await?;
                if let Some(rotated) = tokens.refresh {
                    *refresh = Some(rotated);
                }
                Ok(tokens.access)
            }
        }
    }
}

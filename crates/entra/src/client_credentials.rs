//! Tokens of the app itself.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use std::sync::Arc;

use fairlead_domain::Secret;
use fairlead_domain::ids::ClientId;
use fairlead_wire::Repeat;
use oauth2::{ClientSecret, Scope};

use crate::Entra;
use crate::assertion::client_assertion;
use crate::certificate::CertificateWithKey;
use crate::error::EntraError;
use crate::grant::{Bridge, oauth_client};
use crate::token::AccessToken;

/// How an app proves itself.
#[derive(Debug, Clone)]
pub enum AppCredential {
    /// With an assertion signed by its certificate's key.
    Certificate(Arc<CertificateWithKey>),
    /// With a client secret.
    Secret(Secret<String>),
}

/// How often a token is asked for when the answer is lost: each time with a new assertion, because
/// Entra may know the old one already.
const ATTEMPTS: u32 = 4;

impl Entra {
    /// A token of the app for a resource, with whatever was granted to it; possibly nothing: an
    /// app-only token is issued without any roles too.
    pub async fn app_token(
        &self,
        client: ClientId,
        credential: &AppCredential,
        resource: &str,
        claims: Option<&str>,
    ) -> Result<AccessToken, EntraError> {
        let mut number = 1;
        loop {
            let result = self
                .app_token_once(client, credential, resource, claims)
                .await;
            match &result {
                Err(error) if error.is_unanswered() && number < ATTEMPTS => number += 1,
                _ => return result,
            }
        }
    }

    async fn app_token_once(
        &self,
        client: ClientId,
        credential: &AppCredential,
        resource: &str,
        claims: Option<&str>,
    ) -> Result<AccessToken, EntraError> {
        // Asking twice does no harm: with a secret it is the same request, with an assertion a new
        // one is made above.
        let (repeat, secret) = match credential {
            AppCredential::Certificate(_) => (Repeat::IfNotDone, None),
            AppCredential::Secret(secret) => (Repeat::Always, Some(secret)),
        };
        let bridge = Bridge::new(&self.transport, repeat);
        let mut oauth = oauth_client(self, client);
        if let Some(secret) = secret {
            oauth = oauth.set_client_secret(ClientSecret::new(secret.expose().clone()));
        }
        let mut request = oauth
            .exchange_client_credentials()
            .add_scope(Scope::new(format!("{resource}/.default")));
        if let AppCredential::Certificate(certificate) = credential {
            let assertion = client_assertion(
                certificate,
                client,
                self.token_endpoint().as_str(),
                self.transport.clock().now(),
            )?;
            request = request
                .add_extra_param("client_id", client.to_string())
                .add_extra_param(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                )
                .add_extra_param("client_assertion", assertion.expose().clone());
        }
        if let Some(claims) = claims {
            request = request.add_extra_param("claims", claims.to_owned());
        }
        let answer = request
            .request_async(&bridge.call())
            .await
            .map_err(|error| bridge.error(&error))?;
        Ok(self.access_token(&answer))
    }
}

//! Signing a user in with the system's browser: authorization code with PKCE on a loopback listener.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use std::time::Duration;

use fairlead_domain::Secret;
use fairlead_domain::ids::ClientId;
use fairlead_wire::Repeat;
use oauth2::{
    AuthUrl, AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, Scope,
};
use url::Url;

use crate::Entra;
use crate::error::{EntraError, OAuthError};
use crate::grant::{Bridge, oauth_client};
use crate::loopback::Loopback;
use crate::token::UserTokens;

/// What is asked of a user.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// The public client to sign in through.
    pub client: ClientId,
    /// The scopes, as the token request names them: `https://graph.microsoft.com/User.Read`, `offline_access`.
    pub scopes: Vec<String>,
    /// The account that is expected, if it is known.
    pub login_hint: Option<String>,
    /// Whether the user is to choose an account even where one is signed in.
    pub choose_account: bool,
    /// The claims that a resource demanded.
    pub claims: Option<String>,
}

/// A sign-in that waits for its browser.
#[derive(Debug)]
pub struct BrowserSignIn {
    entra: Entra,
    client: ClientId,
    url: Url,
    state: String,
    verifier: PkceCodeVerifier,
    loopback: Loopback,
}

impl Entra {
    /// Opens the listener and makes the address that the user's browser is to open.
    pub async fn begin_browser_sign_in(
        &self,
        request: &SignInRequest,
    ) -> Result<BrowserSignIn, EntraError> {
        let loopback = Loopback::open().await?;
        let client = oauth_client(self, request.client)
            .set_auth_uri(AuthUrl::from_url(self.endpoint("/oauth2/v2.0/authorize")))
            .set_redirect_uri(redirect(&loopback)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut authorize = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(request.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if let Some(hint) = &request.login_hint {
            authorize = authorize.add_extra_param("login_hint", hint);
        }
        if request.choose_account {
            authorize = authorize.add_extra_param("prompt", "select_account");
        }
        if let Some(claims) = &request.claims {
            authorize = authorize.add_extra_param("claims", claims);
        }
        let (url, state) = authorize.url();
        Ok(BrowserSignIn {
            entra: self.clone(),
            client: request.client,
            url,
            state: state.into_secret(),
            verifier,
            loopback,
        })
    }

    /// Gets new tokens without the user. The old refresh token stays good, so this may be repeated;
    /// the new one replaces it.
    pub async fn refresh(
        &self,
        client: ClientId,
        refresh: &Secret<String>,
        scopes: &[String],
        claims: Option<&str>,
    ) -> Result<UserTokens, EntraError> {
        let bridge = Bridge::new(&self.transport, Repeat::Always);
        let oauth = oauth_client(self, client);
        let refresh = RefreshToken::new(refresh.expose().clone());
        let mut request = oauth
            .exchange_refresh_token(&refresh)
            .add_scopes(scopes.iter().cloned().map(Scope::new));
        if let Some(claims) = claims {
            request = request.add_extra_param("claims", claims);
        }
        let answer = request
            .request_async(&bridge.call())
            .await
            .map_err(|error| bridge.error(&error))?;
        Ok(self.user_tokens(&answer))
    }
}

fn redirect(loopback: &Loopback) -> Result<RedirectUrl, EntraError> {
    RedirectUrl::new(loopback.redirect_uri()).map_err(|error| EntraError::Loopback {
        cause: error.to_string(),
    })
}

impl BrowserSignIn {
    /// What the browser is to open.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Waits for the browser to come back and redeems the code. The code is good for one use, so the
    /// request is repeated only where it surely was not done.
    pub async fn finish(self, limit: Duration) -> Result<UserTokens, EntraError> {
        let redirect_uri = redirect(&self.loopback)?;
        let mut parameters = self.loopback.answer(&self.state, limit).await?;
        if let Some(error) = parameters.get("error") {
            let description = parameters
                .get("error_description")
                .map_or("", String::as_str);
            return Err(EntraError::Refused(Box::new(OAuthError::of_redirect(
                error,
                description,
            ))));
        }
        let code = parameters
            .remove("code")
            .ok_or_else(|| EntraError::Answer {
                cause: "the redirect carries neither a code nor an error".to_owned(),
            })?;
        let bridge = Bridge::new(&self.entra.transport, Repeat::IfNotDone);
        let answer = oauth_client(&self.entra, self.client)
            .set_redirect_uri(redirect_uri)
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(self.verifier)
            .request_async(&bridge.call())
            .await
            .map_err(|error| bridge.error(&error))?;
        Ok(self.entra.user_tokens(&answer))
    }
}

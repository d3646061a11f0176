//! Signing a user in on another device.
//!
//! RFC 8628; <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>

use std::time::Duration;

use fairlead_domain::ids::ClientId;
use fairlead_wire::Repeat;
use oauth2::{DeviceAuthorizationUrl, Scope, StandardDeviceAuthorizationResponse};

use crate::Entra;
use crate::error::EntraError;
use crate::grant::{Bridge, Lost, oauth_client};
use crate::sign_in::SignInRequest;
use crate::token::UserTokens;

/// How long is waited at most before a poll that follows one without an answer, unless the service
/// wants longer waits anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A sign-in that waits for its user to type a code elsewhere.
pub struct DeviceSignIn {
    entra: Entra,
    client: ClientId,
    details: StandardDeviceAuthorizationResponse,
}

impl std::fmt::Debug for DeviceSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceSignIn")
            .field("verification_uri", &self.verification_uri())
            .finish_non_exhaustive()
    }
}

impl Entra {
    /// Asks for a code. The app must allow public client flows, else AADSTS7000218 at the end.
    pub async fn begin_device_sign_in(
        &self,
        request: &SignInRequest,
    ) -> Result<DeviceSignIn, EntraError> {
        let bridge = Bridge::new(&self.transport, Repeat::Always);
        let oauth = oauth_client(self, request.client).set_device_authorization_url(
            DeviceAuthorizationUrl::from_url(self.endpoint("/oauth2/v2.0/devicecode")),
        );
        let details = oauth
            .exchange_device_code()
            .add_scopes(request.scopes.iter().cloned().map(Scope::new))
            .request_async(&bridge.call())
            .await
            .map_err(|error| bridge.error(&error))?;
        Ok(DeviceSignIn {
            entra: self.clone(),
            client: request.client,
            details,
        })
    }
}

impl DeviceSignIn {
    /// The code that the user types.
    pub fn user_code(&self) -> &str {
        self.details.user_code().secret()
    }

    /// Where the user types it.
    pub fn verification_uri(&self) -> &str {
        self.details.verification_uri().as_str()
    }

    /// How long the code holds.
    pub fn expires_in(&self) -> Duration {
        self.details.expires_in()
    }

    /// Waits until the user has signed in, declined, or the code is over. A code is redeemed once: where
    /// the answer that carried the tokens was lost, this ends with why, and only a new code helps.
    pub async fn finish(self) -> Result<UserTokens, EntraError> {
        let bridge = Bridge::new(&self.entra.transport, Repeat::IfNotDone);
        let lost = Lost::default();
        let answer = oauth_client(&self.entra, self.client)
            .exchange_device_access_token(&self.details)
            .set_max_backoff_interval(self.details.interval().max(LONGEST_PAUSE))
            .request_async(&bridge.poll(&lost), tokio::time::sleep, None)
            .await
            .map_err(|error| match (bridge.error(&error), lost.take()) {
                (EntraError::Refused(refused), Some(lost)) if refused.error == "invalid_grant" => {
                    lost
                }
                (error, _) => error,
            })?;
        Ok(self.entra.user_tokens(&answer))
    }
}

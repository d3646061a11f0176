//! Admin consent, version 2, with its traps: the answer says `admin_consent=True` also when it
//! failed, and the tenant it names could have been written by anyone.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>

use std::time::Duration;

use fairlead_domain::cloud::Cloud;
use fairlead_domain::ids::{ClientId, TenantId};
use oauth2::CsrfToken;
use url::Url;

use crate::Entra;
use crate::error::{EntraError, OAuthError};
use crate::loopback::Loopback;

/// A consent that waits for its browser.
#[derive(Debug)]
pub struct AdminConsent {
    tenant: TenantId,
    url: Url,
    state: String,
    loopback: Loopback,
}

/// The address of the consent page for everything an app's registration asks of a resource.
/// Application permissions can only be consented through `/.default`.
pub fn consent_link(
    cloud: &Cloud,
    tenant: TenantId,
    client: ClientId,
    resource: &str,
    redirect_uri: Option<&str>,
    state: Option<&str>,
) -> Url {
    let mut url = cloud.login.at(&format!("/{tenant}/v2.0/adminconsent"));
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &client.to_string());
        query.append_pair("scope", &format!("{resource}/.default"));
        if let Some(redirect_uri) = redirect_uri {
            query.append_pair("redirect_uri", redirect_uri);
        }
        if let Some(state) = state {
            query.append_pair("state", state);
        }
    }
    url
}

impl Entra {
    /// Opens the listener and makes the address of the consent page. The app needs `http://localhost`
    /// among its redirect URIs, else AADSTS500113 or AADSTS50011.
    pub async fn begin_admin_consent(
        &self,
        client: ClientId,
        resource: &str,
    ) -> Result<AdminConsent, EntraError> {
        let loopback = Loopback::open().await?;
        let state = CsrfToken::new_random().into_secret();
        let redirect_uri = loopback.redirect_uri();
        let url = consent_link(
            &self.cloud,
            self.tenant,
            client,
            resource,
            Some(&redirect_uri),
            Some(&state),
        );
        Ok(AdminConsent {
            tenant: self.tenant,
            url,
            state,
            loopback,
        })
    }
}

impl AdminConsent {
    /// What the administrator's browser is to open.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Waits for the browser to come back. `Ok` says only that the page reports no error for the
    /// right tenant: what was granted has to be read from the directory or seen in a token.
    pub async fn finish(self, limit: Duration) -> Result<(), EntraError> {
        let parameters = self.loopback.answer(&self.state, limit).await?;
        if let Some(error) = parameters.get("error") {
            let description = parameters
                .get("error_description")
                .map_or("", String::as_str);
            return Err(EntraError::Refused(Box::new(OAuthError::of_redirect(
                error,
                description,
            ))));
        }
        if !parameters
            .get("admin_consent")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            return Err(EntraError::Answer {
                cause: "the redirect is not one of the consent page".to_owned(),
            });
        }
        let came = parameters.get("tenant").cloned().unwrap_or_default();
        if came.parse() == Ok(self.tenant) {
            Ok(())
        } else {
            Err(EntraError::ConsentTenant {
                came,
                expected: self.tenant,
            })
        }
    }
}

//! Who we are: sign-in, tokens, certificate credentials, consent.

pub mod assertion;
pub mod certificate;
pub mod claims;
mod client_credentials;
mod consent;
mod device_code;
mod discovery;
mod error;
mod grant;
mod loopback;
mod sign_in;
mod source;
mod token;

pub use client_credentials::AppCredential;
pub use consent::{AdminConsent, consent_link};
pub use device_code::DeviceSignIn;
pub use discovery::{Discovery, discover, discovery_url};
pub use error::{EntraError, OAuthError};
pub use sign_in::{BrowserSignIn, SignInRequest};
pub use source::TokenSource;
pub use token::{AccessToken, UserTokens};

use fairlead_domain::cloud::Cloud;
use fairlead_domain::ids::TenantId;
use fairlead_wire::Transport;
use url::Url;

/// The sign-in service of one tenant.
#[derive(Debug, Clone)]
pub struct Entra {
    transport: Transport,
    cloud: Cloud,
    tenant: TenantId,
}

impl Entra {
    /// The sign-in service of a tenant whose id is known.
    pub const fn new(transport: Transport, cloud: Cloud, tenant: TenantId) -> Self {
        Self {
            transport,
            cloud,
            tenant,
        }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The cloud.
    pub const fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// An address of the tenant's sign-in service.
    fn endpoint(&self, path: &str) -> Url {
        self.cloud.login.at(&format!("/{}{path}", self.tenant))
    }

    /// The token endpoint: also the audience of client assertions.
    pub fn token_endpoint(&self) -> Url {
        self.endpoint("/oauth2/v2.0/token")
    }
}

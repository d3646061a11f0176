use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_domain::Secret;
use fairlead_domain::ids::{ClientId, ConnectionName, TenantRef};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{CredentialKind, Owner, PermissionSet, Profile};
use fairlead_entra::certificate::{Certificate, CertificateWithKey, KeyBits, Lifetime};
use fairlead_state::connection::CloudChoice;

use crate::administrator::SignInOptions;
use crate::error::ConnectError;
use crate::subject::owner_words;

/// Which application registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppChoice {
    /// A new one.
    New,
    /// One that is there: what is wrong with it is found and repaired.
    Existing(ClientId),
    /// The vendor's; without an id, the one that appears once the product was consented.
    Vendor(Option<ClientId>),
}

/// Which certificate.
#[derive(Debug, Clone)]
pub enum CertificateChoice {
    /// A new one.
    New {
        /// The key's size.
        bits: KeyBits,
        /// How long it is valid.
        lifetime: Lifetime,
    },
    /// None: the connection is completed without.
    None,
    /// One that was given with its private key.
    Given(Arc<CertificateWithKey>),
    /// The public part alone: the product holds the key.
    Public(Arc<Certificate>),
}

/// How the permissions are consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentWay {
    /// On Microsoft's own consent page.
    Browser,
    /// Through Graph, by the signed-in administrator.
    Grant,
    /// By somebody else: what to send them is printed, and it goes on when the data shows it.
    Wait,
}

/// What is asked for. A connection that was begun keeps its own choices; what is said anew and
/// differs is refused.
#[derive(Debug, Clone)]
pub struct ConnectRequest {
    /// The connection's name.
    pub name: ConnectionName,
    /// The tenant.
    pub tenant: TenantRef,
    /// The cloud.
    pub cloud: CloudChoice,
    /// Whose app and which; the profile's default where nothing is said.
    pub app: Option<AppChoice>,
    /// The credential; the profile's default where nothing is said.
    pub credential: Option<CredentialKind>,
    /// The certificate.
    pub certificate: CertificateChoice,
    /// A client secret that was given; else one is made.
    pub secret: Option<Secret<String>>,
    /// The consent.
    pub consent: ConsentWay,
    /// Which permissions.
    pub permissions: PermissionSet,
    /// The profile's inputs, already accepted.
    pub inputs: BTreeMap<String, String>,
    /// How the administrator signs in.
    pub sign_in: SignInOptions,
    /// Whether the administrator also looks, read-only, at what the app may not see.
    pub inspect: bool,
}

impl ConnectRequest {
    /// Whether the test at the end looks at the tenant as the administrator: where it was asked for, and
    /// where the connection has nothing to sign in with itself.
    pub fn inspects(&self, owner: Owner) -> bool {
        let without_key = matches!(self.certificate, CertificateChoice::Public(_));
        self.inspect || owner == Owner::Vendor || without_key
    }

    /// The owner and the credential that a profile gives the request.
    ///
    /// # Errors
    ///
    /// Where the profile has no such way of being connected, with those that it has.
    pub fn way(&self, profile: &Profile) -> Result<(Owner, CredentialKind), ConnectError> {
        way(profile, self.app, self.credential)
    }
}

/// The owner and the credential that a profile gives what was asked for: its first where nothing was.
///
/// # Errors
///
/// Where the profile has no such way of being connected, with those that it has.
pub fn way(
    profile: &Profile,
    app: Option<AppChoice>,
    credential: Option<CredentialKind>,
) -> Result<(Owner, CredentialKind), ConnectError> {
    let fits = |owner: Owner| match app {
        Some(AppChoice::Vendor(_)) => owner == Owner::Vendor,
        Some(AppChoice::New | AppChoice::Existing(_)) => owner != Owner::Vendor,
        None => true,
    };
    profile
        .variants
        .iter()
        .filter(|variant| fits(variant.owner))
        .find_map(|variant| {
            let mut kinds = variant.credentials.iter().copied();
            let chosen = kinds.find(|kind| credential.is_none_or(|asked| asked == *kind))?;
            Some((variant.owner, chosen))
        })
        .ok_or_else(|| no_way(profile))
}

fn no_way(profile: &Profile) -> ConnectError {
    let ways: Vec<String> = profile
        .variants
        .iter()
        .map(|variant| {
            let kinds = variant.credentials.iter().map(|kind| kind.as_str());
            let kinds: Vec<&str> = kinds.collect();
            format!("{} with {}", owner_words(variant.owner), kinds.join(" or "))
        })
        .collect();
    ConnectError::rule(
        ProblemCode::ProfileUnsupported,
        format!(
            "the profile `{}` can be connected as {}",
            profile.id,
            ways.join("; ")
        ),
    )
}

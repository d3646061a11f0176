use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fairlead_connect::certificates::with_key;
use fairlead_connect::wizard::plan::{Plan, plan};
use fairlead_connect::wizard::{
    AppChoice, CertificateChoice, ConnectRequest, Connected, ConsentWay, connect,
};
use fairlead_connect::{Attendant, ConnectError};
use fairlead_domain::Secret;
use fairlead_domain::ids::{ClientId, ConnectionName, TenantRef};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{CredentialKind, Owner, PermissionSet, Profile, Service};
use fairlead_entra::certificate::{KeyBits, Lifetime, Read, read};
use fairlead_state::connection::CloudChoice;
use fairlead_state::{Chosen, Connection, Realm};

use crate::SignInOptions;
use crate::catalogue::profile;
use crate::open::App;

/// Which app registration was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichApp {
    /// A new one.
    New,
    /// One that is there.
    Existing(ClientId),
    /// The vendor's.
    Vendor(Option<ClientId>),
}

/// Which certificate was asked for.
#[derive(Debug)]
pub enum WhichCertificate {
    /// A new one.
    New,
    /// None.
    None,
    /// The one in this file: with its key, or the public part alone.
    File(Vec<u8>),
}

/// What was asked for, before the profile has had its say.
#[derive(Debug)]
pub struct ConnectAsk {
    /// The profile's id.
    pub profile: String,
    /// The connection's name.
    pub name: ConnectionName,
    /// The tenant.
    pub tenant: TenantRef,
    /// Whose app and which; the profile's default where nothing is said.
    pub app: Option<WhichApp>,
    /// The credential; the profile's default where nothing is said.
    pub credential: Option<CredentialKind>,
    /// The certificate.
    pub certificate: WhichCertificate,
    /// The certificate file's password.
    pub password: Option<Secret<String>>,
    /// A client secret that was given.
    pub secret: Option<Secret<String>>,
    /// A new key's size.
    pub bits: KeyBits,
    /// How long a new certificate is valid.
    pub lifetime: Lifetime,
    /// The consent.
    pub consent: ConsentWay,
    /// Which permissions.
    pub permissions: PermissionSet,
    /// Answers to the profile's questions, as they were typed.
    pub inputs: BTreeMap<String, String>,
    /// How the administrator signs in.
    pub sign_in: SignInOptions,
    /// Whether the administrator also looks at what the app may not see.
    pub inspect: bool,
    /// How long Microsoft is waited for at most until something is known everywhere.
    pub patience: Option<Duration>,
}

impl App {
    /// What `connect` would do. Changes nothing and signs nobody in.
    pub async fn plan(&self, ask: &ConnectAsk) -> Result<Plan, ConnectError> {
        let profile = connectable(&ask.profile)?;
        let cloud = self.cloud_of(ask).await?;
        let (session, _) = self.session(&cloud).await?;
        let request = Self::request(profile, ask, cloud)?;
        plan(&session, profile, &request).await
    }

    /// Sets a connection up, or goes on where the last run stopped.
    pub async fn connect(
        &self,
        ask: ConnectAsk,
        attendant: &dyn Attendant,
    ) -> Result<(Connected, Chosen), ConnectError> {
        let profile = connectable(&ask.profile)?;
        let cloud = self.cloud_of(&ask).await?;
        let (mut session, chosen) = self.session(&cloud).await?;
        session.patience = ask.patience.unwrap_or(session.patience);
        let request = Self::request(profile, &ask, cloud)?;
        let connected = connect(&session, profile, request, attendant).await?;
        Ok((connected, chosen))
    }

    /// The questions that a profile asks for a way of connecting.
    pub fn questions(
        profile: &'static Profile,
        app: Option<WhichApp>,
        credential: Option<CredentialKind>,
    ) -> Vec<&'static fairlead_domain::profile::Input> {
        resolve(profile, app, credential)
            .map(|(owner, credential)| profile.inputs_for(owner, credential).collect())
            .unwrap_or_default()
    }

    /// The cloud that was named. Where none was: that of the simulated tenant for which a connection of
    /// this name was begun, else the global one. So the same command, and the commands of remedies, go
    /// on without naming a simulated cloud again.
    pub async fn cloud_of(&self, ask: &ConnectAsk) -> Result<CloudChoice, ConnectError> {
        if self.named_cloud().is_none() {
            let store = self.store(Realm::Simulated).await?;
            let begun = store.connections().find(&ask.name).await?;
            let same = |begun: &Connection| {
                begun.tenant == ask.tenant && begun.profile.as_str() == ask.profile
            };
            if let Some(begun) = begun.filter(same) {
                return Ok(begun.cloud);
            }
        }
        self.cloud_choice()
    }

    fn request(
        profile: &Profile,
        ask: &ConnectAsk,
        cloud: CloudChoice,
    ) -> Result<ConnectRequest, ConnectError> {
        let (owner, credential) =
            resolve(profile, ask.app, ask.credential).ok_or_else(|| no_way(profile))?;
        let variant = profile.variant(owner, credential);
        if ask.permissions == PermissionSet::Least
            && !variant.is_some_and(|variant| variant.reducible)
        {
            let differs = variant.is_some_and(|variant| {
                let inputs = BTreeMap::new();
                let names = |set| {
                    variant
                        .needed(set, &inputs)
                        .map(|needed| needed.name.clone())
                        .collect::<Vec<_>>()
                };
                names(PermissionSet::Product) != names(PermissionSet::Least)
            });
            if differs {
                return Err(ConnectError::rule(
                    ProblemCode::InputInvalid,
                    "the product does not accept fewer permissions than it asks for",
                ));
            }
        }
        let inputs = profile
            .answers(owner, credential, &ask.inputs)
            .map_err(|error| ConnectError::rule(error.code(), error.to_string()))?;
        let certificate = match &ask.certificate {
            WhichCertificate::New => CertificateChoice::New {
                bits: ask.bits,
                lifetime: ask.lifetime,
            },
            WhichCertificate::None => CertificateChoice::None,
            WhichCertificate::File(bytes) => match read(bytes, ask.password.as_ref())? {
                Read::Certificate(certificate) => CertificateChoice::Public(Arc::new(certificate)),
                Read::WithKey(pair) => CertificateChoice::Given(Arc::new(pair)),
                Read::Key(_) => {
                    CertificateChoice::Given(Arc::new(with_key(bytes, ask.password.as_ref())?))
                }
            },
        };
        Ok(ConnectRequest {
            name: ask.name.clone(),
            tenant: ask.tenant.clone(),
            cloud,
            app: ask.app.map(|app| match app {
                WhichApp::New => AppChoice::New,
                WhichApp::Existing(client) => AppChoice::Existing(client),
                WhichApp::Vendor(client) => AppChoice::Vendor(client),
            }),
            credential: ask.credential,
            certificate,
            secret: ask.secret.clone(),
            consent: ask.consent,
            permissions: ask.permissions,
            inputs,
            sign_in: ask.sign_in.clone(),
            inspect: ask.inspect,
        })
    }
}

/// The owner and the credential that a profile gives what was asked for.
fn resolve(
    profile: &Profile,
    app: Option<WhichApp>,
    credential: Option<CredentialKind>,
) -> Option<(Owner, CredentialKind)> {
    let fits = |owner: Owner| match app {
        Some(WhichApp::Vendor(_)) => owner == Owner::Vendor,
        Some(WhichApp::New | WhichApp::Existing(_)) => owner != Owner::Vendor,
        None => true,
    };
    profile
        .variants
        .iter()
        .filter(|variant| fits(variant.owner))
        .find_map(|variant| match credential {
            Some(credential) => variant
                .credentials
                .contains(&credential)
                .then_some((variant.owner, credential)),
            None => variant
                .credentials
                .first()
                .map(|credential| (variant.owner, *credential)),
        })
}

fn no_way(profile: &Profile) -> ConnectError {
    let ways: Vec<String> = profile
        .variants
        .iter()
        .map(|variant| {
            let words: Vec<_> = variant
                .credentials
                .iter()
                .map(|kind| kind.as_str())
                .collect();
            format!(
                "an app of {} with {}",
                variant.owner.as_str(),
                words.join(" or ")
            )
        })
        .collect();
    ConnectError::rule(
        ProblemCode::ProfileUnsupported,
        format!(
            "the profile `{}` can be connected as: {}",
            profile.id,
            ways.join("; ")
        ),
    )
}

/// A profile that this version can connect.
pub fn connectable(id: &str) -> Result<&'static Profile, ConnectError> {
    let profile = profile(id)?;
    if profile.service == Service::Planner {
        return Ok(profile);
    }
    Err(ConnectError::rule(
        ProblemCode::ProfileUnsupported,
        format!(
            "this version shows the profile `{id}` and can't connect it yet: it connects Planner profiles"
        ),
    ))
}

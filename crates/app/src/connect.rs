use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fairlead_connect::certificates::with_key;
use fairlead_connect::wizard::plan::{Plan, plan};
use fairlead_connect::wizard::{
    AppChoice, CertificateChoice, ConnectRequest, Connected, ConsentWay, connect, way,
};
use fairlead_connect::{Attendant, ConnectError};
use fairlead_domain::Secret;
use fairlead_domain::ids::{ConnectionName, TenantRef};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{CredentialKind, PermissionSet, Profile, Service};
use fairlead_entra::certificate::{KeyBits, Lifetime, Read, read};
use fairlead_state::connection::CloudChoice;
use fairlead_state::{Chosen, Connection, Realm};

use crate::SignInOptions;
use crate::catalogue::profile;
use crate::open::App;

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
    pub app: Option<AppChoice>,
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
        app: Option<AppChoice>,
        credential: Option<CredentialKind>,
    ) -> Vec<&'static fairlead_domain::profile::Input> {
        way(profile, app, credential)
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
        let (owner, credential) = way(profile, ask.app, ask.credential)?;
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
            app: ask.app,
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

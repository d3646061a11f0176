//! What a run would create or change, without creating or changing anything.

use std::collections::BTreeSet;

use fairlead_domain::permission::PermissionKind;
use fairlead_domain::profile::{CredentialKind, Owner, Profile, Variant};
use fairlead_domain::remedy::StepId;
use fairlead_entra::{Discovery, discover};
use fairlead_state::Connection;
use fairlead_state::connection::StepStatus;
use serde::Serialize;

use super::request::{AppChoice, CertificateChoice, ConnectRequest, ConsentWay};
use super::secret::LIFETIME as SECRET_LIFETIME;
use crate::error::ConnectError;
use crate::session::Session;
use crate::tester::scopes_to_inspect;

/// Something that a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedChange {
    /// In which step.
    pub step: StepId,
    /// Where: `tenant` or `computer`.
    pub place: Place,
    /// What, in one line.
    pub what: String,
    /// Why, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Where a change happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the customer's tenant.
    Tenant,
    /// On this computer.
    Computer,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The version of this JSON.
    pub schema: u32,
    /// The connection.
    pub connection: String,
    /// The tenant's id.
    pub tenant_id: String,
    /// The changes in their order.
    pub changes: Vec<PlannedChange>,
}

/// Works out what a run would do. It looks the tenant up, anonymously, and reads what is remembered;
/// it signs nobody in, because a sign-in leaves a consent in the tenant.
pub async fn plan(
    session: &Session,
    profile: &Profile,
    request: &ConnectRequest,
) -> Result<Plan, ConnectError> {
    let found: Discovery = discover(&session.transport, &session.cloud, &request.tenant).await?;
    let known = session.store.connections().find(&request.name).await?;
    let (owner, credential) = match &known {
        Some(known) => (known.owner, known.credential),
        None => request.way(profile)?,
    };
    let mut planning = Planning {
        profile,
        request,
        known: known.as_ref(),
        owner,
        credential,
        changes: Vec::new(),
    };
    if known.is_none() {
        let what = format!(
            "remember the connection `{}` for tenant {}",
            request.name, found.tenant
        );
        planning.here(StepId::Tenant, what);
    }
    planning.sign_in(session);
    planning.app();
    planning.permissions();
    planning.credential();
    planning.here(
        StepId::Test,
        "test the connection, which only reads, and keep the report",
    );
    Ok(Plan {
        schema: 1,
        connection: request.name.to_string(),
        tenant_id: found.tenant.to_string(),
        changes: planning.changes,
    })
}

/// A plan in the making.
struct Planning<'a> {
    profile: &'a Profile,
    request: &'a ConnectRequest,
    known: Option<&'a Connection>,
    owner: Owner,
    credential: CredentialKind,
    changes: Vec<PlannedChange>,
}

impl Planning<'_> {
    fn here(&mut self, step: StepId, what: impl Into<String>) {
        self.add(step, Place::Computer, what.into(), None);
    }

    fn there(&mut self, step: StepId, what: impl Into<String>) {
        self.add(step, Place::Tenant, what.into(), None);
    }

    fn add(&mut self, step: StepId, place: Place, what: String, why: Option<String>) {
        self.changes.push(PlannedChange {
            step,
            place,
            what,
            why,
        });
    }

    fn status(&self, step: StepId) -> Option<&StepStatus> {
        self.known.map(|known| known.status(step))
    }

    fn is_finished(&self, step: StepId) -> bool {
        self.status(step).is_some_and(StepStatus::is_finished)
    }

    fn sign_in(&mut self, session: &Session) {
        let request = self.request;
        let variant = self.profile.variant(self.owner, self.credential);
        let scopes = asked_of_administrator(request, self.owner, self.credential, variant);
        let client = request.sign_in.client;
        let what = format!(
            "an administrator signs in through the client {}, which asks for {}",
            client.unwrap_or(session.cloud.bootstrap_client),
            scopes.join(", ")
        );
        let why = client.is_none().then(|| {
            "its consents stay in the tenant until `fairlead connections remove --everywhere` takes them away".to_owned()
        });
        self.add(StepId::SignIn, Place::Tenant, what, why);
    }

    fn app(&mut self) {
        let step = StepId::App;
        if self.owner == Owner::Vendor {
            return self.there(
                step,
                "consent to the vendor's app on Microsoft's page; Fairlead creates nothing",
            );
        }
        if self.is_finished(step) {
            return;
        }
        if let Some(AppChoice::Existing(client)) = self.request.app {
            return self.there(
                step,
                format!("adopt the app registration {client} and repair what is wrong with it"),
            );
        }
        let name = format!("Fairlead {} ({})", self.profile.title, self.request.name);
        self.there(
            step,
            format!("create the app registration `{name}`, for this tenant alone"),
        );
        self.there(step, "create its enterprise application");
    }

    fn permissions(&mut self) {
        let step = StepId::Permissions;
        let waits = matches!(self.status(step), Some(StepStatus::Waiting { .. }));
        if self.is_finished(step) && !waits {
            return;
        }
        let how = match self.request.consent {
            ConsentWay::Browser => "consented on Microsoft's page",
            ConsentWay::Grant => "granted by the signed-in administrator",
            ConsentWay::Wait => "to be consented by somebody else",
        };
        let request = self.request;
        let variant = self.profile.variant(self.owner, self.credential);
        let needed = variant
            .iter()
            .flat_map(|variant| variant.needed(request.permissions, &request.inputs));
        for permission in needed {
            let what = format!("{} ({}), {how}", permission.name, permission.kind);
            self.add(step, Place::Tenant, what, Some(permission.reason.clone()));
        }
    }

    fn credential(&mut self) {
        let step = StepId::Credential;
        if self.is_finished(step) {
            return;
        }
        match self.credential {
            CredentialKind::Certificate => self.certificate(),
            CredentialKind::Secret if self.request.secret.is_none() => {
                let days = SECRET_LIFETIME.as_hours() / 24;
                self.there(step, format!("make a client secret on the app, for {days} days"));
                self.here(step, "keep it in the secret store");
            }
            CredentialKind::Secret => {
                self.here(step, "keep the given client secret in the secret store");
            }
            CredentialKind::Account => self.here(
                step,
                "the synchronisation account signs in; its refresh token is kept in the secret store",
            ),
            _ => {}
        }
    }

    fn certificate(&mut self) {
        let step = StepId::Credential;
        match &self.request.certificate {
            CertificateChoice::New { bits, lifetime } => {
                let bits = u32::from(*bits);
                self.here(
                    step,
                    format!("make a certificate (RSA {bits} bit, {lifetime}) and keep its key in the secret store"),
                );
                self.there(step, "put the certificate's public part on the app");
            }
            CertificateChoice::Given(pair) => {
                let thumbprint = pair.certificate().thumbprint();
                self.here(step, "keep the given key in the secret store");
                self.there(step, format!("put the certificate {thumbprint} on the app"));
            }
            CertificateChoice::Public(certificate) => {
                let thumbprint = certificate.thumbprint();
                self.there(step, format!("put the certificate {thumbprint} on the app"));
            }
            CertificateChoice::None => {}
        }
    }
}

/// The scopes of Graph that the administrator's sign-in asks for, step by step, in their order.
fn asked_of_administrator(
    request: &ConnectRequest,
    owner: Owner,
    credential: CredentialKind,
    variant: Option<&Variant>,
) -> Vec<&'static str> {
    let needs = |kind| {
        variant.is_some_and(|variant| {
            variant
                .needed(request.permissions, &request.inputs)
                .any(|needed| needed.kind == kind)
        })
    };
    let (roles, delegated) = (
        needs(PermissionKind::Application),
        needs(PermissionKind::Delegated),
    );
    let grants = request.consent == ConsentWay::Grant;
    let mut scopes = match owner {
        Owner::Vendor => vec!["Application.Read.All", "Directory.Read.All"],
        _ => vec!["Application.ReadWrite.All"],
    };
    if owner != Owner::Vendor {
        scopes.extend(delegated.then_some("Directory.Read.All"));
        scopes.extend((grants && roles).then_some("AppRoleAssignment.ReadWrite.All"));
        scopes.extend((grants && delegated).then_some("DelegatedPermissionGrant.ReadWrite.All"));
    }
    if request.inspects(owner) {
        let account = credential == CredentialKind::Account || owner == Owner::Vendor;
        scopes.extend(scopes_to_inspect(account));
    }
    let mut seen = BTreeSet::new();
    scopes.retain(|scope| seen.insert(*scope));
    scopes
}

//! What a run would create or change, without creating or changing anything.

use std::collections::BTreeSet;

use fairlead_domain::permission::PermissionKind;
use fairlead_domain::profile::{CredentialKind, Owner, Profile, Variant};
use fairlead_domain::remedy::StepId;
use fairlead_entra::{Discovery, discover};
use fairlead_state::connection::StepStatus;
use serde::Serialize;

use super::request::{AppChoice, CertificateChoice, ConnectRequest, ConsentWay};
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
        None => request.resolve(profile).ok_or_else(|| {
            ConnectError::rule(
                fairlead_domain::problem::ProblemCode::ProfileUnsupported,
                format!("the profile `{}` can't be connected that way", profile.id),
            )
        })?,
    };
    let finished = |step| {
        known
            .as_ref()
            .is_some_and(|known| known.status(step).is_finished())
    };
    let waiting = |step| {
        known
            .as_ref()
            .is_some_and(|known| matches!(known.status(step), StepStatus::Waiting { .. }))
    };
    let mut changes = Vec::new();
    let mut add = |step, place, what: String, why: Option<String>| {
        changes.push(PlannedChange {
            step,
            place,
            what,
            why,
        });
    };
    if known.is_none() {
        let name = &request.name;
        add(
            StepId::Tenant,
            Place::Computer,
            format!(
                "remember the connection `{name}` for tenant {}",
                found.tenant
            ),
            None,
        );
    }
    let variant = profile.variant(owner, credential);
    let scopes = asked_of_administrator(request, owner, credential, variant);
    let bootstrap = request
        .sign_in
        .client
        .unwrap_or(session.cloud.bootstrap_client);
    add(
        StepId::SignIn,
        Place::Tenant,
        format!("an administrator signs in through the client {bootstrap}, which asks for {}", scopes.join(", ")),
        request.sign_in.client.is_none().then(|| {
            "its consents stay in the tenant until `fairlead connections remove --everywhere` takes them away".to_owned()
        }),
    );
    match owner {
        Owner::Vendor => add(
            StepId::App,
            Place::Tenant,
            "consent to the vendor's app on Microsoft's page; Fairlead creates nothing".to_owned(),
            None,
        ),
        _ if finished(StepId::App) => {}
        _ => match request.app {
            Some(AppChoice::Existing(client)) => add(
                StepId::App,
                Place::Tenant,
                format!("adopt the app registration {client} and repair what is wrong with it"),
                None,
            ),
            _ => {
                let name = format!("Fairlead {} ({})", profile.title, request.name);
                add(
                    StepId::App,
                    Place::Tenant,
                    format!("create the app registration `{name}`, for this tenant alone"),
                    None,
                );
                add(
                    StepId::App,
                    Place::Tenant,
                    "create its enterprise application".to_owned(),
                    None,
                );
            }
        },
    }
    if !finished(StepId::Permissions) || waiting(StepId::Permissions) {
        let how = match request.consent {
            ConsentWay::Browser => "consented on Microsoft's page",
            ConsentWay::Grant => "granted by the signed-in administrator",
            ConsentWay::Wait => "to be consented by somebody else",
        };
        for permission in variant
            .iter()
            .flat_map(|variant| variant.needed(request.permissions, &request.inputs))
        {
            add(
                StepId::Permissions,
                Place::Tenant,
                format!("{} ({}), {how}", permission.name, permission.kind),
                Some(permission.reason.clone()),
            );
        }
    }
    if !finished(StepId::Credential) {
        match (credential, &request.certificate) {
            (CredentialKind::Certificate, CertificateChoice::New { bits, lifetime }) => {
                add(
                    StepId::Credential,
                    Place::Computer,
                    format!("make a certificate (RSA {} bit, {lifetime}) and keep its key in the secret store", u32::from(*bits)),
                    None,
                );
                add(StepId::Credential, Place::Tenant, "put the certificate's public part on the app".to_owned(), None);
            }
            (CredentialKind::Certificate, CertificateChoice::Given(pair)) => {
                let thumbprint = pair.certificate().thumbprint();
                add(StepId::Credential, Place::Computer, "keep the given key in the secret store".to_owned(), None);
                add(StepId::Credential, Place::Tenant, format!("put the certificate {thumbprint} on the app"), None);
            }
            (CredentialKind::Certificate, CertificateChoice::Public(certificate)) => {
                let thumbprint = certificate.thumbprint();
                add(StepId::Credential, Place::Tenant, format!("put the certificate {thumbprint} on the app"), None);
            }
            (CredentialKind::Secret, _) if request.secret.is_none() => {
                add(StepId::Credential, Place::Tenant, "make a client secret on the app, for 180 days".to_owned(), None);
                add(StepId::Credential, Place::Computer, "keep it in the secret store".to_owned(), None);
            }
            (CredentialKind::Secret, _) => {
                add(StepId::Credential, Place::Computer, "keep the given client secret in the secret store".to_owned(), None);
            }
            (CredentialKind::Account, _) => add(
                StepId::Credential,
                Place::Computer,
                "the synchronisation account signs in; its refresh token is kept in the secret store".to_owned(),
                None,
            ),
            _ => {}
        }
    }
    add(
        StepId::Test,
        Place::Computer,
        "test the connection, which only reads, and keep the report".to_owned(),
        None,
    );
    Ok(Plan {
        schema: 1,
        connection: request.name.to_string(),
        tenant_id: found.tenant.to_string(),
        changes,
    })
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
    if request.inspect {
        let account = credential == CredentialKind::Account || owner == Owner::Vendor;
        scopes.extend(scopes_to_inspect(account));
    }
    let mut seen = BTreeSet::new();
    scopes.retain(|scope| seen.insert(*scope));
    scopes
}

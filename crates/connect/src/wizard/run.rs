use fairlead_domain::ids::TenantId;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{KeyHolder, Owner, Profile};
use fairlead_domain::remedy::{Person, StepId};
use fairlead_entra::Entra;
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, CreatedObject, Intent, StepStatus, Wanted};
use uuid::Uuid;

use super::Connected;
use super::credential::Brought;
use super::request::{AppChoice, CertificateChoice, ConnectRequest};
use crate::administrator::Administrator;
use crate::attendant::{Attendant, Event};
use crate::error::ConnectError;
use crate::session::Session;
use crate::subject::Subject;

/// One run of the wizard.
pub(super) struct Run<'a> {
    pub(super) session: &'a Session,
    pub(super) subject: Subject,
    pub(super) request: ConnectRequest,
    pub(super) attendant: &'a dyn Attendant,
    pub(super) administrator: Option<Administrator>,
    pub(super) step: StepId,
    /// The credential, where it is on the app before its step.
    pub(super) brought: Option<Brought>,
}

impl<'a> Run<'a> {
    /// Finds the connection of that name, or begins one.
    pub(super) async fn begin(
        session: &'a Session,
        profile: &Profile,
        request: ConnectRequest,
        attendant: &'a dyn Attendant,
    ) -> Result<Self, ConnectError> {
        let connections = session.store.connections();
        let connection = if let Some(connection) = connections.find(&request.name).await? {
            let agreed = agree(connection, profile, &request)?;
            let keep = |kept: &mut Connection| *kept = agreed.clone();
            connections
                .update(&agreed.name, session.now(), keep)
                .await?
        } else {
            let connection = begin_connection(session, profile, &request)?;
            connections.insert(&connection).await?;
            connection
        };
        let subject = Subject::new(connection, profile, session.cloud.clone())?;
        Ok(Self {
            session,
            subject,
            request,
            attendant,
            administrator: None,
            step: StepId::Tenant,
            brought: None,
        })
    }

    /// All steps in order.
    pub(super) async fn steps(&mut self) -> Result<Connected, ConnectError> {
        self.begin_step(StepId::Tenant);
        self.tenant_step().await?;
        if self.subject.is_vendor() {
            self.begin_step(StepId::App);
            self.vendor_step().await?;
        } else {
            self.begin_step(StepId::App);
            self.app_step().await?;
            self.begin_step(StepId::Permissions);
            Box::pin(self.permissions_step()).await?;
            self.begin_step(StepId::Credential);
            self.credential_step().await?;
        }
        self.begin_step(StepId::Test);
        let tested = Box::pin(self.test_step()).await?;
        self.begin_step(StepId::Values);
        let values = crate::handover::values(self.session, &self.subject).await?;
        self.end_step(
            StepStatus::Done,
            crate::wait::counted(values.values.len(), "value"),
        )
        .await?;
        let (report, chain) = tested.map(|tested| (tested.report, tested.chain)).unzip();
        Ok(Connected {
            connection: self.subject.connection.clone(),
            report,
            chain,
            values: Some(values),
        })
    }

    fn begin_step(&mut self, step: StepId) {
        self.step = step;
        self.attendant.tell(Event::StepBegan(step));
    }

    /// Keeps how the step ended, and shows it.
    pub(super) async fn end_step(
        &mut self,
        status: StepStatus,
        detail: impl Into<String>,
    ) -> Result<(), ConnectError> {
        let (step, detail, now) = (self.step, detail.into(), self.session.now());
        self.change(|connection| connection.note(step, status.clone(), Some(detail.clone()), now))
            .await?;
        let status = self.subject.connection.status(step).clone();
        self.attendant.tell(Event::StepEnded {
            step,
            status,
            detail,
        });
        Ok(())
    }

    /// Keeps why the run ended within a step.
    pub(super) async fn note_failure(&mut self, error: &ConnectError) {
        let problem = error.problem();
        let status = StepStatus::Failed {
            code: problem.code,
            what: problem.what.clone(),
        };
        let (step, now) = (self.step, self.session.now());
        // The failure itself is what the caller gets; that it could not be kept must not hide it.
        let _ = self
            .change(|connection| connection.note(step, status.clone(), None, now))
            .await;
        self.attendant.tell(Event::StepEnded {
            step,
            status,
            detail: problem.what,
        });
    }

    /// Tells what was done within the step.
    pub(super) fn done(&self, what: impl Into<String>) {
        self.attendant.tell(Event::Done {
            step: self.step,
            what: what.into(),
        });
    }

    /// Changes the connection, in memory and where it is kept, in one go.
    pub(super) async fn change(
        &mut self,
        change: impl FnOnce(&mut Connection) + Send,
    ) -> Result<(), ConnectError> {
        let name = self.subject.connection.name.clone();
        let now = self.session.now();
        self.subject.connection = self
            .session
            .store
            .connections()
            .update(&name, now, change)
            .await?;
        Ok(())
    }

    /// Writes down what is about to be created.
    pub(super) async fn intend(
        &mut self,
        kind: CreatedKind,
        key: &str,
        what: &str,
    ) -> Result<(), ConnectError> {
        let intent = Intent {
            kind,
            key: key.to_owned(),
            what: what.to_owned(),
            at: self.session.now(),
        };
        self.change(|connection| connection.intend(intent)).await
    }

    /// Writes down what was created.
    pub(super) async fn created(
        &mut self,
        kind: CreatedKind,
        key: &str,
        id: String,
        parent: Option<String>,
        added: Vec<String>,
        what: &str,
    ) -> Result<(), ConnectError> {
        let object = CreatedObject {
            kind,
            id,
            parent,
            added,
            what: what.to_owned(),
            at: self.session.now(),
        };
        self.change(|connection| connection.record(key, object))
            .await
    }

    pub(super) fn tenant(&self) -> Result<TenantId, ConnectError> {
        self.subject.connection.tenant_id.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::ConnectionIncomplete,
                "the tenant is not known yet",
            )
        })
    }

    pub(super) fn entra(&self) -> Result<Entra, ConnectError> {
        Ok(self.session.entra(self.tenant()?))
    }

    /// Notes that another person must act first, with what to send them.
    pub(super) async fn wait_for(
        &mut self,
        person: Person,
        text: String,
        detail: &str,
    ) -> Result<(), ConnectError> {
        let since = self.session.now();
        self.end_step(
            StepStatus::Waiting {
                person,
                text,
                since,
            },
            detail,
        )
        .await
    }
}

fn begin_connection(
    session: &Session,
    profile: &Profile,
    request: &ConnectRequest,
) -> Result<Connection, ConnectError> {
    let (owner, credential) = request.way(profile)?;
    let variant = profile.variant(owner, credential);
    let key_holder = match &request.certificate {
        CertificateChoice::Public(_) => KeyHolder::Product,
        _ => variant.map_or(KeyHolder::Fairlead, |variant| variant.key_holder),
    };
    let wanted = Wanted {
        name: request.name.clone(),
        profile: profile.id.clone(),
        owner,
        credential,
        permissions: request.permissions,
        cloud: request.cloud.clone(),
        tenant: request.tenant.clone(),
        key_holder,
        unique_name: (owner != Owner::Vendor
            && !matches!(request.app, Some(AppChoice::Existing(_))))
        .then(|| format!("fairlead-{}", Uuid::new_v4())),
        inputs: request.inputs.clone(),
    };
    let mut connection = Connection::new(wanted, session.now());
    match request.app {
        Some(AppChoice::Existing(client)) => {
            connection.client_id = Some(client);
            connection.adopted = true;
        }
        Some(AppChoice::Vendor(client)) => connection.client_id = client,
        _ => {}
    }
    Ok(connection)
}

/// A connection that was begun keeps its choices: what was said anew must not contradict them. Its
/// inputs and its cloud's addresses may change.
fn agree(
    mut kept: Connection,
    profile: &Profile,
    request: &ConnectRequest,
) -> Result<Connection, ConnectError> {
    let refuse = |what: String| {
        Err(ConnectError::rule(
            ProblemCode::ConnectionExists,
            format!(
                "the connection `{}` is there already, {what}; choose another name or remove it first",
                kept.name
            ),
        ))
    };
    if kept.profile != profile.id {
        return refuse(format!("with the profile `{}`", kept.profile));
    }
    if kept.tenant != request.tenant {
        return refuse(format!("for the tenant `{}`", kept.tenant));
    }
    if let Some(credential) = request
        .credential
        .filter(|credential| *credential != kept.credential)
    {
        return refuse(format!(
            "with the credential `{}`, not `{}`",
            kept.credential.as_str(),
            credential.as_str()
        ));
    }
    match request.app {
        Some(AppChoice::Existing(client)) if kept.client_id != Some(client) => {
            return refuse("with another app".to_owned());
        }
        Some(AppChoice::Vendor(_)) if kept.owner != Owner::Vendor => {
            return refuse("with an app of its own".to_owned());
        }
        _ => {}
    }
    kept.inputs.extend(request.inputs.clone());
    kept.cloud = request.cloud.clone();
    kept.permissions = request.permissions;
    Ok(kept)
}

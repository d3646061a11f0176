//! The wizard's steps: each looks at what is there, does what is missing, and says so. A run that was
//! killed at any point is continued by the same call: what is about to be created is written down
//! first, with the key that finds it again.

mod account;
mod app;
mod certificate;
mod credential;
mod granted;
mod permissions;
pub mod plan;
mod repair;
mod request;
mod run;
mod secret;
mod signed_in;
mod tenant;
mod test_step;
pub mod undo;
mod vendor;

pub(crate) use app::not_visible;
use fairlead_domain::profile::Profile;
use fairlead_domain::remedy::{Person, StepId};
use fairlead_domain::report::Report;
use fairlead_domain::values::HandOver;
use fairlead_state::Connection;
use fairlead_state::connection::StepStatus;
use fairlead_wire::Spent;
pub use request::{AppChoice, CertificateChoice, ConnectRequest, ConsentWay, way};
use run::Run;
pub(crate) use secret::LIFETIME as SECRET_LIFETIME;

use crate::attendant::Attendant;
use crate::error::ConnectError;
use crate::session::Session;

/// How far a run came.
#[derive(Debug)]
pub struct Connected {
    /// The connection as it is now.
    pub connection: Connection,
    /// The last test, where it came that far.
    pub report: Option<Report>,
    /// What the test took.
    pub chain: Option<Spent>,
    /// The values to hand over, where it came that far.
    pub values: Option<HandOver>,
}

impl Connected {
    /// The first step that waits for a person: who, and what to send them.
    pub fn waiting(&self) -> Option<(StepId, Person, &str)> {
        self.connection
            .steps
            .iter()
            .find_map(|(step, record)| match &record.status {
                StepStatus::Waiting { person, text, .. } => Some((*step, *person, text.as_str())),
                _ => None,
            })
    }

    /// Whether everything is done and nothing needs attention.
    pub fn is_well(&self) -> bool {
        self.waiting().is_none()
            && self
                .report
                .as_ref()
                .is_some_and(|report| !report.verdict.needs_attention())
    }
}

/// Sets a connection up, or goes on where the last run stopped.
pub async fn connect(
    session: &Session,
    profile: &Profile,
    request: ConnectRequest,
    attendant: &dyn Attendant,
) -> Result<Connected, ConnectError> {
    let _lock = session.store.lock(&request.name)?;
    let mut run = Run::begin(session, profile, request, attendant).await?;
    let result = Box::pin(run.steps()).await;
    if let Err(error) = &result {
        run.note_failure(error).await;
    }
    result
}

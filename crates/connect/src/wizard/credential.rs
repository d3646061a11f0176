use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::CredentialKind;
use fairlead_domain::remedy::StepId;
use fairlead_state::connection::StepStatus;

use super::run::Run;
use crate::error::ConnectError;

impl Run<'_> {
    pub(super) async fn credential_step(&mut self) -> Result<(), ConnectError> {
        match self.subject.connection.credential {
            CredentialKind::Certificate => self.certificate_step().await,
            CredentialKind::Secret => self.secret_step().await,
            CredentialKind::Account => {
                if matches!(
                    self.subject.connection.status(StepId::Permissions),
                    StepStatus::Waiting { .. }
                ) {
                    // An account can't sign in to an app that nobody consented to.
                    return self
                        .end_step(StepStatus::Pending, "after the consent")
                        .await;
                }
                self.account_step().await
            }
            CredentialKind::ServiceAccount => Err(ConnectError::rule(
                ProblemCode::ProfileUnsupported,
                "this version can't connect service accounts of Exchange on premises",
            )),
            CredentialKind::Vendor => {
                self.end_step(StepStatus::AlreadyInPlace, "the product's own")
                    .await
            }
        }
    }
}

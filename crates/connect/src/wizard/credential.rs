//! The credential: which kind, and putting it on the app early. What is written to Microsoft takes its
//! time to be seen; the grants and the credential take it side by side.

use fairlead_domain::ids::{CertificateName, KeyId};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::CredentialKind;
use fairlead_domain::remedy::StepId;
use fairlead_entra::certificate::Certificate;
use fairlead_state::connection::StepStatus;

use super::run::Run;
use crate::error::ConnectError;

/// A credential that is on the app before its step.
pub(super) enum Brought {
    Certificate(Box<PutCertificate>),
    Secret(KeyId),
}

/// A certificate that was put on the app.
pub(super) struct PutCertificate {
    pub(super) name: CertificateName,
    pub(super) certificate: Certificate,
    /// Whether it had to be put there.
    pub(super) new: bool,
}

impl Run<'_> {
    /// Puts the credential on the app while the grants are on their way. What fails here fails again,
    /// and says so, in its own step.
    pub(super) async fn bring_credential(&mut self) {
        let step = std::mem::replace(&mut self.step, StepId::Credential);
        let brought = match self.subject.connection.credential {
            CredentialKind::Certificate if !self.wants_no_certificate() => self
                .put_certificate()
                .await
                .map(|put| Brought::Certificate(Box::new(put))),
            CredentialKind::Secret if self.needs_secret().await => {
                self.put_secret().await.map(Brought::Secret)
            }
            _ => return self.step = step,
        };
        self.brought = brought
            .inspect_err(|error| tracing::debug!(%error, "the credential is put on the app later"))
            .ok();
        self.step = step;
    }

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

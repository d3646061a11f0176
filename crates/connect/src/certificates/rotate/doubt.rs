//! Certificates of which it is not known whether they are on the app: the answer was lost, and the app
//! does not see its own keys.

use std::sync::Arc;

use fairlead_domain::ids::CertificateName;
use fairlead_state::StoredCertificate;
use fairlead_state::connection::{CreatedKind, Intent};

use super::actor::Actor;
use super::{OnApp, Renewal};
use crate::certificates::FOR_RENEWAL;
use crate::error::ConnectError;
use crate::wait::until;

/// The key of the intent to put a certificate on the app.
fn key(name: &CertificateName) -> String {
    format!("{FOR_RENEWAL} {name}")
}

impl Renewal<'_> {
    /// Writes down that a certificate may be on the app from now on.
    pub(super) async fn doubt(&mut self, stored: &StoredCertificate) -> Result<(), ConnectError> {
        let intent = Intent {
            kind: CreatedKind::Key,
            key: key(&stored.name),
            what: stored.name.to_string(),
            at: self.session.now(),
        };
        self.change(|kept| kept.intend(intent)).await
    }

    /// It is known whether a certificate is on the app.
    pub(super) async fn believe(&mut self, stored: &StoredCertificate) -> Result<(), ConnectError> {
        let key = key(&stored.name);
        self.change(|kept| kept.abandon(CreatedKind::Key, &key))
            .await
    }

    pub(super) fn is_in_doubt(&self, stored: &StoredCertificate) -> bool {
        self.connection
            .intent(CreatedKind::Key, &key(&stored.name))
            .is_some()
    }

    /// The certificates in doubt.
    async fn doubts(&self) -> Result<Vec<StoredCertificate>, ConnectError> {
        let mut doubts = Vec::new();
        for intent in &self.connection.intents {
            let Ok(name) = intent.what.parse() else {
                continue;
            };
            if intent.kind == CreatedKind::Key
                && intent.key == key(&name)
                && let Some(stored) = self.session.store.certificates().find(&name).await?
            {
                doubts.push(stored);
            }
        }
        Ok(doubts)
    }

    /// Finds out what became of the certificates in doubt, now that one is known to be on the app that
    /// was put there after them. The administrator takes them off. The app can't, without their ids:
    /// where one of them is there after all, the connection signs in with that, and the new one, whose
    /// id is known, is taken off.
    pub(super) async fn resolve_doubts(
        &mut self,
        actor: &Actor,
        mut new: OnApp,
    ) -> Result<OnApp, ConnectError> {
        for stored in self.doubts().await? {
            if stored.name == new.stored.name {
                self.believe(&stored).await?;
                continue;
            }
            let pair = self.pair(&stored).await?;
            let mut doubtful = OnApp {
                stored,
                pair,
                id: None,
            };
            if let Actor::Administrator(graph) = actor {
                let certificate = doubtful.pair.certificate();
                graph
                    .remove_key(self.object, certificate.der(), certificate.thumbprint())
                    .await?;
            } else {
                let id = match (self.is_there(&doubtful).await?, new.id) {
                    (Some(false), _) => None,
                    (Some(true), Some(id)) => Some(id),
                    // Two are there and neither can be named, or nothing was learned: it stays in doubt.
                    (Some(true), None) | (None, _) => continue,
                };
                if let Some(id) = id {
                    let actor = Actor::Own {
                        graph: self.own_graph(&doubtful.pair)?,
                        proof: Arc::clone(&doubtful.pair),
                    };
                    self.take_off(&actor, id).await?;
                    std::mem::swap(&mut new, &mut doubtful);
                }
            }
            self.drop_locally(&doubtful.stored).await?;
            self.believe(&doubtful.stored).await?;
            self.believe(&new.stored).await?;
        }
        Ok(new)
    }

    /// Whether Entra takes a certificate, where reads and sign-ins know of what was done after it; `None`
    /// where that could not be asked.
    async fn is_there(&self, on_app: &OnApp) -> Result<Option<bool>, ConnectError> {
        let graph = self.own_graph(&on_app.pair)?;
        let resource = &self.session.cloud.graph_resource;
        let patience = self.session.replication();
        let what = "it is seen whether an earlier certificate arrived";
        until(patience, what, self.attendant, || async {
            match graph.source().renewed(resource).await {
                Ok(_) => Ok(Some(true)),
                Err(error) if error.is_unanswered() => Ok(None),
                Err(error) => match error.refusal() {
                    Some(refusal) if refusal.may_be_replication() => Ok(Some(false)),
                    _ => Err(error.into()),
                },
            }
        })
        .await
    }
}

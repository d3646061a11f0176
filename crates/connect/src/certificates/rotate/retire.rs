//! Taking the certificate before off the app, and its key out of the secret store.

use fairlead_domain::ids::KeyId;
use fairlead_state::connection::CreatedKind;
use fairlead_state::{CertificateState, StoredCertificate};

use super::actor::Actor;
use super::{Renewal, Rotated, RotationWay};
use crate::certificates::incomplete;
use crate::error::ConnectError;

impl Renewal<'_> {
    /// Ends an overlap: the certificate before is taken off the app. The connection forgets it last, so
    /// that an interrupted run goes on here.
    pub(super) async fn retire(&mut self, actor: Actor) -> Result<Rotated, ConnectError> {
        let certificate = self
            .connection
            .certificate
            .clone()
            .ok_or_else(|| incomplete(&self.connection))?;
        let Some(previous) = self.connection.previous_certificate.clone() else {
            return Ok(Rotated {
                certificate,
                previous: None,
                overlapping: false,
            });
        };
        let stored = self.session.store.certificates().get(&previous).await?;
        let (actor, id) = match (self.key_id(&actor, &stored).await?, self.request.way) {
            (Some(id), _) => (actor, Some(id)),
            (None, _) if !actor.is_own() => (actor, None),
            (None, RotationWay::Automatic) => {
                self.say("the app does not know its old key's id; the administrator takes it off");
                let administrator = self.administrator().await?;
                let id = self.key_id(&administrator, &stored).await?;
                (administrator, id)
            }
            (None, _) => {
                return Ok(Rotated {
                    certificate,
                    previous: Some(previous),
                    overlapping: true,
                });
            }
        };
        if let Some(id) = id {
            self.take_off(&actor, id).await?;
        }
        self.forget_key(&stored).await?;
        let what = stored
            .facts
            .map(|facts| format!("certificate {}", facts.thumbprint))
            .unwrap_or_default();
        self.change(|kept| {
            kept.previous_certificate = None;
            kept.created
                .retain(|object| object.kind != CreatedKind::Key || object.what != what);
        })
        .await?;
        Ok(Rotated {
            certificate,
            previous: Some(previous),
            overlapping: false,
        })
    }

    /// Retires a certificate that no other connection uses; its key goes.
    async fn forget_key(&self, stored: &StoredCertificate) -> Result<(), ConnectError> {
        let own = |user: &fairlead_domain::ids::ConnectionName| *user == self.connection.name;
        if !stored.used_by.iter().all(own) {
            return Ok(());
        }
        if let Some(id) = &stored.secret_id {
            self.session.secrets.delete(id).await?;
        }
        self.session
            .store
            .certificates()
            .update(&stored.name, |stored| {
                stored.state = CertificateState::Retired;
                stored.secret_id = None;
            })
            .await?;
        Ok(())
    }

    /// The id of a certificate's entry on the app: read there, else as it was recorded when it was put
    /// there.
    async fn key_id(
        &self,
        actor: &Actor,
        stored: &StoredCertificate,
    ) -> Result<Option<KeyId>, ConnectError> {
        let (Some(der), Some(facts)) = (&stored.der, &stored.facts) else {
            return Ok(None);
        };
        match actor.graph().key_credentials(self.object).await {
            Ok(keys) => {
                return Ok(keys
                    .iter()
                    .find(|key| key.is(der, &facts.thumbprint))
                    .and_then(|key| key.key_id));
            }
            Err(error) if error.is_forbidden() => {}
            Err(error) => return Err(error.into()),
        }
        let what = format!("certificate {}", facts.thumbprint);
        let mut created = self.connection.created.iter();
        Ok(created
            .find(|object| object.kind == CreatedKind::Key && object.what == what)
            .and_then(|object| object.id.parse().ok()))
    }
}

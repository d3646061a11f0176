//! Putting the new certificate on the app, beside the old one.

use std::time::Duration;

use fairlead_domain::ids::KeyId;
use fairlead_entra::certificate::CertificateWithKey;
use fairlead_graph::{Graph, NewKey};
use fairlead_state::StoredCertificate;
use fairlead_state::connection::CreatedKind;

use super::actor::Actor;
use super::{OnApp, Renewal, record, recorded_as};
use crate::certificates::{FOR_RENEWAL, new_key};
use crate::error::ConnectError;
use crate::wait::{Patience, until};
use crate::wizard::not_visible;

/// How many certificates are tried at most, one after the other, when answers are lost.
const ATTEMPTS: u32 = 4;
/// How long a certificate in doubt is waited for before another one is made.
const BRIEFLY: Duration = Duration::from_secs(10);

impl Renewal<'_> {
    /// The new certificate, on the app.
    pub(super) async fn put(&mut self, actor: &Actor) -> Result<OnApp, ConnectError> {
        let mut attempt = 1;
        loop {
            let stored = self.next().await?;
            let pair = self.pair(&stored).await?;
            let mut on_app = OnApp {
                stored,
                pair,
                id: None,
            };
            match actor {
                Actor::Administrator(graph) => {
                    self.put_as_administrator(graph, &on_app.pair).await?;
                    self.say(BESIDE);
                    return Ok(on_app);
                }
                Actor::Own { graph, proof } => {
                    on_app.id = self.known_id(&on_app.pair);
                    if on_app.id.is_none() && !self.is_in_doubt(&on_app.stored) {
                        on_app.id = self.put_as_app(graph, proof, &on_app).await?;
                    }
                }
            }
            if on_app.id.is_some() || self.arrived(&on_app).await? {
                self.say(BESIDE);
                return Ok(on_app);
            }
            if attempt == ATTEMPTS {
                return Err(not_visible("the new certificate"));
            }
            attempt += 1;
            self.say("it is not known whether the new certificate arrived; another one is made");
            self.change(|kept| kept.abandon(CreatedKind::Key, FOR_RENEWAL))
                .await?;
        }
    }

    /// The administrator sees what is on the app: a certificate is put there once, and waited for.
    async fn put_as_administrator(
        &self,
        graph: &Graph,
        pair: &CertificateWithKey,
    ) -> Result<(), ConnectError> {
        let key = key_of(pair);
        graph.add_key(self.object, &key).await?;
        let patience = self.session.replication();
        let what = "the new certificate is visible on the app";
        until(patience, what, self.attendant, || async {
            let keys = graph.key_credentials(self.object).await?;
            let mut keys = keys.iter();
            Ok(keys.any(|it| it.is(key.der, key.thumbprint)).then_some(()))
        })
        .await?
        .ok_or_else(|| not_visible("the new certificate"))
    }

    /// The app puts its certificate on its registration; the id there, unless the answer is lost.
    async fn put_as_app(
        &mut self,
        graph: &Graph,
        proof: &CertificateWithKey,
        on_app: &OnApp,
    ) -> Result<Option<KeyId>, ConnectError> {
        self.doubt(&on_app.stored).await?;
        let proof = self.proof(proof)?;
        let key = key_of(&on_app.pair);
        let id = match graph.roll_key_in(self.object, &key, &proof).await {
            Ok(added) => added.key_id,
            Err(error) if error.may_be_done() => return Ok(None),
            Err(error) => {
                self.believe(&on_app.stored).await?;
                return Err(error.into());
            }
        };
        let mut created = self.created(on_app);
        created.id = id.map(|id| id.to_string()).unwrap_or_default();
        self.change(|kept| record(kept, created)).await?;
        self.believe(&on_app.stored).await?;
        Ok(id)
    }

    /// The id of a certificate that an interrupted renewal put on the app.
    fn known_id(&self, pair: &CertificateWithKey) -> Option<KeyId> {
        let what = recorded_as(pair);
        let mut created = self.connection.created.iter();
        created
            .find(|object| object.kind == CreatedKind::Key && object.what == what)
            .and_then(|object| object.id.parse().ok())
    }

    /// Whether Entra gives a token for a certificate that was put on the app, within a short time.
    async fn arrived(&self, on_app: &OnApp) -> Result<bool, ConnectError> {
        let patience = Patience {
            limit: BRIEFLY,
            ..self.session.replication()
        };
        let graph = self.own_graph(&on_app.pair)?;
        let resource = &self.session.cloud.graph_resource;
        let what = "it is seen whether the new certificate arrived";
        let token = until(patience, what, self.attendant, || async {
            Ok(graph.source().renewed(resource).await.ok())
        });
        Ok(token.await?.is_some())
    }

    /// Takes back what could not be proved.
    pub(super) async fn take_back(
        &mut self,
        actor: &Actor,
        new: &OnApp,
    ) -> Result<(), ConnectError> {
        match actor {
            Actor::Administrator(graph) => {
                let certificate = new.pair.certificate();
                graph
                    .remove_key(self.object, certificate.der(), certificate.thumbprint())
                    .await?;
            }
            Actor::Own { .. } => match new.id {
                Some(id) => self.take_off(actor, id).await?,
                // Where it is not known under what it is there, it stays in doubt.
                None => return Ok(()),
            },
        }
        let stored: &StoredCertificate = &new.stored;
        self.drop_locally(stored).await?;
        let what = recorded_as(&new.pair);
        self.change(|kept| {
            kept.abandon(CreatedKind::Key, FOR_RENEWAL);
            kept.created
                .retain(|object| object.kind != CreatedKind::Key || object.what != what);
        })
        .await
    }
}

const BESIDE: &str = "the new certificate is on the app, beside the old one";

fn key_of(pair: &CertificateWithKey) -> NewKey<'_> {
    let certificate = pair.certificate();
    new_key(certificate, &certificate.facts().subject)
}

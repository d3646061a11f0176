//! Who acts on the app: the administrator, or the app itself with a key that proves it.

use std::sync::Arc;

use fairlead_domain::Secret;
use fairlead_domain::ids::KeyId;
use fairlead_entra::assertion::key_proof;
use fairlead_entra::certificate::CertificateWithKey;
use fairlead_entra::{AppCredential, TokenSource};
use fairlead_graph::{Graph, KeyCredential};
use fairlead_state::StoredCertificate;

use super::{Renewal, RotationWay};
use crate::administrator::for_connection;
use crate::certificates::incomplete;
use crate::error::ConnectError;

const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];
const PURPOSE: &str = "renew the certificate of the app";

/// Graph as the administrator, or as the app itself with the pair that proves it.
pub(super) enum Actor {
    Administrator(Graph),
    Own {
        graph: Graph,
        proof: Arc<CertificateWithKey>,
    },
}

impl Actor {
    pub(super) const fn is_own(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    pub(super) const fn graph(&self) -> &Graph {
        let (Self::Administrator(graph) | Self::Own { graph, .. }) = self;
        graph
    }

    /// The same, the app itself with another key.
    pub(super) fn with_key(self, renewal: &Renewal<'_>, key: Arc<CertificateWithKey>) -> Self {
        match self {
            Self::Administrator(graph) => Self::Administrator(graph),
            Self::Own { graph, proof } => match renewal.own_graph(&key) {
                Ok(graph) => Self::Own { graph, proof: key },
                Err(_) => Self::Own { graph, proof },
            },
        }
    }
}

impl Renewal<'_> {
    /// Who acts, with the certificate that the connection signs in with.
    pub(super) async fn actor(&self, current: &StoredCertificate) -> Result<Actor, ConnectError> {
        if self.request.way != RotationWay::Administrator {
            match self.own_actor(current).await {
                Ok(actor) => return Ok(actor),
                // A network that is down is no reason to ask a person.
                Err(error) if self.request.way == RotationWay::OwnKey || error.is_unanswered() => {
                    return Err(error);
                }
                Err(error) => self.say(format!(
                    "the app can't renew its key itself ({}); the administrator has to",
                    error.problem().what
                )),
            }
        }
        self.administrator().await
    }

    pub(super) async fn administrator(&self) -> Result<Actor, ConnectError> {
        let options = self.request.sign_in.clone();
        let administrator = for_connection(
            self.session,
            &self.connection,
            options,
            &SCOPES,
            PURPOSE,
            self.attendant,
        )
        .await?;
        Ok(Actor::Administrator(administrator.graph()))
    }

    /// The app itself, if its key still gets a token.
    async fn own_actor(&self, current: &StoredCertificate) -> Result<Actor, ConnectError> {
        let proof = self.pair(current).await?;
        let graph = self.own_graph(&proof)?;
        let resource = &self.session.cloud.graph_resource;
        graph.source().token(resource).await?;
        Ok(Actor::Own { graph, proof })
    }

    /// Graph as the app, signed in with a key.
    pub(super) fn own_graph(&self, key: &Arc<CertificateWithKey>) -> Result<Graph, ConnectError> {
        let (tenant, client) = self
            .connection
            .tenant_id
            .zip(self.connection.client_id)
            .ok_or_else(|| incomplete(&self.connection))?;
        let credential = AppCredential::Certificate(Arc::clone(key));
        let source = TokenSource::app(self.session.entra(tenant), client, credential);
        let (transport, cloud) = (self.session.transport.clone(), self.session.cloud.clone());
        Ok(Graph::new(transport, cloud, source))
    }

    /// The proof that the app has one of its keys.
    pub(super) fn proof(&self, key: &CertificateWithKey) -> Result<Secret<String>, ConnectError> {
        Ok(key_proof(key, self.object, self.session.now())?)
    }

    /// A certificate's entry on the app, where the actor sees it.
    pub(super) async fn find_key(
        &self,
        actor: &Actor,
        pair: &CertificateWithKey,
    ) -> Result<Option<KeyCredential>, ConnectError> {
        let certificate = pair.certificate();
        match actor.graph().key_credentials(self.object).await {
            Ok(keys) => Ok(keys
                .into_iter()
                .find(|key| key.is(certificate.der(), certificate.thumbprint()))),
            // Without a permission to read applications the app does not see its own keys.
            Err(error) if error.is_forbidden() && actor.is_own() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a certificate off the app by its id there.
    pub(super) async fn take_off(&self, actor: &Actor, id: KeyId) -> Result<(), ConnectError> {
        match actor {
            Actor::Administrator(graph) => graph.remove_keys(self.object, &[id]).await?,
            Actor::Own { graph, proof } => {
                let proof = self.proof(proof)?;
                graph.roll_key_out(self.object, id, &proof).await?;
            }
        }
        Ok(())
    }
}

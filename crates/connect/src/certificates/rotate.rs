//! Renewing the certificate of a connection without a gap: the new one beside the old one, proved by a
//! token, and only then the old one taken away. What can't be proved is taken back.

use std::sync::Arc;

use fairlead_domain::ids::{CertificateName, KeyId, ObjectId};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::KeyHolder;
use fairlead_entra::assertion::key_proof;
use fairlead_entra::certificate::{CertificateWithKey, CreateRequest, KeyBits, Lifetime};
use fairlead_entra::{AppCredential, TokenSource};
use fairlead_graph::{Graph, GraphError, KeyCredential, NewKey};
use fairlead_state::connection::{CreatedKind, CreatedObject, Intent};
use fairlead_state::{CertificateOrigin, CertificateState, Connection, StoredCertificate};

use super::{common_name, free_name, intended, make, pair};
use crate::administrator::{Administrator, SignInOptions};
use crate::attendant::{Attendant, Event};
use crate::error::ConnectError;
use crate::session::Session;
use crate::wait::until;

/// Who puts the new certificate on the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationWay {
    /// The app itself where its key still works, else the administrator.
    Automatic,
    /// The administrator, signed in.
    Administrator,
    /// The app itself, proving that it has the old key.
    OwnKey,
}

/// How a certificate is to be renewed.
#[derive(Debug, Clone)]
pub struct RotateRequest {
    /// Who does it.
    pub way: RotationWay,
    /// The new key's size.
    pub bits: KeyBits,
    /// How long the new certificate is valid.
    pub lifetime: Lifetime,
    /// Whether the old one stays on the app for now; decided by who holds the key where nothing is
    /// said: a product has to be given the new one first.
    pub keep_previous: Option<bool>,
    /// How the administrator signs in, should that be needed.
    pub sign_in: SignInOptions,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The certificate the connection signs in with now.
    pub certificate: CertificateName,
    /// The one before.
    pub previous: Option<CertificateName>,
    /// Whether the one before is still on the app.
    pub overlapping: bool,
}

/// The key under which the new certificate's name is written down before anything happens.
const INTENT: &str = "rotation";
const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];

/// Who acts on the app: Graph as the administrator, or as the app itself with the pair that proves it.
enum Actor {
    Administrator(Graph),
    Own {
        graph: Graph,
        proof: Arc<CertificateWithKey>,
    },
}

/// Renews the certificate of a connection; an interrupted renewal goes on where it stopped.
pub async fn rotate(
    session: &Session,
    connection: &Connection,
    request: &RotateRequest,
    attendant: &dyn Attendant,
) -> Result<Rotated, ConnectError> {
    let _lock = session.store.lock(&connection.name)?;
    let connection = session.store.connections().get(&connection.name).await?;
    let old = current(session, &connection).await?;
    let object = connection
        .app_object_id
        .ok_or_else(|| incomplete(&connection))?;
    if connection.previous_certificate.is_some()
        && connection.intent(CreatedKind::Key, INTENT).is_none()
    {
        return retire(session, &connection, request, attendant).await;
    }
    let new = next(session, &connection, request, attendant).await?;
    let new_pair = pair(session, &new).await?;
    let actor = actor(session, &connection, &old, request, attendant).await?;
    let put_id = put(&actor, object, &new_pair, attendant).await?;
    if let Err(error) = prove(session, &connection, &actor, object, &new_pair, attendant).await {
        take_back(session, &connection, &actor, object, &new, &new_pair).await?;
        return Err(error);
    }
    attendant.tell(Event::Note(
        "the new certificate is proved by a token".to_owned(),
    ));
    let key_id = match put_id {
        Some(id) => Some(id),
        None => find_key(&actor, object, &new_pair)
            .await?
            .and_then(|key| key.key_id),
    };
    let (new_name, old_name) = (new.name.clone(), old.name.clone());
    let created = CreatedObject {
        kind: CreatedKind::Key,
        id: key_id.map(|id| id.to_string()).unwrap_or_default(),
        parent: Some(object.to_string()),
        added: Vec::new(),
        what: format!("certificate {}", new_pair.certificate().thumbprint()),
        at: session.now(),
    };
    let connection = session
        .store
        .connections()
        .update(&connection.name, session.now(), |kept| {
            kept.certificate = Some(new_name);
            kept.previous_certificate = Some(old_name);
            kept.record(INTENT, created);
        })
        .await?;
    let keep = request
        .keep_previous
        .unwrap_or(connection.key_holder == KeyHolder::FairleadForProduct);
    if keep {
        return Ok(Rotated {
            certificate: new.name,
            previous: Some(old.name),
            overlapping: true,
        });
    }
    take_old_away(
        session,
        &connection,
        &own_or(actor, session, &connection, new_pair),
        object,
    )
    .await
}

/// The certificate the connection signs in with, if Fairlead may renew it.
async fn current(
    session: &Session,
    connection: &Connection,
) -> Result<StoredCertificate, ConnectError> {
    let name = connection.certificate.as_ref().ok_or_else(|| {
        ConnectError::rule(
            ProblemCode::CertificateNotFound,
            format!("the connection `{}` has no certificate", connection.name),
        )
    })?;
    let stored = session.store.certificates().get(name).await?;
    if stored.holder == KeyHolder::Product {
        return Err(ConnectError::rule(
            ProblemCode::CertificateInUse,
            "the product holds the private key: it makes the next certificate, and `connect --certificate FILE.cer` puts it on the app",
        ));
    }
    Ok(stored)
}

fn incomplete(connection: &Connection) -> ConnectError {
    ConnectError::rule(
        ProblemCode::ConnectionIncomplete,
        format!(
            "the set-up of the connection `{}` has not come to its app yet",
            connection.name
        ),
    )
}

/// The new certificate: the one that an interrupted renewal made, else a new one.
async fn next(
    session: &Session,
    connection: &Connection,
    request: &RotateRequest,
    attendant: &dyn Attendant,
) -> Result<StoredCertificate, ConnectError> {
    let begun = connection
        .intent(CreatedKind::Key, INTENT)
        .and_then(|intent| intent.what.parse().ok());
    let stored = match begun {
        Some(name) => session.store.certificates().find(&name).await?,
        None => None,
    };
    let stored = if let Some(stored) = stored {
        stored
    } else {
        let name = free_name(session, connection.name.as_str()).await?;
        let intent = Intent {
            kind: CreatedKind::Key,
            key: INTENT.to_owned(),
            what: name.to_string(),
            at: session.now(),
        };
        session
            .store
            .connections()
            .update(&connection.name, session.now(), |kept| {
                kept.abandon(CreatedKind::Key, INTENT);
                kept.intend(intent);
            })
            .await?;
        let stored = intended(
            session,
            name,
            CertificateOrigin::Made,
            connection.key_holder,
        );
        session.store.certificates().insert(&stored).await?;
        stored
    };
    if stored.state != CertificateState::Intended {
        return Ok(stored);
    }
    let create = CreateRequest {
        common_name: common_name(&connection.name),
        bits: request.bits,
        lifetime: request.lifetime,
        now: session.now(),
    };
    let made = make(session, &stored, create).await?;
    attendant.tell(Event::Note(format!("certificate `{}` made", made.name)));
    Ok(made)
}

async fn actor(
    session: &Session,
    connection: &Connection,
    old: &StoredCertificate,
    request: &RotateRequest,
    attendant: &dyn Attendant,
) -> Result<Actor, ConnectError> {
    if request.way != RotationWay::Administrator {
        match own_actor(session, connection, old).await {
            Ok(actor) => return Ok(actor),
            Err(error) if request.way == RotationWay::OwnKey => return Err(error),
            Err(error) => attendant.tell(Event::Note(format!(
                "the app can't renew its key itself ({}); the administrator has to",
                error.problem().what
            ))),
        }
    }
    let entra = session.entra(connection.tenant_id.ok_or_else(|| incomplete(connection))?);
    let options = request.sign_in.clone();
    let purpose = "renew the certificate of the app";
    let administrator =
        Administrator::sign_in(session, &entra, options, &SCOPES, purpose, attendant).await?;
    Ok(Actor::Administrator(administrator.graph()))
}

/// The app itself, if its old key still gets a token.
async fn own_actor(
    session: &Session,
    connection: &Connection,
    old: &StoredCertificate,
) -> Result<Actor, ConnectError> {
    let proof = pair(session, old).await?;
    let graph = own_graph(session, connection, &proof)?;
    graph.source().token(&session.cloud.graph_resource).await?;
    Ok(Actor::Own { graph, proof })
}

fn own_graph(
    session: &Session,
    connection: &Connection,
    key: &Arc<CertificateWithKey>,
) -> Result<Graph, ConnectError> {
    let (tenant, client) = connection
        .tenant_id
        .zip(connection.client_id)
        .ok_or_else(|| incomplete(connection))?;
    let source = TokenSource::app(
        session.entra(tenant),
        client,
        AppCredential::Certificate(Arc::clone(key)),
    );
    Ok(Graph::new(
        session.transport.clone(),
        session.cloud.clone(),
        source,
    ))
}

/// After the proof the app acts with its new key.
fn own_or(
    actor: Actor,
    session: &Session,
    connection: &Connection,
    new: Arc<CertificateWithKey>,
) -> Actor {
    match actor {
        Actor::Administrator(graph) => Actor::Administrator(graph),
        Actor::Own { graph, proof } => match own_graph(session, connection, &new) {
            Ok(graph) => Actor::Own { graph, proof: new },
            Err(_) => Actor::Own { graph, proof },
        },
    }
}

/// Puts the new certificate on the app; its id there, where the answer tells it.
async fn put(
    actor: &Actor,
    object: ObjectId,
    new: &CertificateWithKey,
    attendant: &dyn Attendant,
) -> Result<Option<KeyId>, ConnectError> {
    let certificate = new.certificate();
    let facts = certificate.facts();
    let key = NewKey {
        der: certificate.der(),
        thumbprint: certificate.thumbprint(),
        display_name: &facts.subject,
        start: facts.not_before,
        end: facts.not_after,
    };
    let id = match actor {
        Actor::Administrator(graph) => {
            graph.add_key(object, &key).await?;
            None
        }
        Actor::Own { graph, proof } => {
            // The app may not read its own registration; adding a key that is there already is refused
            // as a duplicate, which ends the same.
            let token = key_proof(proof, object, graph_now(graph))?;
            match graph.roll_key_in(object, &key, &token).await {
                Err(GraphError::Refused(refusal)) if refusal.message.contains("already") => None,
                other => other?.key_id,
            }
        }
    };
    attendant.tell(Event::Note(
        "the new certificate is on the app, beside the old one".to_owned(),
    ));
    Ok(id)
}

fn graph_now(graph: &Graph) -> jiff::Timestamp {
    graph.clock().now()
}

/// Asks for tokens with the new key until Entra takes it.
async fn prove(
    session: &Session,
    connection: &Connection,
    actor: &Actor,
    object: ObjectId,
    new: &Arc<CertificateWithKey>,
    attendant: &dyn Attendant,
) -> Result<(), ConnectError> {
    let graph = own_graph(session, connection, new)?;
    let resource = &session.cloud.graph_resource;
    let proved = until(
        session.replication(),
        "Entra takes the new certificate",
        attendant,
        || async {
            match graph.source().renewed(resource, None).await {
                Ok(_) => Ok(Some(true)),
                // Waiting is of use only while the app holds the key, as far as that can be seen.
                Err(_)
                    if matches!(actor, Actor::Administrator(_))
                        && find_key(actor, object, new).await?.is_none() =>
                {
                    Ok(Some(false))
                }
                Err(error) if error.is_unanswered() => Ok(None),
                Err(error)
                    if error
                        .refusal()
                        .is_some_and(fairlead_entra::OAuthError::may_be_replication) =>
                {
                    Ok(None)
                }
                Err(error) => Err(error.into()),
            }
        },
    )
    .await?;
    if proved == Some(true) {
        return Ok(());
    }
    Err(ConnectError::rule(
        ProblemCode::RotationNotProved,
        "Entra did not take the new certificate; it was taken back, and the old one is in use as before",
    ))
}

async fn find_key(
    actor: &Actor,
    object: ObjectId,
    pair: &CertificateWithKey,
) -> Result<Option<KeyCredential>, ConnectError> {
    let (Actor::Administrator(graph) | Actor::Own { graph, .. }) = actor;
    let certificate = pair.certificate();
    match graph.key_credentials(object).await {
        Ok(keys) => Ok(keys
            .into_iter()
            .find(|key| key.is(certificate.der(), certificate.thumbprint()))),
        // Without a permission to read applications the app does not see its own keys.
        Err(error) if error.is_forbidden() && matches!(actor, Actor::Own { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes back what could not be proved.
async fn take_back(
    session: &Session,
    connection: &Connection,
    actor: &Actor,
    object: ObjectId,
    new: &StoredCertificate,
    new_pair: &CertificateWithKey,
) -> Result<(), ConnectError> {
    if let Some(id) = find_key(actor, object, new_pair)
        .await?
        .and_then(|key| key.key_id)
    {
        match actor {
            Actor::Administrator(graph) => graph.remove_keys(object, &[id]).await?,
            Actor::Own { graph, proof } => {
                let token = key_proof(proof, object, graph_now(graph))?;
                graph.roll_key_out(object, id, &token).await?;
            }
        }
    }
    session
        .store
        .connections()
        .update(&connection.name, session.now(), |kept| {
            kept.abandon(CreatedKind::Key, INTENT)
        })
        .await?;
    session.store.certificates().remove(&new.name).await?;
    if let Some(id) = &new.secret_id {
        session.secrets.delete(id).await?;
    }
    Ok(())
}

/// Ends an overlap: the certificate before is taken off the app.
async fn retire(
    session: &Session,
    connection: &Connection,
    request: &RotateRequest,
    attendant: &dyn Attendant,
) -> Result<Rotated, ConnectError> {
    let object = connection
        .app_object_id
        .ok_or_else(|| incomplete(connection))?;
    let now = current(session, connection).await?;
    let actor = actor(session, connection, &now, request, attendant).await?;
    take_old_away(session, connection, &actor, object).await
}

async fn take_old_away(
    session: &Session,
    connection: &Connection,
    actor: &Actor,
    object: ObjectId,
) -> Result<Rotated, ConnectError> {
    let certificate = connection
        .certificate
        .clone()
        .ok_or_else(|| incomplete(connection))?;
    let Some(previous) = connection.previous_certificate.clone() else {
        return Ok(Rotated {
            certificate,
            previous: None,
            overlapping: false,
        });
    };
    let stored = session.store.certificates().get(&previous).await?;
    let facts = stored.facts.clone();
    let id = key_id_of(actor, connection, object, &stored).await?;
    if let Some(id) = id {
        match actor {
            Actor::Administrator(graph) => graph.remove_keys(object, &[id]).await?,
            Actor::Own { graph, proof } => {
                let token = key_proof(proof, object, graph_now(graph))?;
                graph.roll_key_out(object, id, &token).await?;
            }
        }
    } else if matches!(actor, Actor::Own { .. }) {
        // The app does not see its own keys, and this one was put there by somebody else.
        return Ok(Rotated {
            certificate,
            previous: Some(previous),
            overlapping: true,
        });
    }
    let what = facts
        .map(|facts| format!("certificate {}", facts.thumbprint))
        .unwrap_or_default();
    session
        .store
        .connections()
        .update(&connection.name, session.now(), |kept| {
            kept.previous_certificate = None;
            kept.created
                .retain(|object| object.kind != CreatedKind::Key || object.what != what);
        })
        .await?;
    session
        .store
        .certificates()
        .update(&previous, |stored| stored.state = CertificateState::Retired)
        .await?;
    let stored = session.store.certificates().get(&previous).await?;
    if stored.used_by.is_empty()
        && let Some(id) = &stored.secret_id
    {
        session.secrets.delete(id).await?;
    }
    Ok(Rotated {
        certificate,
        previous: Some(previous),
        overlapping: false,
    })
}

/// The id of a certificate's entry on the app: read there, else as it was recorded when it was put there.
async fn key_id_of(
    actor: &Actor,
    connection: &Connection,
    object: ObjectId,
    stored: &StoredCertificate,
) -> Result<Option<KeyId>, ConnectError> {
    let (Some(der), Some(facts)) = (&stored.der, &stored.facts) else {
        return Ok(None);
    };
    let (Actor::Administrator(graph) | Actor::Own { graph, .. }) = actor;
    match graph.key_credentials(object).await {
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
    Ok(connection
        .created
        .iter()
        .find(|created| created.kind == CreatedKind::Key && created.what == what)
        .and_then(|created| created.id.parse().ok()))
}

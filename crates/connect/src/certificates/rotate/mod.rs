//! Renewing the certificate of a connection without a gap: the new one beside the old one, proved by a
//! token, and only then the old one taken away. What can't be proved is taken back.
//!
//! An interrupted renewal goes on where it stopped. What the app itself put on its registration it can't
//! read there, so its id is kept from the answer; a certificate whose answer was lost is in doubt until
//! a later one is known to be there: then it is asked for a token, and it is there or it never was.

mod actor;
mod doubt;
mod prove;
mod put;
mod retire;

use std::sync::Arc;

use fairlead_domain::ids::{CertificateName, KeyId, ObjectId};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::KeyHolder;
use fairlead_entra::certificate::{CertificateWithKey, CreateRequest, KeyBits, Lifetime};
use fairlead_state::connection::{CreatedKind, CreatedObject};
use fairlead_state::{CertificateOrigin, CertificateState, Connection, StoredCertificate};

use self::actor::Actor;
use super::{FOR_RENEWAL, common_name, incomplete, make, pair, take_name};
use crate::administrator::SignInOptions;
use crate::attendant::{Attendant, Event};
use crate::error::ConnectError;
use crate::session::Session;

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
    let mut renewal = Renewal {
        session,
        request,
        attendant,
        connection,
        object,
    };
    let begun = renewal
        .connection
        .intent(CreatedKind::Key, FOR_RENEWAL)
        .is_some();
    let actor = renewal.actor(&old).await?;
    if renewal.connection.previous_certificate.is_some() && !begun {
        return renewal.retire(actor).await;
    }
    renewal.renew(old, actor).await
}

/// A renewal under way.
struct Renewal<'a> {
    session: &'a Session,
    request: &'a RotateRequest,
    attendant: &'a dyn Attendant,
    connection: Connection,
    object: ObjectId,
}

/// A certificate that is on the app.
struct OnApp {
    stored: StoredCertificate,
    pair: Arc<CertificateWithKey>,
    /// Its id there, where that is known.
    id: Option<KeyId>,
}

impl Renewal<'_> {
    async fn renew(
        &mut self,
        old: StoredCertificate,
        actor: Actor,
    ) -> Result<Rotated, ConnectError> {
        let new = self.put(&actor).await?;
        if let Err(error) = self.prove(&actor, &new).await {
            self.take_back(&actor, &new).await?;
            return Err(error);
        }
        self.say("the new certificate is proved by a token");
        let new = self.resolve_doubts(&actor, new).await?;
        self.take_over(&old, &new).await?;
        let keep = self
            .request
            .keep_previous
            .unwrap_or(self.connection.key_holder == KeyHolder::FairleadForProduct);
        if keep {
            return Ok(Rotated {
                certificate: new.stored.name,
                previous: Some(old.name),
                overlapping: true,
            });
        }
        let actor = actor.with_key(self, new.pair);
        self.retire(actor).await
    }

    /// The connection signs in with the new certificate from now on.
    async fn take_over(
        &mut self,
        old: &StoredCertificate,
        new: &OnApp,
    ) -> Result<(), ConnectError> {
        let (new_name, old_name) = (new.stored.name.clone(), old.name.clone());
        let created = self.created(new);
        self.change(|kept| {
            kept.certificate = Some(new_name);
            kept.previous_certificate = Some(old_name);
            kept.abandon(CreatedKind::Key, FOR_RENEWAL);
            record(kept, created);
        })
        .await
    }

    /// The new certificate: the one that an interrupted renewal made, else a new one.
    async fn next(&mut self) -> Result<StoredCertificate, ConnectError> {
        let holder = self.connection.key_holder;
        let origin = CertificateOrigin::Made;
        let stored = take_name(self.session, &self.connection, FOR_RENEWAL, origin, holder).await?;
        let connections = self.session.store.connections();
        self.connection = connections.get(&self.connection.name).await?;
        if stored.state != CertificateState::Intended {
            return Ok(stored);
        }
        let create = CreateRequest {
            common_name: common_name(&self.connection.name),
            bits: self.request.bits,
            lifetime: self.request.lifetime,
            now: self.session.now(),
        };
        let made = make(self.session, &stored, create).await?;
        self.say(format!("certificate `{}` made", made.name));
        Ok(made)
    }

    /// What is recorded of a certificate on the app.
    fn created(&self, on_app: &OnApp) -> CreatedObject {
        CreatedObject {
            kind: CreatedKind::Key,
            id: on_app.id.map(|id| id.to_string()).unwrap_or_default(),
            parent: Some(self.object.to_string()),
            added: Vec::new(),
            what: recorded_as(&on_app.pair),
            at: self.session.now(),
        }
    }

    async fn pair(
        &self,
        stored: &StoredCertificate,
    ) -> Result<Arc<CertificateWithKey>, ConnectError> {
        pair(self.session, stored).await
    }

    async fn change(
        &mut self,
        change: impl FnOnce(&mut Connection) + Send,
    ) -> Result<(), ConnectError> {
        let connections = self.session.store.connections();
        let now = self.session.now();
        self.connection = connections
            .update(&self.connection.name, now, change)
            .await?;
        Ok(())
    }

    /// Forgets a certificate here, its key first: as long as its name is written down, an interrupted
    /// run is continued.
    async fn drop_locally(&self, stored: &StoredCertificate) -> Result<(), ConnectError> {
        if let Some(id) = &stored.secret_id {
            self.session.secrets.delete(id).await?;
        }
        self.session
            .store
            .certificates()
            .remove(&stored.name)
            .await?;
        Ok(())
    }

    fn say(&self, text: impl Into<String>) {
        self.attendant.tell(Event::Note(text.into()));
    }
}

/// What a certificate on the app is called in the record of what was created.
fn recorded_as(pair: &CertificateWithKey) -> String {
    format!("certificate {}", pair.certificate().thumbprint())
}

/// Records a certificate on the app, in place of what was known of the same one.
fn record(kept: &mut Connection, created: CreatedObject) {
    let known = |object: &CreatedObject| {
        object.kind == CreatedKind::Key && object.what == created.what && !object.id.is_empty()
    };
    if created.id.is_empty() && kept.created.iter().any(known) {
        return;
    }
    kept.created
        .retain(|object| object.kind != CreatedKind::Key || object.what != created.what);
    kept.created.push(created);
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
            ProblemCode::CertificateOfProduct,
            format!("the product holds the private key of the certificate `{name}`"),
        ));
    }
    Ok(stored)
}

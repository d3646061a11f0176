//! What the set-up grants to the client that administrators sign in through. It is written down before
//! the sign-in that grants it, so that it can be taken away again whatever happens in between.

use fairlead_domain::ids::{ConnectionName, ObjectId};
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, CreatedObject};

use crate::administrator::SignInOptions;
use crate::error::ConnectError;
use crate::session::Session;

const KIND: CreatedKind = CreatedKind::BootstrapGrant;
const WHAT: &str = "permissions of the sign-in client, for the set-up";

/// Keeps which scopes a sign-in for a connection is about to get; the connection where that was news.
/// A client of the customer's own is no matter of Fairlead's.
pub(crate) async fn note(
    session: &Session,
    connection: &Connection,
    options: &SignInOptions,
    scopes: &[&str],
) -> Result<Option<Connection>, ConnectError> {
    if options.client.is_some() {
        return Ok(None);
    }
    let id = session.cloud.bootstrap_client.to_string();
    let known = noted(connection, &id);
    let is_new =
        |scope: &&str| known.is_none_or(|known| !known.added.iter().any(|added| added == scope));
    if !scopes.iter().any(is_new) {
        return Ok(None);
    }
    let object = CreatedObject {
        kind: KIND,
        id: id.clone(),
        parent: None,
        added: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        what: WHAT.to_owned(),
        at: session.now(),
    };
    let change = |kept: &mut Connection| kept.record(&id, object);
    Ok(Some(update(session, &connection.name, change).await?))
}

/// Whether something was kept for the session's sign-in client.
pub(crate) fn is_noted(session: &Session, connection: &Connection) -> bool {
    noted(connection, &session.cloud.bootstrap_client.to_string()).is_some()
}

/// Keeps who signed in: the consents may be that user's alone.
pub(crate) async fn note_user(
    session: &Session,
    name: &ConnectionName,
    user: Option<ObjectId>,
) -> Result<Connection, ConnectError> {
    let id = session.cloud.bootstrap_client.to_string();
    let change = |kept: &mut Connection| {
        let mut created = kept.created.iter_mut();
        let grant = created.find(|object| object.kind == KIND && object.id == id);
        if let Some((grant, user)) = grant.zip(user) {
            grant.parent = Some(user.to_string());
        }
    };
    update(session, name, change).await
}

/// The sign-in was refused, so that nothing was granted.
pub(crate) async fn forget(
    session: &Session,
    name: &ConnectionName,
) -> Result<Connection, ConnectError> {
    let id = session.cloud.bootstrap_client.to_string();
    update(session, name, |kept| {
        kept.forget(KIND, &id);
    })
    .await
}

fn noted<'a>(connection: &'a Connection, id: &str) -> Option<&'a CreatedObject> {
    let mut created = connection.created.iter();
    created.find(|object| object.kind == KIND && object.id == id)
}

async fn update(
    session: &Session,
    name: &ConnectionName,
    change: impl FnOnce(&mut Connection) + Send,
) -> Result<Connection, ConnectError> {
    let connections = session.store.connections();
    Ok(connections.update(name, session.now(), change).await?)
}

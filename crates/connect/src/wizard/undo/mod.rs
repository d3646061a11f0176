//! Removing a connection: from this computer, and everywhere, exactly what was created. The connection
//! itself goes last, so that the same command finds what an interrupted removal left.

mod bootstrap;
mod settle;
mod take_away;

use fairlead_domain::ids::CertificateName;
use fairlead_state::connection::{CreatedKind, CreatedObject};
use fairlead_state::{Connection, SecretId};

use crate::administrator::{Administrator, SignInOptions};
use crate::attendant::{Attendant, Event};
use crate::certificates::{is_retired_of, names_taken};
use crate::error::ConnectError;
use crate::session::Session;

/// What the administrator's sign-in needs to take everything away again.
const SCOPES: [&str; 2] = [
    "Application.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
];
const ROLE_SCOPES: [&str; 3] = [
    "Application.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
];

/// Forgets a connection on this computer: its record, its reports, its secrets, and its certificates
/// where no other connection uses them, those before a renewal too.
pub async fn forget(session: &Session, connection: &Connection) -> Result<(), ConnectError> {
    let name = &connection.name;
    let connection = session.store.connections().get(name).await?;
    session
        .secrets
        .delete(&SecretId::client_secret(name))
        .await?;
    session
        .secrets
        .delete(&SecretId::refresh_token(name))
        .await?;
    let certificates = of_connection(session, &connection).await?;
    for certificate in &certificates {
        let id = SecretId::certificate_key(certificate);
        session.secrets.delete(&id).await?;
    }
    session
        .store
        .connections()
        .remove_with(name, &certificates)
        .await?;
    Ok(())
}

/// The certificates that belong to a connection and to no other.
async fn of_connection(
    session: &Session,
    connection: &Connection,
) -> Result<Vec<CertificateName>, ConnectError> {
    let named: Vec<CertificateName> = [&connection.certificate, &connection.previous_certificate]
        .into_iter()
        .flatten()
        .cloned()
        .chain(names_taken(connection))
        .collect();
    let mut certificates = session.store.certificates().list().await?;
    certificates.retain(|stored| {
        let own = stored.used_by.iter().all(|user| *user == connection.name);
        own && (named.contains(&stored.name) || is_retired_of(stored, &connection.name))
    });
    Ok(certificates.into_iter().map(|stored| stored.name).collect())
}

/// Takes away, in the tenant, exactly what was created for a connection, the newest first, the
/// bootstrap client's consents last; then forgets it here.
pub async fn remove_everywhere(
    session: &Session,
    connection: &Connection,
    sign_in: SignInOptions,
    attendant: &dyn Attendant,
) -> Result<(), ConnectError> {
    let _lock = session.store.lock(&connection.name)?;
    let connection = session.store.connections().get(&connection.name).await?;
    let Some(tenant) = connection
        .tenant_id
        .filter(|_| !connection.created.is_empty() || !connection.intents.is_empty())
    else {
        return forget(session, &connection).await;
    };
    let own_app = has(&connection, CreatedKind::Application);
    // Deleting an app takes its grants with it.
    let scopes: &[&str] = if has(&connection, CreatedKind::AppRoleAssignment) && !own_app {
        &ROLE_SCOPES
    } else {
        &SCOPES
    };
    let entra = session.entra(tenant);
    let purpose = "remove what was created";
    let administrator =
        Administrator::sign_in(session, &entra, sign_in, scopes, purpose, attendant).await?;
    let removal = Removal {
        session,
        graph: administrator.graph(),
        attendant,
    };
    let connection = removal.settle(connection, own_app).await?;
    let objects: Vec<CreatedObject> = connection.to_undo().cloned().collect();
    let (consents, others): (Vec<_>, Vec<_>) = objects
        .into_iter()
        .partition(|object| object.kind == CreatedKind::BootstrapGrant);
    for object in others
        .iter()
        .filter(|object| !own_app || !goes_with_app(object.kind))
    {
        removal.take_away(&connection, object).await?;
        attendant.tell(Event::Note(format!("removed: {}", object.what)));
    }
    for object in &consents {
        removal.take_consents_away(object, &administrator).await?;
        attendant.tell(Event::Note(format!("removed: {}", object.what)));
    }
    forget(session, &connection).await
}

/// What takes objects away.
struct Removal<'a> {
    session: &'a Session,
    graph: fairlead_graph::Graph,
    attendant: &'a dyn Attendant,
}

impl Removal<'_> {
    /// Changes the connection where it is kept.
    async fn change(
        &self,
        connection: &Connection,
        change: impl FnOnce(&mut Connection) + Send,
    ) -> Result<Connection, ConnectError> {
        let connections = self.session.store.connections();
        let now = self.session.now();
        Ok(connections.update(&connection.name, now, change).await?)
    }
}

/// Whether something of a kind was created, or may have been.
fn has(connection: &Connection, kind: CreatedKind) -> bool {
    connection.created.iter().any(|object| object.kind == kind)
        || connection.intents.iter().any(|intent| intent.kind == kind)
}

/// Whether what is of a kind disappears together with the app that it hangs on.
const fn goes_with_app(kind: CreatedKind) -> bool {
    !matches!(kind, CreatedKind::Application | CreatedKind::BootstrapGrant)
}

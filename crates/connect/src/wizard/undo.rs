//! Removing a connection: from this computer, and everywhere, exactly what was created.

use fairlead_domain::ids::{ClientId, KeyId, ObjectId};
use fairlead_graph::{ConsentType, Graph, PermissionGrant};
use fairlead_state::connection::{CreatedKind, CreatedObject};
use fairlead_state::{Connection, SecretId};

use crate::administrator::{Administrator, SignInOptions};
use crate::attendant::{Attendant, Event};
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
/// where no other connection uses them.
pub async fn forget(session: &Session, connection: &Connection) -> Result<(), ConnectError> {
    let name = &connection.name;
    session.store.connections().remove(name).await?;
    session
        .secrets
        .delete(&SecretId::client_secret(name))
        .await?;
    session
        .secrets
        .delete(&SecretId::refresh_token(name))
        .await?;
    let certificates = [&connection.certificate, &connection.previous_certificate];
    for certificate in certificates.into_iter().flatten() {
        let Some(stored) = session.store.certificates().find(certificate).await? else {
            continue;
        };
        if stored.used_by.is_empty() {
            session.store.certificates().remove(certificate).await?;
            if let Some(id) = &stored.secret_id {
                session.secrets.delete(id).await?;
            }
        }
    }
    Ok(())
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
    let Some(tenant) = connection
        .tenant_id
        .filter(|_| !connection.created.is_empty() || !connection.intents.is_empty())
    else {
        return forget(session, connection).await;
    };
    let own_app = connection
        .created
        .iter()
        .any(|object| object.kind == CreatedKind::Application)
        || connection
            .intents
            .iter()
            .any(|intent| intent.kind == CreatedKind::Application);
    let roles = connection
        .created
        .iter()
        .any(|object| object.kind == CreatedKind::AppRoleAssignment);
    // Deleting an app takes its grants with it.
    let scopes: &[&str] = if roles && !own_app {
        &ROLE_SCOPES
    } else {
        &SCOPES
    };
    let entra = session.entra(tenant);
    let purpose = "remove what was created";
    let administrator =
        Administrator::sign_in(session, &entra, sign_in, scopes, purpose, attendant).await?;
    let graph = administrator.graph();
    settle_intents(session, &graph, connection).await?;
    let connection = session.store.connections().get(&connection.name).await?;
    let objects: Vec<CreatedObject> = connection.to_undo().cloned().collect();
    let (bootstrap, others): (Vec<_>, Vec<_>) = objects
        .into_iter()
        .partition(|object| object.kind == CreatedKind::BootstrapGrant);
    for object in others
        .iter()
        .filter(|object| !goes_with_app(object, own_app))
    {
        take_away(&graph, object).await?;
        attendant.tell(Event::Note(format!("removed: {}", object.what)));
        let (kind, id) = (object.kind, object.id.clone());
        session
            .store
            .connections()
            .update(&connection.name, session.now(), |kept| {
                let _ = kept.forget(kind, &id);
            })
            .await?;
    }
    for object in &bootstrap {
        take_bootstrap_away(&graph, object, administrator.asked()).await?;
        attendant.tell(Event::Note(format!("removed: {}", object.what)));
    }
    forget(session, &connection).await
}

/// What disappears together with the app that it hangs on.
fn goes_with_app(object: &CreatedObject, own_app: bool) -> bool {
    own_app
        && !matches!(
            object.kind,
            CreatedKind::Application | CreatedKind::BootstrapGrant
        )
}

/// What a killed run may have created without recording it.
async fn settle_intents(
    session: &Session,
    graph: &Graph,
    connection: &Connection,
) -> Result<(), ConnectError> {
    for intent in &connection.intents {
        if intent.kind != CreatedKind::Application {
            continue;
        }
        if let Some(application) = graph.application_by_unique_name(&intent.key).await? {
            let object = CreatedObject {
                kind: CreatedKind::Application,
                id: application.id.to_string(),
                parent: None,
                added: Vec::new(),
                what: intent.what.clone(),
                at: session.now(),
            };
            session
                .store
                .connections()
                .update(&connection.name, session.now(), |kept| {
                    kept.record(&intent.key, object.clone())
                })
                .await?;
        }
    }
    Ok(())
}

async fn take_away(graph: &Graph, object: &CreatedObject) -> Result<(), ConnectError> {
    let parent = object
        .parent
        .as_deref()
        .and_then(|parent| parent.parse::<ObjectId>().ok());
    match object.kind {
        CreatedKind::Application => {
            if let Ok(id) = object.id.parse() {
                graph.delete_application(id).await?;
            }
        }
        CreatedKind::ServicePrincipal => {
            if let Ok(id) = object.id.parse() {
                graph.delete_service_principal(id).await?;
            }
        }
        CreatedKind::AppRoleAssignment => {
            if let Some(principal) = parent {
                graph.revoke_app_role(principal, &object.id).await?;
            }
        }
        CreatedKind::PermissionGrant => {
            if let Some(principal) = parent {
                let grants = graph.permission_grants(principal).await?;
                if let Some(grant) = grants.iter().find(|grant| grant.id == object.id) {
                    shrink(graph, grant, &object.added).await?;
                }
            }
        }
        CreatedKind::Key => {
            if let (Some(application), Ok(key)) = (parent, object.id.parse::<KeyId>()) {
                graph.remove_keys(application, &[key]).await?;
            }
        }
        CreatedKind::Password => {
            if let (Some(application), Ok(key)) = (parent, object.id.parse::<KeyId>()) {
                graph.remove_password(application, key).await?;
            }
        }
        CreatedKind::BootstrapGrant => {}
    }
    Ok(())
}

/// Takes names out of a grant, or the whole grant where nothing else is in it. Without names it is
/// Fairlead's whole.
async fn shrink(
    graph: &Graph,
    grant: &PermissionGrant,
    names: &[String],
) -> Result<(), ConnectError> {
    let kept: Vec<&str> = grant
        .scopes()
        .filter(|scope| !names.iter().any(|name| name == scope))
        .collect();
    if names.is_empty() || kept.is_empty() {
        graph.revoke_grant(&grant.id).await?;
    } else {
        graph.set_scopes(&grant.id, &kept).await?;
    }
    Ok(())
}

/// Takes the consents of the set-up away from the bootstrap client: those of the user who gave them,
/// and those for all users where nothing but the set-up's permissions is in them.
async fn take_bootstrap_away(
    graph: &Graph,
    object: &CreatedObject,
    asked: &[String],
) -> Result<(), ConnectError> {
    let Ok(client) = object.id.parse::<ClientId>() else {
        return Ok(());
    };
    let Some(principal) = graph.service_principal(client).await? else {
        return Ok(());
    };
    let user = object
        .parent
        .as_deref()
        .and_then(|parent| parent.parse::<ObjectId>().ok());
    let mut names: Vec<String> = object.added.clone();
    names.extend(asked.iter().cloned());
    names.extend(["openid", "profile", "offline_access", "email"].map(str::to_owned));
    for grant in graph.permission_grants(principal.id).await? {
        let of_user = grant.consent_type == ConsentType::Principal && grant.principal_id == user;
        let of_all = grant.consent_type == ConsentType::AllPrincipals
            && grant
                .scopes()
                .all(|scope| names.iter().any(|name| name == scope));
        if of_user || of_all {
            shrink(graph, &grant, &names).await?;
        }
    }
    Ok(())
}

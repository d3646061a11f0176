//! Taking one object away. What was created moments ago may not be found yet where it is to be removed,
//! and "not found" must not be taken for "removed": it is seen first, then that is written down, then
//! it is removed.

use fairlead_domain::ids::{KeyId, ObjectId};
use fairlead_graph::{Graph, GraphError, PermissionGrant};
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, CreatedObject, Intent};

use super::{Removal, goes_with_app};
use crate::error::ConnectError;
use crate::wait::{Patience, until};

/// What the key of the intent to remove something begins with.
const BEGUN: &str = "remove ";

/// Whether it is the intent to remove something.
pub(super) fn is_removal(intent: &Intent) -> bool {
    intent.key.starts_with(BEGUN)
}

impl Removal<'_> {
    /// Takes an object away and forgets it.
    pub(super) async fn take_away(
        &self,
        connection: &Connection,
        object: &CreatedObject,
    ) -> Result<(), ConnectError> {
        let begun = format!("{BEGUN}{}", object.id);
        if connection.intent(object.kind, &begun).is_none() {
            self.seen(object).await?;
            let intent = Intent {
                kind: object.kind,
                key: begun.clone(),
                what: object.what.clone(),
                at: self.session.now(),
            };
            self.change(connection, |kept| kept.intend(intent)).await?;
        }
        remove(&self.graph, object).await?;
        self.change(connection, |kept| {
            kept.forget(object.kind, &object.id);
            kept.abandon(object.kind, &begun);
            // What an app takes with it can't be looked for any more.
            if object.kind == CreatedKind::Application {
                kept.created.retain(|other| !goes_with_app(other.kind));
                kept.intents.retain(|intent| !goes_with_app(intent.kind));
            }
        })
        .await?;
        Ok(())
    }

    /// Waits until an object is seen, as long as that is a matter of time.
    async fn seen(&self, object: &CreatedObject) -> Result<(), ConnectError> {
        let patience = Patience {
            limit: self.session.left_of_replication(object.at),
            ..self.session.replication()
        };
        let what = format!("what is to be removed is visible ({})", object.what);
        until(patience, &what, self.attendant, || async {
            Ok(is_there(&self.graph, object).await?.then_some(()))
        })
        .await?;
        Ok(())
    }
}

fn parent(object: &CreatedObject) -> Option<ObjectId> {
    object.parent.as_deref()?.parse().ok()
}

async fn is_there(graph: &Graph, object: &CreatedObject) -> Result<bool, GraphError> {
    Ok(match (object.kind, parent(object)) {
        (CreatedKind::Application, _) => match object.id.parse() {
            Ok(id) => graph.application_by_id(id).await?.is_some(),
            Err(_) => true,
        },
        (CreatedKind::ServicePrincipal, _) => match object.id.parse() {
            Ok(id) => graph.service_principal_by_id(id).await?.is_some(),
            Err(_) => true,
        },
        (CreatedKind::AppRoleAssignment, Some(principal)) => {
            let assignments = graph.app_role_assignments(principal).await?;
            assignments.iter().any(|it| it.id == object.id)
        }
        (CreatedKind::PermissionGrant, Some(principal)) => {
            let grants = graph.permission_grants(principal).await?;
            grants.iter().any(|grant| grant.id == object.id)
        }
        (CreatedKind::Key | CreatedKind::Password, Some(application)) => {
            let application = graph.application_by_id(application).await?;
            let key = object.id.parse::<KeyId>().ok();
            application.is_none_or(|application| {
                let keys = application.key_credentials.iter().map(|key| key.key_id);
                let secrets = application.password_credentials.iter();
                keys.chain(secrets.map(|secret| secret.key_id))
                    .any(|id| id == key)
            })
        }
        _ => true,
    })
}

async fn remove(graph: &Graph, object: &CreatedObject) -> Result<(), GraphError> {
    match (object.kind, parent(object)) {
        (CreatedKind::Application, _) => match object.id.parse() {
            Ok(id) => graph.delete_application(id).await,
            Err(_) => Ok(()),
        },
        (CreatedKind::ServicePrincipal, _) => match object.id.parse() {
            Ok(id) => graph.delete_service_principal(id).await,
            Err(_) => Ok(()),
        },
        (CreatedKind::AppRoleAssignment, Some(principal)) => {
            graph.revoke_app_role(principal, &object.id).await
        }
        (CreatedKind::PermissionGrant, Some(principal)) => {
            let grants = graph.permission_grants(principal).await?;
            match grants.iter().find(|grant| grant.id == object.id) {
                Some(grant) => shrink(graph, grant, &object.added).await,
                None => Ok(()),
            }
        }
        (CreatedKind::Key, Some(application)) => match object.id.parse::<KeyId>() {
            Ok(key) => graph.remove_keys(application, &[key]).await,
            Err(_) => Ok(()),
        },
        (CreatedKind::Password, Some(application)) => match object.id.parse::<KeyId>() {
            Ok(key) => graph.remove_password(application, key).await,
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Takes names out of a grant, or the whole grant where nothing else is in it. Without names it is
/// Fairlead's whole.
pub(super) async fn shrink(
    graph: &Graph,
    grant: &PermissionGrant,
    names: &[String],
) -> Result<(), GraphError> {
    let kept: Vec<&str> = grant
        .scopes()
        .filter(|scope| !names.iter().any(|name| name == scope))
        .collect();
    if names.is_empty() || kept.is_empty() {
        graph.revoke_grant(&grant.id).await
    } else {
        graph.set_scopes(&grant.id, &kept).await
    }
}

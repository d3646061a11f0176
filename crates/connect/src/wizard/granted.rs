//! What was granted for a connection: written down before, recorded when the directory shows it, so that
//! exactly that can be taken away again.

use std::collections::BTreeSet;

use fairlead_domain::ids::ObjectId;
use fairlead_domain::permission::{PermissionKind, PermissionRef, catalogue};
use fairlead_graph::{AppRoleAssignment, ConsentType, Graph, PermissionGrant};
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, CreatedObject, Intent};
use jiff::Timestamp;

use super::run::Run;
use crate::error::ConnectError;

/// The key of the intent to grant delegated permissions; which, its text tells, separated by spaces.
const DELEGATED: &str = "graph";

impl Run<'_> {
    /// Writes down what is about to be granted, beside what an earlier run meant to grant.
    pub(super) async fn intend_grants(
        &mut self,
        lacking: &[PermissionRef],
    ) -> Result<(), ConnectError> {
        let at = self.session.now();
        let lacking = lacking.to_vec();
        self.change(move |connection| intend(connection, &lacking, at))
            .await
    }

    /// Nothing of what was meant to be granted was granted.
    pub(super) async fn abandon_grants(&mut self) -> Result<(), ConnectError> {
        self.change(abandon).await
    }

    /// Records those of the intended grants that the directory shows, and gives up the others.
    pub(super) async fn record_grants(
        &mut self,
        graph: &Graph,
        principal: ObjectId,
    ) -> Result<(), ConnectError> {
        let intents = self.subject.connection.intents.iter();
        let of = |kind| intents.clone().any(|intent| intent.kind == kind);
        let (roles, delegated) = (
            of(CreatedKind::AppRoleAssignment),
            of(CreatedKind::PermissionGrant),
        );
        if !roles && !delegated {
            return Ok(());
        }
        let assignments = if roles {
            graph.app_role_assignments(principal).await?
        } else {
            Vec::new()
        };
        let grants = if delegated {
            graph.permission_grants(principal).await?
        } else {
            Vec::new()
        };
        let at = self.session.now();
        self.change(move |connection| {
            record(connection, principal, &assignments, &grants, at);
            abandon(connection);
        })
        .await
    }
}

fn intend(connection: &mut Connection, lacking: &[PermissionRef], at: Timestamp) {
    let mut names = BTreeSet::new();
    for permission in lacking {
        if permission.kind == PermissionKind::Delegated {
            names.insert(permission.name.clone());
            continue;
        }
        let known = catalogue().find(permission.resource, &permission.name);
        if let Some(role) = known.and_then(|known| known.application) {
            connection.intend(Intent {
                kind: CreatedKind::AppRoleAssignment,
                key: role.to_string(),
                what: permission.to_string(),
                at,
            });
        }
    }
    if names.is_empty() {
        return;
    }
    let kind = CreatedKind::PermissionGrant;
    if let Some(before) = connection.intent(kind, DELEGATED) {
        names.extend(before.what.split_whitespace().map(str::to_owned));
        connection.abandon(kind, DELEGATED);
    }
    connection.intend(Intent {
        kind,
        key: DELEGATED.to_owned(),
        what: names.into_iter().collect::<Vec<_>>().join(" "),
        at,
    });
}

fn abandon(connection: &mut Connection) {
    connection.intents.retain(|intent| !is_grant(intent));
}

/// Whether it is the intent to grant something.
pub(super) fn is_grant(intent: &Intent) -> bool {
    matches!(
        intent.kind,
        CreatedKind::AppRoleAssignment | CreatedKind::PermissionGrant
    )
}

/// Records what is there of what was intended.
pub(super) fn record(
    connection: &mut Connection,
    principal: ObjectId,
    assignments: &[AppRoleAssignment],
    grants: &[PermissionGrant],
    at: Timestamp,
) {
    let parent = Some(principal.to_string());
    for assignment in assignments {
        let key = assignment.app_role_id.to_string();
        let kind = CreatedKind::AppRoleAssignment;
        if let Some(intent) = connection.intent(kind, &key).cloned() {
            let object = CreatedObject {
                kind,
                id: assignment.id.clone(),
                parent: parent.clone(),
                added: Vec::new(),
                what: intent.what,
                at,
            };
            connection.record(&key, object);
        }
    }
    let kind = CreatedKind::PermissionGrant;
    let Some(intent) = connection.intent(kind, DELEGATED).cloned() else {
        return;
    };
    let names: Vec<String> = intent.what.split_whitespace().map(str::to_owned).collect();
    let ours = grants.iter().filter(|grant| {
        grant.consent_type == ConsentType::AllPrincipals
            && grant
                .scopes()
                .any(|scope| names.iter().any(|name| name == scope))
    });
    for grant in ours {
        // A grant that held more before stays when ours is taken away.
        let whole = grant
            .scopes()
            .all(|scope| names.iter().any(|name| name == scope));
        let object = CreatedObject {
            kind,
            id: grant.id.clone(),
            parent: parent.clone(),
            added: if whole { Vec::new() } else { names.clone() },
            what: names.join(" "),
            at,
        };
        connection.record(DELEGATED, object);
    }
}

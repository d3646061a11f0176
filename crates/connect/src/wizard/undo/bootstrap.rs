//! The consents of the set-up, taken away from the client that administrators sign in through.

use std::collections::BTreeSet;

use fairlead_domain::ids::{ClientId, ObjectId};
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_graph::{ConsentType, GraphError, PermissionGrant};
use fairlead_state::connection::CreatedObject;

use super::Removal;
use super::take_away::shrink;
use crate::administrator::Administrator;
use crate::error::ConnectError;
use crate::wait::until;

impl Removal<'_> {
    /// Takes the consents of the set-up away from the bootstrap client: those of the user who gave them,
    /// and those for all users where nothing but the set-up's permissions is in them.
    ///
    /// The sign-in that removes them got some anew, which reads may not show yet: they are waited for.
    pub(super) async fn take_consents_away(
        &self,
        object: &CreatedObject,
        administrator: &Administrator,
    ) -> Result<(), ConnectError> {
        let asked = administrator.asked();
        let Ok(client) = object.id.parse::<ClientId>() else {
            return Ok(());
        };
        let kept = object.parent.as_deref().and_then(|user| user.parse().ok());
        let users: Vec<ObjectId> = kept.into_iter().chain(administrator.object_id()).collect();
        until(
            self.session.replication(),
            "the consents of the sign-in are visible",
            self.attendant,
            || async {
                let grants = self.consents(client, &users).await?;
                Ok(covers(&grants, asked).then_some(()))
            },
        )
        .await?;
        let mut names: Vec<String> = object.added.clone();
        names.extend(asked.iter().cloned());
        names.extend(["openid", "profile", "offline_access", "email"].map(str::to_owned));
        for grant in self.consents(client, &users).await? {
            let foreign = grant
                .scopes()
                .any(|scope| !names.iter().any(|name| name == scope));
            if grant.consent_type == ConsentType::Principal || !foreign {
                shrink(&self.graph, &grant, &names).await?;
            }
        }
        Ok(())
    }

    /// The consents of a client that hold for all users, and for one user.
    async fn consents(
        &self,
        client: ClientId,
        users: &[ObjectId],
    ) -> Result<Vec<PermissionGrant>, GraphError> {
        let Some(principal) = self.graph.service_principal(client).await? else {
            return Ok(Vec::new());
        };
        let mut grants = self.graph.permission_grants(principal.id).await?;
        grants.retain(|grant| {
            grant.consent_type == ConsentType::AllPrincipals
                || grant.principal_id.is_some_and(|user| users.contains(&user))
        });
        Ok(grants)
    }
}

/// Whether grants hold everything that was asked for, or broader permissions.
fn covers(grants: &[PermissionGrant], asked: &[String]) -> bool {
    let reference = |name: &str| PermissionRef {
        resource: Resource::Graph,
        kind: PermissionKind::Delegated,
        name: name.to_owned(),
    };
    let names: BTreeSet<&str> = grants.iter().flat_map(PermissionGrant::scopes).collect();
    let held: Vec<PermissionRef> = names.into_iter().map(reference).collect();
    asked.iter().all(|asked| {
        let asked = reference(asked);
        held.iter().any(|held| catalogue().satisfies(held, &asked))
    })
}

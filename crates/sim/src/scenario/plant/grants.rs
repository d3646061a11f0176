use fairlead_domain::ids::PermissionId;
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use uuid::Uuid;

use super::{Planting, Way, principal_id};
use crate::entra;
use crate::tenant::{ConsentType, World, accounts};

const OIDC: [&str; 4] = ["openid", "profile", "email", "offline_access"];

pub(in crate::scenario) fn no_grants(world: &mut World, planting: &Planting) {
    no_roles(world, planting);
    no_scopes(world, planting);
}

/// Without application permissions; whoever works as a user does not notice.
pub(in crate::scenario) fn no_roles(world: &mut World, planting: &Planting) {
    if let Some(id) = principal_id(world, planting) {
        world
            .tenant
            .app_role_assignments
            .retain(|assignment| assignment.principal_id != id);
    }
}

fn no_scopes(world: &mut World, planting: &Planting) {
    if let Some(id) = principal_id(world, planting) {
        world
            .tenant
            .permission_grants
            .retain(|grant| grant.client_id != id);
    }
}

/// Without one permission of the kind that the connection works with: the last that no other covers.
pub(in crate::scenario) fn one_less(world: &mut World, planting: &Planting) {
    let Some(id) = principal_id(world, planting) else {
        return;
    };
    if planting.way == Way::AppOnly {
        let names = entra::roles(world, id, Resource::Graph);
        let victim = uncovered(&names, PermissionKind::Application)
            .and_then(|name| catalogue().find(Resource::Graph, name))
            .and_then(|permission| permission.id(PermissionKind::Application));
        world.tenant.app_role_assignments.retain(|assignment| {
            assignment.principal_id != id
                || Some(PermissionId::new(assignment.app_role_id)) != victim
        });
        return;
    }
    let grants = world.tenant.permission_grants.iter_mut();
    let mut grants: Vec<_> = grants.filter(|grant| grant.client_id == id).collect();
    let names: Vec<String> = grants
        .iter()
        .flat_map(|grant| grant.scope.split_ascii_whitespace())
        .filter(|name| !OIDC.contains(name))
        .map(str::to_owned)
        .collect();
    let victim = uncovered(&names, PermissionKind::Delegated);
    for grant in &mut grants {
        let rest: Vec<&str> = grant
            .scope
            .split_ascii_whitespace()
            .filter(|name| Some(*name) != victim)
            .collect();
        grant.scope = rest.join(" ");
    }
}

/// The last name whose loss is felt: no other one covers it.
fn uncovered(names: &[String], kind: PermissionKind) -> Option<&str> {
    let reference = |name: &str| PermissionRef {
        resource: Resource::Graph,
        kind,
        name: name.to_owned(),
    };
    let covered = |name: &String| {
        let others = names.iter().filter(|other| *other != name);
        others
            .into_iter()
            .any(|other| catalogue().satisfies(&reference(other), &reference(name)))
    };
    names
        .iter()
        .rfind(|name| !covered(name))
        .map(String::as_str)
}

/// The same permissions in the other kind.
pub(in crate::scenario) fn wrong_kind(world: &mut World, planting: &Planting) {
    let Some(id) = principal_id(world, planting) else {
        return;
    };
    let find = |name: &str, kind| {
        catalogue()
            .find(Resource::Graph, name)
            .and_then(|permission| permission.id(kind))
    };
    if planting.way == Way::AppOnly {
        let names: Vec<String> = entra::roles(world, id, Resource::Graph)
            .iter()
            .map(|name| {
                let short = name.strip_suffix(".All").unwrap_or(name);
                if find(name, PermissionKind::Delegated).is_some() {
                    name.clone()
                } else {
                    short.to_owned()
                }
            })
            .filter(|name| find(name, PermissionKind::Delegated).is_some())
            .collect();
        no_roles(world, planting);
        entra::grant_scopes(world, id, Resource::Graph, None, &names);
        return;
    }
    let roles: Vec<Uuid> = world
        .tenant
        .permission_grants
        .iter()
        .filter(|grant| grant.client_id == id)
        .flat_map(|grant| grant.scope.split_ascii_whitespace())
        .filter_map(|name| {
            find(name, PermissionKind::Application)
                .or_else(|| find(&format!("{name}.All"), PermissionKind::Application))
        })
        .map(PermissionId::uuid)
        .collect();
    no_scopes(world, planting);
    entra::grant_roles(world, id, Resource::Graph, &roles);
}

/// What was granted for all is granted for the administrator alone.
pub(in crate::scenario) fn for_one_user(world: &mut World, planting: &Planting) {
    let admin = accounts::named(&world.tenant, accounts::ADMIN).map(|admin| admin.id);
    let Some(id) = principal_id(world, planting) else {
        return;
    };
    let grants = &mut world.tenant.permission_grants;
    for grant in grants.iter_mut().filter(|grant| grant.client_id == id) {
        grant.consent_type = ConsentType::Principal;
        grant.principal_id = admin;
    }
}

/// One permission that nobody needs.
pub(in crate::scenario) fn one_more(world: &mut World, planting: &Planting) {
    let Some(id) = principal_id(world, planting) else {
        return;
    };
    let surplus = catalogue().find(Resource::Graph, "Mail.Send");
    if planting.way == Way::AppOnly {
        let role = surplus.and_then(|permission| permission.id(PermissionKind::Application));
        let roles: Vec<Uuid> = role.map(PermissionId::uuid).into_iter().collect();
        entra::grant_roles(world, id, Resource::Graph, &roles);
    } else {
        let names = ["Mail.Send".to_owned()];
        entra::grant_scopes(world, id, Resource::Graph, None, &names);
    }
}

/// Broader permissions in place of those asked for today, as older set-ups have them.
pub(in crate::scenario) fn broader(world: &mut World, planting: &Planting) {
    let Some(id) = principal_id(world, planting) else {
        return;
    };
    if planting.way != Way::AppOnly {
        return;
    }
    let mut names = entra::roles(world, id, Resource::Graph);
    let broad = |name: &str| match name {
        "GroupMember.Read.All" | "User.Read.All" | "User.ReadBasic.All" => {
            "Directory.Read.All".to_owned()
        }
        "GroupMember.ReadWrite.All" | "Group.Create" => "Group.ReadWrite.All".to_owned(),
        other => other.to_owned(),
    };
    for name in &mut names {
        *name = broad(name);
    }
    names.dedup();
    let roles: Vec<Uuid> = names
        .iter()
        .filter_map(|name| catalogue().find(Resource::Graph, name))
        .filter_map(|permission| permission.id(PermissionKind::Application))
        .map(PermissionId::uuid)
        .collect();
    no_roles(world, planting);
    entra::grant_roles(world, id, Resource::Graph, &roles);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_missed() {
        let names = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let restore =
            names("Group.ReadWrite.All Directory.Read.All Sites.ReadWrite.All User.ReadBasic.All");
        assert_eq!(
            uncovered(&restore, PermissionKind::Delegated),
            Some("Sites.ReadWrite.All"),
            "Directory.Read.All covers User.ReadBasic.All"
        );
        assert_eq!(uncovered(&[], PermissionKind::Delegated), None);
    }
}

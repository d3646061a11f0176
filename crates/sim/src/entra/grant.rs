//! Grants in the directory: which there are, and writing those that a consent makes.

use std::collections::BTreeSet;

use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use serde_json::Map;
use uuid::Uuid;

use super::client::Client;
use crate::tenant::{
    AppRoleAssignment, ConsentType, PermissionGrant, RequiredResource, ServicePrincipal, World,
};

/// The service principal of a service of Microsoft.
pub(crate) fn resource_principal(world: &World, resource: Resource) -> Option<Uuid> {
    world
        .service_principal_of(resource.app_id().uuid())
        .map(|principal| principal.id)
}

/// Names of the application permissions that a service principal has on a service, as far as the
/// directory shows them, in the order they were granted.
pub(crate) fn roles(world: &World, principal: Uuid, resource: Resource) -> Vec<String> {
    let Some(on) = resource_principal(world, resource) else {
        return Vec::new();
    };
    let now = world.now();
    let mut names = Vec::new();
    for assignment in &world.tenant.app_role_assignments {
        if assignment.principal_id != principal
            || assignment.resource_id != on
            || assignment.visible_from > now
        {
            continue;
        }
        let name = catalogue()
            .find_id(
                resource,
                PermissionKind::Application,
                fairlead_domain::ids::PermissionId::new(assignment.app_role_id),
            )
            .map(|permission| permission.name.clone());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// Names of the delegated permissions that a service principal has on a service for a user: those
/// granted for all, and those granted for that user.
pub(crate) fn scopes(
    world: &World,
    principal: Uuid,
    resource: Resource,
    user: Uuid,
) -> BTreeSet<String> {
    let Some(on) = resource_principal(world, resource) else {
        return BTreeSet::new();
    };
    let now = world.now();
    world
        .tenant
        .permission_grants
        .iter()
        .filter(|grant| grant.client_id == principal && grant.resource_id == on)
        .filter(|grant| grant.visible_from <= now)
        .filter(|grant| match grant.consent_type {
            ConsentType::AllPrincipals => true,
            ConsentType::Principal => grant.principal_id == Some(user),
        })
        .flat_map(|grant| grant.scope.split_ascii_whitespace().map(str::to_owned))
        .collect()
}

/// The app's service principal; a consent makes one where there is none.
pub(crate) fn ensure_principal(world: &mut World, client: &Client) -> Uuid {
    if let Some(principal) = world.service_principal_of(client.app.app_id) {
        return principal.id;
    }
    let (created, visible_from) = (world.now(), world.visible_from());
    let principal = ServicePrincipal {
        id: world.tenant.new_guid(),
        app_id: client.app.app_id,
        display_name: client.app.display_name.clone(),
        account_enabled: true,
        app_role_assignment_required: false,
        app_owner_organization_id: client.app.home_tenant,
        other: Map::new(),
        created,
        visible_from,
        deleted: None,
    };
    let id = principal.id;
    world.tenant.service_principals.push(principal);
    id
}

/// The service principal of an app of the tenant, made where there is none.
pub(crate) fn principal_for(world: &mut World, app_id: Uuid) -> Uuid {
    match super::client::lookup(world, app_id) {
        Some(client) => ensure_principal(world, &client),
        None => Uuid::nil(),
    }
}

/// Microsoft's own client, consented to for everybody with all that it could ask of Graph.
pub(crate) fn preconsent_bootstrap(world: &mut World) {
    let names: Vec<String> = catalogue()
        .iter()
        .filter(|permission| permission.resource == Resource::Graph)
        .filter(|permission| permission.id(PermissionKind::Delegated).is_some())
        .map(|permission| permission.name.clone())
        .collect();
    let lag = std::mem::take(&mut world.options.lag);
    let principal = principal_for(world, super::client::BOOTSTRAP);
    grant_scopes(world, principal, Resource::Graph, None, &names);
    world.options.lag = lag;
}

/// Grants application permissions by id; what is there stays as it is.
pub(crate) fn grant_roles(world: &mut World, principal: Uuid, resource: Resource, roles: &[Uuid]) {
    let Some(on) = resource_principal(world, resource) else {
        return;
    };
    let (created, visible_from) = (world.now(), world.visible_from());
    for role in roles {
        let there = world.tenant.app_role_assignments.iter().any(|assignment| {
            assignment.principal_id == principal
                && assignment.resource_id == on
                && assignment.app_role_id == *role
        });
        if there {
            continue;
        }
        let id = world.tenant.new_opaque_id(principal);
        world.tenant.app_role_assignments.push(AppRoleAssignment {
            id,
            principal_id: principal,
            resource_id: on,
            app_role_id: *role,
            created,
            visible_from,
        });
    }
}

/// Grants delegated permissions for all users, or for one; the one grant of that kind is widened.
pub(crate) fn grant_scopes(
    world: &mut World,
    principal: Uuid,
    resource: Resource,
    user: Option<Uuid>,
    names: &[String],
) {
    let Some(on) = resource_principal(world, resource) else {
        return;
    };
    if names.is_empty() {
        return;
    }
    let visible_from = world.visible_from();
    let grants = &mut world.tenant.permission_grants;
    let existing = grants.iter_mut().find(|grant| {
        grant.client_id == principal && grant.resource_id == on && grant.principal_id == user
    });
    if let Some(grant) = existing {
        let mut scope: Vec<&str> = grant.scope.split_ascii_whitespace().collect();
        for name in names {
            if !scope.contains(&name.as_str()) {
                scope.push(name);
            }
        }
        grant.scope = scope.join(" ");
        return;
    }
    let id = world.tenant.new_opaque_id(principal);
    world.tenant.permission_grants.push(PermissionGrant {
        id,
        client_id: principal,
        consent_type: if user.is_some() {
            ConsentType::Principal
        } else {
            ConsentType::AllPrincipals
        },
        principal_id: user,
        resource_id: on,
        scope: names.join(" "),
        visible_from,
    });
}

/// What an app registration declares, by service: application permission ids and delegated names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) resource: Resource,
    pub(crate) roles: Vec<Uuid>,
    pub(crate) scopes: Vec<String>,
}

/// Reads `requiredResourceAccess`; ids that a service does not publish are left out.
pub(crate) fn declared(required: &[RequiredResource]) -> Vec<Declared> {
    required
        .iter()
        .filter_map(|entry| {
            let resource = crate::tenant::resource::service(entry.resource_app_id)?;
            let find = |id: &Uuid, kind| {
                catalogue().find_id(resource, kind, fairlead_domain::ids::PermissionId::new(*id))
            };
            let of = |wanted: &'static str| {
                entry
                    .access
                    .iter()
                    .filter(move |(_, kind)| kind == wanted)
                    .map(|(id, _)| id)
            };
            Some(Declared {
                resource,
                roles: of("Role")
                    .filter(|id| find(id, PermissionKind::Application).is_some())
                    .copied()
                    .collect(),
                scopes: of("Scope")
                    .filter_map(|id| find(id, PermissionKind::Delegated))
                    .map(|permission| permission.name.clone())
                    .collect(),
            })
        })
        .collect()
}

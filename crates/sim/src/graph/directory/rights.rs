//! What the caller may do in the directory: a signed-in user needs a role or ownership besides the
//! permission of the app, an app with `OwnedBy` permissions ownership.
//!
//! <https://learn.microsoft.com/graph/permissions-overview>

use fairlead_domain::role::DirectoryRole;
use uuid::{Uuid, uuid};

use crate::graph::access::{has_role, holds_any};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;

/// Roles that manage groups besides Global Administrator.
const GROUPS_ADMINISTRATOR: Uuid = uuid!("fdd7a751-b60b-444a-984c-02652fe8fa1c");
const USER_ADMINISTRATOR: Uuid = uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1");

const ROLES: [DirectoryRole; 7] = [
    DirectoryRole::GlobalAdministrator,
    DirectoryRole::PrivilegedRoleAdministrator,
    DirectoryRole::CloudApplicationAdministrator,
    DirectoryRole::ApplicationAdministrator,
    DirectoryRole::ApplicationDeveloper,
    DirectoryRole::GlobalReader,
    DirectoryRole::ExchangeAdministrator,
];

fn with(of: impl Fn(DirectoryRole) -> bool) -> Vec<Uuid> {
    ROLES
        .into_iter()
        .filter(|role| of(*role))
        .map(|role| role.template().uuid())
        .collect()
}

fn is_guest(world: &World, user: Uuid) -> bool {
    world
        .tenant
        .person(user)
        .is_some_and(|person| person.is_guest())
}

/// A guest reads itself and nothing else of the directory.
pub(super) fn not_a_guest(world: &World, request: &Request<'_>, set: &str) -> Result<(), Refusal> {
    match request.claims.user {
        Some(user) if set != "me" && set != "organization" && is_guest(world, user) => {
            if request
                .ids
                .first()
                .is_some_and(|id| *id == user.to_string())
            {
                return Ok(());
            }
            Err(Refusal::denied())
        }
        _ => Ok(()),
    }
}

fn allow(allowed: bool) -> Result<(), Refusal> {
    if allowed {
        Ok(())
    } else {
        Err(Refusal::denied())
    }
}

/// May register an app.
pub(super) fn create_app(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let roles = with(|role| role.may_manage_apps() || role == DirectoryRole::ApplicationDeveloper);
    let member = world.tenant.policies.users_may_register_apps && !is_guest(world, user);
    allow(member || has_role(world, user, &roles))
}

fn owns(world: &World, object: Uuid, caller: Uuid) -> bool {
    let owners = world.tenant.owners.get(&object);
    owners.is_some_and(|owners| owners.contains(&caller))
}

/// Whether a role lets the user change any app.
pub(super) fn manages_all_apps(world: &World, user: Uuid) -> bool {
    has_role(world, user, &with(DirectoryRole::may_manage_apps))
}

/// May change an application or service principal.
pub(super) fn manage_app(
    world: &World,
    request: &Request<'_>,
    object: Uuid,
) -> Result<(), Refusal> {
    let claims = request.claims;
    let owner = owns(world, object, claims.object);
    match claims.user {
        Some(user) => allow(owner || manages_all_apps(world, user)),
        None => allow(
            owner
                || holds_any(
                    claims,
                    &["Application.ReadWrite.All", "Directory.ReadWrite.All"],
                ),
        ),
    }
}

/// Whether the caller is an app that may only write what it owns.
pub(super) fn only_owned(request: &Request<'_>) -> bool {
    let all = ["Application.ReadWrite.All", "Directory.ReadWrite.All"];
    request.claims.user.is_none() && !holds_any(request.claims, &all)
}

/// May make a service principal of an app of the tenant or of another one.
pub(super) fn create_principal(
    world: &World,
    request: &Request<'_>,
    application: Option<Uuid>,
) -> Result<(), Refusal> {
    match (request.claims.user, application) {
        (Some(user), Some(application)) if owns(world, application, user) => Ok(()),
        (Some(user), _) => allow(has_role(world, user, &with(DirectoryRole::may_manage_apps))),
        (None, Some(application)) => manage_app(world, request, application),
        (None, None) => allow(!only_owned(request)),
    }
}

/// May grant an app role: of Microsoft Graph only the highest roles may.
pub(super) fn assign_role(
    world: &World,
    request: &Request<'_>,
    resource_app: Uuid,
) -> Result<(), Refusal> {
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let graph = fairlead_domain::permission::Resource::Graph.app_id().uuid();
    let roles = if resource_app == graph {
        with(DirectoryRole::may_consent_to_application_permissions)
    } else {
        with(DirectoryRole::may_consent_to_delegated_permissions)
    };
    allow(has_role(world, user, &roles))
}

/// May grant delegated permissions.
pub(super) fn grant(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let roles = with(DirectoryRole::may_consent_to_delegated_permissions);
    allow(has_role(world, user, &roles))
}

/// May assign directory roles.
pub(super) fn assign_directory_role(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let roles = with(DirectoryRole::may_consent_to_application_permissions);
    allow(has_role(world, user, &roles))
}

/// May make a group: any member may.
pub(super) fn create_group(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    match request.claims.user {
        Some(user) => allow(!is_guest(world, user)),
        None => Ok(()),
    }
}

/// May change a group: its owners, and administrators of groups.
pub(super) fn manage_group(
    world: &World,
    request: &Request<'_>,
    group: Uuid,
) -> Result<(), Refusal> {
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let mut roles = with(|role| role == DirectoryRole::GlobalAdministrator);
    roles.extend([GROUPS_ADMINISTRATOR, USER_ADMINISTRATOR]);
    let owner = world.tenant.group_owners(group).contains(&user);
    allow(owner || has_role(world, user, &roles))
}

/// Sees who belongs to a group that hides it.
pub(super) fn see_members(
    world: &World,
    request: &Request<'_>,
    group: &crate::tenant::groups::Group,
) -> bool {
    let claims = request.claims;
    let inside = claims.user.is_some_and(|user| {
        world.tenant.is_member(group.id, user)
            || world.tenant.group_owners(group.id).contains(&user)
    });
    !group.hides_members() || inside || holds_any(claims, &["Member.Read.Hidden"])
}

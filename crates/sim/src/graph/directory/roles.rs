use fairlead_domain::ids::RoleTemplateId;
use fairlead_domain::role::DirectoryRole;
use serde_json::json;
use uuid::Uuid;

use super::fixed::Fixed;
use super::{object_id, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{List, Select, collection, show};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::{Kind, World};

/// An activated directory role, by its template.
pub(super) fn directory_role(world: &World, template: Uuid) -> Fixed {
    let name = DirectoryRole::of_template(RoleTemplateId::new(template)).map(DirectoryRole::name);
    let (high, _) = template.as_u64_pair();
    Fixed::new(
        "directoryRole",
        json!({
            "id": world.tenant.ids().guid(Kind::Inner, high >> 12),
            "displayName": name,
            "description": name,
            "roleTemplateId": template,
        }),
    )
}

fn shown(id: &str, principal: Uuid, role: Uuid, scope: &str) -> Fixed {
    Fixed::new(
        "unifiedRoleAssignment",
        json!({
            "id": id, "principalId": principal, "roleDefinitionId": role,
            "directoryScopeId": scope,
        }),
    )
}

/// An id for the assignment of a role to an account.
fn assignment_id(world: &World, account: Uuid, role: Uuid) -> String {
    let (account, role) = (account.as_u64_pair().0, role.as_u64_pair().0);
    let id = crate::tenant::mix(account ^ crate::tenant::mix(role));
    world
        .tenant
        .ids()
        .guid(Kind::Inner, id >> 10)
        .simple()
        .to_string()
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    if request.endpoint.method == "POST" {
        return assign(world, request);
    }
    let accounts = world.tenant.accounts.iter().flat_map(|account| {
        account.roles.iter().map(|role| {
            let id = assignment_id(world, account.id, *role);
            shown(&id, account.id, *role, "/")
        })
    });
    let others = world.tenant.role_assignments.iter().map(|assignment| {
        shown(
            &assignment.id,
            assignment.principal_id,
            assignment.role,
            "/",
        )
    });
    let all = accounts.chain(others).collect();
    request.list(world, &List::of(&collection::ROLE_ASSIGNMENTS, all))
}

fn assign(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    rights::assign_directory_role(world, request)?;
    let text = |name: &str| request.body[name].as_str().unwrap_or_default();
    if text("directoryScopeId") != "/" {
        return Err(Refusal::rule(
            "The property 'directoryScopeId' is required; only '/' is supported.",
        ));
    }
    let role = object_id(text("roleDefinitionId"))?;
    if DirectoryRole::of_template(RoleTemplateId::new(role)).is_none() {
        return Err(Refusal::not_found(text("roleDefinitionId")));
    }
    let principal = object_id(text("principalId"))?;
    let id = assignment_id(world, principal, role);
    let account = world
        .tenant
        .accounts
        .iter_mut()
        .find(|account| account.id == principal);
    let exists = || {
        Refusal::conflict(
            "A conflicting object with one or more of the specified \
                                       property values is present in the directory.",
        )
    };
    if let Some(account) = account {
        if account.roles.contains(&role) {
            return Err(exists());
        }
        account.roles.push(role);
    } else {
        let known = world.tenant.person(principal).is_some()
            || super::principals::visible(world, principal).is_some();
        if !known {
            return Err(Refusal::not_found(text("principalId")));
        }
        let assignments = &mut world.tenant.role_assignments;
        if assignments.iter().any(|assignment| assignment.id == id) {
            return Err(exists());
        }
        assignments.push(crate::tenant::RoleAssignment {
            id: id.clone(),
            principal_id: principal,
            role,
        });
    }
    let object = show(&shown(&id, principal, role, "/"), &Select::default());
    let location = request.address(&format!("{}/{id}", request.endpoint.path));
    Ok(Reply::created(request.with_context(object), location))
}

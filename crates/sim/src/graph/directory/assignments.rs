//! App role assignments: application permissions that were granted, users assigned to apps.
//!
//! <https://learn.microsoft.com/graph/api/resources/approleassignment>

use fairlead_domain::permission::PermissionKind;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::fixed::Fixed;
use super::{one, principals, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::resource::{published, service};
use crate::tenant::{AppRoleAssignment, ServicePrincipal, World};

fn shown(world: &World, assignment: &AppRoleAssignment) -> Fixed {
    let named = |id: Uuid| {
        let mut all = world.tenant.service_principals.iter();
        all.find(|sp| sp.id == id).map(|sp| sp.display_name.clone())
    };
    let id = assignment.principal_id;
    let (kind, name) = if let Some(person) = world.tenant.person(id) {
        ("User", Some(person.display_name()))
    } else if let Some(group) = world.tenant.group(id) {
        ("Group", Some(group.display_name))
    } else {
        ("ServicePrincipal", named(id))
    };
    Fixed::new(
        "appRoleAssignment",
        json!({
            "id": assignment.id,
            "appRoleId": assignment.app_role_id,
            "createdDateTime": assignment.created,
            "principalDisplayName": name,
            "principalId": id,
            "principalType": kind,
            "resourceDisplayName": named(assignment.resource_id),
            "resourceId": assignment.resource_id,
        }),
    )
}

fn seen(world: &World, which: impl Fn(&AppRoleAssignment) -> bool) -> Vec<&AppRoleAssignment> {
    let now = world.now();
    let all = world.tenant.app_role_assignments.iter();
    all.filter(|assignment| assignment.visible_from <= now && which(assignment))
        .collect()
}

/// Assignments as `$expand` shows them.
pub(super) fn linked(world: &World, which: impl Fn(&AppRoleAssignment) -> bool) -> Linked<'_> {
    let all = seen(world, which).into_iter();
    Linked::Many(
        all.map(|assignment| -> Box<dyn Entity> { Box::new(shown(world, assignment)) })
            .collect(),
    )
}

/// Assignments of a service principal (`appRoleAssignments`) or on it (`appRoleAssignedTo`).
pub(super) fn serve(
    world: &mut World,
    request: &Request<'_>,
    principal: &ServicePrincipal,
) -> Result<Reply, Refusal> {
    let on_it = request.endpoint.path.contains("/appRoleAssignedTo");
    let belongs = |assignment: &AppRoleAssignment| {
        let id = if on_it {
            assignment.resource_id
        } else {
            assignment.principal_id
        };
        id == principal.id
    };
    match (request.endpoint.method, request.ids.get(1)) {
        ("POST", _) => assign(world, request, principal.id, on_it),
        ("GET", None) => {
            let all = seen(world, belongs);
            let all = all.into_iter().map(|a| shown(world, a)).collect();
            request.list(world, &List::of(&collection::ASSIGNMENTS, all))
        }
        ("GET", Some(id)) => {
            let all = seen(world, |a| belongs(a) && a.id == *id);
            let assignment = all.first().ok_or_else(|| Refusal::not_found(id))?;
            one(request, &shown(world, assignment), &[])
        }
        (_, id) => {
            let id = id.map(String::as_str).unwrap_or_default();
            let found = seen(world, |a| belongs(a) && a.id == id);
            let found = found.first().ok_or_else(|| Refusal::not_found(id))?;
            let resource = found.resource_id;
            rights::assign_role(world, request, app_of(world, resource))?;
            world.tenant.app_role_assignments.retain(|a| a.id != id);
            Ok(Reply::no_content())
        }
    }
}

fn app_of(world: &World, principal: Uuid) -> Uuid {
    let mut all = world.tenant.service_principals.iter();
    all.find(|sp| sp.id == principal)
        .map_or_else(Uuid::nil, |sp| sp.app_id)
}

/// Whether a resource has an app role with this id. One that has none takes the default role.
fn has_role(world: &World, resource: &ServicePrincipal, role: Uuid) -> bool {
    if let Some(service) = service(resource.app_id) {
        return published(service, PermissionKind::Application).any(|(id, _)| id == role);
    }
    let mut apps = world.tenant.applications.iter().chain(&world.vendor_apps);
    let roles = apps
        .find(|app| app.app_id == resource.app_id)
        .and_then(|app| app.other.get("appRoles")?.as_array().cloned())
        .unwrap_or_default();
    (roles.is_empty() && role.is_nil())
        || roles.iter().any(|known| {
            known["id"].as_str().and_then(|id| id.parse().ok()) == Some(role)
                && known["isEnabled"] != false
        })
}

fn assign(
    world: &mut World,
    request: &Request<'_>,
    of: Uuid,
    on_it: bool,
) -> Result<Reply, Refusal> {
    let id = |name: &str| -> Result<Uuid, Refusal> {
        let id = request.body[name].as_str().and_then(|id| id.parse().ok());
        id.ok_or_else(|| {
            Refusal::rule(format!(
                "A value is required for property '{name}' of resource 'AppRoleAssignment'."
            ))
        })
    };
    let (principal, resource_id, role) = (id("principalId")?, id("resourceId")?, id("appRoleId")?);
    if of != if on_it { resource_id } else { principal } {
        return Err(Refusal::rule(
            "Resource id or principal id in the body do not match the one in the address.",
        ));
    }
    let resource = principals::visible(world, resource_id)
        .cloned()
        .ok_or_else(|| Refusal::reference_not_found(&resource_id.to_string()))?;
    let is_app = principals::visible(world, principal).is_some();
    let known = is_app
        || world.tenant.person(principal).is_some()
        || world.tenant.group(principal).is_some();
    if !known {
        return Err(Refusal::reference_not_found(&principal.to_string()));
    }
    rights::assign_role(world, request, resource.app_id)?;
    let grantable =
        has_role(world, &resource, role) && (is_app || service(resource.app_id).is_none());
    if !grantable {
        return Err(Refusal::state(format!(
            "Permission being assigned was not found on application '{}'.",
            resource.app_id
        )));
    }
    let all = &world.tenant.app_role_assignments;
    let exists = all.iter().any(|a| {
        a.principal_id == principal && a.resource_id == resource_id && a.app_role_id == role
    });
    if exists {
        return Err(Refusal::new(
            Layer::State,
            StatusCode::CONFLICT,
            "Request_BadRequest",
            "Permission being assigned already exists on the object",
        ));
    }
    let assignment = AppRoleAssignment {
        id: world.tenant.new_opaque_id(principal),
        principal_id: principal,
        resource_id,
        app_role_id: role,
        created: world.now(),
        visible_from: world.visible_from(),
    };
    world.tenant.app_role_assignments.push(assignment.clone());
    let object = show(&shown(world, &assignment), &Select::default());
    let location = request.address(&format!(
        "/servicePrincipals/{principal}/appRoleAssignments/{}",
        assignment.id
    ));
    Ok(Reply::created(request.with_context(object), location))
}

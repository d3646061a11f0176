//! Service principals.
//!
//! <https://learn.microsoft.com/graph/api/resources/serviceprincipal>

use fairlead_domain::permission::PermissionKind;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{assignments, grants, object_id, one, owners, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::resource::{published, service};
use crate::tenant::{Application, ServicePrincipal, World};

/// A service principal as Graph shows it.
#[derive(Debug, Clone)]
pub(super) struct PrincipalView<'a> {
    world: &'a World,
    request: &'a Request<'a>,
    principal: ServicePrincipal,
}

impl<'a> PrincipalView<'a> {
    pub(super) const fn new(
        world: &'a World,
        request: &'a Request<'a>,
        principal: ServicePrincipal,
    ) -> Self {
        Self {
            world,
            request,
            principal,
        }
    }

    fn backing(&self) -> Option<&Application> {
        backing(self.world, self.principal.app_id)
    }

    /// What it publishes: of Microsoft's services from the catalogue, of other apps what is
    /// registered.
    fn permissions(&self, kind: PermissionKind) -> Value {
        let Some(resource) = service(self.principal.app_id) else {
            let application = self.backing();
            return application.map_or(Value::Null, |application| {
                let other = &application.other;
                match kind {
                    PermissionKind::Application => other.get("appRoles").cloned(),
                    PermissionKind::Delegated => other
                        .get("api")
                        .and_then(|api| api.get("oauth2PermissionScopes").cloned()),
                }
                .unwrap_or_default()
            });
        };
        published(resource, kind)
            .map(|(id, permission)| match kind {
                PermissionKind::Application => json!({
                    "allowedMemberTypes": ["Application"], "description": permission.title,
                    "displayName": permission.title, "id": id, "isEnabled": true,
                    "origin": "Application", "value": permission.name,
                }),
                PermissionKind::Delegated => json!({
                    "adminConsentDescription": permission.title,
                    "adminConsentDisplayName": permission.title, "id": id, "isEnabled": true,
                    "type": if permission.user_consent { "User" } else { "Admin" },
                    "userConsentDescription": permission.title,
                    "userConsentDisplayName": permission.title, "value": permission.name,
                }),
            })
            .collect()
    }

    fn names(&self) -> Vec<String> {
        let mut names = vec![self.principal.app_id.to_string()];
        match service(self.principal.app_id) {
            Some(resource) => names.push(format!(
                "https://{}",
                match resource {
                    fairlead_domain::permission::Resource::Graph => "graph.microsoft.com",
                    fairlead_domain::permission::Resource::Exchange => "outlook.office365.com",
                }
            )),
            None => names.extend(
                self.backing()
                    .map(|application| application.identifier_uris.clone())
                    .unwrap_or_default(),
            ),
        }
        names
    }
}

impl Entity for PrincipalView<'_> {
    fn kind(&self) -> &'static str {
        "servicePrincipal"
    }

    fn property(&self, name: &str) -> Value {
        let principal = &self.principal;
        match name {
            "id" => json!(principal.id),
            "appId" => json!(principal.app_id),
            "displayName" => json!(principal.display_name),
            "appDisplayName" => json!(
                self.backing()
                    .map_or(&principal.display_name, |app| &app.display_name)
            ),
            "accountEnabled" => json!(principal.account_enabled),
            "appRoleAssignmentRequired" => json!(principal.app_role_assignment_required),
            "appOwnerOrganizationId" => json!(principal.app_owner_organization_id),
            "deletedDateTime" => json!(principal.deleted),
            "servicePrincipalType" => json!("Application"),
            "servicePrincipalNames" => json!(self.names()),
            "signInAudience" => json!(
                self.backing()
                    .map_or("AzureADMultipleOrgs", |app| app.sign_in_audience.as_str())
            ),
            "replyUrls" => json!(self.backing().map(|app| {
                let lists = [
                    &app.web_redirect_uris,
                    &app.spa_redirect_uris,
                    &app.public_redirect_uris,
                ];
                lists.into_iter().flatten().collect::<Vec<_>>()
            })),
            "appRoles" => self.permissions(PermissionKind::Application),
            "oauth2PermissionScopes" => self.permissions(PermissionKind::Delegated),
            _ => principal.other.get(name).cloned().unwrap_or_default(),
        }
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        let (world, id) = (self.world, self.principal.id);
        match name {
            "owners" => Linked::Many(owners::of(world, self.request, id)),
            "appRoleAssignments" => assignments::linked(world, |a| a.principal_id == id),
            "appRoleAssignedTo" => assignments::linked(world, |a| a.resource_id == id),
            _ => grants::linked(world, id),
        }
    }
}

/// The registration behind a service principal: in this tenant or in a vendor's.
fn backing(world: &World, app_id: Uuid) -> Option<&Application> {
    let own = world.tenant.applications.iter();
    own.chain(&world.vendor_apps)
        .find(|app| app.app_id == app_id)
}

/// The service principal with this id, where reads see it already.
pub(super) fn visible(world: &World, id: Uuid) -> Option<&ServicePrincipal> {
    let now = world.now();
    let mut all = world.tenant.service_principals.iter();
    all.find(|sp| sp.id == id && sp.deleted.is_none() && sp.visible_from <= now)
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    match (request.endpoint.method, path) {
        ("GET", "/servicePrincipals") => all(world, request),
        ("POST", "/servicePrincipals") => {
            let app_id = request.body["appId"].as_str().unwrap_or_default();
            let app_id = object_id(app_id)?;
            create(world, request, app_id)
        }
        (_, path) if path.contains("/appRole") => {
            let principal = find(world, request)?;
            assignments::serve(world, request, &principal)
        }
        (_, path) if path.ends_with("/oauth2PermissionGrants") => {
            let principal = find(world, request)?;
            grants::of_client(world, request, principal.id)
        }
        (_, path) if path.ends_with("/owners") => {
            let principal = find(world, request)?;
            owners::list(world, request, principal.id)
        }
        ("GET", _) => {
            let view = PrincipalView::new(world, request, find(world, request)?);
            one(request, &view, collection::SERVICE_PRINCIPALS.expand)
        }
        ("PATCH", _) => change(world, request),
        _ => {
            let principal = find(world, request)?;
            rights::manage_app(world, request, principal.id)?;
            let now = world.now();
            remove(world, principal.id, now);
            Ok(Reply::no_content())
        }
    }
}

fn all(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let now = world.now();
    let seen = world.tenant.service_principals.iter();
    let views = seen
        .filter(|sp| sp.deleted.is_none() && sp.visible_from <= now)
        .map(|sp| PrincipalView::new(world, request, sp.clone()))
        .collect();
    request.list(world, &List::of(&collection::SERVICE_PRINCIPALS, views))
}

/// The service principal of the path, seen already or not.
fn named(world: &World, request: &Request<'_>) -> Result<Option<ServicePrincipal>, Refusal> {
    let wanted = object_id(request.id())?;
    let by_app = request.endpoint.path.contains("(appId=");
    let mut all = world.tenant.service_principals.iter();
    let found = all.find(|sp| {
        let id = if by_app { sp.app_id } else { sp.id };
        id == wanted && sp.deleted.is_none()
    });
    Ok(found.cloned())
}

/// The service principal of the path, where reads see it already.
fn find(world: &World, request: &Request<'_>) -> Result<ServicePrincipal, Refusal> {
    let now = world.now();
    named(world, request)?
        .filter(|sp| sp.visible_from <= now)
        .ok_or_else(|| Refusal::not_found(request.id()))
}

fn create(world: &mut World, request: &Request<'_>, app_id: Uuid) -> Result<Reply, Refusal> {
    let now = world.now();
    let own = world
        .tenant
        .applications
        .iter()
        .find(|app| app.app_id == app_id && app.deleted.is_none());
    rights::create_principal(world, request, own.map(|app| app.id))?;
    if world.service_principal_of(app_id).is_some() {
        return Err(Refusal::conflict(format!(
            "The service principal cannot be created, updated, or restored because the service \
             principal name {app_id} is already in use."
        )));
    }
    if own.is_some_and(|app| app.visible_from > now) {
        return Err(Refusal::reference_not_found(&app_id.to_string()));
    }
    let foreign = world
        .vendor_apps
        .iter()
        .find(|app| app.app_id == app_id && app.sign_in_audience != "AzureADMyOrg");
    let Some(application) = own.or(foreign) else {
        return Err(Refusal::new(
            Layer::State,
            http::StatusCode::BAD_REQUEST,
            "NoBackingApplicationObject",
            format!(
                "The appId '{app_id}' of the service principal does not reference a valid \
                 application object."
            ),
        ));
    };
    let mut principal = ServicePrincipal {
        id: Uuid::nil(),
        app_id,
        display_name: application.display_name.clone(),
        account_enabled: true,
        app_role_assignment_required: false,
        app_owner_organization_id: application.home_tenant,
        other: Map::new(),
        created: now,
        visible_from: world.visible_from(),
        deleted: None,
    };
    write(&mut principal, &request.body)?;
    principal.id = world.tenant.new_guid();
    owners::begin(world, request, principal.id);
    world.tenant.service_principals.push(principal.clone());
    let location = request.address(&format!("/servicePrincipals/{}", principal.id));
    let view = PrincipalView::new(world, request, principal);
    let object = show(&view, &Select::default());
    let reply = Reply::created(request.with_context(object), location);
    Ok(if request.prefers("create-if-missing") {
        reply.header("preference-applied", "create-if-missing")
    } else {
        reply
    })
}

fn write(principal: &mut ServicePrincipal, body: &Value) -> Result<(), Refusal> {
    for (name, value) in body.as_object().into_iter().flatten() {
        match name.as_str() {
            "displayName" => {
                let name = value
                    .as_str()
                    .filter(|name| (1..=256).contains(&name.chars().count()));
                name.ok_or_else(|| {
                    Refusal::rule(
                        "Invalid value specified for property 'displayName' of resource \
                         'ServicePrincipal'.",
                    )
                })?
                .clone_into(&mut principal.display_name);
            }
            "accountEnabled" => principal.account_enabled = value.as_bool().unwrap_or(true),
            "appRoleAssignmentRequired" => {
                principal.app_role_assignment_required = value.as_bool().unwrap_or_default();
            }
            "appId" => {}
            name if name.contains('@') => {}
            _ => {
                principal.other.insert(name.clone(), value.clone());
            }
        }
    }
    Ok(())
}

/// By its app id it is found at once, by its object id only when reads see it.
fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let by_app = request.endpoint.path.contains("(appId=");
    let found = if by_app {
        named(world, request)?
    } else {
        Some(find(world, request)?)
    };
    let upsert = request.prefers("create-if-missing");
    let Some(mut principal) = found else {
        if upsert {
            let app_id = object_id(request.id())?;
            let sent = request.body["appId"].as_str();
            if sent.is_some_and(|sent| sent.parse() != Ok(app_id)) {
                return Err(Refusal::rule(
                    "The property 'appId' is another than in the address.",
                ));
            }
            return create(world, request, app_id);
        }
        return Err(Refusal::not_found(request.id()));
    };
    rights::manage_app(world, request, principal.id)?;
    write(&mut principal, &request.body)?;
    let all = &mut world.tenant.service_principals;
    if let Some(kept) = all.iter_mut().find(|sp| sp.id == principal.id) {
        *kept = principal;
    }
    let reply = Reply::no_content();
    Ok(if upsert {
        reply.header("preference-applied", "create-if-missing")
    } else {
        reply
    })
}

/// Into the recycle bin; what was granted to it and on it ends.
pub(super) fn remove(world: &mut World, id: Uuid, now: Timestamp) {
    let tenant = &mut world.tenant;
    if let Some(principal) = tenant.service_principals.iter_mut().find(|sp| sp.id == id) {
        principal.deleted = Some(now);
    }
    tenant
        .app_role_assignments
        .retain(|a| a.principal_id != id && a.resource_id != id);
    tenant
        .permission_grants
        .retain(|grant| grant.client_id != id && grant.resource_id != id);
}

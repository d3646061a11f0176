//! Delegated permissions that were granted.
//!
//! <https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant>

use serde_json::{Value, json};
use uuid::Uuid;

use super::fixed::Fixed;
use super::{one, principals, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::{ConsentType, PermissionGrant, World};

fn shown(grant: &PermissionGrant) -> Fixed {
    Fixed::new(
        "oAuth2PermissionGrant",
        json!({
            "id": grant.id,
            "clientId": grant.client_id,
            "consentType": match grant.consent_type {
                ConsentType::AllPrincipals => "AllPrincipals",
                ConsentType::Principal => "Principal",
            },
            "principalId": grant.principal_id,
            "resourceId": grant.resource_id,
            "scope": grant.scope,
        }),
    )
}

fn seen(world: &World, which: impl Fn(&PermissionGrant) -> bool) -> Vec<Fixed> {
    let now = world.now();
    let all = world.tenant.permission_grants.iter();
    all.filter(|grant| grant.visible_from <= now && which(grant))
        .map(shown)
        .collect()
}

/// Grants of a client as `$expand` shows them.
pub(super) fn linked(world: &World, client: Uuid) -> Linked<'_> {
    let all = seen(world, |grant| grant.client_id == client).into_iter();
    Linked::Many(
        all.map(|grant| -> Box<dyn Entity> { Box::new(grant) })
            .collect(),
    )
}

/// Grants of a client.
pub(super) fn of_client(
    world: &World,
    request: &Request<'_>,
    client: Uuid,
) -> Result<Reply, Refusal> {
    let all = seen(world, |grant| grant.client_id == client);
    request.list(world, &List::of(&collection::GRANTS, all))
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = request.id();
    match (request.endpoint.method, request.ids.is_empty()) {
        ("POST", _) => create(world, request),
        ("GET", true) => {
            let all = seen(world, |_| true);
            request.list(world, &List::of(&collection::GRANTS, all))
        }
        ("GET", false) => {
            let found = seen(world, |grant| grant.id == id);
            let grant = found.first().ok_or_else(|| Refusal::not_found(id))?;
            one(request, grant, &[])
        }
        (method, _) => {
            rights::grant(world, request)?;
            let now = world.now();
            let grants = &mut world.tenant.permission_grants;
            let place = grants
                .iter()
                .position(|grant| grant.id == id && grant.visible_from <= now)
                .ok_or_else(|| Refusal::not_found(id))?;
            if method == "DELETE" {
                grants.remove(place);
            } else if let Some(sent) = request.body.get("scope") {
                grants[place].scope = scope(sent)?;
            }
            Ok(Reply::no_content())
        }
    }
}

/// Names separated by single spaces, each once.
fn scope(sent: &Value) -> Result<String, Refusal> {
    let mut names: Vec<&str> = Vec::new();
    for name in sent.as_str().unwrap_or_default().split_whitespace() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(Refusal::rule(
            "A value is required for property 'scope' of resource 'OAuth2PermissionGrant'.",
        ));
    }
    Ok(names.join(" "))
}

fn create(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    rights::grant(world, request)?;
    let invalid = |name: &str| {
        Refusal::rule(format!(
            "Invalid value specified for property '{name}' of resource 'OAuth2PermissionGrant'."
        ))
    };
    let id = |name: &str| -> Result<Uuid, Refusal> {
        let id = request.body[name].as_str().and_then(|id| id.parse().ok());
        id.ok_or_else(|| invalid(name))
    };
    let (client, resource) = (id("clientId")?, id("resourceId")?);
    let (consent_type, principal) = match request.body["consentType"].as_str() {
        Some("AllPrincipals") if request.body["principalId"].is_null() => {
            (ConsentType::AllPrincipals, None)
        }
        Some("AllPrincipals") => return Err(invalid("principalId")),
        Some("Principal") => (ConsentType::Principal, Some(id("principalId")?)),
        _ => return Err(invalid("consentType")),
    };
    let scope = scope(&request.body["scope"])?;
    for object in [client, resource] {
        if principals::visible(world, object).is_none() {
            return Err(Refusal::reference_not_found(&object.to_string()));
        }
    }
    if let Some(user) = principal.filter(|user| world.tenant.person(*user).is_none()) {
        return Err(Refusal::reference_not_found(&user.to_string()));
    }
    let exists = world.tenant.permission_grants.iter().any(|grant| {
        grant.client_id == client
            && grant.resource_id == resource
            && grant.consent_type == consent_type
            && grant.principal_id == principal
    });
    if exists {
        return Err(Refusal::conflict("Permission entry already exists."));
    }
    let grant = PermissionGrant {
        id: world.tenant.new_opaque_id(client),
        client_id: client,
        consent_type,
        principal_id: principal,
        resource_id: resource,
        scope,
        visible_from: world.visible_from(),
    };
    world.tenant.permission_grants.push(grant.clone());
    let object = show(&shown(&grant), &Select::default());
    let location = request.address(&format!("/oauth2PermissionGrants/{}", grant.id));
    Ok(Reply::created(request.with_context(object), location))
}

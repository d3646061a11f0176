//! What a body writes to an application.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{credentials, uris};
use crate::graph::refusal::Refusal;
use crate::tenant::resource::service;
use crate::tenant::{Application, RequiredResource, World};

const AUDIENCES: [&str; 4] = [
    "AzureADMyOrg",
    "AzureADMultipleOrgs",
    "AzureADandPersonalMicrosoftAccount",
    "PersonalMicrosoftAccount",
];

fn invalid(name: &str) -> Refusal {
    Refusal::rule(format!(
        "Invalid value specified for property '{name}' of resource 'Application'."
    ))
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Writes a body to an application, and refuses what Entra would.
pub(super) fn write(
    world: &World,
    application: &mut Application,
    body: &Value,
) -> Result<(), Refusal> {
    for (name, value) in body.as_object().into_iter().flatten() {
        if !name.contains('@') {
            property(world, application, name, value)?;
        }
    }
    uris::check_redirects(application)?;
    if body.get("identifierUris").is_some() {
        uris::check_identifiers(world, application)?;
    }
    Ok(())
}

fn property(
    world: &World,
    application: &mut Application,
    name: &str,
    value: &Value,
) -> Result<(), Refusal> {
    match name {
        "displayName" => {
            let name = value
                .as_str()
                .filter(|name| (1..=256).contains(&name.chars().count()));
            name.ok_or_else(|| invalid("displayName"))?
                .clone_into(&mut application.display_name);
        }
        "signInAudience" => {
            let audience = value
                .as_str()
                .filter(|audience| AUDIENCES.contains(audience));
            audience
                .ok_or_else(|| invalid(name))?
                .clone_into(&mut application.sign_in_audience);
        }
        "identifierUris" => application.identifier_uris = texts(value),
        "uniqueName" => application.unique_name = value.as_str().map(str::to_owned),
        "isFallbackPublicClient" => application.is_fallback_public_client = value.as_bool(),
        "requiredResourceAccess" => {
            application.required_resource_access = required_access(world, value)?;
        }
        "keyCredentials" => credentials::replace_keys(world, application, value)?,
        "passwordCredentials" => {}
        "web" | "spa" | "publicClient" => platform(application, name, value),
        "appRoles" => {
            check_roles(value)?;
            application.other.insert(name.to_owned(), value.clone());
        }
        _ => merge(&mut application.other, name, value),
    }
    Ok(())
}

/// Writes a property; the properties of a complex one that are not named stay.
fn merge(into: &mut Map<String, Value>, name: &str, value: &Value) {
    match (into.get_mut(name), value) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            old.extend(
                new.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        _ => {
            into.insert(name.to_owned(), value.clone());
        }
    }
}

fn platform(application: &mut Application, name: &str, value: &Value) {
    let uris = match name {
        "web" => &mut application.web_redirect_uris,
        "spa" => &mut application.spa_redirect_uris,
        _ => &mut application.public_redirect_uris,
    };
    if let Some(sent) = value.get("redirectUris") {
        *uris = texts(sent);
    } else if value.is_null() {
        uris.clear();
    }
    let mut rest = value.clone();
    if let Value::Object(rest) = &mut rest {
        rest.remove("redirectUris");
    }
    merge(&mut application.other, name, &rest);
}

fn required_access(world: &World, value: &Value) -> Result<Vec<RequiredResource>, Refusal> {
    let wrong = || invalid("requiredResourceAccess");
    let mut all: Vec<RequiredResource> = Vec::new();
    for item in value.as_array().into_iter().flatten() {
        let app_id = item["resourceAppId"].as_str().unwrap_or_default();
        let resource: Uuid = app_id.parse().map_err(|_| wrong())?;
        if !resource_exists(world, resource) {
            return Err(Refusal::state(format!(
                "Property requiredResourceAccess: the resource application '{app_id}' was not \
                 found."
            )));
        }
        if all.iter().any(|other| other.resource_app_id == resource) {
            return Err(wrong());
        }
        let mut access = Vec::new();
        for item in item["resourceAccess"].as_array().into_iter().flatten() {
            let id = item["id"].as_str().and_then(|id| id.parse().ok());
            let kind = item["type"]
                .as_str()
                .filter(|kind| ["Scope", "Role"].contains(kind));
            let (Some(id), Some(kind)) = (id, kind) else {
                return Err(wrong());
            };
            access.push((id, kind.to_owned()));
        }
        all.push(RequiredResource {
            resource_app_id: resource,
            access,
        });
    }
    Ok(all)
}

fn resource_exists(world: &World, app_id: Uuid) -> bool {
    service(app_id).is_some()
        || world.vendor_apps.iter().any(|app| app.app_id == app_id)
        || world
            .tenant
            .applications
            .iter()
            .any(|app| app.app_id == app_id)
}

fn check_roles(value: &Value) -> Result<(), Refusal> {
    let roles = value.as_array().map(Vec::as_slice).unwrap_or_default();
    for (at, role) in roles.iter().enumerate() {
        if roles[..at].iter().any(|other| other["id"] == role["id"]) {
            return Err(Refusal::rule(
                "Property appRoles: a role id is used more than once.",
            ));
        }
    }
    Ok(())
}

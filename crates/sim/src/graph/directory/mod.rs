//! The directory and what hangs on it: users, groups, apps, grants, licences, policies.

mod applications;
mod assignments;
mod certificate;
mod conversations;
mod credentials;
mod deleted;
mod fixed;
mod grants;
mod groups;
mod members;
mod organization;
mod owners;
mod principals;
mod proof;
mod rights;
mod roles;
#[cfg(test)]
mod tests;
mod uris;
mod users;
mod write;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::envelope::Reply;
use super::odata::{Entity, show};
use super::refusal::Refusal;
use super::request::Request;
use crate::tenant::World;
use crate::tenant::content::people::Person;

/// Answers a request to one of the directory's paths.
pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    let set = path
        .trim_start_matches('/')
        .split(['/', '('])
        .next()
        .unwrap_or_default();
    if request.endpoint.method == "GET" {
        rights::not_a_guest(world, request, set)?;
    }
    match set {
        "applications" => applications::serve(world, request),
        "servicePrincipals" => principals::serve(world, request),
        "oauth2PermissionGrants" => grants::serve(world, request),
        "users" | "me" => users::serve(world, request),
        "groups" if path.contains("/threads") => conversations::serve(world, request),
        "groups" if path.contains("/members") || path.contains("/owners") => {
            members::serve(world, request)
        }
        "groups" if path.contains("/transitiveMembers") => members::serve(world, request),
        "groups" => groups::serve(world, request),
        "directory" => deleted::serve(world, request),
        "roleManagement" => roles::serve(world, request),
        _ => organization::serve(world, request),
    }
}

/// The user with this object id or user principal name.
pub(super) fn person<'a>(world: &'a World, id: &str) -> Option<Person<'a>> {
    match id.parse::<Uuid>() {
        Ok(id) => world.tenant.person(id),
        Err(_) => world.tenant.person_named(id),
    }
}

/// An object id of a path.
fn object_id(text: &str) -> Result<Uuid, Refusal> {
    if !crate::contract::is_guid(text) {
        return Err(Refusal::rule(format!(
            "Invalid object identifier '{text}'."
        )));
    }
    text.parse().map_err(|_| Refusal::not_found(text))
}

/// The id that a reference (`@odata.id`) names.
fn reference(request: &Request<'_>) -> Result<Uuid, Refusal> {
    linked(
        request,
        request.body["@odata.id"].as_str().unwrap_or_default(),
    )
}

/// The id at the end of the address of a directory object.
fn linked(request: &Request<'_>, address: &str) -> Result<Uuid, Refusal> {
    const SETS: [&str; 5] = [
        "directoryObjects",
        "users",
        "groups",
        "servicePrincipals",
        "me",
    ];
    let own = request.address("/");
    ["https://graph.microsoft.com/v1.0/", &own]
        .iter()
        .find_map(|prefix| address.strip_prefix(prefix))
        .map(|rest| rest.replace("('", "/").replace("')", ""))
        .and_then(|rest| {
            let (set, id) = rest.split_once('/')?;
            SETS.contains(&set).then(|| id.parse().ok())?
        })
        .ok_or_else(|| {
            Refusal::rule(format!(
                "Invalid URL format specified in payload: '{address}'."
            ))
        })
}

/// An object that stands alone.
fn one(request: &Request<'_>, entity: &dyn Entity, expand: &[&str]) -> Result<Reply, Refusal> {
    let select = request.select(expand)?;
    Ok(Reply::ok(request.with_context(show(entity, &select))))
}

/// The names that a request selects, filters, orders or searches by.
fn names(request: &Request<'_>) -> BTreeSet<String> {
    let options = &request.options;
    let mut names: BTreeSet<String> = options.select.iter().flatten().cloned().collect();
    if let Some(filter) = &options.filter {
        names.extend(filter.properties().into_iter().map(str::to_owned));
    }
    names.extend(options.order.iter().map(|step| step.property.clone()));
    if let Some(search) = &options.search {
        names.extend(search.properties().map(str::to_owned));
    }
    names
}

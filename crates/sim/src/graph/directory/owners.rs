//! Owners of applications and service principals.

use uuid::Uuid;

use super::applications::find;
use super::fixed::Fixed;
use super::groups::object;
use super::{principals, reference, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, List, collection};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;

/// Who makes something owns it: an app always, a user where no role gives the right anyway.
pub(super) fn begin(world: &mut World, request: &Request<'_>, id: Uuid) {
    let claims = request.claims;
    let by_role = claims
        .user
        .is_some_and(|user| rights::manages_all_apps(world, user));
    if !by_role {
        let owners = world.tenant.owners.entry(id).or_default();
        owners.insert(claims.object);
    }
}

/// The owners of something.
pub(super) fn of<'a>(
    world: &'a World,
    request: &'a Request<'a>,
    id: Uuid,
) -> Vec<Box<dyn Entity + 'a>> {
    let owners = world.tenant.owners.get(&id).into_iter().flatten();
    owners
        .into_iter()
        .filter_map(|owner| one(world, request, *owner))
        .collect()
}

fn one<'a>(
    world: &'a World,
    request: &'a Request<'a>,
    owner: Uuid,
) -> Option<Box<dyn Entity + 'a>> {
    if let Some(person) = object(world, request, owner) {
        return Some(person);
    }
    let principal = principals::visible(world, owner)?;
    let view = serde_json::json!({
        "id": principal.id, "appId": principal.app_id, "displayName": principal.display_name,
        "accountEnabled": principal.account_enabled, "servicePrincipalType": "Application",
    });
    Some(Box::new(Fixed::new("servicePrincipal", view)))
}

/// Lists the owners of something.
pub(super) fn list(world: &World, request: &Request<'_>, id: Uuid) -> Result<Reply, Refusal> {
    let owners = world.tenant.owners.get(&id);
    let owners: Vec<Uuid> = owners.into_iter().flatten().copied().collect();
    let list = List {
        on: &collection::RELATED,
        count: owners.len() as u64,
        at: Box::new(move |place| {
            let owner = owners.get(usize::try_from(place).ok()?)?;
            one(world, request, *owner)
        }),
        typed: true,
        cast: false,
    };
    request.list(world, &list)
}

/// Owners of applications.
pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let application = find(world, request)?;
    if request.endpoint.method == "GET" {
        return list(world, request, application.id);
    }
    rights::manage_app(world, request, application.id)?;
    let owner = reference(request)?;
    if world.tenant.person(owner).is_none() && principals::visible(world, owner).is_none() {
        return Err(Refusal::not_found(&owner.to_string()));
    }
    let owners = world.tenant.owners.entry(application.id).or_default();
    if !owners.insert(owner) {
        return Err(Refusal::state(
            "One or more added object references already exist for the following modified \
             properties: 'owners'.",
        ));
    }
    Ok(Reply::no_content())
}

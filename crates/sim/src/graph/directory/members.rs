use uuid::Uuid;

use super::groups::{find, object};
use super::rights::{self, see_members};
use super::users::UserView;
use super::{object_id, reference};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, List, collection};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::groups::Group;

/// Members and owners of groups.
pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    let group = find(world, request)?;
    let owners = path.contains("/owners");
    match request.endpoint.method {
        "POST" if owners => add_owner(world, request, &group),
        "POST" => add_member(world, request, &group),
        "DELETE" if owners => remove_owner(world, request, &group),
        "DELETE" => remove_member(world, request, &group),
        _ if owners => {
            let owners = world.tenant.group_owners(group.id);
            list(world, request, owners)
        }
        _ => {
            if !see_members(world, request, &group) {
                return Err(Refusal::denied());
            }
            let members = if path.contains("/transitiveMembers") {
                world.tenant.transitive_members(group.id)
            } else {
                world.tenant.members(group.id)
            };
            list(world, request, members)
        }
    }
}

fn list(world: &World, request: &Request<'_>, ids: Vec<Uuid>) -> Result<Reply, Refusal> {
    let users_only = request.endpoint.path.ends_with("/graph.user");
    let list = List {
        on: if users_only {
            &collection::RELATED_USERS
        } else {
            &collection::RELATED
        },
        count: ids.len() as u64,
        at: Box::new(move |place| -> Option<Box<dyn Entity + '_>> {
            let id = *ids.get(usize::try_from(place).ok()?)?;
            if users_only {
                let person = world.tenant.person(id)?;
                return Some(Box::new(UserView::new(world, request, person)));
            }
            object(world, request, id)
        }),
        typed: !users_only,
        cast: users_only,
    };
    request.list(world, &list)
}

fn already(name: &str) -> Refusal {
    Refusal::state(format!(
        "One or more added object references already exist for the following modified properties: \
         '{name}'."
    ))
}

fn add_member(world: &mut World, request: &Request<'_>, group: &Group) -> Result<Reply, Refusal> {
    rights::manage_group(world, request, group.id)?;
    let id = reference(request)?;
    let is_group = world.tenant.group(id).is_some();
    if !is_group && world.tenant.person(id).is_none() {
        return Err(Refusal::not_found(&id.to_string()));
    }
    if is_group && (group.unified || id == group.id) {
        return Err(Refusal::state(
            "A group cannot be a member of this group: Microsoft 365 groups hold users alone, and \
             no group holds itself.",
        ));
    }
    if world.tenant.is_member(group.id, id) {
        return Err(already("members"));
    }
    world.tenant.set_member(group.id, id, true);
    Ok(Reply::no_content())
}

fn remove_member(
    world: &mut World,
    request: &Request<'_>,
    group: &Group,
) -> Result<Reply, Refusal> {
    rights::manage_group(world, request, group.id)?;
    let id = object_id(request.second_id())?;
    if !world.tenant.is_member(group.id, id) {
        return Err(Refusal::not_found(request.second_id()));
    }
    world.tenant.set_member(group.id, id, false);
    Ok(Reply::no_content())
}

fn add_owner(world: &mut World, request: &Request<'_>, group: &Group) -> Result<Reply, Refusal> {
    rights::manage_group(world, request, group.id)?;
    let id = reference(request)?;
    if world.tenant.person(id).is_none() {
        return Err(Refusal::not_found(&id.to_string()));
    }
    if world.tenant.group_owners(group.id).contains(&id) {
        return Err(already("owners"));
    }
    world.tenant.set_group_owner(group.id, id, true);
    Ok(Reply::no_content())
}

fn remove_owner(world: &mut World, request: &Request<'_>, group: &Group) -> Result<Reply, Refusal> {
    rights::manage_group(world, request, group.id)?;
    let id = object_id(request.second_id())?;
    let owners = world.tenant.group_owners(group.id);
    if !owners.contains(&id) {
        return Err(Refusal::not_found(request.second_id()));
    }
    if owners.len() == 1 && group.unified {
        return Err(Refusal::state(
            "The group must have at least one owner, hence this owner cannot be removed.",
        ));
    }
    world.tenant.set_group_owner(group.id, id, false);
    Ok(Reply::no_content())
}

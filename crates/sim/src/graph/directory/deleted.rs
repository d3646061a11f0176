//! The recycle bin: applications, service principals and groups, for 30 days.
//!
//! <https://learn.microsoft.com/graph/api/resources/directory>

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::applications::{ApplicationView, keep, refuse_taken_name};
use super::groups::GroupView;
use super::principals::PrincipalView;
use super::{object_id, rights};
use crate::graph::access::holds_any;
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, List, collection, show};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::groups::Group;
use crate::tenant::{Application, ServicePrincipal, World};

/// How long something can be taken back.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Something in the recycle bin.
#[derive(Debug, Clone)]
enum Deleted {
    Application(Application),
    Principal(ServicePrincipal),
    Group(Group, Timestamp),
}

fn is_kept(world: &World, since: Option<Timestamp>) -> bool {
    since.is_some_and(|since| since.duration_until(world.now()) < KEPT)
}

fn applications(world: &World) -> impl Iterator<Item = &Application> {
    let all = world.tenant.applications.iter();
    all.filter(|app| is_kept(world, app.deleted))
}

fn groups(world: &World) -> Vec<(Group, Timestamp)> {
    let mut all = world.tenant.deleted_groups();
    all.retain(|(_, since)| is_kept(world, Some(*since)));
    all
}

fn find(world: &World, request: &Request<'_>) -> Result<Deleted, Refusal> {
    let id = object_id(request.id())?;
    let application = applications(world).find(|app| app.id == id).cloned();
    let mut principals = world.tenant.service_principals.iter();
    let principal = principals.find(|sp| sp.id == id && is_kept(world, sp.deleted));
    let group = || groups(world).into_iter().find(|(group, _)| group.id == id);
    application
        .map(Deleted::Application)
        .or_else(|| principal.cloned().map(Deleted::Principal))
        .or_else(|| group().map(|(group, since)| Deleted::Group(group, since)))
        .ok_or_else(|| Refusal::not_found(request.id()))
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    match (request.endpoint.method, path) {
        (_, "/directory/deletedItems/graph.application") => {
            let all = applications(world).cloned();
            let views = all
                .map(|app| ApplicationView::new(world, request, app))
                .collect();
            request.list(world, &List::of(&collection::APPLICATIONS, views))
        }
        (_, "/directory/deletedItems/graph.group") => {
            let all = groups(world).into_iter();
            let views = all
                .map(|(group, since)| GroupView::deleted(world, request, group, since))
                .collect();
            request.list(world, &List::of(&collection::GROUPS, views))
        }
        ("GET", _) => {
            let found = find(world, request)?;
            permitted(request, &found, false)?;
            answer(world, request, found)
        }
        ("DELETE", _) => {
            let found = find(world, request)?;
            writable(world, request, &found)?;
            purge(world, &found);
            Ok(Reply::no_content())
        }
        _ => {
            let found = find(world, request)?;
            writable(world, request, &found)?;
            let restored = restore(world, found)?;
            answer(world, request, restored)
        }
    }
}

/// The permissions of the recycle bin are those of what lies in it.
fn permitted(request: &Request<'_>, found: &Deleted, write: bool) -> Result<(), Refusal> {
    let names: &[&str] = match (found, write) {
        (Deleted::Group(..), true) => &["Group.ReadWrite.All"],
        (Deleted::Group(..), false) => &[
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        (_, true) => &["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"],
        (_, false) => &[
            "Application.Read.All",
            "Application.ReadWrite.All",
            "Application.ReadWrite.OwnedBy",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    };
    if holds_any(request.claims, names) {
        Ok(())
    } else {
        Err(Refusal::denied())
    }
}

fn id_of(found: &Deleted) -> Uuid {
    match found {
        Deleted::Application(app) => app.id,
        Deleted::Principal(sp) => sp.id,
        Deleted::Group(group, _) => group.id,
    }
}

fn writable(world: &World, request: &Request<'_>, found: &Deleted) -> Result<(), Refusal> {
    permitted(request, found, true)?;
    match found {
        Deleted::Group(group, _) => rights::manage_group(world, request, group.id),
        other => rights::manage_app(world, request, id_of(other)),
    }
}

fn purge(world: &mut World, found: &Deleted) {
    let id = id_of(found);
    let tenant = &mut world.tenant;
    match found {
        Deleted::Application(_) => tenant.applications.retain(|app| app.id != id),
        Deleted::Principal(_) => tenant.service_principals.retain(|sp| sp.id != id),
        Deleted::Group(..) => tenant.purge_group(id),
    }
    tenant.owners.remove(&id);
}

fn restore(world: &mut World, found: Deleted) -> Result<Deleted, Refusal> {
    match found {
        Deleted::Application(mut application) => {
            refuse_taken_name(world, &application)?;
            application.deleted = None;
            keep(world, application.clone());
            Ok(Deleted::Application(application))
        }
        Deleted::Principal(mut principal) => {
            if world.service_principal_of(principal.app_id).is_some() {
                return Err(Refusal::conflict(format!(
                    "The service principal cannot be created, updated, or restored because the \
                     service principal name {} is already in use.",
                    principal.app_id
                )));
            }
            principal.deleted = None;
            let all = &mut world.tenant.service_principals;
            if let Some(kept) = all.iter_mut().find(|sp| sp.id == principal.id) {
                kept.deleted = None;
            }
            Ok(Deleted::Principal(principal))
        }
        Deleted::Group(group, since) => {
            world.tenant.restore_group(group.id);
            Ok(Deleted::Group(group, since))
        }
    }
}

/// The object with its own type: the contract promises a directory object.
fn answer(world: &World, request: &Request<'_>, found: Deleted) -> Result<Reply, Refusal> {
    let back = request.endpoint.method != "GET";
    let view: Box<dyn Entity + '_> = match found {
        Deleted::Application(app) => Box::new(ApplicationView::new(world, request, app)),
        Deleted::Principal(sp) => Box::new(PrincipalView::new(world, request, sp)),
        Deleted::Group(group, _) if back => Box::new(GroupView::new(world, request, group)),
        Deleted::Group(group, at) => Box::new(GroupView::deleted(world, request, group, at)),
    };
    let mut select = request.select(&[])?;
    select.typed = true;
    let mut object = show(&*view, &select);
    // A selection of the base type's properties is short: the id belongs to it all the same.
    if let Value::Object(object) = &mut object {
        object.entry("id").or_insert_with(|| json!(request.id()));
    }
    Ok(Reply::ok(request.with_context(object)))
}

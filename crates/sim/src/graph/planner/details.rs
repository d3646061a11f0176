use serde_json::{Map, Value};

use super::etag::{self, Part};
use super::view::DetailsView;
use super::{author, changed, find, hint, limits, maps, one, placed, text};
use crate::graph::envelope::Reply;
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::planner::{ChecklistItem, Reference, Task, TaskDetails};

fn find(world: &World, request: &Request<'_>) -> Result<(Task, TaskDetails), Refusal> {
    let task = find::task(world, request, request.id())?;
    let details = world
        .tenant
        .task_details(&task.id)
        .ok_or_else(find::not_found)?;
    Ok((task, details))
}

pub(super) fn get(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (task, details) = find(world, request)?;
    one(request, &DetailsView(task.id, details), &[])
}

pub(super) fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (mut task, mut details) = find(world, request)?;
    let body = request.body.as_object().cloned().unwrap_or_default();
    let fields = maps::fields(&body);
    if let Some(description) = body.get("description") {
        let text = description.as_str().unwrap_or_default();
        text.clone_into(&mut details.description);
    }
    if let Some(preview) = text(&request.body, "previewType") {
        preview.clone_into(&mut details.preview);
    }
    checklist(world, request, &body, &mut details)?;
    references(world, request, &body, &mut details)?;
    etag::check(
        request,
        Part::TaskDetails,
        &task.id,
        &details.version,
        Some(&fields),
    )?;
    if !fields.is_empty() {
        details.version.touch(world.tenant.next_version(), fields);
        // The task shows these, but its own etag stays: whoever polls lists must look at them.
        task.has_description = !details.description.is_empty();
        task.preview.clone_from(&details.preview);
        task.checklist = details.checklist.len();
        task.open = details
            .checklist
            .values()
            .filter(|item| !item.ticked)
            .count();
        task.references = details.references.len();
        world.tenant.keep_task_details(&task.id, details.clone());
        world.tenant.keep_task(task.clone());
    }
    Ok(changed(request, &DetailsView(task.id, details)))
}

fn checklist(
    world: &World,
    request: &Request<'_>,
    body: &Map<String, Value>,
    details: &mut TaskDetails,
) -> Result<(), Refusal> {
    for (key, value) in maps::entries(body, "checklist") {
        if value.is_null() {
            details.checklist.remove(key);
            continue;
        }
        if !crate::contract::is_guid(key) {
            return Err(find::bad(format!(
                "The checklist key '{key}' is not a GUID."
            )));
        }
        maps::typed(key, value, "plannerChecklistItem")?;
        let hint = placed(value, "orderHint")?;
        let title = text(value, "title");
        let ticked = value.get("isChecked").and_then(Value::as_bool);
        let old = details.checklist.get(key);
        let title = title
            .or(old.map(|item| item.title.as_str()))
            .unwrap_or_default();
        if title.is_empty() {
            return Err(find::bad("A checklist item must have a title."));
        }
        let first = details.checklist.values().map(|item| &item.hint).min();
        let item = ChecklistItem {
            title: title.to_owned(),
            ticked: ticked.or(old.map(|item| item.ticked)).unwrap_or_default(),
            hint: hint
                .or_else(|| old.map(|item| item.hint.clone()))
                .unwrap_or_else(|| hint::between("", first.map_or("", String::as_str))),
            by: author(request),
            at: world.now(),
        };
        details.checklist.insert(key.clone(), item);
    }
    if details.checklist.len() > limits::CHECKLIST {
        return Err(limits::exceeded("MaximumChecklistItemsOnTask"));
    }
    Ok(())
}

fn references(
    world: &World,
    request: &Request<'_>,
    body: &Map<String, Value>,
    details: &mut TaskDetails,
) -> Result<(), Refusal> {
    for (key, value) in maps::entries(body, "references") {
        maps::reference_key(key)?;
        if value.is_null() {
            details.references.remove(key);
            continue;
        }
        maps::typed(key, value, "plannerExternalReference")?;
        let hint = placed(value, "previewPriority")?;
        let old = details.references.get(key);
        let kept = |name: &str, old: Option<&String>| match value.get(name) {
            Some(new) => new.as_str().map(str::to_owned),
            None => old.cloned(),
        };
        let reference = Reference {
            alias: kept("alias", old.and_then(|old| old.alias.as_ref())),
            kind: kept("type", old.and_then(|old| old.kind.as_ref())),
            hint: hint
                .or_else(|| old.map(|old| old.hint.clone()))
                .unwrap_or_else(|| hint::between("", "")),
            by: author(request),
            at: world.now(),
        };
        details.references.insert(key.clone(), reference);
    }
    if details.references.len() > limits::REFERENCES {
        return Err(limits::exceeded("MaximumReferencesOnTask"));
    }
    Ok(())
}

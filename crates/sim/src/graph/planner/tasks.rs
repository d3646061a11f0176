use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::etag::{self, Part};
use super::plans::{required, title};
use super::view::TaskView;
use super::{author, changed, created, find, hint, limits, maps, one, placed, text};
use crate::contract::date_time;
use crate::graph::envelope::Reply;
use crate::graph::odata::collection;
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::planner::{Assignment, Formats, Task, TaskDetails, Version};

pub(super) fn get(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    super::lists::refuse_details(world, request)?;
    let task = find::task(world, request, request.id())?;
    one(
        request,
        &TaskView(&world.tenant, task),
        collection::TASK_PARTS,
    )
}

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let title = required(&request.body, "title")?;
    let plan = required(&request.body, "planId")?;
    let plan = find::plan(world, request, &plan)?;
    limits::tasks(&world.tenant, &plan.id)?;
    let now = world.now();
    let preview = text(&request.body, "previewType").unwrap_or("automatic");
    let mut task = Task {
        id: world.tenant.new_planner_id(),
        plan: plan.id,
        bucket: None,
        title,
        hint: newest_first(now),
        assignee_priority: newest_first(now),
        assignments: BTreeMap::new(),
        labels: BTreeSet::new(),
        percent: 0,
        priority: 5,
        start: None,
        due: None,
        completed: None,
        author: author(request),
        created: now,
        thread: None,
        preview: preview.to_owned(),
        has_description: false,
        checklist: 0,
        open: 0,
        references: 0,
        version: Version::default(),
    };
    write(world, request, &mut task)?;
    let tenant = &mut world.tenant;
    task.version = Version::first(tenant.next_version());
    let details = TaskDetails {
        description: String::new(),
        preview: task.preview.clone(),
        checklist: BTreeMap::new(),
        references: BTreeMap::new(),
        version: Version::first(tenant.next_version()),
    };
    let formats = Formats {
        bucket: task.hint.clone(),
        progress: task.hint.clone(),
        unassigned: task.hint.clone(),
        by_assignee: board_hints(&task),
        bucket_version: Version::first(tenant.next_version()),
        progress_version: Version::first(tenant.next_version()),
        assigned_version: Version::first(tenant.next_version()),
    };
    tenant.keep_task_details(&task.id, details);
    tenant.keep_formats(&task.id, formats);
    tenant.keep_task(task.clone());
    Ok(created(request, &TaskView(&world.tenant, task)))
}

/// The hint that the service gives to something new: in front of what was made before.
fn newest_first(now: Timestamp) -> String {
    let left = i64::MAX - now.as_microsecond();
    format!(
        "{left:019}P{}",
        if now.as_nanosecond() % 2 == 0 {
            'a'
        } else {
            'b'
        }
    )
}

fn board_hints(task: &Task) -> BTreeMap<uuid::Uuid, String> {
    task.assignments
        .iter()
        .map(|(user, assignment)| (*user, assignment.hint.clone()))
        .collect()
}

pub(super) fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut task = find::task(world, request, request.id())?;
    let before = task.clone();
    if let Some(title) = title(&request.body, "title")? {
        task.title = title;
    }
    write(world, request, &mut task)?;
    let fields = request
        .body
        .as_object()
        .map(maps::fields)
        .unwrap_or_default();
    etag::check(request, Part::Task, &task.id, &task.version, Some(&fields))?;
    if !fields.is_empty() {
        task.version.touch(world.tenant.next_version(), fields);
        move_on_boards(world, &before, &task);
        world.tenant.keep_task(task.clone());
    }
    Ok(changed(request, &TaskView(&world.tenant, task)))
}

/// What changes a task's column or assignees changes its place on the board as well.
fn move_on_boards(world: &mut World, before: &Task, task: &Task) {
    let tenant = &mut world.tenant;
    let Some(mut formats) = tenant.formats(&task.id) else {
        return;
    };
    if before.bucket != task.bucket {
        formats
            .bucket_version
            .touch(tenant.next_version(), ["orderHint".to_owned()]);
    }
    if before.percent != task.percent {
        formats
            .progress_version
            .touch(tenant.next_version(), ["orderHint".to_owned()]);
    }
    if before.assignments.keys().ne(task.assignments.keys()) {
        let hints = board_hints(task);
        formats
            .by_assignee
            .retain(|user, _| hints.contains_key(user));
        for (user, hint) in hints {
            formats.by_assignee.entry(user).or_insert(hint);
        }
        let fields = ["unassignedOrderHint".to_owned()];
        formats
            .assigned_version
            .touch(tenant.next_version(), fields);
    }
    tenant.keep_formats(&task.id, formats);
}

/// Writes all but the title.
fn write(world: &World, request: &Request<'_>, task: &mut Task) -> Result<(), Refusal> {
    let body = &request.body;
    if let Some(bucket) = body.get("bucketId") {
        task.bucket = match bucket.as_str() {
            None => None,
            Some(id) => {
                let bucket = find::bucket(world, request, id)?;
                if bucket.plan != task.plan {
                    return Err(find::mismatched("The bucket is in another plan."));
                }
                Some(bucket.id)
            }
        };
    }
    if let Some(hint) = placed(body, "orderHint")? {
        task.hint = hint;
    }
    if let Some(hint) = placed(body, "assigneePriority")? {
        task.assignee_priority = hint;
    }
    if let Some(thread) = body.get("conversationThreadId") {
        task.thread = thread.as_str().map(str::to_owned);
    }
    numbers(world, request, task)?;
    dates(body, task)?;
    labels(body, task)?;
    assign(world, request, task)
}

fn within(body: &Value, name: &str, most: i64) -> Result<Option<i32>, Refusal> {
    match body.get(name).and_then(Value::as_i64) {
        Some(number) if !(0..=most).contains(&number) => Err(find::bad(format!(
            "The value of '{name}' must be between 0 and {most}."
        ))),
        number => Ok(number.and_then(|number| i32::try_from(number).ok())),
    }
}

fn numbers(world: &World, request: &Request<'_>, task: &mut Task) -> Result<(), Refusal> {
    if let Some(priority) = within(&request.body, "priority", 10)? {
        task.priority = priority;
    }
    if let Some(percent) = within(&request.body, "percentComplete", 100)? {
        task.percent = percent;
        // The service dates a completion itself, by the caller.
        task.completed = match task.completed {
            completed if percent == 100 => completed.or(Some((world.now(), author(request)))),
            _ => None,
        };
    }
    Ok(())
}

fn dates(body: &Value, task: &mut Task) -> Result<(), Refusal> {
    let date = |name: &str, now: Option<Timestamp>| match body.get(name) {
        None => now,
        Some(date) => date.as_str().and_then(date_time),
    };
    task.start = date("startDateTime", task.start);
    task.due = date("dueDateTime", task.due);
    if task
        .start
        .zip(task.due)
        .is_some_and(|(start, due)| start > due)
    {
        return Err(find::bad("The start date must not be after the due date."));
    }
    Ok(())
}

fn labels(body: &Value, task: &mut Task) -> Result<(), Refusal> {
    let Some(body) = body.as_object() else {
        return Ok(());
    };
    for (key, applied) in maps::entries(body, "appliedCategories") {
        let label = maps::label_key(key)?;
        if applied.as_bool() == Some(true) {
            task.labels.insert(label);
        } else {
            task.labels.remove(&label);
        }
    }
    Ok(())
}

fn assign(world: &World, request: &Request<'_>, task: &mut Task) -> Result<(), Refusal> {
    let Some(body) = request.body.as_object() else {
        return Ok(());
    };
    let mut grown = false;
    for (key, value) in maps::entries(body, "assignments") {
        let user = maps::user_key(key)?;
        if value.is_null() {
            task.assignments.remove(&user);
            continue;
        }
        maps::typed(key, value, "plannerAssignment")?;
        let hint = placed(value, "orderHint")?;
        if let Some(assignment) = task.assignments.get_mut(&user) {
            assignment.hint = hint.unwrap_or_else(|| assignment.hint.clone());
            continue;
        }
        if world.tenant.person(user).is_none() {
            return Err(find::mismatched(format!("There is no user '{user}'.")));
        }
        let assignment = Assignment {
            by: author(request),
            at: world.now(),
            hint: hint.unwrap_or_else(|| hint::between("", "")),
        };
        task.assignments.insert(user, assignment);
        grown = true;
    }
    if grown {
        limits::assignees(&world.tenant, task)
    } else {
        Ok(())
    }
}

pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let task = find::task(world, request, request.id())?;
    etag::check(request, Part::Task, &task.id, &task.version, None)?;
    world.tenant.delete_planner(&task.id);
    Ok(Reply::no_content())
}

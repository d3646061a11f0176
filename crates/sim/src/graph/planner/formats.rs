use super::etag::{self, Part};
use super::view::FormatView;
use super::{changed, find, hint, maps, one, placed};
use crate::graph::envelope::Reply;
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::planner::Formats;

fn find(world: &World, request: &Request<'_>) -> Result<(String, Formats), Refusal> {
    let task = find::task(world, request, request.id())?;
    let formats = world.tenant.formats(&task.id).ok_or_else(find::not_found)?;
    Ok((task.id, formats))
}

pub(super) fn get(world: &World, request: &Request<'_>, part: Part) -> Result<Reply, Refusal> {
    let (id, formats) = find(world, request)?;
    one(request, &FormatView(id, part, formats), &[])
}

pub(super) fn change(
    world: &mut World,
    request: &Request<'_>,
    part: Part,
) -> Result<Reply, Refusal> {
    let (id, mut formats) = find(world, request)?;
    let body = request.body.as_object().cloned().unwrap_or_default();
    let fields = maps::fields(&body);
    let sent = placed(&request.body, "orderHint")?;
    let (hint, version) = match part {
        Part::BucketFormat => (&mut formats.bucket, &mut formats.bucket_version),
        Part::ProgressFormat => (&mut formats.progress, &mut formats.progress_version),
        _ => {
            for (key, value) in maps::entries(&body, "orderHintsByAssignee") {
                let user = maps::user_key(key)?;
                match value.as_str() {
                    Some(sent) => formats.by_assignee.insert(user, hint::place(sent)?),
                    None => formats.by_assignee.remove(&user),
                };
            }
            if let Some(sent) = placed(&request.body, "unassignedOrderHint")? {
                formats.unassigned = sent;
            }
            (&mut String::new(), &mut formats.assigned_version)
        }
    };
    if let Some(sent) = sent {
        *hint = sent;
    }
    etag::check(request, part, &id, version, Some(&fields))?;
    if !fields.is_empty() {
        version.touch(world.tenant.next_version(), fields);
        world.tenant.keep_formats(&id, formats.clone());
    }
    Ok(changed(request, &FormatView(id, part, formats)))
}

use super::etag::{self, Part};
use super::plans::{required, title};
use super::view::BucketView;
use super::{changed, created, find, hint, limits, maps, one, placed};
use crate::graph::envelope::Reply;
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::planner::{Bucket, Version};

pub(super) fn get(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let bucket = find::bucket(world, request, request.id())?;
    one(request, &BucketView(bucket), &[])
}

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let name = required(&request.body, "name")?;
    let plan = required(&request.body, "planId")?;
    let hint = placed(&request.body, "orderHint")?;
    let plan = find::plan(world, request, &plan)?;
    limits::buckets(&world.tenant, &plan.id)?;
    let first = world
        .tenant
        .buckets_of(&plan.id)
        .into_iter()
        .map(|bucket| bucket.hint)
        .min();
    let bucket = Bucket {
        id: world.tenant.new_planner_id(),
        plan: plan.id,
        name,
        hint: hint.unwrap_or_else(|| hint::between("", &first.unwrap_or_default())),
        version: Version::first(world.tenant.next_version()),
    };
    world.tenant.keep_bucket(bucket.clone());
    Ok(created(request, &BucketView(bucket)))
}

pub(super) fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut bucket = find::bucket(world, request, request.id())?;
    let fields = request
        .body
        .as_object()
        .map(maps::fields)
        .unwrap_or_default();
    let name = title(&request.body, "name")?;
    let hint = placed(&request.body, "orderHint")?;
    etag::check(
        request,
        Part::Bucket,
        &bucket.id,
        &bucket.version,
        Some(&fields),
    )?;
    if !fields.is_empty() {
        bucket.name = name.unwrap_or(bucket.name);
        bucket.hint = hint.unwrap_or(bucket.hint);
        bucket.version.touch(world.tenant.next_version(), fields);
        world.tenant.keep_bucket(bucket.clone());
    }
    Ok(changed(request, &BucketView(bucket)))
}

pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let bucket = find::bucket(world, request, request.id())?;
    etag::check(request, Part::Bucket, &bucket.id, &bucket.version, None)?;
    world.tenant.delete_planner(&bucket.id);
    Ok(Reply::no_content())
}

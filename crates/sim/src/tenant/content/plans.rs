//! Plans and buckets, computed from the seed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::super::Tenant;
use super::super::ids::Kind;
use super::super::planner::{Author, Bucket, Plan, PlanDetails, Version};
use super::Dice;
use super::groups::Members;
use super::words::{BUCKETS, LABELS, PLANS};

/// How many numbers each plan has for its buckets.
const BUCKETS_PER_PLAN: u64 = 8;

pub(super) fn plan_index(tenant: &Tenant, id: &str) -> Option<u64> {
    match tenant.ids().read_planner(id)? {
        (Kind::Plan, index) if index < tenant.size.plans && tenant.size.groups > 0 => Some(index),
        _ => None,
    }
}

pub(in crate::tenant) fn plan_id(tenant: &Tenant, index: u64) -> String {
    tenant.ids().planner(Kind::Plan, index)
}

/// The number of the group that a plan belongs to.
pub(super) const fn group_of(tenant: &Tenant, plan: u64) -> u64 {
    plan % tenant.size.groups
}

/// The numbers of a group's plans.
pub(in crate::tenant) fn of_group(tenant: &Tenant, group: Uuid) -> Vec<u64> {
    let step = usize::try_from(tenant.size.groups).unwrap_or(usize::MAX);
    tenant
        .ids()
        .index_of(Kind::Group, group)
        .filter(|index| *index < tenant.size.groups)
        .map(|index| (index..tenant.size.plans).step_by(step).collect())
        .unwrap_or_default()
}

/// A member of the plan's group.
pub(super) fn member(tenant: &Tenant, plan: u64, number: u64) -> Author {
    let members = Members::of(tenant, Kind::Group, group_of(tenant, plan));
    Author::user(members.at(number % members.count.max(1)))
}

/// So many days before the tenant began, with a fraction of a second as Planner shows it.
pub(super) fn days_ago(tenant: &Tenant, dice: Dice, purpose: u64, days: u64) -> Timestamp {
    let nanos = i128::from(dice.below(purpose, days.max(1) * 864_000_000_000)) * 100;
    let hour = tenant.created.as_second() / 3600 * 3600;
    Timestamp::from_nanosecond(i128::from(hour) * 1_000_000_000 - nanos).unwrap_or(tenant.created)
}

/// An order hint as the service computes them.
pub(super) fn hint(dice: Dice, purpose: u64) -> String {
    let tail = dice.roll(purpose + 2000);
    let letter = |shift: u32| char::from(b'A' + u8::try_from((tail >> shift) % 26).unwrap_or(0));
    format!(
        "8585{:015}{}{}",
        dice.below(purpose, 1_000_000_000_000_000),
        letter(0),
        letter(8)
    )
}

pub(super) fn version(dice: Dice, purpose: u64) -> Version {
    Version::first(1 + dice.below(purpose, 500))
}

pub(in crate::tenant) fn plan(tenant: &Tenant, id: &str) -> Option<Plan> {
    let index = plan_index(tenant, id)?;
    let dice = Dice::new(tenant.ids(), Kind::Plan, index);
    let round = index / tenant.size.groups;
    let name = dice.pick(1, &PLANS);
    Some(Plan {
        id: id.to_owned(),
        title: if round == 0 {
            name.to_owned()
        } else {
            format!("{name} ({})", round + 1)
        },
        group: tenant.ids().guid(Kind::Group, group_of(tenant, index)),
        author: member(tenant, index, dice.roll(2)),
        created: days_ago(tenant, dice, 3, 700),
        version: version(dice, 4),
    })
}

pub(in crate::tenant) fn details(tenant: &Tenant, id: &str) -> Option<PlanDetails> {
    let index = plan_index(tenant, id)?;
    let dice = Dice::new(tenant.ids(), Kind::Plan, index);
    let labels: BTreeMap<u8, String> = (1..=25)
        .filter(|label| dice.once_in(20 + u64::from(*label), 4))
        .map(|label| (label, dice.pick(60 + u64::from(label), &LABELS).to_owned()))
        .collect();
    let members = Members::of(tenant, Kind::Group, group_of(tenant, index));
    Some(PlanDetails {
        labels,
        shared_with: (0..members.count.min(3))
            .map(|number| members.at(number))
            .collect(),
        version: version(dice, 5),
    })
}

/// How many buckets a plan has.
fn bucket_count(tenant: &Tenant, plan: u64) -> u64 {
    3 + Dice::new(tenant.ids(), Kind::Plan, plan).below(6, 4)
}

/// The id of the bucket that something with this number falls into.
pub(super) fn bucket_of(tenant: &Tenant, plan: u64, number: u64) -> String {
    let bucket = plan * BUCKETS_PER_PLAN + number % bucket_count(tenant, plan);
    tenant.ids().planner(Kind::Bucket, bucket)
}

pub(in crate::tenant) fn bucket_ids(tenant: &Tenant, plan: &str) -> Vec<String> {
    let Some(index) = plan_index(tenant, plan) else {
        return Vec::new();
    };
    (0..bucket_count(tenant, index))
        .map(|number| bucket_of(tenant, index, number))
        .collect()
}

pub(in crate::tenant) fn bucket(tenant: &Tenant, id: &str) -> Option<Bucket> {
    let (Kind::Bucket, index) = tenant.ids().read_planner(id)? else {
        return None;
    };
    let plan = index / BUCKETS_PER_PLAN;
    let exists = plan < tenant.size.plans
        && tenant.size.groups > 0
        && index % BUCKETS_PER_PLAN < bucket_count(tenant, plan);
    let dice = Dice::new(tenant.ids(), Kind::Bucket, index);
    exists.then(|| Bucket {
        id: id.to_owned(),
        plan: plan_id(tenant, plan),
        name: BUCKETS[usize::try_from(index % BUCKETS_PER_PLAN).unwrap_or_default()].to_owned(),
        hint: hint(dice, 1),
        version: version(dice, 2),
    })
}

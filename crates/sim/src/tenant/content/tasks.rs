//! Tasks and their details, computed from the seed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::super::Tenant;
use super::super::ids::Kind;
use super::super::planner::{
    Assignment, ChecklistItem, Formats, Reference, Task, TaskDetails, Version,
};
use super::Dice;
use super::groups::Members;
use super::plans::{bucket_of, days_ago, group_of, hint, member, plan_id, plan_index, version};
use super::threads::thread_id;
use super::words::{LINKS, STEPS, THINGS, VERBS};

pub(in crate::tenant) fn task_id(tenant: &Tenant, index: u64) -> String {
    tenant.ids().planner(Kind::Task, index)
}

fn task_index(tenant: &Tenant, id: &str) -> Option<u64> {
    match tenant.ids().read_planner(id)? {
        (Kind::Task, index) if index < computed_count(tenant) => Some(index),
        _ => None,
    }
}

const fn computed_count(tenant: &Tenant) -> u64 {
    if tenant.size.plans == 0 || tenant.size.groups == 0 {
        0
    } else {
        tenant.size.tasks
    }
}

/// The numbers of the tasks of the plan with this number: plans hold equally many, the first ones
/// one more.
pub(super) fn of_plan_index(tenant: &Tenant, plan: u64) -> Range<u64> {
    let count = computed_count(tenant);
    let (each, rest) = (count / tenant.size.plans, count % tenant.size.plans);
    let start = plan * each + plan.min(rest);
    start..start + each + u64::from(plan < rest)
}

pub(in crate::tenant) fn of_plan(tenant: &Tenant, plan: &str) -> Range<u64> {
    plan_index(tenant, plan).map_or(0..0, |plan| of_plan_index(tenant, plan))
}

/// The number of the plan that the task with this number is in.
pub(super) const fn plan_of(tenant: &Tenant, task: u64) -> u64 {
    let (each, rest) = (
        tenant.size.tasks / tenant.size.plans,
        tenant.size.tasks % tenant.size.plans,
    );
    let longer = rest * (each + 1);
    if task < longer {
        task / (each + 1)
    } else {
        // Only where `each` is not zero is there a task behind the longer plans.
        rest + (task - longer) / each
    }
}

fn days(count: u64) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::try_from(count).unwrap_or_default())
}

/// Ten o'clock, as Planner writes dates that have no time.
fn at_ten(day: Timestamp) -> Option<Timestamp> {
    let second = day.as_second();
    Timestamp::from_second(second - second.rem_euclid(86_400) + 36_000).ok()
}

fn title(dice: Dice) -> String {
    let title = format!("{} {}", dice.pick(1, &VERBS), dice.pick(2, &THINGS));
    if !dice.once_in(3, 40) {
        return title;
    }
    // As long as Planner's own clients let it become.
    let mut long = title;
    while long.chars().count() < 240 {
        long.push_str(", ");
        long.push_str(dice.pick(long.len() as u64, &THINGS));
    }
    long.chars().take(255).collect()
}

/// How much a task's details hold; the task itself shows these numbers.
struct Amounts {
    description: bool,
    checklist: u64,
    ticked: u64,
    references: u64,
}

impl Amounts {
    fn of(dice: Dice) -> Self {
        let checklist = match dice.below(10, 20) {
            0 => 20,
            1..=8 => 0,
            other => other % 5 + 1,
        };
        Self {
            description: !dice.once_in(11, 2),
            checklist,
            ticked: dice.below(12, checklist + 1),
            references: dice.below(13, 6).saturating_sub(3),
        }
    }
}

pub(in crate::tenant) fn task(tenant: &Tenant, index: u64) -> Task {
    let dice = Dice::new(tenant.ids(), Kind::Task, index);
    let plan = plan_of(tenant, index);
    let created = days_ago(tenant, dice, 4, 400);
    let author = member(tenant, plan, dice.roll(5));
    let percent = match dice.below(6, 20) {
        0..=9 => 0,
        10..=14 => 50,
        15 => 25,
        _ => 100,
    };
    let start = dice
        .once_in(7, 2)
        .then(|| at_ten(created.checked_add(days(dice.below(8, 10))).ok()?))
        .flatten();
    let due = (!dice.once_in(9, 3))
        .then(|| at_ten(created.checked_add(days(12 + dice.below(8, 60))).ok()?))
        .flatten();
    let members = Members::of(tenant, Kind::Group, group_of(tenant, plan));
    let assignments: BTreeMap<_, _> = (0..dice.below(14, 4).min(members.count))
        .map(|number| {
            let assignee = members.at((dice.roll(15) % members.count + number) % members.count);
            let assignment = Assignment {
                by: author,
                at: created,
                hint: hint(dice, 16 + number),
            };
            (assignee, assignment)
        })
        .collect();
    let amounts = Amounts::of(dice);
    let completed = (percent == 100).then(|| {
        let at = created
            .checked_add(days(dice.below(20, 5)))
            .map_or(created, |at| at.min(tenant.created));
        (at, member(tenant, plan, dice.roll(21)))
    });
    Task {
        id: task_id(tenant, index),
        plan: plan_id(tenant, plan),
        bucket: Some(bucket_of(tenant, plan, dice.roll(22))),
        title: title(dice),
        hint: hint(dice, 23),
        assignee_priority: hint(dice, 24),
        assignments,
        labels: labels(dice),
        percent,
        priority: match dice.below(25, 16) {
            0..=9 => 5,
            10 | 11 => 3,
            12 | 13 => 1,
            14 => 9,
            _ => i32::try_from(dice.below(26, 11)).unwrap_or(5),
        },
        start,
        due,
        completed,
        author,
        created,
        thread: thread_id(tenant, index),
        preview: preview(dice).to_owned(),
        has_description: amounts.description,
        checklist: count(amounts.checklist),
        open: count(amounts.checklist - amounts.ticked),
        references: count(amounts.references),
        version: version(dice, 27),
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn labels(dice: Dice) -> BTreeSet<u8> {
    (0..dice.below(30, 6).saturating_sub(2))
        .filter_map(|number| u8::try_from(1 + dice.below(31 + number, 25)).ok())
        .collect()
}

fn preview(dice: Dice) -> &'static str {
    const KINDS: [&str; 5] = [
        "automatic",
        "noPreview",
        "checklist",
        "description",
        "reference",
    ];
    if dice.once_in(35, 3) {
        dice.pick(36, &KINDS)
    } else {
        KINDS[0]
    }
}

pub(in crate::tenant) fn by_id(tenant: &Tenant, id: &str) -> Option<Task> {
    task_index(tenant, id).map(|index| task(tenant, index))
}

fn description(dice: Dice) -> String {
    let mut text = format!(
        "{} {}.\r\n\r\nSee: {} – \"{}\"\tÆØÅ, ß, 日本語, emoji 🚀.",
        dice.pick(40, &VERBS),
        dice.pick(41, &THINGS),
        LINKS[0].0,
        dice.pick(42, &STEPS),
    );
    if dice.once_in(43, 30) {
        while text.len() < 6000 {
            text.push_str("\r\n- ");
            text.push_str(dice.pick(text.len() as u64, &THINGS));
        }
    }
    text
}

pub(in crate::tenant) fn details(tenant: &Tenant, id: &str) -> Option<TaskDetails> {
    let index = task_index(tenant, id)?;
    let dice = Dice::new(tenant.ids(), Kind::Task, index);
    let amounts = Amounts::of(dice);
    let author = member(tenant, plan_of(tenant, index), dice.roll(5));
    let at = days_ago(tenant, dice, 4, 400);
    let checklist = (0..amounts.checklist)
        .map(|number| {
            let item = ChecklistItem {
                title: format!("{} {}", dice.pick(50 + number, &STEPS), number + 1),
                ticked: number < amounts.ticked,
                hint: hint(dice, 80 + number),
                by: author,
                at,
            };
            let id = tenant.ids().guid(Kind::Inner, index * 64 + number);
            (id.to_string(), item)
        })
        .collect();
    let first = dice.roll(110);
    let references = (0..amounts.references)
        .map(|number| {
            let at_link = usize::try_from((first + number) % LINKS.len() as u64);
            let (address, alias, kind) = LINKS[at_link.unwrap_or_default()];
            let reference = Reference {
                alias: (number == 0).then(|| alias.to_owned()),
                kind: Some(kind.to_owned()),
                hint: hint(dice, 111 + number),
                by: author,
                at,
            };
            (encode_reference(address), reference)
        })
        .collect();
    Some(TaskDetails {
        description: if amounts.description {
            description(dice)
        } else {
            String::new()
        },
        preview: preview(dice).to_owned(),
        checklist,
        references,
        version: version(dice, 120),
    })
}

/// An address as a property name: `OData` forbids these five characters there.
///
/// <https://learn.microsoft.com/graph/api/resources/plannerexternalreferences>
pub(crate) fn encode_reference(address: &str) -> String {
    let mut name = String::with_capacity(address.len() + 16);
    for letter in address.chars() {
        match letter {
            '%' => name.push_str("%25"),
            '.' => name.push_str("%2E"),
            ':' => name.push_str("%3A"),
            '@' => name.push_str("%40"),
            '#' => name.push_str("%23"),
            other => name.push(other),
        }
    }
    name
}

pub(in crate::tenant) fn formats(tenant: &Tenant, id: &str) -> Option<Formats> {
    let index = task_index(tenant, id)?;
    let dice = Dice::new(tenant.ids(), Kind::Task, index);
    let by_assignee = task(tenant, index)
        .assignments
        .keys()
        .zip(0..)
        .map(|(user, number)| (*user, hint(dice, 134 + number)))
        .collect();
    Some(Formats {
        bucket: hint(dice, 130),
        progress: hint(dice, 131),
        unassigned: hint(dice, 132),
        by_assignee,
        bucket_version: version(dice, 140),
        progress_version: version(dice, 141),
        assigned_version: Version::first(1 + dice.below(142, 500)),
    })
}

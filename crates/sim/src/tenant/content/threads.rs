//! Conversations of groups that hold the comments on tasks, computed from the seed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::Tenant;
use super::super::ids::Kind;
use super::super::planner::{Author, Task};
use super::Dice;
use super::plans::{member, of_group};
use super::tasks::{of_plan_index, plan_of, task};

const PREFIX: &str = "AAQkA";

/// The id of the conversation about the task with this number, where there is one.
pub(super) fn thread_id(tenant: &Tenant, task: u64) -> Option<String> {
    let dice = Dice::new(tenant.ids(), Kind::Thread, task);
    dice.once_in(1, 10).then(|| {
        let id = tenant.ids().planner(Kind::Thread, task);
        format!("{PREFIX}{}", URL_SAFE.encode(id))
    })
}

/// A comment.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) number: u64,
    pub(crate) author: Author,
    pub(crate) at: Timestamp,
    pub(crate) text: &'static str,
}

const TEXTS: [&str; 5] = [
    "Done, see the attachment.",
    "Kan vi flytte fristen til næste uge? /Åse",
    "Who approves this?",
    "Bitte bis Freitag prüfen & freigeben.",
    "👍",
];

impl Tenant {
    /// The computed conversations of a group: the numbers of the tasks that they are about.
    pub(crate) fn computed_threads(&self, group: Uuid) -> impl Iterator<Item = u64> {
        of_group(self, group)
            .into_iter()
            .flat_map(|plan| of_plan_index(self, plan))
            .filter(|task| thread_id(self, *task).is_some())
    }

    /// The number of the task that a computed conversation of a group is about.
    pub(crate) fn computed_thread(&self, group: Uuid, id: &str) -> Option<u64> {
        let inner = URL_SAFE.decode(id.strip_prefix(PREFIX)?).ok()?;
        let (Kind::Thread, task) = self.ids().read_planner(std::str::from_utf8(&inner).ok()?)?
        else {
            return None;
        };
        let plans = of_group(self, group);
        let there = task < self.size.tasks
            && plans.contains(&plan_of(self, task))
            && thread_id(self, task).is_some();
        there.then_some(task)
    }

    /// The task that a computed conversation is about, as it was at first.
    pub(crate) fn thread_task(&self, index: u64) -> Task {
        task(self, index)
    }

    /// The comments of a computed conversation, the oldest first.
    pub(crate) fn comments(&self, index: u64) -> Vec<Comment> {
        let dice = Dice::new(self.ids(), Kind::Thread, index);
        let begin = task(self, index).created;
        (0..=dice.below(2, 3))
            .map(|number| {
                let hours = i64::try_from(dice.below(3 + number, 20)).unwrap_or_default();
                let hours = hours + 1 + 24 * i64::try_from(number).unwrap_or_default();
                let at = begin.checked_add(SignedDuration::from_hours(hours));
                Comment {
                    number,
                    author: member(self, plan_of(self, index), dice.roll(10 + number)),
                    at: at.unwrap_or(begin),
                    text: dice.pick(20 + number, &TEXTS),
                }
            })
            .collect()
    }
}

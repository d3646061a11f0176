//! Plans, buckets and tasks: computed ones, changed ones, new ones.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Tenant;
use super::content::{plans as computed_plans, tasks as computed_tasks};

/// How often an object changed, and which of its fields last changed when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) touched: BTreeMap<String, u64>,
}

impl Version {
    pub(crate) const fn first(number: u64) -> Self {
        Self {
            number,
            touched: BTreeMap::new(),
        }
    }

    /// Notes that these fields changed now.
    pub(crate) fn touch(&mut self, now: u64, fields: impl IntoIterator<Item = String>) {
        self.number = now;
        self.touched
            .extend(fields.into_iter().map(|field| (field, now)));
    }

    /// Whether one of these fields changed after somebody read this version.
    pub(crate) fn conflicts(&self, read: u64, mut fields: impl Iterator<Item = String>) -> bool {
        fields.any(|field| self.touched.get(&field).is_some_and(|at| *at > read))
    }
}

/// Who did something: a user, an app, or a user through an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Author {
    pub(crate) user: Option<Uuid>,
    pub(crate) app: Option<Uuid>,
}

impl Author {
    pub(crate) const fn user(id: Uuid) -> Self {
        Self {
            user: Some(id),
            app: None,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) group: Uuid,
    pub(crate) author: Author,
    pub(crate) created: Timestamp,
    pub(crate) version: Version,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlanDetails {
    /// Names of labels, from 1 to 25.
    pub(crate) labels: BTreeMap<u8, String>,
    pub(crate) shared_with: BTreeSet<Uuid>,
    pub(crate) version: Version,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) id: String,
    pub(crate) plan: String,
    pub(crate) name: String,
    pub(crate) hint: String,
    pub(crate) version: Version,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Assignment {
    pub(crate) by: Author,
    pub(crate) at: Timestamp,
    pub(crate) hint: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) plan: String,
    pub(crate) bucket: Option<String>,
    pub(crate) title: String,
    pub(crate) hint: String,
    pub(crate) assignee_priority: String,
    pub(crate) assignments: BTreeMap<Uuid, Assignment>,
    pub(crate) labels: BTreeSet<u8>,
    pub(crate) percent: i32,
    pub(crate) priority: i32,
    pub(crate) start: Option<Timestamp>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) completed: Option<(Timestamp, Author)>,
    pub(crate) author: Author,
    pub(crate) created: Timestamp,
    pub(crate) thread: Option<String>,
    pub(crate) preview: String,
    pub(crate) has_description: bool,
    pub(crate) checklist: usize,
    /// Checklist items that are not ticked.
    pub(crate) open: usize,
    pub(crate) references: usize,
    pub(crate) version: Version,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChecklistItem {
    pub(crate) title: String,
    pub(crate) ticked: bool,
    pub(crate) hint: String,
    pub(crate) by: Author,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) alias: Option<String>,
    /// `PowerPoint`, `Word`, `Excel`, `Other`; free text is taken.
    pub(crate) kind: Option<String>,
    pub(crate) hint: String,
    pub(crate) by: Author,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaskDetails {
    pub(crate) description: String,
    pub(crate) preview: String,
    /// By the id that its maker gave it.
    pub(crate) checklist: BTreeMap<String, ChecklistItem>,
    /// By its address, encoded as a property name.
    pub(crate) references: BTreeMap<String, Reference>,
    pub(crate) version: Version,
}

/// Where a task stands on its boards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Formats {
    pub(crate) bucket: String,
    pub(crate) progress: String,
    pub(crate) unassigned: String,
    pub(crate) by_assignee: BTreeMap<Uuid, String>,
    pub(crate) bucket_version: Version,
    pub(crate) progress_version: Version,
    pub(crate) assigned_version: Version,
}

/// What was changed in Planner since the start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlannerChanges {
    plans: BTreeMap<String, Plan>,
    plan_details: BTreeMap<String, PlanDetails>,
    buckets: BTreeMap<String, Bucket>,
    tasks: BTreeMap<String, Task>,
    task_details: BTreeMap<String, TaskDetails>,
    formats: BTreeMap<String, Formats>,
    deleted: BTreeSet<String>,
    /// New plans by group, new buckets by plan.
    plans_of: BTreeMap<Uuid, Vec<String>>,
    buckets_of: BTreeMap<String, Vec<String>>,
    tasks_of: BTreeMap<String, Vec<String>>,
}

/// A list whose members are computed or new; places of deleted ones are empty.
#[derive(Debug, Clone)]
pub(crate) struct Places<'a> {
    computed: Vec<u64>,
    range: std::ops::Range<u64>,
    new: &'a [String],
}

impl<'a> Places<'a> {
    fn new(computed: Vec<u64>, range: std::ops::Range<u64>, new: Option<&'a Vec<String>>) -> Self {
        Self {
            computed,
            range,
            new: new.map(Vec::as_slice).unwrap_or_default(),
        }
    }

    pub(crate) fn count(&self) -> u64 {
        (self.computed.len() + self.new.len()) as u64 + (self.range.end - self.range.start)
    }

    fn at(&self, place: u64) -> Option<Place<'a>> {
        let ranged = self.range.end - self.range.start;
        if place < ranged {
            return Some(Place::Computed(self.range.start + place));
        }
        let at = usize::try_from(place - ranged).ok()?;
        let computed = self.computed.get(at).copied().map(Place::Computed);
        computed.or_else(|| {
            Some(Place::New(
                self.new.get(at.checked_sub(self.computed.len())?)?,
            ))
        })
    }
}

enum Place<'a> {
    Computed(u64),
    New(&'a str),
}

impl Tenant {
    /// The plans of a group.
    pub(crate) fn plans_of(&self, group: Uuid) -> Places<'_> {
        let computed = computed_plans::of_group(self, group);
        Places::new(computed, 0..0, self.planner.plans_of.get(&group))
    }

    /// The plan at a place of a list.
    pub(crate) fn plan_at(&self, places: &Places<'_>, place: u64) -> Option<Plan> {
        match places.at(place)? {
            Place::Computed(index) => self.plan(&computed_plans::plan_id(self, index)),
            Place::New(id) => self.plan(id),
        }
    }

    /// The plan with this id, in a group that is there.
    pub(crate) fn plan(&self, id: &str) -> Option<Plan> {
        if self.planner.deleted.contains(id) {
            return None;
        }
        let changed = self.planner.plans.get(id).cloned();
        let plan = changed.or_else(|| computed_plans::plan(self, id))?;
        self.group(plan.group).map(|_| plan)
    }

    pub(crate) fn plan_details(&self, id: &str) -> Option<PlanDetails> {
        let changed = self.planner.plan_details.get(id).cloned();
        changed.or_else(|| computed_plans::details(self, id))
    }

    /// The buckets of a plan that is there.
    pub(crate) fn buckets_of(&self, plan: &str) -> Vec<Bucket> {
        let new = self.planner.buckets_of.get(plan);
        computed_plans::bucket_ids(self, plan)
            .into_iter()
            .chain(new.into_iter().flatten().cloned())
            .filter_map(|id| self.bucket(&id))
            .collect()
    }

    /// The bucket with this id, in a plan that is there.
    pub(crate) fn bucket(&self, id: &str) -> Option<Bucket> {
        if self.planner.deleted.contains(id) {
            return None;
        }
        let changed = self.planner.buckets.get(id).cloned();
        let bucket = changed.or_else(|| computed_plans::bucket(self, id))?;
        self.plan(&bucket.plan).map(|_| bucket)
    }

    /// The tasks of a plan.
    pub(crate) fn tasks_of(&self, plan: &str) -> Places<'_> {
        let range = computed_tasks::of_plan(self, plan);
        Places::new(Vec::new(), range, self.planner.tasks_of.get(plan))
    }

    /// The task at a place of a list of a plan that is there.
    pub(crate) fn task_at(&self, places: &Places<'_>, place: u64) -> Option<Task> {
        match places.at(place)? {
            Place::Computed(index) => {
                let id = computed_tasks::task_id(self, index);
                self.task_in_plan(&id, || Some(computed_tasks::task(self, index)))
            }
            Place::New(id) => self.task_in_plan(id, || None),
        }
    }

    fn task_in_plan(&self, id: &str, computed: impl Fn() -> Option<Task>) -> Option<Task> {
        if self.planner.deleted.contains(id) {
            return None;
        }
        let changed = self.planner.tasks.get(id).cloned();
        let task = changed.or_else(computed)?;
        let gone = task
            .bucket
            .as_ref()
            .is_some_and(|bucket| self.planner.deleted.contains(bucket));
        (!gone).then_some(task)
    }

    /// The task with this id, in a plan that is there.
    pub(crate) fn task(&self, id: &str) -> Option<Task> {
        let task = self.task_in_plan(id, || computed_tasks::by_id(self, id))?;
        self.plan(&task.plan).map(|_| task)
    }

    pub(crate) fn task_details(&self, id: &str) -> Option<TaskDetails> {
        let changed = self.planner.task_details.get(id).cloned();
        changed.or_else(|| computed_tasks::details(self, id))
    }

    pub(crate) fn formats(&self, id: &str) -> Option<Formats> {
        let changed = self.planner.formats.get(id).cloned();
        changed.or_else(|| computed_tasks::formats(self, id))
    }

    /// Keeps a new or changed plan.
    pub(crate) fn keep_plan(&mut self, plan: Plan) {
        if self.plan(&plan.id).is_none() {
            let plans = self.planner.plans_of.entry(plan.group).or_default();
            plans.push(plan.id.clone());
        }
        self.planner.plans.insert(plan.id.clone(), plan);
    }

    pub(crate) fn keep_plan_details(&mut self, id: &str, details: PlanDetails) {
        self.planner.plan_details.insert(id.to_owned(), details);
    }

    /// Keeps a new or changed bucket.
    pub(crate) fn keep_bucket(&mut self, bucket: Bucket) {
        if self.bucket(&bucket.id).is_none() {
            let buckets = self.planner.buckets_of.entry(bucket.plan.clone());
            buckets.or_default().push(bucket.id.clone());
        }
        self.planner.buckets.insert(bucket.id.clone(), bucket);
    }

    /// Keeps a new or changed task.
    pub(crate) fn keep_task(&mut self, task: Task) {
        if self.task(&task.id).is_none() {
            let tasks = self.planner.tasks_of.entry(task.plan.clone());
            tasks.or_default().push(task.id.clone());
        }
        self.planner.tasks.insert(task.id.clone(), task);
    }

    pub(crate) fn keep_task_details(&mut self, id: &str, details: TaskDetails) {
        self.planner.task_details.insert(id.to_owned(), details);
    }

    pub(crate) fn keep_formats(&mut self, id: &str, formats: Formats) {
        self.planner.formats.insert(id.to_owned(), formats);
    }

    /// Deletes a plan, a bucket or a task: Planner has no recycle bin.
    pub(crate) fn delete_planner(&mut self, id: &str) {
        self.planner.deleted.insert(id.to_owned());
    }

    /// The new and changed tasks that are assigned to a user.
    pub(crate) fn written_tasks_of(&self, user: Uuid) -> impl Iterator<Item = &Task> {
        self.planner
            .tasks
            .values()
            .filter(move |task| task.assignments.contains_key(&user))
    }

    /// The next version number; greater than that of anything computed.
    pub(crate) fn next_version(&mut self) -> u64 {
        1_000_000 + self.next()
    }

    /// A Planner id that no object has.
    pub(crate) fn new_planner_id(&mut self) -> String {
        let serial = self.next();
        self.ids().planner(super::Kind::New, serial)
    }
}

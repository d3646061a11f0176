//! Planner's objects as Graph shows them.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::etag::{Part, etag};
use crate::graph::odata::{Entity, Linked};
use crate::tenant::Tenant;
use crate::tenant::planner::{
    Author, Bucket, Formats, Plan, PlanDetails, Task, TaskDetails, Version,
};

fn identity(id: Uuid) -> Value {
    json!({"displayName": null, "id": id})
}

pub(super) fn author(author: Author) -> Value {
    let mut set = Map::new();
    if let Some(user) = author.user {
        set.insert("user".to_owned(), identity(user));
    }
    if let Some(app) = author.app {
        set.insert("application".to_owned(), identity(app));
    }
    Value::Object(set)
}

#[derive(Debug, Clone)]
pub(super) struct PlanView<'a>(pub(super) &'a Tenant, pub(super) Plan);

impl Entity for PlanView<'_> {
    fn kind(&self) -> &'static str {
        "plannerPlan"
    }

    fn property(&self, name: &str) -> Value {
        let plan = &self.1;
        match name {
            "id" => json!(plan.id),
            "title" => json!(plan.title),
            "owner" => json!(plan.group),
            "createdBy" => author(plan.author),
            "createdDateTime" => json!(plan.created),
            "container" => json!({
                "containerId": plan.group,
                "type": "group",
                "url": format!("https://graph.microsoft.com/v1.0/groups/{}", plan.group),
            }),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(Part::Plan, &self.1.id, &self.1.version))
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        match (name, self.0.plan_details(&self.1.id)) {
            ("details", Some(details)) => {
                Linked::One(Box::new(PlanDetailsView(self.1.id.clone(), details)))
            }
            _ => Linked::Nothing,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct PlanDetailsView(pub(super) String, pub(super) PlanDetails);

impl Entity for PlanDetailsView {
    fn kind(&self) -> &'static str {
        "plannerPlanDetails"
    }

    fn property(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.0),
            "sharedWith" => self
                .1
                .shared_with
                .iter()
                .map(|user| (user.to_string(), Value::Bool(true)))
                .collect(),
            "categoryDescriptions" => (1..=25)
                .map(|label| {
                    let name = self.1.labels.get(&label);
                    (format!("category{label}"), json!(name))
                })
                .collect(),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(Part::PlanDetails, &self.0, &self.1.version))
    }
}

#[derive(Debug, Clone)]
pub(super) struct BucketView(pub(super) Bucket);

impl Entity for BucketView {
    fn kind(&self) -> &'static str {
        "plannerBucket"
    }

    fn property(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.0.id),
            "name" => json!(self.0.name),
            "planId" => json!(self.0.plan),
            "orderHint" => json!(self.0.hint),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(Part::Bucket, &self.0.id, &self.0.version))
    }
}

#[derive(Debug, Clone)]
pub(super) struct TaskView<'a>(pub(super) &'a Tenant, pub(super) Task);

impl TaskView<'_> {
    fn assignments(&self) -> Value {
        self.1
            .assignments
            .iter()
            .map(|(user, assignment)| {
                let value = json!({
                    "@odata.type": "#microsoft.graph.plannerAssignment",
                    "assignedDateTime": assignment.at,
                    "orderHint": assignment.hint,
                    "assignedBy": author(assignment.by),
                });
                (user.to_string(), value)
            })
            .collect()
    }
}

impl Entity for TaskView<'_> {
    fn kind(&self) -> &'static str {
        "plannerTask"
    }

    fn property(&self, name: &str) -> Value {
        let task = &self.1;
        match name {
            "id" => json!(task.id),
            "planId" => json!(task.plan),
            "bucketId" => json!(task.bucket),
            "title" => json!(task.title),
            "orderHint" => json!(task.hint),
            "assigneePriority" => json!(task.assignee_priority),
            "percentComplete" => json!(task.percent),
            "priority" => json!(task.priority),
            "startDateTime" => json!(task.start),
            "dueDateTime" => json!(task.due),
            "createdDateTime" => json!(task.created),
            "createdBy" => author(task.author),
            "completedDateTime" => json!(task.completed.map(|(at, _)| at)),
            "completedBy" => task.completed.map_or(Value::Null, |(_, by)| author(by)),
            "conversationThreadId" => json!(task.thread),
            "previewType" => json!(task.preview),
            "hasDescription" => json!(task.has_description),
            "checklistItemCount" => json!(task.checklist),
            "activeChecklistItemCount" => json!(task.open),
            "referenceCount" => json!(task.references),
            "appliedCategories" => task
                .labels
                .iter()
                .map(|label| (format!("category{label}"), Value::Bool(true)))
                .collect(),
            "assignments" => self.assignments(),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(Part::Task, &self.1.id, &self.1.version))
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        let id = &self.1.id;
        let part = match name {
            "bucketTaskBoardFormat" => Part::BucketFormat,
            "progressTaskBoardFormat" => Part::ProgressFormat,
            "assignedToTaskBoardFormat" => Part::AssignedFormat,
            _ => {
                return match self.0.task_details(id) {
                    Some(details) => Linked::One(Box::new(DetailsView(id.clone(), details))),
                    None => Linked::Nothing,
                };
            }
        };
        match self.0.formats(id) {
            Some(formats) => Linked::One(Box::new(FormatView(id.clone(), part, formats))),
            None => Linked::Nothing,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct DetailsView(pub(super) String, pub(super) TaskDetails);

impl Entity for DetailsView {
    fn kind(&self) -> &'static str {
        "plannerTaskDetails"
    }

    fn property(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.0),
            "description" => json!(self.1.description),
            "previewType" => json!(self.1.preview),
            "checklist" => self
                .1
                .checklist
                .iter()
                .map(|(id, item)| {
                    let value = json!({
                        "@odata.type": "#microsoft.graph.plannerChecklistItem",
                        "isChecked": item.ticked,
                        "title": item.title,
                        "orderHint": item.hint,
                        "lastModifiedDateTime": item.at,
                        "lastModifiedBy": author(item.by),
                    });
                    (id.clone(), value)
                })
                .collect(),
            "references" => self
                .1
                .references
                .iter()
                .map(|(address, reference)| {
                    let value = json!({
                        "@odata.type": "#microsoft.graph.plannerExternalReference",
                        "alias": reference.alias,
                        "type": reference.kind,
                        "previewPriority": reference.hint,
                        "lastModifiedDateTime": reference.at,
                        "lastModifiedBy": author(reference.by),
                    });
                    (address.clone(), value)
                })
                .collect(),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(Part::TaskDetails, &self.0, &self.1.version))
    }
}

/// One of a task's three board formats.
#[derive(Debug, Clone)]
pub(super) struct FormatView(pub(super) String, pub(super) Part, pub(super) Formats);

impl FormatView {
    const fn version(&self) -> &Version {
        match self.1 {
            Part::BucketFormat => &self.2.bucket_version,
            Part::ProgressFormat => &self.2.progress_version,
            _ => &self.2.assigned_version,
        }
    }
}

impl Entity for FormatView {
    fn kind(&self) -> &'static str {
        match self.1 {
            Part::BucketFormat => "plannerBucketTaskBoardTaskFormat",
            Part::ProgressFormat => "plannerProgressTaskBoardTaskFormat",
            _ => "plannerAssignedToTaskBoardTaskFormat",
        }
    }

    fn property(&self, name: &str) -> Value {
        match (name, self.1) {
            ("id", _) => json!(self.0),
            ("orderHint", Part::BucketFormat) => json!(self.2.bucket),
            ("orderHint", Part::ProgressFormat) => json!(self.2.progress),
            ("unassignedOrderHint", _) => json!(self.2.unassigned),
            ("orderHintsByAssignee", _) => self
                .2
                .by_assignee
                .iter()
                .map(|(user, hint)| (user.to_string(), json!(hint)))
                .collect(),
            _ => Value::Null,
        }
    }

    fn etag(&self) -> Option<String> {
        Some(etag(self.1, &self.0, self.version()))
    }
}

//! Planner: reads of plans, buckets, tasks and their details.
//!
//! <https://learn.microsoft.com/graph/api/resources/planner-overview>

use fairlead_domain::ids::{ObjectId, PlannerId};
use http::{HeaderName, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::Graph;
use crate::error::GraphError;

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlannerId,
    /// Its title.
    pub title: Option<String>,
    /// Its version, for conditional writes.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
}

/// Labels and sharing of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanDetails {
    /// The id of its plan.
    pub id: PlannerId,
    /// The names of the labels that have one, by key.
    #[serde(default)]
    pub category_descriptions: Map<String, Value>,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Bucket {
    /// Its id.
    pub id: PlannerId,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id.
    pub id: PlannerId,
    /// Its title.
    pub title: Option<String>,
    /// 0 to 100.
    pub percent_complete: Option<u8>,
    /// Its version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
}

/// Description, checklist and references of a task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskDetails {
    /// The id of its task.
    pub id: PlannerId,
    /// The description.
    pub description: Option<String>,
    /// Checklist items by id.
    #[serde(default)]
    pub checklist: Map<String, Value>,
    /// References by encoded address.
    #[serde(default)]
    pub references: Map<String, Value>,
}

impl Plan {
    /// The path of a group's plans. `Tasks.Read.All` or, as a member, `Tasks.Read`.
    pub fn list_path(group: ObjectId) -> String {
        format!("/groups/{group}/planner/plans")
    }
}

impl PlanDetails {
    /// The path of a plan's details.
    pub fn path(plan: &PlannerId) -> String {
        format!("/planner/plans/{plan}/details")
    }
}

impl Bucket {
    /// The path of a plan's buckets.
    pub fn list_path(plan: &PlannerId) -> String {
        format!("/planner/plans/{plan}/buckets")
    }
}

impl Task {
    /// The path of a plan's tasks.
    pub fn list_path(plan: &PlannerId) -> String {
        format!("/planner/plans/{plan}/tasks")
    }
}

impl TaskDetails {
    /// The path of a task's details.
    pub fn path(task: &PlannerId) -> String {
        format!("/planner/tasks/{task}/details")
    }
}

impl Graph {
    /// The plans of a group.
    pub async fn plans(&self, group: ObjectId) -> Result<Vec<Plan>, GraphError> {
        self.list(&self.read(&Plan::list_path(group))).await
    }

    /// Labels and sharing of a plan.
    pub async fn plan_details(&self, plan: &PlannerId) -> Result<PlanDetails, GraphError> {
        self.fetch(&self.read(&PlanDetails::path(plan))).await
    }

    /// The buckets of a plan.
    pub async fn buckets(&self, plan: &PlannerId) -> Result<Vec<Bucket>, GraphError> {
        self.list(&self.read(&Bucket::list_path(plan))).await
    }

    /// The first tasks of a plan.
    pub async fn some_tasks(&self, plan: &PlannerId) -> Result<Vec<Task>, GraphError> {
        Ok(self
            .list_up_to(&self.read(&Task::list_path(plan)), 1)
            .await?
            .0)
    }

    /// The details of a task.
    pub async fn task_details(&self, task: &PlannerId) -> Result<TaskDetails, GraphError> {
        self.fetch(&self.read(&TaskDetails::path(task))).await
    }

    /// One plan, also where it was created moments ago.
    pub async fn plan(&self, plan: &PlannerId) -> Result<Option<Plan>, GraphError> {
        self.find(&format!("/planner/plans/{plan}")).await
    }

    /// Creates a plan in a group. `Tasks.ReadWrite.All`, or as a member `Tasks.ReadWrite`.
    pub async fn create_plan(&self, group: ObjectId, title: &str) -> Result<Plan, GraphError> {
        let container = self.cloud().graph.at(&format!("/v1.0/groups/{group}"));
        let body = json!({"container": {"url": container}, "title": title});
        self.fetch(&self.request(Method::POST, "/planner/plans").json(&body))
            .await
    }

    /// Creates a bucket in a plan.
    pub async fn create_bucket(&self, plan: &PlannerId, name: &str) -> Result<Bucket, GraphError> {
        let body = json!({"planId": plan, "name": name, "orderHint": " !"});
        self.fetch(&self.request(Method::POST, "/planner/buckets").json(&body))
            .await
    }

    /// Creates a task in a bucket.
    pub async fn create_task(
        &self,
        plan: &PlannerId,
        bucket: &PlannerId,
        title: &str,
    ) -> Result<Task, GraphError> {
        let body = json!({"planId": plan, "bucketId": bucket, "title": title});
        self.fetch(&self.request(Method::POST, "/planner/tasks").json(&body))
            .await
    }

    /// Sets how much of a task is done, and gives the task as it is then. Where the task was changed since
    /// it was read, it is read again: Planner asks for that
    /// (<https://learn.microsoft.com/graph/api/resources/planner-overview#planner-resource-versioning>).
    pub async fn set_percent_complete(&self, task: &Task, percent: u8) -> Result<Task, GraphError> {
        let path = format!("/planner/tasks/{}", task.id);
        let mut etag = task.etag.clone();
        let mut left = VERSIONS;
        loop {
            let request = self
                .request(Method::PATCH, &path)
                .header(http::header::IF_MATCH, etag.unwrap_or_default())
                .header(HeaderName::from_static("prefer"), "return=representation")
                .json(&json!({ "percentComplete": percent }))
                .repeatable();
            left -= 1;
            match self.fetch(&request).await {
                Err(error) if error.is_outdated() && left > 0 => {
                    let current: Task = self.fetch(&self.read(&path)).await?;
                    etag = current.etag;
                }
                other => return other,
            }
        }
    }

    /// Deletes a plan with all that is in it, whatever its version.
    pub async fn delete_plan(&self, plan: &PlannerId) -> Result<(), GraphError> {
        let mut left = VERSIONS;
        loop {
            let Some(current) = self.plan(plan).await? else {
                return Ok(());
            };
            let request = self
                .request(Method::DELETE, &format!("/planner/plans/{plan}"))
                .header(http::header::IF_MATCH, current.etag.unwrap_or_default());
            left -= 1;
            match self.send(&request).await {
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) if error.is_outdated() && left > 0 => {}
                other => return other.map(drop),
            }
        }
    }
}

/// How many versions of an object are tried at most when it changes between reading and writing.
const VERSIONS: u32 = 4;

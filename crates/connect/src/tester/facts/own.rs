use std::collections::BTreeSet;

use fairlead_domain::ids::ObjectId;
use fairlead_entra::{AccessToken, EntraError};
use fairlead_graph::{
    BatchRequest, Bucket, Graph, GraphError, Group, Plan, PlanDetails, Task, TaskDetails, User,
    UserProperties,
};
use fairlead_wire::Spent;
use futures::future::join_all;

use super::Facts;
use crate::tester::look::{Found, Look};

/// How many groups are looked at for plans, and how many plans for their content.
const GROUPS: usize = 20;
const PLANS: usize = 3;
/// The same where requests can't be sent together.
const GROUPS_ONE_BY_ONE: usize = 6;

/// The groups that the connection finds.
#[derive(Debug)]
pub(crate) struct GroupsFound {
    pub(crate) groups: Vec<Group>,
    pub(crate) more: bool,
}

/// The plans of one group.
#[derive(Debug)]
pub(crate) struct GroupPlans {
    pub(crate) group: Group,
    pub(crate) plans: Result<Vec<Plan>, GraphError>,
}

/// The content of one plan.
#[derive(Debug)]
pub(crate) struct PlanContents {
    pub(crate) plan: Plan,
    pub(crate) details: Result<PlanDetails, GraphError>,
    pub(crate) buckets: Result<Vec<Bucket>, GraphError>,
    pub(crate) tasks: Result<Vec<Task>, GraphError>,
}

/// Look-ups with the connection's own token.
#[derive(Debug, Default)]
pub(crate) struct OwnLooks {
    token: Look<Result<AccessToken, EntraError>>,
    groups: Look<Result<GroupsFound, GraphError>>,
    memberships: Look<Result<BTreeSet<ObjectId>, GraphError>>,
    members: Look<Option<Result<Vec<User>, GraphError>>>,
    users: Look<Result<Vec<User>, GraphError>>,
    batch: Look<Result<(), GraphError>>,
    plans: Look<Vec<GroupPlans>>,
    contents: Look<Vec<PlanContents>>,
    task: Look<Option<(Task, Result<TaskDetails, GraphError>)>>,
    threads: Look<Option<Result<usize, GraphError>>>,
    drive: Look<Option<Result<(), GraphError>>>,
}

impl OwnLooks {
    pub(crate) fn chains(&self) -> Vec<Option<Spent>> {
        vec![
            self.token.chain(),
            self.groups.chain(),
            self.memberships.chain(),
            self.members.chain(),
            self.users.chain(),
            self.batch.chain(),
            self.plans.chain(),
            self.contents.chain(),
            self.task.chain(),
            self.threads.chain(),
            self.drive.chain(),
        ]
    }
}

/// What the connection sees. Every function asks for a credential that is there: the checks that call
/// them need `token.issued`.
impl Facts {
    /// A token for Graph; `None` without a credential.
    pub(crate) async fn token(&self) -> Option<&Found<Result<AccessToken, EntraError>>> {
        let graph = self.own.as_ref()?;
        let resource = &self.subject.cloud.graph_resource;
        Some(
            self.own_looks
                .token
                .get(Spent::default(), graph.source().token(resource))
                .await,
        )
    }

    async fn after_token(&self) -> Option<(&Graph, Spent)> {
        let chain = self.token().await?.chain;
        Some((self.own.as_ref()?, chain))
    }

    pub(crate) async fn groups(&self) -> Option<&Found<Result<GroupsFound, GraphError>>> {
        let (graph, before) = self.after_token().await?;
        let work = async {
            let (groups, more) = graph.some_unified_groups(GROUPS).await?;
            Ok(GroupsFound { groups, more })
        };
        Some(self.own_looks.groups.get(before, work).await)
    }

    /// The groups that the account is a member of.
    pub(crate) async fn memberships(
        &self,
    ) -> Option<&Found<Result<BTreeSet<ObjectId>, GraphError>>> {
        let (graph, before) = self.after_token().await?;
        let work = async { Ok(graph.my_groups().await?.into_iter().collect()) };
        Some(self.own_looks.memberships.get(before, work).await)
    }

    /// The groups to look at: for an account those that it is a member of, since Planner shows it no
    /// others. With the chain that led to them.
    pub(crate) async fn groups_in_reach(&self) -> Option<(Vec<Group>, Spent)> {
        let found = self.groups().await?;
        let groups = &found.value.as_ref().ok()?.groups;
        if !self.subject.is_account() {
            return Some((groups.clone(), found.chain));
        }
        let memberships = self.memberships().await?;
        let mine = memberships.value.as_ref().ok()?;
        let groups = groups
            .iter()
            .filter(|group| mine.contains(&group.id))
            .cloned()
            .collect();
        Some((groups, found.chain.or_longer(memberships.chain)))
    }

    /// Members of the first group that does not hide them; `None` inside without such a group.
    pub(crate) async fn members(&self) -> Option<&Found<Option<Result<Vec<User>, GraphError>>>> {
        let (groups, before) = self.groups_in_reach().await?;
        let graph = self.own.as_ref()?;
        let open = groups
            .iter()
            .find(|group| !group.hides_members())
            .map(|group| group.id);
        let work = async {
            match open {
                Some(group) => Some(graph.some_members(group).await),
                None => None,
            }
        };
        Some(self.own_looks.members.get(before, work).await)
    }

    pub(crate) async fn users(&self) -> Option<&Found<Result<Vec<User>, GraphError>>> {
        let (graph, before) = self.after_token().await?;
        Some(
            self.own_looks
                .users
                .get(before, graph.some_users(self.user_properties()))
                .await,
        )
    }

    /// What the profile reads of users.
    pub(crate) fn user_properties(&self) -> UserProperties {
        let full = ["User.Read.All", "Directory.Read.All"]
            .iter()
            .any(|name| self.subject.needs(name));
        if full {
            UserProperties::Full
        } else {
            UserProperties::Basic
        }
    }

    /// Whether requests can be sent together.
    pub(crate) async fn batch(&self) -> Option<&Found<Result<(), GraphError>>> {
        let (graph, before) = self.after_token().await?;
        let request = BatchRequest {
            path: "/groups?$top=1&$select=id".to_owned(),
        };
        let work = async { graph.batch(&[request]).await.map(drop) };
        Some(self.own_looks.batch.get(before, work).await)
    }

    /// Reads several things together where the tenant takes that, else one by one.
    async fn read_together(
        &self,
        graph: &Graph,
        paths: Vec<String>,
        together: bool,
    ) -> Vec<Result<serde_json::Value, GraphError>> {
        if together {
            let requests: Vec<_> = paths
                .iter()
                .map(|path| BatchRequest { path: path.clone() })
                .collect();
            if let Ok(answers) = graph.batch(&requests).await {
                return answers
                    .iter()
                    .map(fairlead_graph::BatchAnswer::read)
                    .collect();
            }
        }
        join_all(paths.iter().map(|path| graph.get_value(path))).await
    }

    pub(crate) async fn plans(&self) -> Option<&Found<Vec<GroupPlans>>> {
        let (groups, before) = self.groups_in_reach().await?;
        let batch = self.batch().await?;
        let together = batch.value.is_ok();
        let graph = self.own.as_ref()?;
        let work = async {
            let most = if together { GROUPS } else { GROUPS_ONE_BY_ONE };
            let groups: Vec<Group> = groups.into_iter().take(most).collect();
            let paths = groups
                .iter()
                .map(|group| Plan::list_path(group.id))
                .collect();
            let answers = self.read_together(graph, paths, together).await;
            groups
                .into_iter()
                .zip(answers)
                .map(|(group, answer)| GroupPlans {
                    group,
                    plans: answer.and_then(fairlead_graph::items),
                })
                .collect()
        };
        Some(
            self.own_looks
                .plans
                .get(before.or_longer(batch.chain), work)
                .await,
        )
    }

    pub(crate) async fn contents(&self) -> Option<&Found<Vec<PlanContents>>> {
        let plans = self.plans().await?;
        let together = self.batch().await?.value.is_ok();
        let graph = self.own.as_ref()?;
        let work = async {
            let most = if together { PLANS } else { 1 };
            let chosen: Vec<Plan> = plans
                .value
                .iter()
                .filter_map(|group| group.plans.as_ref().ok()?.first())
                .take(most)
                .cloned()
                .collect();
            let paths = chosen
                .iter()
                .flat_map(|plan| {
                    [
                        PlanDetails::path(&plan.id),
                        Bucket::list_path(&plan.id),
                        Task::list_path(&plan.id),
                    ]
                })
                .collect();
            let mut answers = self.read_together(graph, paths, together).await.into_iter();
            let mut next = || answers.next().unwrap_or(Ok(serde_json::Value::Null));
            chosen
                .into_iter()
                .map(|plan| PlanContents {
                    plan,
                    details: next().and_then(fairlead_graph::item),
                    buckets: next().and_then(fairlead_graph::items),
                    tasks: next().and_then(fairlead_graph::items),
                })
                .collect()
        };
        Some(self.own_looks.contents.get(plans.chain, work).await)
    }

    /// The details of the first task that was found; `None` inside without any.
    pub(crate) async fn task(
        &self,
    ) -> Option<&Found<Option<(Task, Result<TaskDetails, GraphError>)>>> {
        let contents = self.contents().await?;
        let graph = self.own.as_ref()?;
        let first = contents
            .value
            .iter()
            .find_map(|plan| plan.tasks.as_ref().ok()?.first())
            .cloned();
        let work = async {
            let task = first?;
            let details = graph.task_details(&task.id).await;
            Some((task, details))
        };
        Some(self.own_looks.task.get(contents.chain, work).await)
    }

    /// Conversations of the first group in reach.
    pub(crate) async fn threads(&self) -> Option<&Found<Option<Result<usize, GraphError>>>> {
        let (groups, before) = self.groups_in_reach().await?;
        let graph = self.own.as_ref()?;
        let work = async {
            match groups.first() {
                Some(group) => Some(graph.some_threads(group.id).await),
                None => None,
            }
        };
        Some(self.own_looks.threads.get(before, work).await)
    }

    /// The document library of the first group in reach.
    pub(crate) async fn drive(&self) -> Option<&Found<Option<Result<(), GraphError>>>> {
        let (groups, before) = self.groups_in_reach().await?;
        let graph = self.own.as_ref()?;
        let work = async {
            match groups.first() {
                Some(group) => Some(graph.group_drive(group.id).await),
                None => None,
            }
        };
        Some(self.own_looks.drive.get(before, work).await)
    }
}

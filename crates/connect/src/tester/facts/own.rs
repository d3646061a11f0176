use std::collections::BTreeSet;

use fairlead_domain::ids::ObjectId;
use fairlead_entra::{AccessToken, EntraError};
use fairlead_graph::{
    BatchAnswer, BatchRequest, Bucket, Graph, GraphError, Group, Plan, PlanDetails, Task,
    TaskDetails, User, UserProperties,
};
use fairlead_wire::Spent;
use futures::future::join_all;
use serde_json::Value;

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

/// The plans of the groups that were looked at.
#[derive(Debug)]
pub(crate) struct PlansFound {
    pub(crate) groups: Vec<GroupPlans>,
    /// Whether there are groups that were not looked at.
    pub(crate) more: bool,
}

/// The content of one plan.
#[derive(Debug)]
pub(crate) struct PlanContents {
    pub(crate) plan: Plan,
    pub(crate) details: Result<PlanDetails, GraphError>,
    pub(crate) buckets: Result<Vec<Bucket>, GraphError>,
    pub(crate) tasks: Result<Vec<Task>, GraphError>,
}

/// What a look-up brought: `None` without a credential to look with, the error of the look-up that it
/// builds on where that one failed.
pub(crate) type Looked<'a, T> = Option<Result<&'a Found<T>, &'a GraphError>>;

/// The groups to look at, and the chain that led to them.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) groups: Vec<Group>,
    chain: Spent,
}

/// Look-ups with the connection's own token.
#[derive(Debug, Default)]
pub(crate) struct OwnLooks {
    token: Look<Result<AccessToken, EntraError>>,
    groups: Look<Result<GroupsFound, GraphError>>,
    every_group: Look<Result<Vec<Group>, GraphError>>,
    memberships: Look<Result<BTreeSet<ObjectId>, GraphError>>,
    members: Look<Option<Result<Vec<User>, GraphError>>>,
    users: Look<Result<Vec<User>, GraphError>>,
    batch: Look<Result<(), GraphError>>,
    plans: Look<PlansFound>,
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
            self.every_group.chain(),
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
    async fn memberships(&self) -> Option<&Found<Result<BTreeSet<ObjectId>, GraphError>>> {
        let (graph, before) = self.after_token().await?;
        let work = async { Ok(graph.my_groups().await?.into_iter().collect()) };
        Some(self.own_looks.memberships.get(before, work).await)
    }

    /// The groups to look at: those that matter to the connection, and for an account those that it is a
    /// member of, since Planner shows it no others.
    pub(crate) async fn reach(&self) -> Option<Result<Reach, &GraphError>> {
        let found = self.groups().await?;
        let some = match &found.value {
            Ok(some) => some,
            Err(error) => return Some(Err(error)),
        };
        let mut chain = found.chain;
        let mut mine = None;
        if self.subject.is_account() {
            let memberships = self.memberships().await?;
            mine = match &memberships.value {
                Ok(mine) => Some(mine),
                Err(error) => return Some(Err(error)),
            };
            chain = chain.or_longer(memberships.chain);
        }
        let near = |group: &&Group| {
            mine.is_none_or(|mine| mine.contains(&group.id)) && self.is_wanted(group)
        };
        let groups: Vec<Group> = some.groups.iter().filter(near).cloned().collect();
        if !groups.is_empty() || !some.more {
            return Some(Ok(Reach { groups, chain }));
        }
        // None of them on the first page of many.
        let graph = self.own.as_ref()?;
        let every = &self.own_looks.every_group;
        let every = every.get(chain, graph.unified_groups()).await;
        Some(match &every.value {
            Ok(all) => Ok(Reach {
                groups: all.iter().filter(near).cloned().collect(),
                chain: every.chain,
            }),
            Err(error) => Err(error),
        })
    }

    /// Members of the first group that does not hide them; `None` inside without such a group.
    pub(crate) async fn members(&self) -> Looked<'_, Option<Result<Vec<User>, GraphError>>> {
        let reach = match self.reach().await? {
            Ok(reach) => reach,
            Err(error) => return Some(Err(error)),
        };
        let graph = self.own.as_ref()?;
        let open = reach.groups.iter().find(|group| !group.hides_members());
        let open = open.map(|group| group.id);
        let work = async {
            match open {
                Some(group) => Some(graph.some_members(group).await),
                None => None,
            }
        };
        Some(Ok(self.own_looks.members.get(reach.chain, work).await))
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
        let work = async {
            let answers = graph.batch(&[request]).await?;
            // That the one inside is refused says nothing of sending them together.
            match answers.first().map(BatchAnswer::read_list::<Value>) {
                Some(Err(error)) if error.is_unanswered() => Err(error),
                _ => Ok(()),
            }
        };
        Some(self.own_looks.batch.get(before, work).await)
    }

    /// Reads several things together where the tenant takes that, else one by one.
    async fn read_together(
        &self,
        graph: &Graph,
        paths: Vec<String>,
        together: bool,
    ) -> Vec<Result<Value, GraphError>> {
        if together {
            let requests: Vec<_> = paths
                .iter()
                .map(|path| BatchRequest { path: path.clone() })
                .collect();
            if let Ok(answers) = graph.batch(&requests).await {
                return answers.iter().map(BatchAnswer::read).collect();
            }
        }
        join_all(paths.iter().map(|path| graph.get_value(path))).await
    }

    pub(crate) async fn plans(&self) -> Looked<'_, PlansFound> {
        let reach = match self.reach().await? {
            Ok(reach) => reach,
            Err(error) => return Some(Err(error)),
        };
        let batch = self.batch().await?;
        let together = batch.value.is_ok();
        let graph = self.own.as_ref()?;
        let before = reach.chain.or_longer(batch.chain);
        let more = self.groups().await?.value.as_ref().is_ok_and(|it| it.more);
        let work = async {
            let most = if together { GROUPS } else { GROUPS_ONE_BY_ONE };
            let more = more || reach.groups.len() > most;
            let groups: Vec<Group> = reach.groups.into_iter().take(most).collect();
            let paths = groups
                .iter()
                .map(|group| Plan::list_path(group.id))
                .collect();
            let answers = self.read_together(graph, paths, together).await;
            let groups = groups
                .into_iter()
                .zip(answers)
                .map(|(group, answer)| GroupPlans {
                    group,
                    plans: answer.and_then(|it| fairlead_graph::items(&it)),
                })
                .collect();
            PlansFound { groups, more }
        };
        Some(Ok(self.own_looks.plans.get(before, work).await))
    }

    pub(crate) async fn contents(&self) -> Looked<'_, Vec<PlanContents>> {
        let plans = match self.plans().await? {
            Ok(plans) => plans,
            Err(error) => return Some(Err(error)),
        };
        let together = self.batch().await?.value.is_ok();
        let graph = self.own.as_ref()?;
        let work = async {
            let most = if together { PLANS } else { 1 };
            let chosen: Vec<Plan> = plans
                .value
                .groups
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
            let mut next = || answers.next().unwrap_or(Ok(Value::Null));
            chosen
                .into_iter()
                .map(|plan| PlanContents {
                    plan,
                    details: next().and_then(|it| fairlead_graph::item(&it)),
                    buckets: next().and_then(|it| fairlead_graph::items(&it)),
                    tasks: next().and_then(|it| fairlead_graph::items(&it)),
                })
                .collect()
        };
        Some(Ok(self.own_looks.contents.get(plans.chain, work).await))
    }

    /// The details of the first task that was found; `None` inside without any.
    pub(crate) async fn task(&self) -> Looked<'_, Option<(Task, Result<TaskDetails, GraphError>)>> {
        let contents = match self.contents().await? {
            Ok(contents) => contents,
            Err(error) => return Some(Err(error)),
        };
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
        Some(Ok(self.own_looks.task.get(contents.chain, work).await))
    }

    /// Conversations of the first group in reach.
    pub(crate) async fn threads(&self) -> Looked<'_, Option<Result<usize, GraphError>>> {
        let reach = match self.reach().await? {
            Ok(reach) => reach,
            Err(error) => return Some(Err(error)),
        };
        let graph = self.own.as_ref()?;
        let work = async {
            match reach.groups.first() {
                Some(group) => Some(graph.some_threads(group.id).await),
                None => None,
            }
        };
        Some(Ok(self.own_looks.threads.get(reach.chain, work).await))
    }

    /// The document library of the first group in reach.
    pub(crate) async fn drive(&self) -> Looked<'_, Option<Result<(), GraphError>>> {
        let reach = match self.reach().await? {
            Ok(reach) => reach,
            Err(error) => return Some(Err(error)),
        };
        let graph = self.own.as_ref()?;
        let work = async {
            match reach.groups.first() {
                Some(group) => Some(graph.group_drive(group.id).await),
                None => None,
            }
        };
        Some(Ok(self.own_looks.drive.get(reach.chain, work).await))
    }
}

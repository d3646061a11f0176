use std::collections::BTreeSet;

use fairlead_domain::ids::ObjectId;
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_graph::{
    AppManagementPolicy, AppRoleAssignment, Application, BatchRequest, ConsentType,
    DeletedApplication, Graph, GraphError, Group, Organization, PermissionGrant, Plan,
    ServicePrincipal, SubscribedSku, User, UserProperties,
};
use fairlead_wire::Spent;

use super::Facts;
use crate::tester::look::{Found, Look};

/// What the directory holds for the connection's app.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) grants: Vec<Granting>,
    /// Whether it was found which grants are Microsoft Graph's.
    pub(crate) knows_graph: bool,
}

/// One permission that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granting {
    /// The permission, where it is one that Fairlead knows.
    pub(crate) permission: Option<PermissionRef>,
    /// Its name for people.
    pub(crate) name: String,
    /// Delegated or application.
    pub(crate) kind: PermissionKind,
    /// Whom it holds for.
    pub(crate) holds_for: HoldsFor,
}

/// Whom a grant holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoldsFor {
    /// The app itself, or all users.
    All,
    /// One user, as far as it is told which.
    One(Option<ObjectId>),
}

/// The synchronisation account as the directory knows it.
#[derive(Debug)]
pub(crate) struct AccountFacts {
    pub(crate) user: User,
    pub(crate) groups: BTreeSet<ObjectId>,
}

/// A Microsoft 365 group that the account is not a member of.
#[derive(Debug)]
pub(crate) struct OutsideGroup {
    pub(crate) group: Group,
    pub(crate) has_plan: HasPlan,
}

/// Whether a group holds a plan, as far as the inspector sees.
#[derive(Debug)]
pub(crate) enum HasPlan {
    Yes,
    No,
    /// The inspector is not shown, or was not asked for: there are many.
    Hidden,
    /// The question could not be put.
    Unanswered(GraphError),
}

impl HasPlan {
    const fn of(has: bool) -> Self {
        if has { Self::Yes } else { Self::No }
    }
}

/// How many groups that the account can't see are looked at for plans.
const OUTSIDE: usize = 20;

/// Look-ups with the inspector's token.
#[derive(Debug, Default)]
pub(crate) struct InspectorLooks {
    organization: Look<Result<Option<Organization>, GraphError>>,
    application: Look<Result<Option<Application>, GraphError>>,
    deleted: Look<Result<Option<DeletedApplication>, GraphError>>,
    principal: Look<Result<Option<ServicePrincipal>, GraphError>>,
    graph_principal: Look<Result<Option<ServicePrincipal>, GraphError>>,
    assignments: Look<Result<Vec<AppRoleAssignment>, GraphError>>,
    permission_grants: Look<Result<Vec<PermissionGrant>, GraphError>>,
    assigned_to: Look<Result<Vec<AppRoleAssignment>, GraphError>>,
    policy: Look<Result<AppManagementPolicy, GraphError>>,
    skus: Look<Result<Vec<SubscribedSku>, GraphError>>,
    user: Look<Result<Option<User>, GraphError>>,
    account: Look<Result<AccountFacts, GraphError>>,
    groups: Look<Result<Vec<Group>, GraphError>>,
    outside: Look<Result<Vec<OutsideGroup>, GraphError>>,
}

impl InspectorLooks {
    pub(crate) fn chains(&self) -> Vec<Option<Spent>> {
        vec![
            self.organization.chain(),
            self.application.chain(),
            self.deleted.chain(),
            self.principal.chain(),
            self.graph_principal.chain(),
            self.assignments.chain(),
            self.permission_grants.chain(),
            self.assigned_to.chain(),
            self.policy.chain(),
            self.skus.chain(),
            self.user.chain(),
            self.account.chain(),
            self.groups.chain(),
            self.outside.chain(),
        ]
    }
}

/// What the inspector sees; `None` without an inspector, or where the connection has no such thing yet.
impl Facts {
    fn looks(&self) -> &InspectorLooks {
        &self.inspector_looks
    }

    pub(crate) async fn organization(
        &self,
    ) -> Option<&Found<Result<Option<Organization>, GraphError>>> {
        let graph = self.inspector.as_ref()?;
        Some(
            self.looks()
                .organization
                .get(Spent::default(), graph.organization())
                .await,
        )
    }

    pub(crate) async fn application(
        &self,
    ) -> Option<&Found<Result<Option<Application>, GraphError>>> {
        let (graph, client) = (self.inspector.as_ref()?, self.subject.connection.client_id?);
        Some(
            self.looks()
                .application
                .get(Spent::default(), graph.application(client))
                .await,
        )
    }

    /// The app in the recycle bin, asked for where the registration is not there.
    pub(crate) async fn deleted_application(
        &self,
    ) -> Option<&Found<Result<Option<DeletedApplication>, GraphError>>> {
        let (graph, client) = (self.inspector.as_ref()?, self.subject.connection.client_id?);
        let before = self.application().await?.chain;
        Some(
            self.looks()
                .deleted
                .get(before, graph.deleted_application(client))
                .await,
        )
    }

    pub(crate) async fn principal(
        &self,
    ) -> Option<&Found<Result<Option<ServicePrincipal>, GraphError>>> {
        let (graph, client) = (self.inspector.as_ref()?, self.subject.connection.client_id?);
        Some(
            self.looks()
                .principal
                .get(Spent::default(), graph.service_principal(client))
                .await,
        )
    }

    /// The id of the enterprise application, with the chain that led to it.
    async fn principal_id(&self) -> Option<(&Graph, ObjectId, Spent)> {
        let found = self.principal().await?;
        let id = found.value.as_ref().ok()?.as_ref()?.id;
        Some((self.inspector.as_ref()?, id, found.chain))
    }

    async fn graph_principal(
        &self,
    ) -> Option<&Found<Result<Option<ServicePrincipal>, GraphError>>> {
        let graph = self.inspector.as_ref()?;
        let work = graph.service_principal(Resource::Graph.app_id());
        Some(
            self.looks()
                .graph_principal
                .get(Spent::default(), work)
                .await,
        )
    }

    /// What was granted to the app. The error is of the first look-up that failed.
    pub(crate) async fn granted(&self) -> Option<Result<Granted, &GraphError>> {
        let (graph, id, before) = self.principal_id().await?;
        let looks = self.looks();
        let (roles, scopes, resource) = futures::join!(
            looks
                .assignments
                .get(before, graph.app_role_assignments(id)),
            looks
                .permission_grants
                .get(before, graph.permission_grants(id)),
            self.graph_principal(),
        );
        let resource = resource?;
        Some(match (&roles.value, &scopes.value, &resource.value) {
            (Ok(roles), Ok(scopes), Ok(resource)) => {
                let graph = resource.as_ref().map(|principal| principal.id);
                let roles = roles.iter().map(|role| granted_role(role, graph));
                let scopes = scopes.iter().flat_map(|grant| granted_scopes(grant, graph));
                Ok(Granted {
                    grants: roles.chain(scopes).collect(),
                    knows_graph: graph.is_some(),
                })
            }
            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => Err(error),
        })
    }

    /// Who is assigned to the app.
    pub(crate) async fn assigned_to(
        &self,
    ) -> Option<&Found<Result<Vec<AppRoleAssignment>, GraphError>>> {
        let (graph, id, before) = self.principal_id().await?;
        Some(
            self.looks()
                .assigned_to
                .get(before, graph.app_role_assigned_to(id))
                .await,
        )
    }

    pub(crate) async fn policy(&self) -> Option<&Found<Result<AppManagementPolicy, GraphError>>> {
        let graph = self.inspector.as_ref()?;
        Some(
            self.looks()
                .policy
                .get(Spent::default(), graph.app_management_policy())
                .await,
        )
    }

    pub(crate) async fn skus(&self) -> Option<&Found<Result<Vec<SubscribedSku>, GraphError>>> {
        let graph = self.inspector.as_ref()?;
        Some(
            self.looks()
                .skus
                .get(Spent::default(), graph.subscribed_skus())
                .await,
        )
    }

    /// The sign-in name of the synchronisation account, as far as it is known.
    pub(crate) fn account_name(&self) -> Option<String> {
        let connection = &self.subject.connection;
        let account = connection.account.as_ref();
        account
            .map(|account| account.user.to_string())
            .or_else(|| connection.inputs.get("synchronisation_account").cloned())
    }

    /// The id of the synchronisation account, where it signed in here.
    pub(crate) fn account_id(&self) -> Option<ObjectId> {
        self.subject.connection.account.as_ref()?.object_id
    }

    /// The synchronisation account; `None` inside where the directory has no such user.
    pub(crate) async fn account(&self) -> Option<Result<Option<&AccountFacts>, &GraphError>> {
        let graph = self.inspector.as_ref()?;
        // By its id where that is known: a sign-in name may have gone to somebody else.
        let who = match self.account_id() {
            Some(id) => id.to_string(),
            None => self.account_name()?,
        };
        let user = self
            .looks()
            .user
            .get(Spent::default(), graph.user(&who, UserProperties::Full))
            .await;
        let found = match &user.value {
            Ok(Some(found)) => found,
            Ok(None) => return Some(Ok(None)),
            Err(error) => return Some(Err(error)),
        };
        let work = async {
            let groups = graph.groups_of(found.id).await?.into_iter().collect();
            Ok(AccountFacts {
                user: found.clone(),
                groups,
            })
        };
        let account = self.looks().account.get(user.chain, work).await;
        Some(account.value.as_ref().map(Some))
    }

    pub(crate) async fn all_groups(&self) -> Option<&Found<Result<Vec<Group>, GraphError>>> {
        let graph = self.inspector.as_ref()?;
        Some(
            self.looks()
                .groups
                .get(Spent::default(), graph.unified_groups())
                .await,
        )
    }

    /// The Microsoft 365 groups that the account is not a member of, those of the `groups` input where
    /// one is set.
    pub(crate) async fn outside_groups(&self) -> Option<Result<&Vec<OutsideGroup>, &GraphError>> {
        let graph = self.inspector.as_ref()?;
        let all = self.all_groups().await?;
        let groups = match &all.value {
            Ok(groups) => groups,
            Err(error) => return Some(Err(error)),
        };
        let account = match self.account().await? {
            Ok(account) => account?,
            Err(error) => return Some(Err(error)),
        };
        let outside: Vec<Group> = groups
            .iter()
            .filter(|group| !account.groups.contains(&group.id) && self.is_wanted(group))
            .cloned()
            .collect();
        let chain = all
            .chain
            .or_longer(self.looks().account.chain().unwrap_or_default());
        let found = self
            .looks()
            .outside
            .get(chain, which_have_plans(graph, outside))
            .await;
        Some(found.value.as_ref())
    }

    /// Whether the `groups` input names the group, by a prefix of its name or whole; all where nothing
    /// is said.
    pub(crate) fn is_wanted(&self, group: &Group) -> bool {
        let Some(wanted) = self.subject.connection.inputs.get("groups") else {
            return true;
        };
        let title = group.title().to_lowercase();
        let mut names = wanted
            .split(',')
            .map(|name| name.trim().to_lowercase())
            .filter(|name| !name.is_empty());
        wanted.trim().is_empty()
            || wanted.trim() == "*"
            || names.any(|name| title.starts_with(&name))
    }
}

async fn which_have_plans(
    graph: &Graph,
    outside: Vec<Group>,
) -> Result<Vec<OutsideGroup>, GraphError> {
    let requests: Vec<BatchRequest> = outside
        .iter()
        .take(OUTSIDE)
        .map(|group| BatchRequest {
            path: Plan::list_path(group.id),
        })
        .collect();
    let answers = graph.batch(&requests).await?;
    let mut plans = answers
        .iter()
        .map(|answer| match answer.read_list::<Plan>() {
            Ok((plans, more)) => HasPlan::of(more || !plans.is_empty()),
            Err(error) if error.is_unanswered() => HasPlan::Unanswered(error),
            Err(_) => HasPlan::Hidden,
        });
    Ok(outside
        .into_iter()
        .map(|group| OutsideGroup {
            group,
            has_plan: plans.next().unwrap_or(HasPlan::Hidden),
        })
        .collect())
}

/// A permission of the service that an assignment is of: an app of anybody's may have a role with the id
/// of one of Graph's.
fn granted_role(assignment: &AppRoleAssignment, graph: Option<ObjectId>) -> Granting {
    let kind = PermissionKind::Application;
    let resource = if graph == Some(assignment.resource_id) {
        Resource::Graph
    } else {
        Resource::Exchange
    };
    let known = catalogue().find_id(resource, kind, assignment.app_role_id);
    let permission = known.map(|known| PermissionRef {
        resource,
        kind,
        name: known.name.clone(),
    });
    let service = assignment.resource_display_name.as_deref();
    let name = match &permission {
        Some(permission) => permission.name.clone(),
        None => format!(
            "{} of {}",
            assignment.app_role_id,
            service.unwrap_or("another service")
        ),
    };
    Granting {
        permission,
        name,
        kind,
        holds_for: HoldsFor::All,
    }
}

fn granted_scopes(grant: &PermissionGrant, graph: Option<ObjectId>) -> Vec<Granting> {
    let kind = PermissionKind::Delegated;
    let of_graph = graph == Some(grant.resource_id);
    let holds_for = match grant.consent_type {
        ConsentType::AllPrincipals => HoldsFor::All,
        ConsentType::Principal => HoldsFor::One(grant.principal_id),
    };
    grant
        .scopes()
        .map(|name| Granting {
            permission: of_graph.then(|| PermissionRef {
                resource: Resource::Graph,
                kind,
                name: name.to_owned(),
            }),
            name: name.to_owned(),
            kind,
            holds_for,
        })
        .collect()
}

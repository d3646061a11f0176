//! Users, groups and memberships.

use fairlead_domain::ids::{ObjectId, RoleTemplateId, ServicePlanId};
use serde::Deserialize;

use crate::client::Graph;
use crate::error::GraphError;

/// A user. Properties that were not selected, or that the caller may not read, are `None`.
///
/// <https://learn.microsoft.com/graph/api/resources/user>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name.
    pub user_principal_name: Option<String>,
    /// The name.
    pub display_name: Option<String>,
    /// Whether the account may sign in.
    pub account_enabled: Option<bool>,
    /// `Member` or `Guest`.
    pub user_type: Option<String>,
    /// The service plans that its licences give.
    assigned_plans: Option<Vec<AssignedPlan>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignedPlan {
    capability_status: Option<String>,
    service_plan_id: Option<ServicePlanId>,
}

impl User {
    /// The service plans that work for the user (`Enabled`, or `Warning` before they end); `None` where
    /// its plans were not told.
    pub fn working_plans(&self) -> Option<impl Iterator<Item = ServicePlanId>> {
        let plans = self.assigned_plans.as_ref()?.iter();
        let working = plans.filter(|plan| {
            matches!(
                plan.capability_status.as_deref(),
                Some("Enabled" | "Warning")
            )
        });
        Some(working.filter_map(|plan| plan.service_plan_id))
    }
}

/// How much of a user is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserProperties {
    /// What `User.ReadBasic.All` shows: names.
    Basic,
    /// What needs `User.Read.All`: whether it may sign in, its kind, its licences.
    Full,
}

impl UserProperties {
    const fn select(self) -> &'static str {
        match self {
            Self::Basic => "id,displayName,userPrincipalName",
            Self::Full => "id,displayName,userPrincipalName,accountEnabled,userType,assignedPlans",
        }
    }
}

/// A group. <https://learn.microsoft.com/graph/api/resources/group>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The object id.
    pub id: ObjectId,
    /// Its name.
    pub display_name: Option<String>,
    /// `Public`, `Private` or `Hiddenmembership`.
    pub visibility: Option<String>,
}

impl Group {
    /// Whether outsiders see who is in it.
    pub fn hides_members(&self) -> bool {
        self.visibility
            .as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case("hiddenmembership"))
    }

    /// Whether only members see its content.
    pub fn is_private(&self) -> bool {
        self.hides_members()
            || self
                .visibility
                .as_deref()
                .is_some_and(|text| text.eq_ignore_ascii_case("private"))
    }

    /// The name, or the id where it has none.
    pub fn title(&self) -> String {
        self.display_name
            .clone()
            .unwrap_or_else(|| self.id.to_string())
    }
}

#[derive(Deserialize)]
struct Member {
    id: ObjectId,
}

/// The Microsoft 365 groups, the only ones that hold plans.
const UNIFIED: &str =
    "/groups?$filter=groupTypes/any(c:c eq 'Unified')&$select=id,displayName,visibility&$top=999";

impl Graph {
    /// All Microsoft 365 groups. `GroupMember.Read.All` or `Group.ReadBasic.All`.
    pub async fn unified_groups(&self) -> Result<Vec<Group>, GraphError> {
        self.list(&self.read(UNIFIED)).await
    }

    /// Microsoft 365 groups, the first page or a little more; whether there may be more.
    pub async fn some_unified_groups(
        &self,
        enough: usize,
    ) -> Result<(Vec<Group>, bool), GraphError> {
        self.list_up_to(&self.read(UNIFIED), enough).await
    }

    /// Members of a group, the first page. `GroupMember.Read.All`; hidden ones `Member.Read.Hidden`.
    pub async fn some_members(&self, group: ObjectId) -> Result<Vec<User>, GraphError> {
        let path = format!("/groups/{group}/members?$select=id,displayName,userPrincipalName");
        Ok(self.list_up_to(&self.read(&path), 1).await?.0)
    }

    /// Owners of a group. `GroupMember.Read.All`.
    pub async fn owners(&self, group: ObjectId) -> Result<Vec<User>, GraphError> {
        self.list(&self.read(&format!(
            "/groups/{group}/owners?$select=id,displayName,userPrincipalName"
        )))
        .await
    }

    /// Users, the first page. `User.ReadBasic.All` or `User.Read.All`.
    pub async fn some_users(&self, properties: UserProperties) -> Result<Vec<User>, GraphError> {
        let path = format!("/users?$select={}&$top=20", properties.select());
        Ok(self.list_up_to(&self.read(&path), 1).await?.0)
    }

    /// A user by object id or sign-in name. `User.ReadBasic.All` or `User.Read.All`.
    pub async fn user(
        &self,
        who: &str,
        properties: UserProperties,
    ) -> Result<Option<User>, GraphError> {
        // A guest's name has a `#` in it, which would end the path.
        let who: String = url::form_urlencoded::byte_serialize(who.as_bytes()).collect();
        self.find(&format!("/users/{who}?$select={}", properties.select()))
            .await
    }

    /// The signed-in user. `User.Read`.
    pub async fn me(&self) -> Result<User, GraphError> {
        self.fetch(&self.read("/me?$select=id,displayName,userPrincipalName"))
            .await
    }

    /// The groups that a user is a member of. `GroupMember.Read.All` with `User.Read.All`, or
    /// `Directory.Read.All`.
    pub async fn groups_of(&self, user: ObjectId) -> Result<Vec<ObjectId>, GraphError> {
        #[derive(Deserialize)]
        struct Member {
            id: ObjectId,
        }
        let members: Vec<Member> = self
            .list(&self.read(&format!("/users/{user}/memberOf?$select=id&$top=999")))
            .await?;
        Ok(members.into_iter().map(|member| member.id).collect())
    }

    /// The groups that the signed-in user is a member of. `GroupMember.Read.All`.
    pub async fn my_groups(&self) -> Result<Vec<ObjectId>, GraphError> {
        let members: Vec<Member> = self
            .list(&self.read("/me/memberOf?$select=id&$top=999"))
            .await?;
        Ok(members.into_iter().map(|member| member.id).collect())
    }

    /// How many conversations the first page of a group holds. `Group-Conversation.Read.All`.
    pub async fn some_threads(&self, group: ObjectId) -> Result<usize, GraphError> {
        let path = format!("/groups/{group}/threads?$select=id&$top=5");
        Ok(self
            .list_up_to::<serde_json::Value>(&self.read(&path), 1)
            .await?
            .0
            .len())
    }

    /// The document library of a group. `Files.Read.All`.
    pub async fn group_drive(&self, group: ObjectId) -> Result<(), GraphError> {
        self.send(&self.read(&format!("/groups/{group}/drive?$select=id")))
            .await
            .map(drop)
    }

    /// The active directory roles of the signed-in user. `User.Read`.
    pub async fn my_directory_roles(&self) -> Result<Vec<RoleTemplateId>, GraphError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Role {
            role_template_id: Option<RoleTemplateId>,
        }
        let roles: Vec<Role> = self
            .list(&self.read(
                "/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,roleTemplateId",
            ))
            .await?;
        Ok(roles
            .into_iter()
            .filter_map(|role| role.role_template_id)
            .collect())
    }
}

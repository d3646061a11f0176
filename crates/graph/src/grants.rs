//! What was granted: application permissions and delegated ones.
//!
//! <https://learn.microsoft.com/graph/permissions-grant-via-msgraph>

use fairlead_domain::ids::{ObjectId, PermissionId};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Graph;
use crate::error::GraphError;

/// An application permission granted to a service principal, or a user assigned to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRoleAssignment {
    /// Graph's opaque id.
    pub id: String,
    /// The permission; all zeros stands for a plain assignment.
    pub app_role_id: PermissionId,
    /// Who has it.
    pub principal_id: ObjectId,
    /// On which service principal.
    pub resource_id: ObjectId,
    /// That one's name.
    pub resource_display_name: Option<String>,
}

/// For whom a delegated grant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentType {
    /// All users.
    AllPrincipals,
    /// One user.
    Principal,
}

/// Delegated permissions granted to a service principal on one service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionGrant {
    /// Graph's opaque id.
    pub id: String,
    /// The object id of the client's service principal.
    pub client_id: ObjectId,
    /// For whom it holds.
    pub consent_type: ConsentType,
    /// The user, where it holds for one.
    pub principal_id: Option<ObjectId>,
    /// The object id of the service's service principal.
    pub resource_id: ObjectId,
    /// The permissions' names, separated by spaces.
    #[serde(default)]
    pub scope: String,
}

impl PermissionGrant {
    /// The names.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_whitespace()
    }
}

impl Graph {
    /// The application permissions granted to a service principal. `Application.Read.All`.
    pub async fn app_role_assignments(
        &self,
        principal: ObjectId,
    ) -> Result<Vec<AppRoleAssignment>, GraphError> {
        self.list(&self.read(&format!(
            "/servicePrincipals/{principal}/appRoleAssignments?$top=999"
        )))
        .await
    }

    /// Who is assigned to a service principal. `Application.Read.All`.
    pub async fn app_role_assigned_to(
        &self,
        resource: ObjectId,
    ) -> Result<Vec<AppRoleAssignment>, GraphError> {
        self.list(&self.read(&format!(
            "/servicePrincipals/{resource}/appRoleAssignedTo?$top=999"
        )))
        .await
    }

    /// Grants an application permission; one that is there already is no error.
    /// `AppRoleAssignment.ReadWrite.All`, and for Graph's own permissions a Privileged Role
    /// Administrator or Global Administrator.
    pub async fn grant_app_role(
        &self,
        principal: ObjectId,
        resource: ObjectId,
        role: PermissionId,
    ) -> Result<(), GraphError> {
        let body = json!({"principalId": principal, "resourceId": resource, "appRoleId": role});
        // The same grant made twice is refused as a duplicate, so repeating it does no harm.
        let request = self
            .request(
                Method::POST,
                &format!("/servicePrincipals/{principal}/appRoleAssignments"),
            )
            .json(&body)
            .repeatable();
        match self.send(&request).await {
            Err(error) if is_duplicate(&error) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Takes an application permission away. `AppRoleAssignment.ReadWrite.All`.
    pub async fn revoke_app_role(
        &self,
        principal: ObjectId,
        assignment: &str,
    ) -> Result<(), GraphError> {
        self.delete(&format!(
            "/servicePrincipals/{principal}/appRoleAssignments/{assignment}"
        ))
        .await
        .map(drop)
    }

    /// The delegated permissions granted to a service principal. `Application.Read.All` or
    /// `Directory.Read.All`.
    pub async fn permission_grants(
        &self,
        principal: ObjectId,
    ) -> Result<Vec<PermissionGrant>, GraphError> {
        self.list(&self.read(&format!(
            "/servicePrincipals/{principal}/oauth2PermissionGrants?$top=999"
        )))
        .await
    }

    /// Grants delegated permissions for all users, beside those that are granted already. `false` where
    /// there is a grant that reads do not show yet, so that nothing can be put beside what it holds.
    /// `DelegatedPermissionGrant.ReadWrite.All`.
    pub async fn grant_scopes(
        &self,
        principal: ObjectId,
        resource: ObjectId,
        scopes: &[&str],
    ) -> Result<bool, GraphError> {
        let present = self.permission_grants(principal).await?;
        let whole = present.iter().find(|grant| {
            grant.consent_type == ConsentType::AllPrincipals && grant.resource_id == resource
        });
        if let Some(grant) = whole {
            let mut names: Vec<&str> = grant.scopes().collect();
            let missing = scopes
                .iter()
                .filter(|scope| !names.contains(*scope))
                .copied()
                .collect::<Vec<_>>();
            if !missing.is_empty() {
                names.extend(missing);
                self.set_scopes(&grant.id, &names).await?;
            }
            return Ok(true);
        }
        let body = json!({
            "clientId": principal,
            "consentType": "AllPrincipals",
            "principalId": null,
            "resourceId": resource,
            "scope": scopes.join(" "),
        });
        let request = self
            .request(Method::POST, "/oauth2PermissionGrants")
            .json(&body)
            .repeatable();
        match self.send(&request).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sets the names of a delegated grant. `DelegatedPermissionGrant.ReadWrite.All`.
    pub async fn set_scopes(&self, grant: &str, scopes: &[&str]) -> Result<(), GraphError> {
        let request = self
            .request(Method::PATCH, &format!("/oauth2PermissionGrants/{grant}"))
            .json(&json!({ "scope": scopes.join(" ") }))
            .repeatable();
        self.send(&request).await.map(drop)
    }

    /// Takes a delegated grant away. `DelegatedPermissionGrant.ReadWrite.All`.
    pub async fn revoke_grant(&self, grant: &str) -> Result<(), GraphError> {
        self.delete(&format!("/oauth2PermissionGrants/{grant}"))
            .await
            .map(drop)
    }
}

fn is_duplicate(error: &GraphError) -> bool {
    error.refusal().is_some_and(|refusal| {
        refusal.status == 409 || refusal.status == 400 && refusal.message.contains("already exists")
    })
}

//! Enterprise applications: an app's presence in the tenant.
//!
//! <https://learn.microsoft.com/graph/api/resources/serviceprincipal>

use fairlead_domain::ids::{ClientId, ObjectId, PermissionId, TenantId};
use http::{HeaderName, Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::client::Graph;
use crate::error::GraphError;

const SELECT: &str = "$select=id,appId,displayName,accountEnabled,appRoleAssignmentRequired,appOwnerOrganizationId,\
                      appRoles,oauth2PermissionScopes";

/// An enterprise application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    /// The object id, which differs in every tenant.
    pub id: ObjectId,
    /// The application (client) id.
    pub app_id: ClientId,
    /// Its name.
    pub display_name: Option<String>,
    /// Whether it may sign in.
    pub account_enabled: Option<bool>,
    /// Whether only assigned users may sign in to it.
    pub app_role_assignment_required: Option<bool>,
    /// The tenant the app is registered in.
    pub app_owner_organization_id: Option<TenantId>,
    /// The application permissions it offers.
    #[serde(default)]
    pub app_roles: Vec<AppRole>,
    /// The delegated permissions it offers.
    #[serde(default)]
    pub oauth2_permission_scopes: Vec<PermissionScope>,
}

/// An application permission that a service offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Its id.
    pub id: PermissionId,
    /// Its name.
    pub value: Option<String>,
}

/// A delegated permission that a service offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionScope {
    /// Its id.
    pub id: PermissionId,
    /// Its name.
    pub value: Option<String>,
}

impl Graph {
    /// The enterprise application of a client id; `None` where it is not there or not visible yet.
    /// `Application.Read.All`.
    pub async fn service_principal(
        &self,
        client: ClientId,
    ) -> Result<Option<ServicePrincipal>, GraphError> {
        self.find(&format!("/servicePrincipals(appId='{client}')?{SELECT}"))
            .await
    }

    /// An enterprise application by its object id; `None` where it is not there or not visible yet.
    /// `Application.Read.All`.
    pub async fn service_principal_by_id(
        &self,
        id: ObjectId,
    ) -> Result<Option<ServicePrincipal>, GraphError> {
        self.find(&format!("/servicePrincipals/{id}?{SELECT}"))
            .await
    }

    /// Creates the enterprise application of a client id where there is none; the new one where it was
    /// created. `Application.ReadWrite.All` (delegated).
    /// <https://learn.microsoft.com/graph/api/serviceprincipal-upsert>
    pub async fn upsert_service_principal(
        &self,
        client: ClientId,
        display_name: &str,
    ) -> Result<Option<ServicePrincipal>, GraphError> {
        let request = self
            .request(
                Method::PATCH,
                &format!("/servicePrincipals(appId='{client}')"),
            )
            .header(HeaderName::from_static("prefer"), "create-if-missing")
            .json(&json!({ "displayName": display_name }))
            .repeatable();
        let reply = self.send(&request).await?;
        if reply.status == StatusCode::CREATED {
            Ok(Some(reply.json()?))
        } else {
            Ok(None)
        }
    }

    /// Lets an enterprise application sign in, or not. `Application.ReadWrite.All`.
    pub async fn enable_service_principal(
        &self,
        id: ObjectId,
        enabled: bool,
    ) -> Result<(), GraphError> {
        let request = self
            .request(Method::PATCH, &format!("/servicePrincipals/{id}"))
            .json(&json!({ "accountEnabled": enabled }))
            .repeatable();
        self.send(&request).await.map(drop)
    }

    /// Every enterprise application of apps registered in other tenants than this one, to find a
    /// vendor's that has just appeared. `Application.Read.All`.
    pub async fn service_principals(&self) -> Result<Vec<ServicePrincipal>, GraphError> {
        self.list(&self.read(
            "/servicePrincipals?$select=id,appId,displayName,accountEnabled,appRoleAssignmentRequired,appOwnerOrganizationId&$top=999",
        ))
        .await
    }

    /// Deletes an enterprise application. `Application.ReadWrite.All`.
    pub async fn delete_service_principal(&self, id: ObjectId) -> Result<(), GraphError> {
        self.delete(&format!("/servicePrincipals/{id}"))
            .await
            .map(drop)
    }
}

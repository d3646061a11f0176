//! App registrations.
//!
//! <https://learn.microsoft.com/graph/api/resources/application>

use fairlead_domain::ids::{ClientId, ObjectId, PermissionId};
use http::{HeaderName, Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Graph;
use crate::credentials::{KeyCredential, PasswordCredential};
use crate::error::GraphError;

const SELECT: &str = "$select=id,appId,displayName,uniqueName,signInAudience,identifierUris,requiredResourceAccess,\
                      publicClient,web,spa,isFallbackPublicClient,keyCredentials,passwordCredentials,createdDateTime";

/// An app registration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// The object id, used in addresses.
    pub id: ObjectId,
    /// The application (client) id.
    pub app_id: ClientId,
    /// Its name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The key it was created under, if it was.
    #[serde(default)]
    pub unique_name: Option<String>,
    /// Who may sign in: `AzureADMyOrg` is this tenant alone.
    #[serde(default)]
    pub sign_in_audience: Option<String>,
    /// Application ID URIs.
    #[serde(default)]
    pub identifier_uris: Vec<String>,
    /// The permissions it declares.
    #[serde(default)]
    pub required_resource_access: Vec<RequiredResource>,
    /// Redirect URIs of public clients.
    #[serde(default)]
    public_client: Option<Redirects>,
    /// Redirect URIs of confidential web clients.
    #[serde(default)]
    web: Option<Redirects>,
    /// Redirect URIs of single-page apps.
    #[serde(default)]
    spa: Option<Redirects>,
    /// Whether flows without a redirect URI, such as the device code, count as public.
    #[serde(default)]
    pub is_fallback_public_client: Option<bool>,
    /// Its certificates.
    #[serde(default)]
    pub key_credentials: Vec<KeyCredential>,
    /// Its secrets, without their texts.
    #[serde(default)]
    pub password_credentials: Vec<PasswordCredential>,
    /// When it was registered.
    #[serde(default)]
    pub created_date_time: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Redirects {
    #[serde(default)]
    redirect_uris: Vec<String>,
}

impl Application {
    /// Redirect URIs of the platform for public clients.
    pub fn public_redirect_uris(&self) -> &[String] {
        self.public_client
            .as_ref()
            .map_or(&[], |platform| &platform.redirect_uris)
    }

    /// Redirect URIs of the platform for web apps.
    pub fn web_redirect_uris(&self) -> &[String] {
        self.web
            .as_ref()
            .map_or(&[], |platform| &platform.redirect_uris)
    }

    /// Redirect URIs of the platform for single-page apps.
    pub fn spa_redirect_uris(&self) -> &[String] {
        self.spa
            .as_ref()
            .map_or(&[], |platform| &platform.redirect_uris)
    }
}

/// The permissions that an app declares for one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequiredResource {
    /// The service's app id.
    pub resource_app_id: ClientId,
    /// The permissions.
    #[serde(default)]
    pub resource_access: Vec<RequiredAccess>,
}

/// One declared permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredAccess {
    /// Its id.
    pub id: PermissionId,
    /// `Scope` is delegated, `Role` is an application permission.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What a new app registration is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// Its name.
    pub display_name: String,
    /// The permissions it declares.
    pub required: Vec<RequiredResource>,
    /// Redirect URIs of public clients.
    pub public_redirect_uris: Vec<String>,
    /// Redirect URIs of web apps.
    pub web_redirect_uris: Vec<String>,
    /// Whether a device code may be used with it.
    pub public_client: bool,
}

/// A deleted app registration that can be restored for 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedApplication {
    /// The object id.
    pub id: ObjectId,
    /// The application (client) id.
    pub app_id: Option<ClientId>,
    /// Its name.
    pub display_name: Option<String>,
    /// When it was deleted.
    pub deleted_date_time: Option<Timestamp>,
}

impl Graph {
    /// Creates the app of a unique name, or brings the one that is there to the same properties; the
    /// new app where it was created. `Application.ReadWrite.All` (delegated).
    ///
    /// The same call made twice makes one app, also while the first is not visible to reads yet:
    /// <https://learn.microsoft.com/graph/api/application-upsert>
    pub async fn upsert_application(
        &self,
        unique_name: &str,
        new: &NewApplication,
    ) -> Result<Option<Application>, GraphError> {
        let body = json!({
            "displayName": new.display_name,
            // Left out, it would be open to every Microsoft account.
            "signInAudience": "AzureADMyOrg",
            "requiredResourceAccess": new.required,
            "publicClient": {"redirectUris": new.public_redirect_uris},
            "web": {"redirectUris": new.web_redirect_uris},
            "isFallbackPublicClient": new.public_client,
        });
        let request = self
            .request(
                Method::PATCH,
                &format!("/applications(uniqueName='{unique_name}')"),
            )
            .header(HeaderName::from_static("prefer"), "create-if-missing")
            .json(&body)
            .repeatable();
        let reply = self.send(&request).await?;
        if reply.status == StatusCode::CREATED {
            Ok(Some(reply.json()?))
        } else {
            Ok(None)
        }
    }

    /// An app by its unique name; `None` where it is not there or not visible yet. `Application.Read.All`.
    pub async fn application_by_unique_name(
        &self,
        unique_name: &str,
    ) -> Result<Option<Application>, GraphError> {
        self.find(&format!(
            "/applications(uniqueName='{unique_name}')?{SELECT}"
        ))
        .await
    }

    /// An app by its client id; `None` where it is not there or not visible yet. `Application.Read.All`.
    pub async fn application(&self, client: ClientId) -> Result<Option<Application>, GraphError> {
        self.find(&format!("/applications(appId='{client}')?{SELECT}"))
            .await
    }

    /// An app by its object id; `None` where it is not there or not visible yet. `Application.Read.All`.
    pub async fn application_by_id(&self, id: ObjectId) -> Result<Option<Application>, GraphError> {
        self.find(&format!("/applications/{id}?{SELECT}")).await
    }

    /// Whether there is an app of a unique name, also where reads do not show it yet: a write finds it
    /// at once. The display name is set to what it is. `Application.ReadWrite.All`.
    pub async fn application_exists(
        &self,
        unique_name: &str,
        display_name: &str,
    ) -> Result<bool, GraphError> {
        let path = format!("/applications(uniqueName='{unique_name}')");
        let request = self
            .request(Method::PATCH, &path)
            .json(&json!({ "displayName": display_name }))
            .repeatable();
        match self.send(&request).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Changes properties of an app. `Application.ReadWrite.All`.
    pub async fn update_application(
        &self,
        id: ObjectId,
        properties: &Value,
    ) -> Result<(), GraphError> {
        let request = self
            .request(Method::PATCH, &format!("/applications/{id}"))
            .json(properties)
            .repeatable();
        self.send(&request).await.map(drop)
    }

    /// Deletes an app; it stays restorable for 30 days. `Application.ReadWrite.All`.
    pub async fn delete_application(&self, id: ObjectId) -> Result<(), GraphError> {
        self.delete(&format!("/applications/{id}")).await.map(drop)
    }

    /// A deleted app by its client id. `Application.Read.All`.
    pub async fn deleted_application(
        &self,
        client: ClientId,
    ) -> Result<Option<DeletedApplication>, GraphError> {
        let path = format!(
            "/directory/deletedItems/microsoft.graph.application?$filter=appId eq '{client}'&$select=id,appId,displayName,deletedDateTime"
        );
        Ok(self.list(&self.read(&path)).await?.into_iter().next())
    }

    /// Brings a deleted app back. `Application.ReadWrite.All`.
    pub async fn restore_application(&self, id: ObjectId) -> Result<(), GraphError> {
        let request = self.request(
            Method::POST,
            &format!("/directory/deletedItems/{id}/restore"),
        );
        self.send(&request).await.map(drop)
    }

    /// Something that may not be there.
    pub(crate) async fn find<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<Option<T>, GraphError> {
        match self.fetch(&self.read(path)).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An app registration. Properties that the simulator only keeps are in `other`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Application {
    /// The object id.
    pub(crate) id: Uuid,
    /// The client id.
    pub(crate) app_id: Uuid,
    /// The tenant it is registered in.
    pub(crate) home_tenant: Uuid,
    pub(crate) display_name: String,
    /// Set once, by an upsert.
    pub(crate) unique_name: Option<String>,
    pub(crate) sign_in_audience: String,
    pub(crate) identifier_uris: Vec<String>,
    pub(crate) web_redirect_uris: Vec<String>,
    pub(crate) spa_redirect_uris: Vec<String>,
    pub(crate) public_redirect_uris: Vec<String>,
    pub(crate) is_fallback_public_client: Option<bool>,
    pub(crate) required_resource_access: Vec<RequiredResource>,
    pub(crate) key_credentials: Vec<KeyCredential>,
    pub(crate) password_credentials: Vec<PasswordCredential>,
    /// What else was written to it, by property name.
    pub(crate) other: Map<String, Value>,
    pub(crate) created: Timestamp,
    /// Reads find it only from then on; an upsert by `uniqueName` finds it at once.
    pub(crate) visible_from: Timestamp,
    /// In the recycle bin since then, for 30 days.
    pub(crate) deleted: Option<Timestamp>,
    /// Scenario defects that were planted on it already.
    pub(crate) planted: Vec<String>,
}

/// A key on an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyCredential {
    pub(crate) key_id: Uuid,
    pub(crate) display_name: Option<String>,
    /// Base64, as Graph shows it.
    pub(crate) custom_key_identifier: Option<String>,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// The certificate's DER.
    pub(crate) der: Vec<u8>,
    /// `AsymmetricX509Cert`.
    pub(crate) kind: String,
    /// `Verify`.
    pub(crate) usage: String,
    /// The sign-in service honours it only from then on.
    pub(crate) visible_from: Timestamp,
}

/// A client secret on an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasswordCredential {
    pub(crate) key_id: Uuid,
    pub(crate) display_name: Option<String>,
    /// The first three characters.
    pub(crate) hint: String,
    pub(crate) secret: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// The sign-in service honours it only from then on.
    pub(crate) visible_from: Timestamp,
}

/// One resource of `requiredResourceAccess`: its app id, and permission ids with `Scope` or `Role`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequiredResource {
    pub(crate) resource_app_id: Uuid,
    pub(crate) access: Vec<(Uuid, String)>,
}

/// An enterprise application: an app's presence in the tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServicePrincipal {
    pub(crate) id: Uuid,
    pub(crate) app_id: Uuid,
    pub(crate) display_name: String,
    pub(crate) account_enabled: bool,
    pub(crate) app_role_assignment_required: bool,
    pub(crate) app_owner_organization_id: Uuid,
    pub(crate) other: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) visible_from: Timestamp,
    pub(crate) deleted: Option<Timestamp>,
}

/// An application permission granted to a service principal, or a user assigned to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppRoleAssignment {
    /// Graph's opaque id.
    pub(crate) id: String,
    /// Who has it: a service principal or a user.
    pub(crate) principal_id: Uuid,
    /// On which service principal.
    pub(crate) resource_id: Uuid,
    pub(crate) app_role_id: Uuid,
    pub(crate) created: Timestamp,
    pub(crate) visible_from: Timestamp,
}

/// For whom a delegated grant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ConsentType {
    AllPrincipals,
    Principal,
}

/// Delegated permissions granted to a service principal: one per client, resource, consent type and user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionGrant {
    /// Graph's opaque id.
    pub(crate) id: String,
    /// The object id of the client's service principal.
    pub(crate) client_id: Uuid,
    pub(crate) consent_type: ConsentType,
    /// The user, for [`ConsentType::Principal`].
    pub(crate) principal_id: Option<Uuid>,
    /// The object id of the resource's service principal.
    pub(crate) resource_id: Uuid,
    /// Names, separated by spaces.
    pub(crate) scope: String,
    pub(crate) visible_from: Timestamp,
}

/// A directory role that a service principal or an ordinary user was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleAssignment {
    pub(crate) id: String,
    pub(crate) principal_id: Uuid,
    /// The template id of the role.
    pub(crate) role: Uuid,
}

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::permission::{PermissionKind, PermissionRef, Resource};

/// Whose application it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The app through which Fairlead itself works: created with the least permissions.
    Fairlead,
    /// The administrator's own registration for a product.
    Customer,
    /// The product's multi-tenant app: consented, never created.
    Vendor,
}

impl Owner {
    /// The word on the command line and in profiles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fairlead => "fairlead",
            Self::Customer => "customer",
            Self::Vendor => "vendor",
        }
    }
}

/// How the connection signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A certificate on the app.
    Certificate,
    /// A client secret on the app.
    Secret,
    /// A signed-in synchronisation account.
    Account,
    /// An on-premises service account.
    ServiceAccount,
    /// None of Fairlead's: the product signs in through its own app.
    Vendor,
}

impl CredentialKind {
    /// The word on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Secret => "secret",
            Self::Account => "account",
            Self::ServiceAccount => "service-account",
            Self::Vendor => "vendor",
        }
    }

    /// The kind of permission that such a connection works with.
    pub const fn permission_kind(self) -> PermissionKind {
        match self {
            Self::Certificate | Self::Secret | Self::ServiceAccount => PermissionKind::Application,
            Self::Account | Self::Vendor => PermissionKind::Delegated,
        }
    }
}

/// Which of a profile's permission sets is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionSet {
    /// What the product's guide asks for.
    Product,
    /// What would be least today.
    Least,
}

/// One permission that a variant asks for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeededPermission {
    /// The service; Graph where nothing is said.
    #[serde(default = "graph")]
    pub resource: Resource,
    /// The permission's name.
    pub name: String,
    /// Delegated or application.
    pub kind: PermissionKind,
    /// What it is needed for, in one sentence.
    pub reason: String,
    /// The sets it belongs to; both where nothing is said.
    #[serde(default = "both_sets")]
    pub sets: Vec<PermissionSet>,
    /// Needed only when an input has this value: `attachments = "yes"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, String>,
}

impl NeededPermission {
    /// The permission itself.
    pub fn reference(&self) -> PermissionRef {
        PermissionRef {
            resource: self.resource,
            kind: self.kind,
            name: self.name.clone(),
        }
    }
}

const fn graph() -> Resource {
    Resource::Graph
}

fn both_sets() -> Vec<PermissionSet> {
    vec![PermissionSet::Product, PermissionSet::Least]
}

/// One way a profile can be connected: whose app, with which credentials, with which permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Whose app.
    pub owner: Owner,
    /// The credentials it can have, the default first.
    pub credentials: Vec<CredentialKind>,
    /// Whether the product accepts the least set instead of its own.
    #[serde(default)]
    pub reducible: bool,
    /// Who holds the private key, where there is one.
    #[serde(default)]
    pub key_holder: KeyHolder,
    /// Redirect URIs that the app needs besides Fairlead's own; `{inputs}` are filled in.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The permissions.
    #[serde(default, rename = "permission")]
    pub permissions: Vec<NeededPermission>,
}

/// Who holds the private key of the app's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyHolder {
    /// Fairlead, for itself: it stays in the secret store and Fairlead rotates it.
    #[default]
    Fairlead,
    /// Fairlead makes it and hands it to the product.
    FairleadForProduct,
    /// The product: it hands out the public file, and its key is never replaced by Fairlead.
    Product,
}

impl Variant {
    /// The permissions of one set under the given inputs, each once.
    pub fn needed<'a>(
        &'a self,
        set: PermissionSet,
        inputs: &'a BTreeMap<String, String>,
    ) -> impl Iterator<Item = &'a NeededPermission> {
        let wanted = move |permission: &NeededPermission| {
            permission.sets.contains(&set)
                && permission
                    .when
                    .iter()
                    .all(|(name, value)| inputs.get(name) == Some(value))
        };
        // Several inputs may each ask for the same permission.
        self.permissions
            .iter()
            .enumerate()
            .filter_map(move |(index, permission)| {
                let earlier = &self.permissions[..index];
                let again = |other: &NeededPermission| {
                    wanted(other) && other.reference() == permission.reference()
                };
                (wanted(permission) && !earlier.iter().any(again)).then_some(permission)
            })
    }
}

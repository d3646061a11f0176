//! Permissions: their ids and kinds, and their order (what satisfies what).

mod catalogue;

use std::fmt;

pub use catalogue::{Catalogue, Permission, catalogue};
use serde::{Deserialize, Serialize};

use crate::ids::ClientId;

/// Whose rights a permission carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionKind {
    /// Reaches what the signed-in user reaches (`Scope` in a registration, `scp` in a token).
    Delegated,
    /// Reaches the whole tenant, without a user (`Role` in a registration, `roles` in a token).
    Application,
}

impl PermissionKind {
    /// The word `requiredResourceAccess` uses.
    pub const fn wire_type(self) -> &'static str {
        match self {
            Self::Delegated => "Scope",
            Self::Application => "Role",
        }
    }
}

impl fmt::Display for PermissionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Delegated => "delegated",
            Self::Application => "application",
        })
    }
}

/// The service whose permissions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// Microsoft Graph.
    Graph,
    /// Office 365 Exchange Online.
    Exchange,
}

impl Resource {
    /// The app id of the service, the same in every tenant.
    pub const fn app_id(self) -> ClientId {
        ClientId::new(match self {
            Self::Graph => uuid::uuid!("00000003-0000-0000-c000-000000000000"),
            Self::Exchange => uuid::uuid!("00000002-0000-0ff1-ce00-000000000000"),
        })
    }

    /// Microsoft's name of the service.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graph => "Microsoft Graph",
            Self::Exchange => "Office 365 Exchange Online",
        }
    }
}

/// A permission of a certain kind on a certain service, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PermissionRef {
    /// The service.
    pub resource: Resource,
    /// Delegated or application.
    pub kind: PermissionKind,
    /// The name, such as `Tasks.Read.All`.
    pub name: String,
}

/// The scopes of `OpenID` Connect: who signed in, and for how long. Never surplus for a signed-in
/// connection; `offline_access` is in no token.
pub const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

impl PermissionRef {
    /// Whether it is one of [`OPENID_SCOPES`].
    pub fn is_openid(&self) -> bool {
        self.resource == Resource::Graph
            && self.kind == PermissionKind::Delegated
            && OPENID_SCOPES.contains(&self.name.as_str())
    }
}

impl fmt::Display for PermissionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.kind)
    }
}

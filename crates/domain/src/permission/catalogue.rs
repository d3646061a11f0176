use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{PermissionKind, PermissionRef, Resource};
use crate::ids::PermissionId;

#[cfg(test)]
mod tests;

/// One permission, in the kinds it exists in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// The service.
    pub resource: Resource,
    /// The name, such as `Tasks.Read.All`.
    pub name: String,
    /// Its id as an application role, where it exists as one.
    pub application: Option<PermissionId>,
    /// Its id as a delegated scope, where it exists as one.
    pub delegated: Option<PermissionId>,
    /// What Microsoft's consent page calls it.
    pub title: String,
    /// Whether a user may consent to the delegated one without an administrator.
    #[serde(default)]
    pub user_consent: bool,
    /// Names that a holder need not ask for besides, in either kind.
    #[serde(default)]
    covers: Vec<String>,
    /// The same, where it holds for the delegated kind alone.
    #[serde(default)]
    covers_delegated: Vec<String>,
    /// The same, where it holds for the application kind alone.
    #[serde(default)]
    covers_application: Vec<String>,
    /// Names in whose place it is accepted, in either kind, without anything following from it.
    #[serde(default)]
    stands_for: Vec<String>,
}

impl Permission {
    /// Its id in one kind.
    pub const fn id(&self, kind: PermissionKind) -> Option<PermissionId> {
        match kind {
            PermissionKind::Delegated => self.delegated,
            PermissionKind::Application => self.application,
        }
    }

    fn covered(&self, kind: PermissionKind) -> impl Iterator<Item = &str> {
        let special = match kind {
            PermissionKind::Delegated => &self.covers_delegated,
            PermissionKind::Application => &self.covers_application,
        };
        self.covers.iter().chain(special).map(String::as_str)
    }
}

/// All permissions that Fairlead knows.
#[derive(Debug)]
pub struct Catalogue {
    permissions: Vec<Permission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    permission: Vec<Permission>,
}

/// The catalogue that is built in.
#[expect(
    clippy::expect_used,
    reason = "the text is part of the program and a test reads it"
)]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../../data/permissions.toml"))
            .expect("data/permissions.toml is well formed");
        Catalogue {
            permissions: file.permission,
        }
    });
    &CATALOGUE
}

impl Catalogue {
    /// Every permission.
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.permissions.iter()
    }

    /// A permission by its name; names are compared as Microsoft writes them.
    pub fn find(&self, resource: Resource, name: &str) -> Option<&Permission> {
        self.permissions
            .iter()
            .find(|p| p.resource == resource && p.name == name)
    }

    /// A permission by its id in one kind.
    pub fn find_id(
        &self,
        resource: Resource,
        kind: PermissionKind,
        id: PermissionId,
    ) -> Option<&Permission> {
        self.permissions
            .iter()
            .find(|p| p.resource == resource && p.id(kind) == Some(id))
    }

    /// Whether holding `granted` makes asking for `needed` unnecessary. Kinds and services never mix.
    ///
    /// The order is Microsoft's list of permissions by endpoint, not the names: `GroupMember.ReadWrite.All`
    /// does not list groups, and so does not cover `GroupMember.Read.All`.
    pub fn satisfies(&self, granted: &PermissionRef, needed: &PermissionRef) -> bool {
        if granted.kind != needed.kind || granted.resource != needed.resource {
            return false;
        }
        let mut seen = BTreeSet::new();
        let mut open = vec![granted.name.as_str()];
        while let Some(name) = open.pop() {
            if name == needed.name {
                return true;
            }
            if seen.insert(name)
                && let Some(permission) = self.find(granted.resource, name)
            {
                if permission.stands_for.contains(&needed.name) {
                    return true;
                }
                open.extend(permission.covered(granted.kind));
            }
        }
        false
    }
}

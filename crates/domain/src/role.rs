//! Directory roles that the wizard has to tell apart.

use uuid::{Uuid, uuid};

use crate::ids::RoleTemplateId;

/// A built-in directory role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DirectoryRole {
    /// May do everything.
    GlobalAdministrator,
    /// May consent to Graph application permissions.
    PrivilegedRoleAdministrator,
    /// May create apps and consent, except to Graph application permissions.
    CloudApplicationAdministrator,
    /// The same, application proxy included.
    ApplicationAdministrator,
    /// May create apps where members may not.
    ApplicationDeveloper,
    /// May read the whole directory.
    GlobalReader,
    /// May manage Exchange.
    ExchangeAdministrator,
}

const TEMPLATES: [(DirectoryRole, Uuid, &str); 7] = {
    use DirectoryRole as Role;
    [
        (
            Role::GlobalAdministrator,
            uuid!("62e90394-69f5-4237-9190-012177145e10"),
            "Global Administrator",
        ),
        (
            Role::PrivilegedRoleAdministrator,
            uuid!("e8611ab8-c189-46e8-94e1-60213ab1f814"),
            "Privileged Role Administrator",
        ),
        (
            Role::CloudApplicationAdministrator,
            uuid!("158c047a-c907-4556-b7ef-446551a6b5f7"),
            "Cloud Application Administrator",
        ),
        (
            Role::ApplicationAdministrator,
            uuid!("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
            "Application Administrator",
        ),
        (
            Role::ApplicationDeveloper,
            uuid!("cf1c38e5-3621-4004-a7cb-879624dced7c"),
            "Application Developer",
        ),
        (
            Role::GlobalReader,
            uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
            "Global Reader",
        ),
        (
            Role::ExchangeAdministrator,
            uuid!("29232cdf-9323-42fd-ade2-1d097af3e4de"),
            "Exchange Administrator",
        ),
    ]
};

impl DirectoryRole {
    /// The role of a template id, as found in the `wids` claim.
    pub fn of_template(id: RoleTemplateId) -> Option<Self> {
        TEMPLATES
            .iter()
            .find(|(_, template, _)| *template == id.uuid())
            .map(|(role, _, _)| *role)
    }

    fn row(self) -> &'static (Self, Uuid, &'static str) {
        // The table holds every variant; the test below keeps it so.
        TEMPLATES
            .iter()
            .find(|(role, _, _)| *role == self)
            .unwrap_or(&TEMPLATES[0])
    }

    /// The role's template id, the same in every tenant.
    pub fn template(self) -> RoleTemplateId {
        RoleTemplateId::new(self.row().1)
    }

    /// Microsoft's name of the role.
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// Whether the role may consent to Microsoft Graph application permissions.
    ///
    /// <https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent>
    pub const fn may_consent_to_application_permissions(self) -> bool {
        matches!(
            self,
            Self::GlobalAdministrator | Self::PrivilegedRoleAdministrator
        )
    }

    /// Whether the role may consent for all users to anything else.
    pub const fn may_consent_to_delegated_permissions(self) -> bool {
        matches!(
            self,
            Self::GlobalAdministrator
                | Self::PrivilegedRoleAdministrator
                | Self::CloudApplicationAdministrator
                | Self::ApplicationAdministrator
        )
    }

    /// Whether the role may change any app registration.
    pub const fn may_manage_apps(self) -> bool {
        matches!(
            self,
            Self::GlobalAdministrator
                | Self::CloudApplicationAdministrator
                | Self::ApplicationAdministrator
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_own_row() {
        for (role, id, name) in TEMPLATES {
            assert_eq!((role.template().uuid(), role.name()), (id, name));
            assert_eq!(
                DirectoryRole::of_template(RoleTemplateId::new(id)),
                Some(role)
            );
        }
    }
}

//! Pages of the Entra portal, by name.
//!
//! The fragments are undocumented and move; each page also has its way in words.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::cloud::Cloud;
use crate::ids::{ClientId, ObjectId};

/// A page of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortalPage {
    /// An app registration's overview.
    AppOverview,
    /// Its API permissions.
    AppPermissions,
    /// Its certificates and secrets.
    AppCredentials,
    /// Its redirect URIs.
    AppAuthentication,
    /// The enterprise application's properties: enabled, assignment required.
    EnterpriseAppProperties,
    /// The enterprise application's consented permissions.
    EnterpriseAppPermissions,
    /// Who is assigned to the enterprise application.
    EnterpriseAppUsers,
    /// Deleted app registrations, restorable for 30 days.
    DeletedApps,
    /// App management policies.
    AppPolicies,
    /// Conditional Access policies.
    ConditionalAccess,
    /// Sign-in logs.
    SignInLogs,
    /// One's own eligible roles (Privileged Identity Management).
    MyRoles,
    /// All users.
    Users,
    /// All groups.
    Groups,
    /// The tenant's licences.
    Licences,
    /// Whether users may consent themselves.
    UserConsentSettings,
}

/// The ids that a portal address may need.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortalIds {
    /// The app.
    pub client_id: Option<ClientId>,
    /// Its service principal.
    pub service_principal: Option<ObjectId>,
}

impl PortalPage {
    /// The way to the page in words.
    pub const fn menu(self) -> &'static str {
        match self {
            Self::AppOverview => "Entra ID > App registrations > (the app) > Overview",
            Self::AppPermissions => "Entra ID > App registrations > (the app) > API permissions",
            Self::AppCredentials => {
                "Entra ID > App registrations > (the app) > Certificates & secrets"
            }
            Self::AppAuthentication => "Entra ID > App registrations > (the app) > Authentication",
            Self::EnterpriseAppProperties => "Entra ID > Enterprise apps > (the app) > Properties",
            Self::EnterpriseAppPermissions => {
                "Entra ID > Enterprise apps > (the app) > Permissions"
            }
            Self::EnterpriseAppUsers => "Entra ID > Enterprise apps > (the app) > Users and groups",
            Self::DeletedApps => "Entra ID > App registrations > Deleted applications",
            Self::AppPolicies => "Entra ID > Enterprise apps > Application policies",
            Self::ConditionalAccess => "Entra ID > Conditional Access > Policies",
            Self::SignInLogs => "Entra ID > Monitoring & health > Sign-in logs",
            Self::MyRoles => "ID Governance > Privileged Identity Management > My roles",
            Self::Users => "Entra ID > Users > All users",
            Self::Groups => "Entra ID > Groups > All groups",
            Self::Licences => "Microsoft 365 admin center > Billing > Licenses",
            Self::UserConsentSettings => "Entra ID > Enterprise apps > Consent and permissions",
        }
    }

    /// The page's address, or `None` where an id it needs is not known.
    pub fn url(self, cloud: &Cloud, ids: PortalIds) -> Option<Url> {
        let app = |blade: &str| {
            ids.client_id.map(|id| {
                format!(
                    "view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/{blade}/appId/{id}"
                )
            })
        };
        let enterprise = |blade: &str| {
            ids.service_principal.zip(ids.client_id).map(|(object, client)| {
                format!("view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/{blade}/objectId/{object}/appId/{client}")
            })
        };
        let fragment = match self {
            Self::AppOverview => app("Overview"),
            Self::AppPermissions => app("CallAnAPI"),
            Self::AppCredentials => app("Credentials"),
            Self::AppAuthentication => app("Authentication"),
            Self::EnterpriseAppProperties => enterprise("Properties"),
            Self::EnterpriseAppPermissions => enterprise("Permissions"),
            Self::EnterpriseAppUsers => enterprise("Users"),
            Self::DeletedApps => Some(
                "view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade/~/DeletedApplications"
                    .to_owned(),
            ),
            Self::AppPolicies => Some(
                "view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppPolicies".to_owned(),
            ),
            Self::ConditionalAccess => Some(
                "view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies".to_owned(),
            ),
            Self::SignInLogs => Some("view/Microsoft_AAD_IAM/SignInEventsV3Blade".to_owned()),
            Self::MyRoles => Some(
                "view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles".to_owned(),
            ),
            Self::Users => Some(
                "view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers".to_owned(),
            ),
            Self::Groups => {
                Some("view/Microsoft_AAD_IAM/GroupsManagementMenuBlade/~/AllGroups".to_owned())
            }
            Self::Licences => {
                Some("view/Microsoft_AAD_IAM/LicensesMenuBlade/~/Products".to_owned())
            }
            Self::UserConsentSettings => {
                Some("view/Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings".to_owned())
            }
        }?;
        let mut url = cloud.portal.at("/");
        url.set_fragment(Some(&fragment));
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [PortalPage; 16] = [
        PortalPage::AppOverview,
        PortalPage::AppPermissions,
        PortalPage::AppCredentials,
        PortalPage::AppAuthentication,
        PortalPage::EnterpriseAppProperties,
        PortalPage::EnterpriseAppPermissions,
        PortalPage::EnterpriseAppUsers,
        PortalPage::DeletedApps,
        PortalPage::AppPolicies,
        PortalPage::ConditionalAccess,
        PortalPage::SignInLogs,
        PortalPage::MyRoles,
        PortalPage::Users,
        PortalPage::Groups,
        PortalPage::Licences,
        PortalPage::UserConsentSettings,
    ];

    fn ids() -> PortalIds {
        PortalIds {
            client_id: Some("8a1b2c3d-0000-4000-9000-0123456789ab".parse().unwrap()),
            service_principal: Some("11111111-2222-4333-8444-555555555555".parse().unwrap()),
        }
    }

    #[test]
    fn a_page_of_an_app_names_the_app() {
        let cloud = Cloud::named("global").unwrap();
        let url = |page: PortalPage, ids| page.url(&cloud, ids).map(|url| url.to_string());
        assert_eq!(
            url(PortalPage::AppCredentials, ids()).unwrap(),
            "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/8a1b2c3d-0000-4000-9000-0123456789ab"
        );
        assert_eq!(
            url(PortalPage::EnterpriseAppUsers, ids()).unwrap(),
            "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Users/objectId/11111111-2222-4333-8444-555555555555/appId/8a1b2c3d-0000-4000-9000-0123456789ab"
        );
        assert_eq!(url(PortalPage::AppCredentials, PortalIds::default()), None);
        let no_principal = PortalIds {
            service_principal: None,
            ..ids()
        };
        assert_eq!(url(PortalPage::EnterpriseAppUsers, no_principal), None);
    }

    #[test]
    fn every_page_lies_in_the_portal_of_its_cloud_and_has_its_way_in_words() {
        for cloud in ["global", "us-gov-l4", "us-gov-l5", "china"] {
            let cloud = Cloud::named(cloud).unwrap();
            let urls: std::collections::BTreeSet<Url> = PAGES
                .iter()
                .map(|page| page.url(&cloud, ids()).unwrap())
                .collect();
            assert_eq!(urls.len(), PAGES.len(), "two pages have one address");
            for url in urls {
                assert!(cloud.portal.covers(&url), "{url}");
                assert!(url.query().is_none() && url.fragment().is_some(), "{url}");
            }
        }
        for page in PAGES {
            assert!(page.menu().contains(" > "), "{}", page.menu());
        }
    }

    #[test]
    fn a_page_is_written_in_lower_case_with_hyphens() {
        let names: Vec<String> = PAGES
            .iter()
            .map(|page| {
                serde_json::to_value(page)
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert!(
            names.contains(&"enterprise-app-properties".to_owned()),
            "{names:?}"
        );
    }
}

use serde::{Deserialize, Serialize};

/// Someone who may have to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Person {
    /// Privileged Role Administrator or Global Administrator: may consent to Graph application permissions.
    PrivilegedRoleAdministrator,
    /// Cloud Application Administrator or above: may create apps and consent to everything else.
    CloudApplicationAdministrator,
    /// Exchange Administrator.
    ExchangeAdministrator,
    /// Whoever assigns licences and manages users.
    UserAdministrator,
    /// Whoever sets Conditional Access and app management policies.
    SecurityAdministrator,
    /// The owner of the synchronisation account.
    AccountOwner,
    /// Whoever runs the network, the proxy and its certificates.
    NetworkAdministrator,
    /// The vendor of the receiving product.
    Vendor,
}

impl Person {
    /// How the person is called on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::PrivilegedRoleAdministrator => {
                "a Privileged Role Administrator or Global Administrator"
            }
            Self::CloudApplicationAdministrator => "a Cloud Application Administrator",
            Self::ExchangeAdministrator => "an Exchange Administrator",
            Self::UserAdministrator => "a User Administrator",
            Self::SecurityAdministrator => "a Security Administrator",
            Self::AccountOwner => "the owner of the synchronisation account",
            Self::NetworkAdministrator => "the network's administrator",
            Self::Vendor => "the product's vendor",
        }
    }
}

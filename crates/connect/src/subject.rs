use std::collections::BTreeMap;

use fairlead_domain::cloud::Cloud;
use fairlead_domain::permission::PermissionRef;
use fairlead_domain::portal::PortalIds;
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::{CredentialKind, NeededPermission, Owner, Profile, Variant};
use fairlead_domain::remedy::Remedy;
use fairlead_entra::consent_link;
use fairlead_state::Connection;

use crate::error::ConnectError;

/// A connection together with the profile that says what it needs.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The connection.
    pub connection: Connection,
    /// Its profile.
    pub profile: Profile,
    /// The way it is connected.
    pub variant: Variant,
    /// The cloud it lives in.
    pub cloud: Cloud,
}

impl Subject {
    /// The redirect URIs that the profile wants besides Fairlead's own.
    pub(crate) fn redirect_uris(&self) -> Vec<String> {
        let inputs = &self.connection.inputs;
        let values = inputs
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let wanted = self.variant.redirect_uris.iter();
        wanted
            .map(|uri| fairlead_domain::remedy::fill(uri, &values))
            .collect()
    }

    /// Finds the variant of a connection in its profile.
    pub fn new(
        connection: Connection,
        profile: &Profile,
        cloud: Cloud,
    ) -> Result<Self, ConnectError> {
        let variant = profile
            .variant(connection.owner, connection.credential)
            .cloned()
            .ok_or_else(|| {
                ConnectError::rule(
                    ProblemCode::ProfileUnsupported,
                    format!(
                        "the profile `{}` has no way for {} with the credential `{}`",
                        profile.id,
                        owner_words(connection.owner),
                        connection.credential.as_str()
                    ),
                )
            })?;
        Ok(Self {
            connection,
            profile: profile.clone(),
            variant,
            cloud,
        })
    }

    /// The permissions that the connection needs.
    pub fn needed(&self) -> impl Iterator<Item = &NeededPermission> {
        self.variant
            .needed(self.connection.permissions, &self.connection.inputs)
    }

    /// The same, as references.
    pub fn needed_references(&self) -> Vec<PermissionRef> {
        self.needed().map(NeededPermission::reference).collect()
    }

    /// Whether a permission of that name is among the needed ones, or covered by one.
    pub fn needs(&self, name: &str) -> bool {
        self.needed().any(|permission| permission.name == name)
    }

    /// Whether it signs in as a user.
    pub fn is_account(&self) -> bool {
        self.connection.credential == CredentialKind::Account
    }

    /// Whether it is a vendor's app, which Fairlead did not make and does not change.
    pub fn is_vendor(&self) -> bool {
        self.connection.owner == Owner::Vendor
    }

    /// What fills the placeholders of remedies.
    pub fn placeholders(&self) -> BTreeMap<&'static str, String> {
        let connection = &self.connection;
        let mut values = BTreeMap::from([
            ("connection", connection.name.to_string()),
            ("profile", connection.profile.to_string()),
            ("tenant", connection.tenant.to_string()),
        ]);
        let mut set = |name, value: Option<String>| {
            if let Some(value) = value {
                values.insert(name, value);
            }
        };
        let needed: Vec<&str> = self.needed().map(|it| it.name.as_str()).collect();
        set("permission", Some(needed.join(", ")));
        set("tenant_id", connection.tenant_id.map(|id| id.to_string()));
        set(
            "domain",
            connection.domain.as_ref().map(ToString::to_string),
        );
        set("client_id", connection.client_id.map(|id| id.to_string()));
        set(
            "principal_id",
            connection.principal_id.map(|id| id.to_string()),
        );
        set(
            "certificate",
            connection.certificate.as_ref().map(ToString::to_string),
        );
        if let (Some(tenant), Some(client)) = (connection.tenant_id, connection.client_id) {
            let redirect = (!self.is_vendor()).then_some("http://localhost");
            let state = redirect.map(|_| "sent");
            let resource = &self.cloud.graph_resource;
            let link = consent_link(&self.cloud, tenant, client, resource, redirect, state);
            set("url", Some(link.to_string()));
        }
        let account = connection
            .account
            .as_ref()
            .map(|account| account.user.to_string());
        set(
            "account",
            account.or_else(|| connection.inputs.get("synchronisation_account").cloned()),
        );
        values
    }

    /// Fills a problem's remedies with what is known of the connection.
    pub fn fill(&self, problem: Problem) -> Problem {
        let mut problem = problem.fill(&self.placeholders());
        problem.remedies = problem
            .remedies
            .into_iter()
            .map(|remedy| self.locate(remedy))
            .collect();
        problem
    }

    /// Fills remedies that were written here.
    pub fn fill_remedy(&self, remedy: Remedy) -> Remedy {
        self.locate(remedy.fill(&self.placeholders()))
    }

    /// Gives a portal page its address in the connection's cloud.
    fn locate(&self, mut remedy: Remedy) -> Remedy {
        if let Remedy::OpenPage {
            page, url, menu, ..
        } = &mut remedy
        {
            let ids = PortalIds {
                client_id: self.connection.client_id,
                service_principal: self.connection.principal_id,
            };
            *url = page.url(&self.cloud, ids).map(String::from);
            *menu = Some(page.menu().to_owned());
        }
        remedy
    }
}

/// An owner in words.
pub(crate) const fn owner_words(owner: Owner) -> &'static str {
    match owner {
        Owner::Fairlead => "an app of Fairlead's",
        Owner::Customer => "an app of the customer's",
        Owner::Vendor => "the vendor's app",
    }
}

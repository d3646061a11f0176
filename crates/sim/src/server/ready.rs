use std::path::PathBuf;

use fairlead_domain::role::DirectoryRole;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::AUTOMATION;
use crate::entra::BOOTSTRAP;
use crate::tenant::{Account, World, accounts};

/// The line that a simulated tenant prints when it is ready: a cloud file (DESIGN section 6).
#[derive(Clone, Serialize)]
pub struct Ready {
    /// `simulated`.
    pub name: &'static str,
    /// The sign-in service.
    pub login: String,
    /// Microsoft Graph.
    pub graph: String,
    /// Exchange Online.
    pub exchange: String,
    /// Exchange Online administration.
    pub exchange_admin: String,
    /// The simulated portal.
    pub portal: String,
    /// The public client that an administrator signs in through.
    pub bootstrap_client_id: Uuid,
    /// The resource a Graph token is asked for.
    pub graph_resource: &'static str,
    /// The resource an Exchange token is asked for.
    pub exchange_resource: &'static str,
    /// The tenant's date.
    pub now: Timestamp,
    /// This computer's date at the same moment.
    pub machine_now: Timestamp,
    /// The tenant's id.
    pub tenant_id: Uuid,
    /// Its domain.
    pub domain: String,
    /// Its administrator.
    pub admin: ReadyAdmin,
    /// The app that tests look and change with: it holds every application permission.
    pub automation: ReadyAutomation,
    /// A server on the customer's own premises: none yet.
    pub on_premises: Option<()>,
    /// The file of the private certificate authority, with `--tls`.
    pub ca: Option<PathBuf>,
    /// Everybody who can sign in.
    pub accounts: Vec<ReadyAccount>,
    /// The vendors' multi-tenant apps.
    pub vendors: Vec<ReadyVendor>,
    /// The scenarios that hold.
    pub scenarios: Vec<String>,
}

/// A name and a password.
#[derive(Clone, Serialize)]
pub struct ReadyAdmin {
    /// The sign-in name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A client id and its secret.
#[derive(Clone, Serialize)]
pub struct ReadyAutomation {
    /// The client id.
    pub client_id: Uuid,
    /// The secret.
    pub client_secret: String,
}

/// Somebody who can sign in.
#[derive(Clone, Serialize)]
pub struct ReadyAccount {
    /// The sign-in name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Names of the active directory roles.
    pub roles: Vec<&'static str>,
    /// Names of roles that could be activated.
    pub eligible_roles: Vec<&'static str>,
    /// What to know.
    pub note: &'static str,
}

/// A vendor's app.
#[derive(Clone, Serialize)]
pub struct ReadyVendor {
    /// The profile that it belongs to.
    pub profile: &'static str,
    /// Its name.
    pub name: String,
    /// Its client id.
    pub client_id: Uuid,
    /// The vendor's page with the button that asks for consent.
    pub page: String,
}

/// Passwords and secrets of a tenant that is not real, in a line that is meant to be read; still they
/// have no place in a debug dump.
macro_rules! quiet_debug {
    ($($type:ident: $field:ident;)+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).field(stringify!($field), &self.$field).finish_non_exhaustive()
            }
        }
    )+};
}

quiet_debug! {
    Ready: login;
    ReadyAdmin: user;
    ReadyAutomation: client_id;
    ReadyAccount: user;
    ReadyVendor: client_id;
}

impl Ready {
    pub(super) fn of(world: &World, base: &str, ca: Option<PathBuf>) -> Self {
        let tenant = &world.tenant;
        let admin = accounts::named(tenant, accounts::ADMIN);
        let automation = tenant
            .applications
            .iter()
            .find(|app| app.unique_name.as_deref() == Some(AUTOMATION));
        let secret = automation.and_then(|app| app.password_credentials.first());
        Self {
            name: "simulated",
            login: base.to_owned(),
            graph: base.to_owned(),
            exchange: base.to_owned(),
            exchange_admin: base.to_owned(),
            portal: format!("{base}/portal"),
            bootstrap_client_id: BOOTSTRAP,
            graph_resource: "https://graph.microsoft.com",
            exchange_resource: "https://outlook.office365.com",
            now: world.now(),
            machine_now: Timestamp::now(),
            tenant_id: tenant.id,
            domain: tenant.initial_domain.clone(),
            admin: ReadyAdmin {
                user: admin
                    .map(|a| a.user_principal_name.clone())
                    .unwrap_or_default(),
                password: admin.map(|a| a.password.clone()).unwrap_or_default(),
            },
            automation: ReadyAutomation {
                client_id: automation.map(|app| app.app_id).unwrap_or_default(),
                client_secret: secret.map(|s| s.secret.clone()).unwrap_or_default(),
            },
            on_premises: None,
            ca,
            accounts: tenant.accounts.iter().map(account).collect(),
            vendors: crate::tenant::vendors::VENDORS
                .iter()
                .map(|vendor| ReadyVendor {
                    profile: vendor.profile,
                    name: vendor.name.to_owned(),
                    client_id: vendor.client_id,
                    page: format!("{base}/vendor/{}", vendor.profile),
                })
                .collect(),
            scenarios: world.options.scenarios.clone(),
        }
    }

    /// The line itself: JSON without line breaks.
    pub fn line(&self) -> String {
        // Every field is text, a number or a list of such: there is nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn account(account: &Account) -> ReadyAccount {
    let names = |ids: &[Uuid]| {
        ids.iter()
            .filter_map(|id| {
                DirectoryRole::of_template(fairlead_domain::ids::RoleTemplateId::new(*id))
            })
            .map(DirectoryRole::name)
            .collect()
    };
    ReadyAccount {
        user: account.user_principal_name.clone(),
        password: account.password.clone(),
        roles: names(&account.roles),
        eligible_roles: names(&account.eligible_roles),
        note: accounts::note(&account.user_principal_name),
    }
}

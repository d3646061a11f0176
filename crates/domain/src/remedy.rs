//! Remedies: typed actions that repair a problem.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::permission::PermissionKind;
use crate::portal::PortalPage;

/// A step of the wizard, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepId {
    /// Find the tenant by its name.
    Tenant,
    /// The administrator signs in.
    SignIn,
    /// Create, adopt or await the app.
    App,
    /// Declare and consent the permissions.
    Permissions,
    /// The certificate, secret or account.
    Credential,
    /// The connection tester.
    Test,
    /// The hand-over sheet.
    Values,
}

impl StepId {
    /// All steps, in order.
    pub const ALL: [Self; 7] = [
        Self::Tenant,
        Self::SignIn,
        Self::App,
        Self::Permissions,
        Self::Credential,
        Self::Test,
        Self::Values,
    ];

    /// The step's name in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::SignIn => "sign-in",
            Self::App => "app",
            Self::Permissions => "permissions",
            Self::Credential => "credential",
            Self::Test => "test",
            Self::Values => "values",
        }
    }

    /// The step's title on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tenant => "Find the tenant",
            Self::SignIn => "Sign in",
            Self::App => "App registration",
            Self::Permissions => "Permissions and consent",
            Self::Credential => "Credential",
            Self::Test => "Test the connection",
            Self::Values => "Values to hand over",
        }
    }
}

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

/// A typed action that repairs a problem. Its texts may hold `{placeholders}` until [`Remedy::fill`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Remedy {
    /// Open a page of the portal.
    OpenPage {
        /// What to do there.
        title: String,
        /// Which page.
        page: PortalPage,
        /// Its address in the connection's cloud, once known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The way to it in words, for the day the address changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        menu: Option<String>,
    },
    /// Run a command.
    RunCommand {
        /// What it does.
        title: String,
        /// The command, ready to paste.
        command: String,
    },
    /// Go back to a step of the wizard.
    GoToStep {
        /// What to do there.
        title: String,
        /// Which step.
        step: StepId,
    },
    /// Grant a permission to the app.
    GrantPermission {
        /// What it is for.
        title: String,
        /// The permission's name.
        permission: String,
        /// Delegated or application.
        permission_kind: PermissionKind,
    },
    /// Send a text to a person who can act.
    SendTo {
        /// Why it goes to them.
        title: String,
        /// Who.
        person: Person,
        /// What to send.
        text: String,
    },
    /// Wait: it mends itself.
    Wait {
        /// For what.
        title: String,
        /// How long at most, in seconds.
        seconds: u32,
    },
    /// Something to do outside Microsoft's and Fairlead's reach.
    ByHand {
        /// What to do.
        title: String,
        /// How.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
}

impl Remedy {
    /// The one-line title.
    pub fn title(&self) -> &str {
        match self {
            Self::OpenPage { title, .. }
            | Self::RunCommand { title, .. }
            | Self::GoToStep { title, .. }
            | Self::GrantPermission { title, .. }
            | Self::SendTo { title, .. }
            | Self::Wait { title, .. }
            | Self::ByHand { title, .. } => title,
        }
    }

    /// Replaces `{name}` in every text of the remedy; a name without a value becomes `<name>`.
    #[must_use]
    pub fn fill(mut self, values: &BTreeMap<&str, String>) -> Self {
        let texts: Vec<&mut String> = match &mut self {
            Self::OpenPage {
                title, url, menu, ..
            } => [Some(title), url.as_mut(), menu.as_mut()]
                .into_iter()
                .flatten()
                .collect(),
            Self::RunCommand { title, command } => vec![title, command],
            Self::GoToStep { title, .. } | Self::Wait { title, .. } => vec![title],
            Self::GrantPermission {
                title, permission, ..
            } => vec![title, permission],
            Self::SendTo { title, text, .. } | Self::ByHand { title, text } => vec![title, text],
        };
        for text in texts {
            *text = fill(text, values);
        }
        self
    }
}

/// Replaces `{name}` by its value, or by `<name>` where there is none.
pub fn fill(template: &str, values: &BTreeMap<&str, String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let name_end = after.find('}');
        let name = name_end
            .map(|end| &after[1..end])
            .filter(|name| is_placeholder(name));
        match (name, name_end) {
            (Some(name), Some(end)) => {
                match values.get(name) {
                    Some(value) => out.push_str(value),
                    None => {
                        out.push('<');
                        out.push_str(&name.replace('_', "-"));
                        out.push('>');
                    }
                }
                rest = &after[end + 1..];
            }
            _ => {
                out.push('{');
                rest = &after[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_placeholder(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_gaps_stay_readable() {
        let values = BTreeMap::from([("connection", "reports".to_owned())]);
        assert_eq!(
            fill(
                "fairlead certificate rotate {connection} --tenant {tenant_id} {} {X}",
                &values
            ),
            "fairlead certificate rotate reports --tenant <tenant-id> {} {X}"
        );
    }
}

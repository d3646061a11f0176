//! Remedies: typed actions that repair a problem.

mod fill;
mod person;
mod step;

use std::collections::BTreeMap;

pub use fill::{fill, fill_known, placeholders};
pub use person::Person;
use serde::{Deserialize, Serialize};
pub use step::StepId;

use crate::permission::PermissionKind;
use crate::portal::PortalPage;

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
    pub fn fill(self, values: &BTreeMap<&str, String>) -> Self {
        self.replace(|text| fill(text, values))
    }

    /// Replaces the names that have a value, and leaves the others for later.
    #[must_use]
    pub fn fill_known(self, values: &BTreeMap<&str, String>) -> Self {
        self.replace(|text| fill_known(text, values))
    }

    fn replace(mut self, new: impl Fn(&str) -> String) -> Self {
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
            *text = new(text);
        }
        self
    }
}

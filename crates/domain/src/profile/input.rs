use serde::{Deserialize, Serialize};
use url::Url;

use super::{CredentialKind, Owner};
use crate::ids::{DomainName, Malformed, UserName};
use crate::problem::ProblemCode;

#[cfg(test)]
mod tests;

/// What kind of answer an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputCheck {
    /// A host name such as `contoso.example.com`.
    Host,
    /// A sign-in name or mail address.
    User,
    /// Several of them, separated by commas.
    Users,
    /// `yes` or `no`.
    YesNo,
    /// An https address.
    Url,
    /// Any text that is not empty.
    Text,
}

/// Something the profile must ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name: `--set name=value`.
    pub name: String,
    /// The question.
    pub label: String,
    /// An example of a right answer.
    pub example: String,
    /// What an answer is checked against.
    pub check: InputCheck,
    /// Taken where nothing is answered; without one an answer is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it may be left out altogether.
    #[serde(default)]
    pub optional: bool,
    /// Asked only for these owners; for all where nothing is said.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Asked only with these credentials; with all where nothing is said.
    #[serde(default)]
    pub credentials: Vec<CredentialKind>,
}

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing was answered, and there is no default.
    #[error("`{name}` is not answered: {label}")]
    Missing {
        /// The input's name.
        name: String,
        /// Its question.
        label: String,
    },
    /// The answer is not of the right form.
    #[error("`{name}`: {cause}")]
    Malformed {
        /// The input's name.
        name: String,
        /// What was wanted.
        cause: Malformed,
    },
    /// The profile asks nothing of that name, or not for this owner and credential.
    #[error("`{name}` is not asked here; what is asked: {asked}")]
    Unknown {
        /// The name.
        name: String,
        /// The names that are asked.
        asked: String,
    },
}

impl AnswerError {
    /// The problem that it is.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Missing { .. } => ProblemCode::InputMissing,
            Self::Malformed { .. } | Self::Unknown { .. } => ProblemCode::InputInvalid,
        }
    }
}

impl Input {
    /// The answer as it is kept: checked, without spaces around it, in one spelling. An empty answer is
    /// the default, or nothing where the input is optional.
    pub fn accept(&self, answer: &str) -> Result<String, AnswerError> {
        let answer = answer.trim();
        if answer.is_empty() {
            return match &self.default {
                Some(default) => Ok(default.clone()),
                None if self.optional => Ok(String::new()),
                None => Err(AnswerError::Missing {
                    name: self.name.clone(),
                    label: self.label.clone(),
                }),
            };
        }
        self.check
            .accept(answer)
            .ok_or_else(|| AnswerError::Malformed {
                name: self.name.clone(),
                cause: Malformed::new(answer, self.check.wanted(), self.example.clone()),
            })
    }
}

impl InputCheck {
    fn wanted(self) -> &'static str {
        match self {
            Self::Host => "a host name",
            Self::User => "a sign-in name or mail address",
            Self::Users => "a list of sign-in names, separated by commas",
            Self::YesNo => "`yes` or `no`",
            Self::Url => "an https address",
            Self::Text => "a text of one line",
        }
    }

    /// The answer in one spelling, if it is of this kind. `answer` is not empty and has no spaces around.
    pub(super) fn accept(self, answer: &str) -> Option<String> {
        match self {
            Self::Host => host(answer),
            Self::User => answer.parse().ok().map(|user: UserName| user.to_string()),
            Self::Users => users(answer),
            Self::YesNo => yes_or_no(answer).map(str::to_owned),
            Self::Url => https(answer).then(|| answer.to_owned()),
            Self::Text => {
                let plain = answer.chars().count() <= 256 && !answer.contains(char::is_control);
                plain.then(|| answer.to_owned())
            }
        }
    }
}

/// A host name. People copy it from the browser, so the address of its root will do.
fn host(answer: &str) -> Option<String> {
    let bare = answer.strip_prefix("https://").unwrap_or(answer);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    let name: DomainName = bare.parse().ok()?;
    Some(name.as_str().to_ascii_lowercase())
}

fn users(answer: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in answer
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let name: UserName = name.parse().ok()?;
        if !names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name.as_str()))
        {
            names.push(name.to_string());
        }
    }
    (!names.is_empty()).then(|| names.join(","))
}

fn yes_or_no(answer: &str) -> Option<&'static str> {
    match answer.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Some("yes"),
        "no" | "n" | "false" | "off" | "0" => Some("no"),
        _ => None,
    }
}

/// Whether it is an https address; the text itself is kept, for Entra compares letter by letter.
fn https(answer: &str) -> bool {
    Url::parse(answer).is_ok_and(|url| {
        url.scheme() == "https"
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && !answer.contains(char::is_whitespace)
    })
}

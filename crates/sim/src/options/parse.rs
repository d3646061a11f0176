//! Options as they are written on a command line (DESIGN section 6).

use std::fmt;
use std::str::FromStr;

use super::{Fault, FaultKind, Feature, Size};

/// Why an option's text was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// A size that is not a list of `name=number`.
    #[error("`{0}` is no size: write for example `groups=20,plans=50,tasks=1000`")]
    Size(String),
    /// A size names something that is not counted.
    #[error("`{0}` is no part of a size: there are groups, plans, tasks, users and rooms")]
    SizePart(String),
    /// Plans or tasks without anything to hold them.
    #[error("a size with {what} needs at least one of the {holder}")]
    SizeHolder {
        /// What there would be.
        what: &'static str,
        /// What it would be in.
        holder: &'static str,
    },
    /// A fault that is not `KIND:1/N`.
    #[error("`{0}` is no fault: write for example `503:1/7`")]
    Fault(String),
    /// A fault of a kind that there is not.
    #[error("`{given}` is no kind of fault: there are {known}")]
    FaultKind {
        /// What was written.
        given: String,
        /// What could have been.
        known: String,
    },
    /// A feature that there is not.
    #[error("`{given}` is no feature that could be refused: there are {known}")]
    Feature {
        /// What was written.
        given: String,
        /// What could have been.
        known: String,
    },
}

impl OptionsError {
    /// The problem that a face shows for it.
    pub const fn code(&self) -> fairlead_domain::problem::ProblemCode {
        fairlead_domain::problem::ProblemCode::InputInvalid
    }
}

impl FromStr for Size {
    type Err = OptionsError;

    /// Reads `groups=20,plans=50,tasks=1000,users=200,rooms=12`; what is left out has its default.
    fn from_str(text: &str) -> Result<Self, OptionsError> {
        let mut size = Self::default();
        for part in text.split(',').map(str::trim) {
            let refuse = || OptionsError::Size(part.to_owned());
            let (name, number) = part.split_once('=').ok_or_else(refuse)?;
            let number = number.trim().parse().map_err(|_| refuse())?;
            let field = match name.trim() {
                "groups" => &mut size.groups,
                "plans" => &mut size.plans,
                "tasks" => &mut size.tasks,
                "users" => &mut size.users,
                "rooms" => &mut size.rooms,
                other => return Err(OptionsError::SizePart(other.to_owned())),
            };
            *field = number;
        }
        // Defaults yield to what was said: without groups there are no plans, without plans no tasks.
        let said = |name: &str| text.split(',').any(|part| part.trim().starts_with(name));
        if size.groups == 0 && size.plans > 0 {
            if said("plans") {
                return Err(OptionsError::SizeHolder {
                    what: "plans",
                    holder: "groups",
                });
            }
            size.plans = 0;
        }
        if size.plans == 0 && size.tasks > 0 {
            if said("tasks") {
                return Err(OptionsError::SizeHolder {
                    what: "tasks",
                    holder: "plans",
                });
            }
            size.tasks = 0;
        }
        Ok(size)
    }
}

const KINDS: [(FaultKind, &str); 15] = [
    (FaultKind::Throttled, "429"),
    (FaultKind::ThrottledDate, "429-date"),
    (FaultKind::Unavailable, "503"),
    (FaultKind::ServerError, "500"),
    (FaultKind::BadGateway, "502"),
    (FaultKind::GatewayTimeout, "504"),
    (FaultKind::ResetBefore, "reset-before"),
    (FaultKind::ResetAfter, "reset-after"),
    (FaultKind::Truncate, "truncate"),
    (FaultKind::Html, "html"),
    (FaultKind::Slow, "slow"),
    (FaultKind::TokenExpires, "token-expires"),
    (FaultKind::PreconditionFailed, "412"),
    (FaultKind::PageLoop, "page-loop"),
    (FaultKind::BatchPartial, "batch-partial"),
];

const FEATURES: [(Feature, &str); 5] = [
    (Feature::ExpandDetails, "expand-details"),
    (Feature::Batch, "batch"),
    (Feature::Beta, "beta"),
    (Feature::ConfigurationSnapshots, "configuration-snapshots"),
    (Feature::InvokeCommand, "invoke-command"),
];

fn names<T>(table: &[(T, &'static str)]) -> String {
    table
        .iter()
        .map(|(_, name)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}

impl FaultKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, _)| *kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(
            KINDS
                .iter()
                .find(|(kind, _)| kind == self)
                .map_or("", |(_, name)| name),
        )
    }
}

impl FromStr for FaultKind {
    type Err = OptionsError;
    fn from_str(text: &str) -> Result<Self, OptionsError> {
        KINDS
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(kind, _)| *kind)
            .ok_or_else(|| OptionsError::FaultKind {
                given: text.to_owned(),
                known: names(&KINDS),
            })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:1/{}", self.kind, self.every)
    }
}

impl FromStr for Fault {
    type Err = OptionsError;

    /// Reads `KIND:1/N`.
    fn from_str(text: &str) -> Result<Self, OptionsError> {
        let refuse = || OptionsError::Fault(text.to_owned());
        let (kind, rate) = text.split_once(':').ok_or_else(refuse)?;
        let every = rate
            .strip_prefix("1/")
            .and_then(|every| every.parse().ok())
            .filter(|every| *every > 0)
            .ok_or_else(refuse)?;
        Ok(Self {
            kind: kind.parse()?,
            every,
        })
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(
            FEATURES
                .iter()
                .find(|(feature, _)| feature == self)
                .map_or("", |(_, name)| name),
        )
    }
}

impl FromStr for Feature {
    type Err = OptionsError;
    fn from_str(text: &str) -> Result<Self, OptionsError> {
        FEATURES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(feature, _)| *feature)
            .ok_or_else(|| OptionsError::Feature {
                given: text.to_owned(),
                known: names(&FEATURES),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_name_only_some_of_its_parts() {
        let size: Size = "groups=3, tasks=7".parse().unwrap();
        assert_eq!((size.groups, size.plans, size.tasks), (3, 50, 7));
        assert_eq!(
            "groups=0".parse::<Size>().map(|s| (s.plans, s.tasks)),
            Ok((0, 0))
        );
    }

    #[test]
    fn a_size_that_is_none_says_why() {
        for (text, wanted) in [
            (
                "",
                "`` is no size: write for example `groups=20,plans=50,tasks=1000`",
            ),
            (
                "groups",
                "`groups` is no size: write for example `groups=20,plans=50,tasks=1000`",
            ),
            (
                "groups=-1",
                "`groups=-1` is no size: write for example `groups=20,plans=50,tasks=1000`",
            ),
            (
                "teams=1",
                "`teams` is no part of a size: there are groups, plans, tasks, users and rooms",
            ),
            (
                "groups=0,plans=1",
                "a size with plans needs at least one of the groups",
            ),
            (
                "plans=0,tasks=1",
                "a size with tasks needs at least one of the plans",
            ),
        ] {
            assert_eq!(text.parse::<Size>().unwrap_err().to_string(), wanted);
        }
    }

    #[test]
    fn every_fault_and_feature_reads_back() {
        for (kind, _) in KINDS {
            let fault = Fault { kind, every: 7 };
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        for (feature, _) in FEATURES {
            assert_eq!(feature.to_string().parse(), Ok(feature));
        }
    }

    #[test]
    fn a_fault_needs_a_known_kind_and_a_rate() {
        for wrong in ["503", "503:2/7", "503:1/0", "503:1/x", "418:1/7"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }
}

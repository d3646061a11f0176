//! Checks and their verdicts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::CheckId;
use crate::remedy::Remedy;

/// The answer of a check, or of a whole report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Asked, answered, and as it should be.
    Passed,
    /// Works today, but something needs attention.
    Warning,
    /// Asked, answered, and not as it should be.
    Failed,
    /// The look-up could not be made, so nothing is known.
    Unknown,
    /// Not asked: a prerequisite failed or an identity is missing.
    NotRun,
}

impl Verdict {
    /// Whether a report that holds this verdict makes the command exit with 1.
    pub const fn needs_attention(self) -> bool {
        matches!(self, Self::Warning | Self::Failed | Self::Unknown)
    }

    /// The verdict of a whole: failed before unknown before warning; not run only where nothing ran.
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let rank = |verdict| match verdict {
            Self::Failed => 4,
            Self::Unknown => 3,
            Self::Warning => 2,
            Self::Passed => 1,
            Self::NotRun => 0,
        };
        verdicts
            .into_iter()
            .max_by_key(|verdict| rank(*verdict))
            .unwrap_or(Self::NotRun)
    }

    /// The word shown for the verdict.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotRun => "not run",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Whose token answers a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// Nobody's: the network, or this computer's own memory.
    Nobody,
    /// The connection's own: the app, or its synchronisation account.
    Connection,
    /// The administrator's own read-only sign-in.
    Inspector,
}

/// One check's answer, as reports carry it (DESIGN section 7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Which check; also its anchor in `docs/checks.md`.
    pub id: CheckId,
    /// The part of the id before the full stop.
    pub category: String,
    /// What is asked, as a short statement.
    pub title: String,
    /// The answer.
    pub verdict: Verdict,
    /// One line with the value that was found.
    pub detail: String,
    /// What was missing when it was not run: ids of checks, or `inspector`.
    pub needs: Vec<String>,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// What was seen: small, named, free of secrets.
    pub evidence: serde_json::Map<String, serde_json::Value>,
    /// What repairs it.
    pub remedies: Vec<Remedy>,
}

#[cfg(test)]
mod tests {
    use super::Verdict::{self, Failed, NotRun, Passed, Unknown, Warning};

    #[test]
    fn a_whole_is_as_good_as_its_worst_part() {
        assert_eq!(Verdict::of_all([Passed, NotRun]), Passed);
        assert_eq!(Verdict::of_all([Passed, Warning, NotRun]), Warning);
        assert_eq!(Verdict::of_all([Unknown, Warning]), Unknown);
        assert_eq!(Verdict::of_all([Unknown, Failed, Passed]), Failed);
        assert_eq!(Verdict::of_all([]), NotRun);
    }
}

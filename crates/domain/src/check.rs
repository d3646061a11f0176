//! Checks and their verdicts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::CheckId;
use crate::remedy::Remedy;

/// The ids of all checks, in the order of dependence. `docs/checks.md` describes each.
pub const KNOWN: &[&str] = &[
    "network.proxy",
    "network.login",
    "network.graph",
    "network.tls-login",
    "network.tls-graph",
    "network.clock",
    "tenant.found",
    "tenant.cloud",
    "tenant.same",
    "tenant.planner",
    "tenant.organization",
    "app.registration",
    "app.audience",
    "app.permissions-declared",
    "app.redirect",
    "app.public-client",
    "app.credentials",
    "app.policy",
    "principal.exists",
    "principal.enabled",
    "principal.assignment",
    "certificate.key",
    "certificate.strength",
    "certificate.dates",
    "certificate.remaining",
    "certificate.on-app",
    "secret.stored",
    "secret.remaining",
    "secret.on-app",
    "account.stored",
    "account.enabled",
    "token.issued",
    "token.audience",
    "token.tenant",
    "token.app",
    "token.kind",
    "token.method",
    "token.permissions",
    "token.dates",
    "permissions.granted",
    "permissions.surplus",
    "permissions.effective",
    "licence.planner",
    "licence.account-planner",
    "licence.account-mailbox",
    "planner.groups",
    "planner.members",
    "planner.hidden-members",
    "planner.users",
    "planner.plans",
    "planner.plan-details",
    "planner.buckets",
    "planner.tasks",
    "planner.task-details",
    "planner.batch",
    "planner.comments",
    "planner.files",
    "planner.coverage",
    "planner.ownership",
    "planner.write",
];

/// Whether a profile may name a check so: by its id, or by its category and `.*`.
pub fn is_known_pattern(pattern: &str) -> bool {
    match pattern.strip_suffix(".*") {
        Some(category) => KNOWN.iter().any(|id| {
            id.split_once('.')
                .is_some_and(|(prefix, _)| prefix == category)
        }),
        None => KNOWN.contains(&pattern),
    }
}

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
    use super::{KNOWN, is_known_pattern};

    #[test]
    fn the_checks_are_those_of_the_page() {
        let page = include_str!("../../../docs/checks.md");
        let described: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("### "))
            .collect();
        assert_eq!(KNOWN, described);
        for id in KNOWN {
            assert!(id.parse::<crate::ids::CheckId>().is_ok(), "{id}");
        }
    }

    #[test]
    fn a_pattern_is_an_id_or_a_category() {
        assert!(is_known_pattern("token.issued") && is_known_pattern("token.*"));
        for wrong in [
            "token",
            "token.",
            "token.nothing",
            "nothing.*",
            "*",
            ".*",
            "",
        ] {
            assert!(!is_known_pattern(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_whole_is_as_good_as_its_worst_part() {
        assert_eq!(Verdict::of_all([Passed, NotRun]), Passed);
        assert_eq!(Verdict::of_all([Passed, Warning, NotRun]), Warning);
        assert_eq!(Verdict::of_all([Unknown, Warning]), Unknown);
        assert_eq!(Verdict::of_all([Unknown, Failed, Passed]), Failed);
        assert_eq!(Verdict::of_all([]), NotRun);
    }
}

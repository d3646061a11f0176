//! Reports: the verdicts of one test of a connection (DESIGN section 7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::{CheckResult, Identity, Verdict};
use crate::ids::{ConnectionName, ProfileId};

/// The version of the report's JSON.
pub const REPORT_SCHEMA: u32 = 1;

/// Whose token answered, and as whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityUsed {
    /// The kind of identity.
    pub identity: Identity,
    /// The app or user it is, for people.
    pub name: String,
}

/// Something to know that changes no verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A stable name.
    pub id: String,
    /// The text.
    pub text: String,
}

/// The verdicts of one test of a connection, with evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: u32,
    /// Which connection.
    pub connection: ConnectionName,
    /// Its profile.
    pub profile: ProfileId,
    /// The verdict of the whole.
    pub verdict: Verdict,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// Whose tokens answered.
    pub identities: Vec<IdentityUsed>,
    /// What is worth knowing besides.
    pub notices: Vec<Notice>,
    /// Every check that applies to the connection, in the order of dependence.
    pub checks: Vec<CheckResult>,
}

impl Report {
    /// The first check, in order of dependence, that needs attention.
    pub fn first_concern(&self) -> Option<&CheckResult> {
        self.checks
            .iter()
            .find(|check| check.verdict.needs_attention())
    }

    /// How many checks have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count()
    }
}

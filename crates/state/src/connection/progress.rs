use fairlead_domain::problem::ProblemCode;
use fairlead_domain::remedy::{Person, StepId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Connection;
use crate::document::code_text;

/// How far a step has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StepStatus {
    /// Not begun, or to be done again.
    #[default]
    Pending,
    /// Done by Fairlead.
    Done,
    /// Found as it should be.
    AlreadyInPlace,
    /// Another person must act first.
    Waiting {
        /// Who.
        person: Person,
        /// What to send them.
        text: String,
        /// Since when.
        since: Timestamp,
    },
    /// It did not work.
    Failed {
        /// The problem's code.
        #[serde(with = "code_text")]
        code: ProblemCode,
        /// What happened.
        what: String,
    },
}

/// A step's status, with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The status.
    #[serde(flatten)]
    pub status: StepStatus,
    /// What came of it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When it got there.
    pub at: Timestamp,
}

/// What the receiving product's own test of the connection said, as a person told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTest {
    /// Whether it succeeded.
    pub passed: bool,
    /// What it showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was told.
    pub at: Timestamp,
}

impl StepStatus {
    /// Whether the step needs nothing more.
    pub const fn is_finished(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyInPlace)
    }
}

impl Connection {
    /// A step's status.
    pub fn status(&self, step: StepId) -> &StepStatus {
        const PENDING: &StepStatus = &StepStatus::Pending;
        self.steps
            .get(&step)
            .map_or(PENDING, |record| &record.status)
    }

    /// Notes how far a step has come. One that waits keeps the time since when it does, as long
    /// as it waits for the same person.
    pub fn note(
        &mut self,
        step: StepId,
        status: StepStatus,
        detail: Option<String>,
        at: Timestamp,
    ) {
        let status = match (status, self.steps.get(&step).map(|record| &record.status)) {
            (
                StepStatus::Waiting { person, text, .. },
                Some(StepStatus::Waiting {
                    person: before,
                    since,
                    ..
                }),
            ) if person == *before => StepStatus::Waiting {
                person,
                text,
                since: *since,
            },
            (status, _) => status,
        };
        self.steps.insert(step, StepRecord { status, detail, at });
    }

    /// The first step that is not finished.
    pub fn next_step(&self) -> Option<StepId> {
        StepId::ALL
            .into_iter()
            .find(|step| !self.status(*step).is_finished())
    }
}

use fairlead_domain::check::Verdict;
use fairlead_state::connection::StepStatus;

use super::walk::WalkedConnection;

/// How something stands, told by shape, word and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Passed,
    Warning,
    Failed,
    Unknown,
    NotRun,
    Waiting,
}

impl Mark {
    pub(super) const ALL: [Self; 6] = [
        Self::Passed,
        Self::Warning,
        Self::Failed,
        Self::Unknown,
        Self::NotRun,
        Self::Waiting,
    ];

    /// Its name in a page's classes and ids.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotRun => "not-run",
            Self::Waiting => "waiting",
        }
    }

    /// Its shape on a terminal: one column wide, and different for each.
    pub(super) const fn symbol(self) -> char {
        match self {
            Self::Passed => '✓',
            Self::Warning => '!',
            Self::Failed => '✗',
            Self::Unknown => '?',
            Self::NotRun => '-',
            Self::Waiting => '~',
        }
    }

    /// Its word where no step or verdict has one of its own.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Passed => Verdict::Passed.word(),
            Self::Warning => Verdict::Warning.word(),
            Self::Failed => Verdict::Failed.word(),
            Self::Unknown => Verdict::Unknown.word(),
            Self::NotRun => Verdict::NotRun.word(),
            Self::Waiting => "waiting for a person",
        }
    }

    /// How a connection stands after a walk. What failed comes before what nobody knows, and a test
    /// that was never run is not passed.
    pub(super) fn of_walked(walked: &WalkedConnection) -> Self {
        let has = |mark| {
            walked
                .steps
                .iter()
                .any(|step| Self::from(&step.status) == mark)
        };
        let verdict = walked.report.as_ref().map(|report| report.verdict);
        if walked.problem.is_some() || has(Self::Failed) {
            return Self::Failed;
        }
        match verdict {
            Some(verdict) if verdict.needs_attention() => verdict.into(),
            _ if has(Self::Waiting) => Self::Waiting,
            Some(verdict) => verdict.into(),
            None => Self::NotRun,
        }
    }
}

impl From<Verdict> for Mark {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Warning => Self::Warning,
            Verdict::Failed => Self::Failed,
            Verdict::Unknown => Self::Unknown,
            Verdict::NotRun => Self::NotRun,
        }
    }
}

impl From<&StepStatus> for Mark {
    fn from(status: &StepStatus) -> Self {
        match status {
            StepStatus::Done | StepStatus::AlreadyInPlace => Self::Passed,
            StepStatus::Waiting { .. } => Self::Waiting,
            StepStatus::Failed { .. } => Self::Failed,
            StepStatus::Pending => Self::NotRun,
        }
    }
}

/// The word of a step's status.
pub(super) const fn step_word(status: &StepStatus) -> &'static str {
    match status {
        StepStatus::Pending => "not finished",
        StepStatus::Done => "done",
        StepStatus::AlreadyInPlace => "already in place",
        StepStatus::Waiting { .. } => Mark::Waiting.word(),
        StepStatus::Failed { .. } => Mark::Failed.word(),
    }
}

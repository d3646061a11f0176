use fairlead_domain::check::Verdict;
use fairlead_domain::problem::Problem;
use fairlead_domain::remedy::Remedy;
use fairlead_graph::GraphError;
use serde_json::{Map, Value, json};

use crate::error::ConnectError;

/// What a check found.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    pub(crate) detail: String,
    pub(crate) needs: Vec<String>,
    pub(crate) evidence: Map<String, Value>,
    pub(crate) remedies: Vec<Remedy>,
}

impl Outcome {
    fn new(verdict: Verdict, detail: impl Into<String>) -> Self {
        Self {
            verdict,
            detail: detail.into(),
            needs: Vec::new(),
            evidence: Map::new(),
            remedies: Vec::new(),
        }
    }

    pub(crate) fn passed(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Passed, detail)
    }

    /// Not asked: something that it needs is not there.
    pub(crate) fn not_run(needs: impl Into<String>) -> Self {
        let needs = needs.into();
        let mut outcome = Self::new(Verdict::NotRun, format!("not run: needs {needs}"));
        outcome.needs = vec![needs];
        outcome
    }

    pub(crate) fn failed(problem: Problem) -> Self {
        Self::of_problem(Verdict::Failed, problem)
    }

    pub(crate) fn warning(problem: Problem) -> Self {
        Self::of_problem(Verdict::Warning, problem)
    }

    /// The question could not be put.
    pub(crate) fn unknown(problem: Problem) -> Self {
        Self::of_problem(Verdict::Unknown, problem)
    }

    pub(crate) fn of_problem(verdict: Verdict, problem: Problem) -> Self {
        let mut outcome = Self::new(verdict, problem.what);
        outcome
            .evidence
            .insert("code".to_owned(), json!(problem.code));
        let ids = &problem.ids;
        for (name, value) in [
            (
                "http_status",
                problem.http_status.map(|status| json!(status)),
            ),
            ("request_id", ids.request_id.as_ref().map(|id| json!(id))),
            (
                "client_request_id",
                ids.client_request_id.as_ref().map(|id| json!(id)),
            ),
            ("trace_id", ids.trace_id.as_ref().map(|id| json!(id))),
            (
                "correlation_id",
                ids.correlation_id.as_ref().map(|id| json!(id)),
            ),
            ("at", problem.at.map(|at| json!(at))),
            (
                "why",
                Some(json!(problem.why)).filter(|_| !problem.why.is_empty()),
            ),
        ] {
            if let Some(value) = value {
                outcome.evidence.insert(name.to_owned(), value);
            }
        }
        outcome.remedies = problem.remedies;
        outcome
    }

    /// What the connection's own look-up failed with: nothing is known where the question could not be
    /// put, else it is what the product would meet.
    pub(crate) fn own_error(error: &GraphError) -> Self {
        if error.is_unanswered() {
            Self::unknown(error.problem())
        } else {
            Self::failed(error.problem())
        }
    }

    /// What reading the secret store failed with: nothing is known where it can't be read, else what it
    /// holds is of no use.
    pub(crate) fn store_error(error: &ConnectError) -> Self {
        match error {
            ConnectError::State(error) => Self::unknown(error.problem()),
            error => Self::failed(error.problem()),
        }
    }

    /// What the inspector's look-up failed with: nothing is known, whatever the reason.
    pub(crate) fn inspector_error(error: &GraphError) -> Self {
        Self::unknown(error.problem())
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.evidence.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn remedy(mut self, remedy: Remedy) -> Self {
        if !self.remedies.contains(&remedy) {
            self.remedies.push(remedy);
        }
        self
    }
}

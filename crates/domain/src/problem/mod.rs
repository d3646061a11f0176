//! Problems: something that went wrong, as data. One catalogue serves both faces.

mod catalogue;
mod code;
mod explain;
mod found;
mod graph_code;
mod numbers;
mod page;
mod phrase;
mod planner_limit;

use std::collections::BTreeMap;
use std::fmt;

pub use catalogue::{Entry, PLACEHOLDERS, Section, entry, sections};
pub use code::{ProblemCode, UnknownCode};
pub use explain::{Explanation, explain};
pub use found::Found;
use jiff::Timestamp;
pub use page::page;
pub use planner_limit::{PlannerLimit, planner_limit};
use serde::Serialize;

use crate::remedy::Remedy;

/// The ids by which Microsoft finds a request again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RequestIds {
    /// What this client called the request (`client-request-id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// What Graph or Exchange called it (`request-id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Entra's trace id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Entra's correlation id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

/// Something that went wrong: code, what happened, why, what to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// The stable code.
    pub code: ProblemCode,
    /// The catalogue's title.
    pub title: String,
    /// What happened this time.
    pub what: String,
    /// Why such a thing happens.
    pub why: String,
    /// What to do about it.
    pub remedies: Vec<Remedy>,
    /// Whether trying again, unchanged, can help.
    pub retry_helps: bool,
    /// The HTTP status it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The ids of the request that failed.
    #[serde(flatten)]
    pub ids: RequestIds,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Problem {
    /// A problem of the catalogue, with what happened this time. `what` must be free of secrets.
    pub fn new(code: ProblemCode, what: impl Into<String>) -> Self {
        let entry = entry(code);
        Self {
            code,
            title: entry.title.clone(),
            what: what.into(),
            why: entry.cause.clone(),
            remedies: entry.remedies.clone(),
            retry_helps: entry.retry_helps,
            http_status: None,
            ids: RequestIds::default(),
            at: None,
        }
    }

    /// The same problem with the HTTP status it came with.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// The same problem with the ids of its request.
    #[must_use]
    pub fn with_ids(mut self, ids: RequestIds) -> Self {
        self.ids = ids;
        self
    }

    /// The same problem with its time.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// The same problem with `{placeholders}` of its texts filled in. Its own code, ids and time are
    /// known without being handed in.
    #[must_use]
    pub fn fill(mut self, values: &BTreeMap<&str, String>) -> Self {
        let mut all = self.own_values();
        all.extend(values.iter().map(|(name, value)| (*name, value.clone())));
        self.why = crate::remedy::fill(&self.why, &all);
        self.remedies = self
            .remedies
            .into_iter()
            .map(|remedy| remedy.fill(&all))
            .collect();
        self
    }

    /// The same problem with those `{placeholders}` of its texts filled in that have a value; the others
    /// wait for [`Problem::fill`].
    #[must_use]
    pub fn fill_known(mut self, values: &BTreeMap<&str, String>) -> Self {
        self.why = crate::remedy::fill_known(&self.why, values);
        self.remedies = self
            .remedies
            .into_iter()
            .map(|remedy| remedy.fill_known(values))
            .collect();
        self
    }

    fn own_values(&self) -> BTreeMap<&'static str, String> {
        let known = [
            ("request_id", self.ids.request_id.clone()),
            ("trace_id", self.ids.trace_id.clone()),
            ("correlation_id", self.ids.correlation_id.clone()),
            ("time", self.at.map(|at| at.to_string())),
            ("code", Some(self.code.to_string())),
        ];
        known
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value)))
            .collect()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.what)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_fills_in_what_it_knows_itself() {
        let problem = Problem::new(ProblemCode::Aadsts(53_003), "blocked")
            .at("2026-11-22T10:00:00Z".parse().unwrap())
            .with_ids(RequestIds {
                correlation_id: Some("1a2b".to_owned()),
                ..RequestIds::default()
            })
            .fill(&BTreeMap::from([(
                "account",
                "sync@contoso.com".to_owned(),
            )]));
        let text = problem
            .remedies
            .iter()
            .find_map(|remedy| match remedy {
                Remedy::SendTo { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .unwrap();
        assert!(
            text.starts_with(
                "The sign-in of sync@contoso.com to the app <client-id> was refused with AADSTS53003 \
                 at 2026-11-22T10:00:00Z (correlation id 1a2b)."
            ),
            "{text}"
        );
    }
}

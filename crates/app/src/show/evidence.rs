//! What a check or a problem brought along, apart: code, reason and ids from what was seen.

use std::collections::BTreeMap;

use fairlead_domain::check::CheckResult;
use fairlead_domain::problem::{Problem, RequestIds};
use fairlead_domain::remedy::fill;
use jiff::Timestamp;
use serde_json::Value;

use super::words::{capital, utc};

/// The names under which the tester keeps what belongs to a problem.
const OF_A_PROBLEM: [&str; 8] = [
    "code",
    "why",
    "http_status",
    "request_id",
    "client_request_id",
    "trace_id",
    "correlation_id",
    "at",
];

/// The evidence of a check, taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence<'a> {
    pub(super) code: Option<&'a str>,
    /// The catalogue's reason; what only the case at hand knows stands in angle brackets.
    pub(super) why: Option<String>,
    /// Name and value of what Microsoft's support asks for: status, ids, time.
    pub(super) ids: Vec<(&'static str, String)>,
    /// Everything else, under the names of the tester.
    pub(super) seen: Vec<(&'a str, &'a Value)>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(check: &'a CheckResult) -> Self {
        let text = |name: &str| check.evidence.get(name).and_then(Value::as_str);
        let owned = |name: &str| text(name).map(str::to_owned);
        let ids = RequestIds {
            client_request_id: owned("client_request_id"),
            request_id: owned("request_id"),
            trace_id: owned("trace_id"),
            correlation_id: owned("correlation_id"),
        };
        let status = check.evidence.get("http_status").and_then(Value::as_u64);
        let at = text("at").and_then(|at| at.parse().ok());
        Self {
            code: text("code"),
            why: text("why").map(|why| fill(why, &BTreeMap::new())),
            ids: named(status, &ids, at),
            seen: check
                .evidence
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .filter(|(name, _)| !OF_A_PROBLEM.contains(name))
                .collect(),
        }
    }
}

/// What Microsoft's support asks for about a problem: name and value.
pub(super) fn ids_of(problem: &Problem) -> Vec<(&'static str, String)> {
    named(problem.http_status.map(u64::from), &problem.ids, problem.at)
}

/// The same of a text that was pasted.
pub(super) fn named(
    status: Option<u64>,
    ids: &RequestIds,
    at: Option<Timestamp>,
) -> Vec<(&'static str, String)> {
    [
        ("HTTP status", status.map(|status| status.to_string())),
        ("Request id", ids.request_id.clone()),
        ("Client request id", ids.client_request_id.clone()),
        ("Trace id", ids.trace_id.clone()),
        ("Correlation id", ids.correlation_id.clone()),
        ("Time", at.map(|at| utc(at).to_string())),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .collect()
}

/// The name of a piece of evidence, for people.
pub(super) fn label(name: &str) -> String {
    let known = match name {
        "ms" => "Milliseconds",
        "max_days" => "Days at most",
        "not_after" => "Valid until",
        "on_app" => "Keys on the app",
        "object_id" => "Object id",
        "tenant_id" => "Tenant id",
        "owner_tenant" => "Tenant of its owner",
        other => return capital(&other.replace('_', " ")),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_words() {
        assert_eq!(label("graph_host"), "Graph host");
        assert_eq!(label("not_after"), "Valid until");
    }
}

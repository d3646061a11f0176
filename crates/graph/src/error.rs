use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};
use fairlead_entra::EntraError;
use fairlead_wire::{Reply, WireError};
use jiff::Timestamp;
use serde_json::Value;

/// An error answer of Graph.
///
/// <https://learn.microsoft.com/graph/errors>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The most specific code that is known; empty where Planner gives none.
    pub code: String,
    /// Microsoft's text, meant for developers.
    pub message: String,
    /// The ids of the request.
    pub ids: RequestIds,
    /// When Graph says it happened.
    pub at: Option<Timestamp>,
    /// Method and redacted address.
    pub call: String,
    /// Whether Graph itself says so: a gateway's page, or a redirect, says nothing of what was asked.
    pub is_graphs: bool,
}

impl Refusal {
    /// Reads the error of an answer, as far as it has one.
    pub(crate) fn of(status: u16, body: &[u8], mut ids: RequestIds, call: &str) -> Self {
        let is_empty = body.is_empty();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_graphs = !(300..400).contains(&status) && (is_empty || body.is_object());
        let error = &body["error"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut code = text(&error["code"]).unwrap_or_default();
        let mut inner = inner_error(error);
        let mut at = None;
        while let Some(next) = inner {
            if let Some(specific) = text(&next["code"]).filter(|code| !code.is_empty()) {
                code = specific;
            }
            ids.request_id = text(&next["request-id"]).or(ids.request_id);
            at = text(&next["date"])
                .and_then(|date| parse_date(&date))
                .or(at);
            inner = inner_error(next);
        }
        let message = text(&error["message"]).unwrap_or_default();
        Self {
            status,
            code,
            message,
            ids,
            at,
            call: call.to_owned(),
            is_graphs,
        }
    }

    /// Whether the object is not known yet where it was asked for, although it exists.
    pub fn may_be_replication(&self) -> bool {
        let unknown = self
            .message
            .contains("does not exist or one of its queried reference-property objects");
        self.is_graphs && (self.status == 404 || self.status == 400 && unknown)
    }

    /// The problem's code.
    pub fn problem_code(&self) -> ProblemCode {
        ProblemCode::of_graph(&self.code, self.status)
    }
}

fn inner_error(error: &Value) -> Option<&Value> {
    [&error["innerError"], &error["innererror"]]
        .into_iter()
        .find(|inner| inner.is_object())
}

/// Graph's dates come without a zone and mean UTC.
fn parse_date(text: &str) -> Option<Timestamp> {
    text.parse()
        .ok()
        .or_else(|| format!("{text}Z").parse().ok())
}

/// Why a call to Graph has no result.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// There is no token to call with.
    #[error(transparent)]
    Token(#[from] EntraError),
    /// The way to Graph failed.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Graph refused.
    #[error("{call}: status {status}{}{}", code_text(.0), message_text(.0), call = .0.call, status = .0.status)]
    Refused(Box<Refusal>),
    /// The resource demands further claims (continuous access evaluation).
    #[error("{call}: further claims are demanded")]
    ClaimsChallenge {
        /// Method and redacted address.
        call: String,
        /// The claims, for the next sign-in.
        claims: String,
    },
    /// A list led outside of the cloud.
    #[error("{call}: the next page is on `{host}`, which is not this cloud's Graph")]
    ForeignNextLink {
        /// Method and redacted address.
        call: String,
        /// The host.
        host: String,
    },
    /// A list came back to a page that was there already.
    #[error("{call}: the list leads back to a page that was read already")]
    PageLoop {
        /// Method and redacted address.
        call: String,
    },
}

fn code_text(refusal: &Refusal) -> String {
    if refusal.code.is_empty() {
        String::new()
    } else {
        format!(", `{}`", refusal.code)
    }
}

fn message_text(refusal: &Refusal) -> String {
    if refusal.message.is_empty() {
        String::new()
    } else {
        format!(": {}", refusal.message)
    }
}

impl GraphError {
    pub(crate) fn of_reply(reply: &Reply) -> Self {
        Self::Refused(Box::new(Refusal::of(
            reply.status.as_u16(),
            &reply.body,
            reply.ids.clone(),
            &reply.label,
        )))
    }

    /// The problem's code.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Token(error) => error.code(),
            Self::Wire(error) => error.code(),
            Self::Refused(refusal) => refusal.problem_code(),
            Self::ClaimsChallenge { .. } => ProblemCode::GraphClaimsChallenge,
            Self::ForeignNextLink { .. } => ProblemCode::HttpForeignHost,
            Self::PageLoop { .. } => ProblemCode::GraphPageLoop,
        }
    }

    /// The problem, for people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Token(error) => error.problem(),
            Self::Wire(error) => error.problem(),
            Self::Refused(refusal) => {
                let mut problem = Problem::new(self.code(), self.to_string())
                    .with_status(refusal.status)
                    .with_ids(refusal.ids.clone());
                problem.at = refusal.at;
                problem
            }
            _ => Problem::new(self.code(), self.to_string()),
        }
    }

    /// Graph's refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// Whether Graph says that the object is not there.
    pub fn is_not_found(&self) -> bool {
        self.is_refused_with(404)
    }

    /// Whether the object was changed since it was read: `If-Match` names an earlier version of it.
    pub fn is_outdated(&self) -> bool {
        self.is_refused_with(412)
    }

    /// Whether Graph says that the caller may not.
    pub fn is_forbidden(&self) -> bool {
        self.is_refused_with(403)
    }

    fn is_refused_with(&self, status: u16) -> bool {
        self.refusal()
            .is_some_and(|refusal| refusal.is_graphs && refusal.status == status)
    }

    /// Whether the object may exist and only not be known everywhere yet.
    pub fn may_be_replication(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.may_be_replication(),
            Self::Token(error) => error
                .refusal()
                .is_some_and(fairlead_entra::OAuthError::may_be_replication),
            _ => false,
        }
    }

    /// Whether a request that was not repeated may have been done all the same: its answer was lost, or
    /// says nothing of it.
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Wire(error) => matches!(
                error,
                WireError::Timeout { .. }
                    | WireError::Reset { .. }
                    | WireError::Truncated { .. }
                    | WireError::NotJson { .. }
                    | WireError::Shape { .. }
            ),
            Self::Refused(refusal) => matches!(refusal.status, 408 | 500 | 502 | 504),
            _ => false,
        }
    }

    /// Whether the question could not be put, so that nothing is known: network, throttling, server
    /// error, an answer that can't be read, or one of somebody else's on the way.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Self::Token(error) => error.is_unanswered(),
            Self::Wire(_) | Self::ForeignNextLink { .. } | Self::PageLoop { .. } => true,
            Self::Refused(refusal) => {
                !refusal.is_graphs || matches!(refusal.status, 408 | 429 | 500..)
            }
            Self::ClaimsChallenge { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_code_wins_and_both_spellings_are_read() {
        let body = br#"{"error":{"code":"BadRequest","message":"m","innererror":{"code":"Specific","request-id":"r","date":"2026-11-22T10:00:00"}}}"#;
        let refusal = Refusal::of(400, body, RequestIds::default(), "GET x");
        assert_eq!(
            (refusal.code.as_str(), refusal.ids.request_id.as_deref()),
            ("Specific", Some("r"))
        );
        assert_eq!(refusal.at.unwrap().to_string(), "2026-11-22T10:00:00Z");
    }

    #[test]
    fn an_answer_that_is_no_error_body_still_is_a_refusal() {
        let refusal = Refusal::of(502, b"<html>", RequestIds::default(), "GET x");
        assert_eq!((refusal.status, refusal.code.as_str()), (502, ""));
        let error = GraphError::Refused(Box::new(refusal));
        assert!(error.is_unanswered());
        assert_eq!(error.to_string(), "GET x: status 502");
    }

    #[test]
    fn what_a_gateway_refuses_is_no_word_of_graphs() {
        let refused = |status, body: &[u8]| {
            let refusal = Refusal::of(status, body, RequestIds::default(), "GET x");
            GraphError::Refused(Box::new(refusal))
        };
        for (status, body) in [
            (403, &b"<html>blocked</html>"[..]),
            (404, b"<html>"),
            (302, b""),
            (401, b"\"no\""),
        ] {
            let error = refused(status, body);
            assert!(error.is_unanswered(), "{error}");
            assert!(!error.is_not_found() && !error.is_forbidden() && !error.may_be_replication());
        }
        // Planner says as little, and means it.
        assert!(refused(403, b"").is_forbidden() && !refused(403, b"").is_unanswered());
        assert!(refused(404, br#"{"error":{"code":""}}"#).is_not_found());
    }
}

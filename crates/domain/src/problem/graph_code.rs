//! Microsoft Graph's error codes.
//!
//! The status decides where the code says nothing more. <https://learn.microsoft.com/graph/errors>

use super::ProblemCode::{
    self, AppIdentifierUriRefused, GraphBadRequest, GraphClaimsChallenge, GraphConflict,
    GraphCredentialPolicy, GraphForbidden, GraphGone, GraphKeyLifetime, GraphLocked, GraphNotFound,
    GraphPaymentRequired, GraphPlannerLimit, GraphPreconditionFailed, GraphQuota,
    GraphUnauthorized, HttpServerError, HttpThrottled, HttpUnexpectedStatus, PrincipalDisabled,
    PrincipalMissing, ProxyAuthentication,
};
use super::planner_limit;

/// Codes that say more than the HTTP status they come with, in Graph's spelling.
const CODES: [(&str, ProblemCode); 58] = [
    ("InvalidAuthenticationToken", GraphUnauthorized),
    ("Authentication_ExpiredToken", GraphUnauthorized),
    ("Authentication_MissingOrMalformed", GraphUnauthorized),
    ("Authentication_Unauthorized", GraphUnauthorized),
    ("unauthenticated", GraphUnauthorized),
    ("insufficient_claims", GraphClaimsChallenge),
    ("TokenIssuedBeforeRevocationTimestamp", GraphClaimsChallenge),
    ("Authorization_RequestDenied", GraphForbidden),
    ("accessDenied", GraphForbidden),
    ("ErrorAccessDenied", GraphForbidden),
    ("notAllowed", GraphForbidden),
    ("Authorization_IdentityNotFound", PrincipalMissing),
    ("Authorization_IdentityDisabled", PrincipalDisabled),
    ("Request_ResourceNotFound", GraphNotFound),
    ("ResourceNotFound", GraphNotFound),
    ("Directory_ObjectNotFound", GraphNotFound),
    ("itemNotFound", GraphNotFound),
    ("ErrorItemNotFound", GraphNotFound),
    ("Request_BadRequest", GraphBadRequest),
    ("Request_UnsupportedQuery", GraphBadRequest),
    ("Request_InvalidRequestUrl", GraphBadRequest),
    ("Request_DataContractVersionMissing", GraphBadRequest),
    ("Request_InvalidDataContractVersion", GraphBadRequest),
    ("Request_HeaderNotFound", GraphBadRequest),
    ("invalidRequest", GraphBadRequest),
    ("invalidRange", GraphBadRequest),
    ("malformedEntityTag", GraphBadRequest),
    ("notSupported", GraphBadRequest),
    ("Directory_ConcurrencyViolation", GraphConflict),
    ("Request_MultipleObjectsWithSameKeyValue", GraphConflict),
    ("ObjectConflict", GraphConflict),
    ("nameAlreadyExists", GraphConflict),
    ("editConflict", GraphConflict),
    ("preconditionFailed", GraphPreconditionFailed),
    ("resourceModified", GraphPreconditionFailed),
    ("ErrorIrresolvableConflict", GraphPreconditionFailed),
    ("resyncRequired", GraphGone),
    ("syncStateNotFound", GraphGone),
    ("syncStateInvalid", GraphGone),
    ("Directory_ExpiredPageToken", GraphGone),
    ("resourceLocked", GraphLocked),
    ("lockMismatch", GraphLocked),
    ("PaymentRequired", GraphPaymentRequired),
    (
        "CredentialTypeNotAllowedAsPerAppPolicy",
        GraphCredentialPolicy,
    ),
    ("CredentialInvalidLifetimeAsPerAppPolicy", GraphKeyLifetime),
    ("KeyCredentialsInvalidEndDate", GraphKeyLifetime),
    ("PasswordCredentialsInvalidEndDate", GraphKeyLifetime),
    ("HostNameNotOnVerifiedDomain", AppIdentifierUriRefused),
    ("Directory_QuotaExceeded", GraphQuota),
    ("quotaLimitReached", GraphQuota),
    ("TooManyRequests", HttpThrottled),
    ("activityLimitReached", HttpThrottled),
    ("ApplicationThrottled", HttpThrottled),
    ("Request_ThrottledTemporarily", HttpThrottled),
    ("Request_ThrottledPermanently", HttpThrottled),
    ("Service_InternalServerError", HttpServerError),
    ("serviceNotAvailable", HttpServerError),
    ("generalException", HttpServerError),
];

impl ProblemCode {
    /// The problem that an error of Microsoft Graph is: `code` is `error.code` of the body, the
    /// deepest one known, and may be empty; `status` is the HTTP status.
    ///
    /// Planner gives its limits as 403 with a code that begins with `Maximum`, and its refusals as
    /// 403 with an empty code: <https://learn.microsoft.com/graph/api/resources/planner-overview>.
    pub fn of_graph(code: &str, status: u16) -> Self {
        if status == 429 || status >= 500 {
            return of_status(status);
        }
        graph_code(code).unwrap_or_else(|| of_status(status))
    }
}

/// The problem that a code of Microsoft Graph names by itself.
pub(super) fn graph_code(code: &str) -> Option<ProblemCode> {
    if planner_limit::is_limit(code) {
        return Some(GraphPlannerLimit);
    }
    CODES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, problem)| *problem)
}

/// The problem that an HTTP status of Microsoft Graph is, where nothing else is known.
pub(super) const fn of_status(status: u16) -> ProblemCode {
    match status {
        401 => GraphUnauthorized,
        402 => GraphPaymentRequired,
        403 => GraphForbidden,
        404 => GraphNotFound,
        407 => ProxyAuthentication,
        409 => GraphConflict,
        410 => GraphGone,
        412 => GraphPreconditionFailed,
        423 => GraphLocked,
        // 509 is Graph's "bandwidth limit exceeded".
        429 | 509 => HttpThrottled,
        400 | 405 | 406 | 411 | 413 | 415 | 416 | 422 => GraphBadRequest,
        // 507 is the storage quota of a site or drive.
        507 => GraphQuota,
        408 | 500..=599 => HttpServerError,
        _ => HttpUnexpectedStatus,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_decides_before_the_status() {
        for (code, status, problem) in [
            ("Authorization_RequestDenied", 403, GraphForbidden),
            ("Directory_ConcurrencyViolation", 409, GraphConflict),
            (
                "CredentialTypeNotAllowedAsPerAppPolicy",
                400,
                GraphCredentialPolicy,
            ),
            (
                "CredentialInvalidLifetimeAsPerAppPolicy",
                400,
                GraphKeyLifetime,
            ),
            ("HostNameNotOnVerifiedDomain", 400, AppIdentifierUriRefused),
            ("MaximumTasksInProject", 403, GraphPlannerLimit),
            ("MaximumNewThingsInPlan", 403, GraphPlannerLimit),
            ("Authorization_IdentityNotFound", 401, PrincipalMissing),
            ("itemnotfound", 404, GraphNotFound),
        ] {
            assert_eq!(
                ProblemCode::of_graph(code, status),
                problem,
                "{code} {status}"
            );
        }
    }

    #[test]
    fn planners_refusal_without_a_code_is_a_refusal() {
        assert_eq!(ProblemCode::of_graph("", 403), GraphForbidden);
        assert_eq!(ProblemCode::of_graph("UnknownError", 404), GraphNotFound);
    }

    #[test]
    fn throttling_and_server_faults_stay_what_they_are_whatever_the_code() {
        assert_eq!(ProblemCode::of_graph("UnknownError", 503), HttpServerError);
        assert_eq!(ProblemCode::of_graph("accessDenied", 429), HttpThrottled);
        assert_eq!(ProblemCode::of_graph("", 509), HttpThrottled);
        assert_eq!(ProblemCode::of_graph("", 302), HttpUnexpectedStatus);
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut names: Vec<_> = CODES
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
    }
}

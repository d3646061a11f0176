//! Refusals of the sign-in service, in the shapes it gives them: JSON at the token endpoint, query
//! parameters in a redirect, text on a page.
//!
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// A refusal: Entra's number, the OAuth error it comes under, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u32,
    /// What programs branch on (RFC 6749 section 5.2).
    pub(crate) error: &'static str,
    pub(crate) text: String,
    pub(crate) suberror: Option<&'static str>,
    /// A claims challenge: JSON as text.
    pub(crate) claims: Option<String>,
}

const CODES: &[(u32, &str)] = &[
    (50_011, "invalid_request"),
    (50_020, "invalid_request"),
    (50_027, "invalid_request"),
    (50_034, "invalid_grant"),
    (50_048, "invalid_client"),
    (50_053, "invalid_grant"),
    (50_055, "invalid_grant"),
    (50_057, "invalid_grant"),
    (50_058, "login_required"),
    (50_059, "invalid_request"),
    (50_076, "interaction_required"),
    (50_105, "interaction_required"),
    (50_126, "invalid_grant"),
    (50_147, "invalid_request"),
    (50_173, "invalid_grant"),
    (50_194, "invalid_request"),
    (53_003, "access_denied"),
    (54_005, "invalid_grant"),
    (65_001, "invalid_grant"),
    (65_002, "invalid_client"),
    (65_004, "access_denied"),
    (70_000, "invalid_grant"),
    (70_003, "unsupported_grant_type"),
    (70_008, "invalid_grant"),
    (70_011, "invalid_scope"),
    (70_016, "authorization_pending"),
    (70_018, "bad_verification_code"),
    (70_019, "expired_token"),
    (70_043, "invalid_grant"),
    (90_002, "invalid_request"),
    (90_019, "invalid_request"),
    (90_094, "access_denied"),
    (90_095, "access_denied"),
    (500_011, "invalid_resource"),
    (500_113, "invalid_request"),
    (501_481, "invalid_grant"),
    (650_053, "invalid_client"),
    (650_056, "invalid_client"),
    (650_057, "invalid_resource"),
    (700_005, "invalid_grant"),
    (700_016, "unauthorized_client"),
    (700_022, "invalid_scope"),
    (700_024, "invalid_client"),
    (700_025, "invalid_client"),
    (700_027, "invalid_client"),
    (700_051, "unsupported_response_type"),
    (700_082, "invalid_grant"),
    (700_084, "invalid_grant"),
    (900_023, "invalid_request"),
    (900_144, "invalid_request"),
    (900_561, "invalid_request"),
    (901_002, "invalid_request"),
    (1_002_012, "invalid_scope"),
    (7_000_112, "unauthorized_client"),
    (7_000_215, "invalid_client"),
    (7_000_218, "invalid_client"),
    (7_000_222, "invalid_client"),
    (7_000_229, "invalid_client"),
    (9_001_023, "invalid_request"),
    (9_002_313, "invalid_request"),
    (9_002_325, "invalid_request"),
    (9_002_326, "invalid_request"),
    (9_002_327, "invalid_request"),
];

impl Refusal {
    /// A refusal under the OAuth error that its number usually has.
    pub(crate) fn new(code: u32, text: impl Into<String>) -> Self {
        let error = CODES
            .iter()
            .find(|(known, _)| *known == code)
            .map_or("invalid_request", |(_, error)| *error);
        Self {
            code,
            error,
            text: text.into(),
            suberror: None,
            claims: None,
        }
    }

    /// The same under another OAuth error.
    pub(crate) const fn under(mut self, error: &'static str) -> Self {
        self.error = error;
        self
    }

    pub(crate) const fn suberror(mut self, suberror: &'static str) -> Self {
        self.suberror = Some(suberror);
        self
    }

    pub(crate) fn claims(mut self, claims: &Value) -> Self {
        self.claims = Some(claims.to_string());
        self
    }

    /// The token endpoint's status: 401 where the client itself was not believed (RFC 6749 5.2).
    pub(crate) fn status(&self) -> StatusCode {
        if self.error == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        }
    }

    /// What stands in `error_description`, there and in redirects.
    pub(crate) fn description(&self, ids: &Ids) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.code, self.text, ids.trace, ids.correlation, ids.timestamp
        )
    }

    /// The answer of an endpoint that speaks JSON.
    pub(crate) fn answer(&self, world: &World, request: &Incoming) -> Answer {
        let ids = Ids::of(world, request);
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(&ids),
            "error_codes": [self.code],
            "timestamp": ids.timestamp,
            "trace_id": ids.trace,
            "correlation_id": ids.correlation,
        });
        // Waiting for a person is no error worth a page.
        if self.error != "authorization_pending" && self.error != "slow_down" {
            body["error_uri"] = format!("{}/error?code={}", request.base, self.code).into();
        }
        if let Some(suberror) = self.suberror {
            body["suberror"] = suberror.into();
        }
        if let Some(claims) = &self.claims {
            body["claims"] = claims.as_str().into();
        }
        Answer::json(self.status(), &body)
            .header("cache-control", "no-store, no-cache")
            .header("x-ms-request-id", &ids.trace.to_string())
    }
}

/// The ids by which Microsoft finds a request again.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(crate) trace: Uuid,
    pub(crate) correlation: String,
    pub(crate) timestamp: String,
}

impl Ids {
    pub(crate) fn of(world: &World, request: &Incoming) -> Self {
        Self {
            trace: Uuid::new_v4(),
            correlation: correlation_id(request),
            timestamp: world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}

/// The request's `client-request-id`, as a header or (as some clients do) in the query; a new one else.
pub(crate) fn correlation_id(request: &Incoming) -> String {
    let given = request.header("client-request-id").map(str::to_owned);
    let given = given.or_else(|| {
        let query = request.query.as_deref()?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "client-request-id")
            .map(|(_, value)| value.into_owned())
    });
    given
        .and_then(|id| Uuid::parse_str(&id).ok())
        .unwrap_or_else(Uuid::new_v4)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once() {
        let mut codes: Vec<_> = CODES.iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
    }

    #[test]
    fn a_client_that_is_not_believed_gets_401_and_everything_else_400() {
        assert_eq!(Refusal::new(7_000_215, "").status(), 401);
        assert_eq!(Refusal::new(700_016, "").status(), 400);
        assert_eq!(Refusal::new(70_016, "").status(), 400);
    }
}

use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};
use fairlead_wire::{Reply, WireError};
use jiff::Timestamp;
use serde::Deserialize;

/// An error answer of the sign-in service, whole: the crate `oauth2` drops most of it.
///
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    /// The OAuth error word: what programs branch on.
    pub error: String,
    /// The `AADSTS` numbers, most specific first.
    pub codes: Vec<u32>,
    /// The text for people, without its trailing ids.
    pub description: String,
    /// A finer word on interaction, such as `consent_required`.
    pub suberror: Option<String>,
    /// The claims that a new sign-in has to satisfy.
    pub claims: Option<String>,
    /// The HTTP status; none for an error that came by redirect.
    pub status: Option<u16>,
    /// The ids of the request.
    pub ids: RequestIds,
    /// When Entra says it happened.
    pub at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Body {
    error: String,
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    error_codes: Vec<u32>,
    timestamp: Option<String>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
    suberror: Option<String>,
    claims: Option<String>,
}

impl OAuthError {
    /// Reads the body of an error answer; `None` where it is none.
    pub fn of_body(body: &[u8], status: u16, mut ids: RequestIds) -> Option<Self> {
        let body: Body = serde_json::from_slice(body).ok()?;
        let mut codes = numbers(&body.error_description);
        codes.extend(body.error_codes);
        dedup(&mut codes);
        ids.trace_id = body.trace_id;
        ids.correlation_id = body.correlation_id;
        Some(Self {
            error: body.error,
            codes,
            description: without_ids(&body.error_description),
            suberror: body.suberror.filter(|text| !text.is_empty()),
            claims: body.claims.filter(|text| !text.is_empty()),
            status: Some(status),
            ids,
            at: body.timestamp.as_deref().and_then(time),
        })
    }

    /// The error of a redirect: its `error` and `error_description`.
    pub fn of_redirect(error: &str, description: &str) -> Self {
        let field = |name: &str| {
            description.split_once(name).and_then(|(_, rest)| {
                rest.trim_start()
                    .split([' ', '\r', '\n'])
                    .next()
                    .map(str::to_owned)
            })
        };
        Self {
            error: error.to_owned(),
            codes: numbers(description),
            description: without_ids(description),
            suberror: None,
            claims: None,
            status: None,
            ids: RequestIds {
                trace_id: field("Trace ID:"),
                correlation_id: field("Correlation ID:"),
                ..RequestIds::default()
            },
            at: description
                .split_once("Timestamp:")
                .and_then(|(_, rest)| time(rest.trim())),
        }
    }

    /// The code that explains it best.
    pub fn code(&self) -> ProblemCode {
        self.codes
            .first()
            .map_or(ProblemCode::EntraUnknownCode, |number| {
                ProblemCode::Aadsts(*number)
            })
    }

    /// Whether one of the numbers is among these.
    pub fn has_code(&self, numbers: &[u32]) -> bool {
        self.codes.iter().any(|code| numbers.contains(code))
    }

    /// Whether the user has to sign in or consent again before it can work.
    pub fn needs_interaction(&self) -> bool {
        matches!(
            self.error.as_str(),
            "interaction_required" | "login_required" | "consent_required" | "invalid_grant"
        )
    }

    /// Whether it can be the echo of something that was created moments ago and is not known
    /// everywhere yet (facts: 700016, 7000229, 700027, 650051, 700011).
    pub fn may_be_replication(&self) -> bool {
        self.has_code(&[700_016, 7_000_229, 700_027, 650_051, 700_011, 500_011])
    }
}

/// Every `AADSTS` number of a text, in its order.
fn numbers(text: &str) -> Vec<u32> {
    let mut found: Vec<u32> = text
        .split("AADSTS")
        .skip(1)
        .filter_map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
        .collect();
    dedup(&mut found);
    found
}

fn dedup(codes: &mut Vec<u32>) {
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| seen.insert(*code));
}

/// The description without the ids at its end, which are kept apart.
fn without_ids(description: &str) -> String {
    let end = description.find("Trace ID:").unwrap_or(description.len());
    description[..end].trim().to_owned()
}

fn time(text: &str) -> Option<Timestamp> {
    let text = text.get(..20).unwrap_or(text).trim();
    text.replacen(' ', "T", 1).parse().ok()
}

/// Why a sign-in, a token or a consent did not come about.
#[derive(Debug, thiserror::Error)]
pub enum EntraError {
    /// The way to Entra failed.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Entra refused.
    #[error("{}", .0.description)]
    Refused(Box<OAuthError>),
    /// Entra answered with a status that says nothing.
    #[error("{call} was answered with status {status}")]
    Status {
        /// The call.
        call: String,
        /// The status.
        status: u16,
        /// The request's ids.
        ids: Box<RequestIds>,
    },
    /// Entra's answer has another shape than documented.
    #[error("Entra's answer can't be used: {cause}")]
    Answer {
        /// What is wrong with it.
        cause: String,
    },
    /// A redirect came whose `state` is not the one sent: it belongs to another sign-in.
    #[error("the browser came back with the state of another sign-in")]
    State,
    /// Nobody came back in time.
    #[error("the browser did not come back within {seconds} s")]
    CallbackTimeout {
        /// How long was waited.
        seconds: u64,
    },
    /// No port of this computer could be listened on.
    #[error("this computer's loopback can't be listened on: {cause}")]
    Loopback {
        /// What the system said.
        cause: String,
    },
    /// The tenant that the consent page names is another.
    #[error("the consent came back for tenant `{came}` instead of `{expected}`")]
    ConsentTenant {
        /// The tenant in the redirect, which anyone could have written.
        came: String,
        /// The tenant that was asked.
        expected: TenantId,
    },
    /// The credential could not sign.
    #[error(transparent)]
    Certificate(#[from] crate::certificate::CertificateError),
}

use fairlead_domain::ids::TenantId;

impl EntraError {
    /// The problem's code.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Wire(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::Status { status: 429, .. } => ProblemCode::HttpThrottled,
            Self::Status { status: 500.., .. } => ProblemCode::HttpServerError,
            Self::Status { .. } => ProblemCode::HttpUnexpectedStatus,
            Self::Answer { .. } => ProblemCode::EntraAnswer,
            Self::State => ProblemCode::EntraStateMismatch,
            Self::CallbackTimeout { .. } => ProblemCode::EntraCallbackTimeout,
            Self::Loopback { .. } => ProblemCode::EntraCallbackPort,
            Self::ConsentTenant { .. } => ProblemCode::EntraConsentTenant,
            Self::Certificate(error) => error.code(),
        }
    }

    /// The problem, for people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Wire(error) => error.problem(),
            Self::Refused(error) => {
                let what = if error.description.is_empty() {
                    format!("Entra refused with `{}` and no further text", error.error)
                } else {
                    error.description.clone()
                };
                let mut problem = Problem::new(error.code(), what).with_ids(error.ids.clone());
                problem.http_status = error.status;
                problem.at = error.at;
                problem
            }
            Self::Status { status, ids, .. } => Problem::new(self.code(), self.to_string())
                .with_status(*status)
                .with_ids((**ids).clone()),
            _ => Problem::new(self.code(), self.to_string()),
        }
    }

    /// Entra's refusal, if it is one.
    pub fn refusal(&self) -> Option<&OAuthError> {
        match self {
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the question itself could not be put, so that nothing is known: the network, a server
    /// error, throttling, or Entra's own transient codes.
    pub fn is_unanswered(&self) -> bool {
        match self {
            // A status without Entra's own words may come from anybody on the way.
            Self::Wire(_)
            | Self::CallbackTimeout { .. }
            | Self::Loopback { .. }
            | Self::Status { .. } => true,
            Self::Refused(error) => {
                error.error == "temporarily_unavailable"
                    || error.error == "server_error"
                    || error.has_code(&[50_033, 90_006, 90_012, 90_024, 90_033, 90_055])
            }
            _ => false,
        }
    }

    /// The error that a reply carries.
    pub(crate) fn of_reply(reply: &Reply) -> Self {
        match OAuthError::of_body(&reply.body, reply.status.as_u16(), reply.ids.clone()) {
            Some(error) => Self::Refused(Box::new(error)),
            None => Self::Status {
                call: reply.label.clone(),
                status: reply.status.as_u16(),
                ids: Box::new(reply.ids.clone()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_body_is_kept_whole() {
        let body = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: 11111111-2222-4333-8444-555555555555 Correlation ID: 22222222-2222-4333-8444-555555555555 Timestamp: 2026-11-22 10:00:00Z","error_codes":[7000215],"timestamp":"2026-11-22 10:00:00Z","trace_id":"t","correlation_id":"c","suberror":"bad_token"}"#;
        let error = OAuthError::of_body(body, 401, RequestIds::default()).unwrap();
        assert_eq!(error.code(), ProblemCode::Aadsts(7_000_215));
        assert_eq!(
            error.description,
            "AADSTS7000215: Invalid client secret provided."
        );
        assert_eq!(
            (
                error.ids.trace_id.as_deref(),
                error.ids.correlation_id.as_deref()
            ),
            (Some("t"), Some("c"))
        );
        assert_eq!(error.at.unwrap().to_string(), "2026-11-22T10:00:00Z");
        assert_eq!(error.suberror.as_deref(), Some("bad_token"));
    }

    #[test]
    fn the_numbers_of_a_text_are_whole_numbers() {
        assert_eq!(
            numbers("AADSTS900023: Specified tenant. AADSTS90002 too"),
            [900_023, 90_002]
        );
        assert_eq!(numbers("no code here"), Vec::<u32>::new());
    }

    #[test]
    fn a_redirect_error_yields_its_ids() {
        let error = OAuthError::of_redirect(
            "access_denied",
            "AADSTS65004: User declined to consent.\r\nTrace ID: aaa\r\nCorrelation ID: bbb\r\nTimestamp: 2026-11-22 10:00:01Z",
        );
        assert_eq!(error.codes, [65_004]);
        assert_eq!(error.ids.trace_id.as_deref(), Some("aaa"));
        assert_eq!(error.ids.correlation_id.as_deref(), Some("bbb"));
        assert_eq!(error.at.unwrap().to_string(), "2026-11-22T10:00:01Z");
    }

    #[test]
    fn a_body_without_an_error_is_none() {
        assert_eq!(
            OAuthError::of_body(b"<html>", 502, RequestIds::default()),
            None
        );
    }
}

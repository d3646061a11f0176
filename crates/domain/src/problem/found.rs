//! What a pasted text tells besides its codes: the ids and the time that Microsoft's support asks for.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::RequestIds;

/// Ids and time found in a pasted text, each the first of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The ids by which Microsoft finds the request again.
    pub ids: RequestIds,
    /// When it happened.
    pub at: Option<Timestamp>,
}

impl Found {
    /// Looks for `Trace ID: …`, `"correlation_id":"…"`, `request-id`, `client-request-id`,
    /// `Timestamp: …` and `"date":"…"` as Entra, Graph, Exchange and the portal write them. A time
    /// without a zone is UTC, as Graph's `date` is.
    pub fn in_text(text: &str) -> Self {
        let id = |labels: &[&str]| {
            after(text, labels).find_map(|rest| {
                let id = Uuid::parse_str(rest.get(..36)?).ok()?;
                Some(id.hyphenated().to_string())
            })
        };
        Self {
            ids: RequestIds {
                client_request_id: id(&["client-request-id", "client request id"]),
                request_id: id(&["request-id", "request id", "x-ms-request-id"]),
                trace_id: id(&["trace id", "trace_id", "traceid"]),
                correlation_id: id(&["correlation id", "correlation_id", "correlationid"]),
            },
            at: after(text, &["timestamp", "date"]).find_map(time),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What follows each occurrence of a label, without the signs that part a name from its value.
fn after<'t>(text: &'t str, labels: &[&str]) -> impl Iterator<Item = &'t str> {
    let lower = text.to_ascii_lowercase();
    let mut ends: Vec<usize> = labels
        .iter()
        .flat_map(|label| lower.match_indices(label))
        .filter(|(start, label)| {
            let before = lower[..*start].chars().next_back();
            let longer = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
            // "Client Request Id" holds "request id".
            let client = lower[..*start].ends_with("client ") && !label.starts_with("client");
            !before.is_some_and(longer) && !client
        })
        .map(|(start, label)| start + label.len())
        .collect();
    ends.sort_unstable();
    let separators = |c: char| c.is_whitespace() || "\"'\\:=[".contains(c);
    ends.into_iter().filter_map(move |end| {
        let rest = text[end..].trim_start_matches(separators);
        (rest.len() < text[end..].len()).then_some(rest)
    })
}

/// A time in the forms `2026-11-22 10:00:00Z`, `2026-11-22T10:00:00.123Z` and `2026-11-22T10:00:00`.
fn time(rest: &str) -> Option<Timestamp> {
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || "-:.+TZtz ".contains(c)))
        .unwrap_or(rest.len());
    // What follows a date may begin with a digit too; a time has one space at most.
    let mut words = rest[..end].split(' ');
    let first = words.next()?;
    let both = words.next().map(|second| format!("{first} {second}"));
    both.iter()
        .map(String::as_str)
        .chain([first])
        .find_map(|text| {
            text.parse().ok().or_else(|| {
                let local: DateTime = Some(text).filter(|text| text.len() >= 19)?.parse().ok()?;
                local
                    .to_zoned(TimeZone::UTC)
                    .ok()
                    .map(|zoned| zoned.timestamp())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0f5a9c6e-1111-4222-8333-444455556666";
    const CORRELATION: &str = "1a2b3c4d-5555-4666-8777-888899990000";

    #[test]
    fn entras_text_and_its_json_tell_the_same() {
        let text = format!(
            "AADSTS7000215: Invalid client secret. Trace ID: {TRACE} Correlation ID: {CORRELATION} \
             Timestamp: 2026-11-22 10:00:00Z"
        );
        let json = format!(
            r#"{{\"trace_id\":\"{TRACE}\",\"correlation_id\":\"{CORRELATION}\",\"timestamp\":\"2026-11-22 10:00:00Z\"}}"#
        );
        let found = Found::in_text(&text);
        assert_eq!(found, Found::in_text(&json));
        assert_eq!(found.ids.trace_id.as_deref(), Some(TRACE));
        assert_eq!(found.ids.correlation_id.as_deref(), Some(CORRELATION));
        assert_eq!(found.at, Some("2026-11-22T10:00:00Z".parse().unwrap()));
    }

    #[test]
    fn graphs_two_ids_are_told_apart() {
        let body = format!(
            r#"{{"error":{{"innerError":{{"date":"2026-11-22T10:00:00","request-id":"{TRACE}","client-request-id":"{CORRELATION}"}}}}}}"#
        );
        let found = Found::in_text(&body);
        assert_eq!(found.ids.request_id.as_deref(), Some(TRACE));
        assert_eq!(found.ids.client_request_id.as_deref(), Some(CORRELATION));
        assert_eq!(found.at, Some("2026-11-22T10:00:00Z".parse().unwrap()));
        let page = format!("Client Request Id: {CORRELATION}\nRequest Id: {TRACE}");
        assert_eq!(Found::in_text(&page).ids.request_id.as_deref(), Some(TRACE));
    }

    #[test]
    fn a_text_without_any_tells_nothing() {
        for text in [
            "",
            "Correlation ID: none",
            "update on Friday",
            "Timestamp: soon",
            "candidate",
        ] {
            assert!(Found::in_text(text).is_empty(), "{text}");
        }
    }
}

//! Pure rules: when a call is repeated, and after how long.

use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode};
use jiff::Timestamp;

use crate::attempt::Failure;
use crate::call::Repeat;

/// What came of one attempt, as far as another one goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prospect {
    /// Whether another attempt may fare better.
    passing: bool,
    /// Whether this one surely did nothing.
    not_done: bool,
}

impl Prospect {
    /// Of an answer.
    ///
    /// 408, 429 and 5xx are worth another attempt; 501 and 505 will not change, and 511 wants a person
    /// at a portal (RFC 6585, 6). 429 and 503 say that nothing was done:
    /// <https://learn.microsoft.com/graph/throttling>.
    pub(crate) const fn of_status(status: StatusCode) -> Self {
        let (passing, not_done) = match status.as_u16() {
            429 | 503 => (true, true),
            501 | 505 | 511 => (false, false),
            408 | 500..=599 => (true, false),
            _ => (false, false),
        };
        Self { passing, not_done }
    }

    /// Of an attempt without an answer.
    pub(crate) fn of_failure(failure: &Failure) -> Self {
        let refused = failure
            .head
            .as_ref()
            .is_some_and(|head| Self::of_status(head.status).not_done);
        Self {
            passing: failure.error.is_passing(),
            not_done: !failure.sent || refused,
        }
    }

    pub(crate) const fn may_repeat(self, repeat: Repeat) -> bool {
        match repeat {
            Repeat::Always => self.passing,
            Repeat::IfNotDone => self.passing && self.not_done,
            Repeat::Never => false,
        }
    }
}

/// The wait before the next attempt: what the server asks for, else doubling with full jitter above
/// half (`unit` is a random number from 0 to 1).
pub(crate) fn wait(
    attempt: u32,
    asked: Option<Duration>,
    first: Duration,
    longest: Duration,
    unit: f64,
) -> Duration {
    // To be asked for no wait at all is no reason for a volley.
    if let Some(asked) = asked.filter(|asked| !asked.is_zero()) {
        return asked;
    }
    let doublings = attempt.saturating_sub(1);
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    let half = first.saturating_mul(factor).min(longest) / 2;
    half.saturating_add(half.mul_f64(unit.clamp(0.0, 1.0)))
        .min(longest)
}

/// How long an answer asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). The
/// date is compared with the answer's own `Date`, so that a wrong clock here does no harm; `now` is
/// taken where the answer has none. What is no such value counts as absent; seconds beyond counting
/// as the most that can be told.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = text(headers, &http::header::RETRY_AFTER)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(
            text.parse::<u32>().unwrap_or(u32::MAX).into(),
        ));
    }
    if let Some(seconds) = text
        .parse()
        .ok()
        .filter(|seconds: &f64| seconds.is_finite())
    {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = date(text)?;
    let base = server_date(headers).unwrap_or(now);
    Some(Duration::try_from(until.duration_since(base)).unwrap_or_default())
}

/// The server's time: the `Date` header (RFC 9110, 6.6.1).
pub(crate) fn server_date(headers: &HeaderMap) -> Option<Timestamp> {
    date(text(headers, &http::header::DATE)?)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn date(text: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(text).ok()?;
    Some(Timestamp::try_from(date).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests;

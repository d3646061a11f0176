//! Formats of text that the contract names.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// A GUID with its hyphens and nothing around it.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

pub(super) fn is_date(text: &str) -> bool {
    date(text).is_some_and(|(_, rest)| rest.is_empty())
}

/// A date-time of RFC 3339 (section 5.6), which is narrower than what jiff reads: no leap second and
/// no year 0, which `Edm.DateTimeOffset` has neither. Digits behind the nanosecond are dropped, and
/// what lies beyond jiff's last day is that day.
pub(crate) fn date_time(text: &str) -> Option<Timestamp> {
    let (date, rest) = date(text)?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (hour, rest) = two(rest, 23)?;
    let (minute, rest) = two(rest.strip_prefix(':')?, 59)?;
    let (second, rest) = two(rest.strip_prefix(':')?, 59)?;
    let (nanosecond, rest) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    let offset = offset(rest)?;
    let time = Time::new(hour, minute, second, nanosecond).ok()?;
    let local = DateTime::from_parts(date, time);
    let bound = if date.year() > 5000 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    Some(offset.to_timestamp(local).unwrap_or(bound))
}

fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = two(rest.strip_prefix('-')?, 12)?;
    let (day, rest) = two(rest.strip_prefix('-')?, 31)?;
    let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
    Some((Date::new(year, month, day).ok()?, rest))
}

fn offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, rest) = two(rest, 23)?;
    let (minutes, rest) = two(rest.strip_prefix(':')?, 59)?;
    let seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
    rest.is_empty()
        .then(|| Offset::from_seconds(seconds).ok())
        .flatten()
}

/// Nanoseconds, from one digit on.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (shown, rest) = text.split_at_checked(end).filter(|_| end > 0)?;
    let nanoseconds = shown
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
    Some((nanoseconds, rest))
}

/// Two digits, not above some number.
fn two(text: &str, most: i8) -> Option<(i8, &str)> {
    let (number, rest) = digits(text, 2)?;
    let number = i8::try_from(number).ok()?;
    (number <= most).then_some((number, rest))
}

fn digits(text: &str, count: usize) -> Option<(u16, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let all = number.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| Some((number.parse().ok()?, rest))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_of_the_standard_are_read() {
        for (text, read) in [
            ("2026-12-24T16:00:00Z", "2026-12-24T16:00:00Z"),
            ("2026-12-24t16:00:00z", "2026-12-24T16:00:00Z"),
            ("2026-12-24T16:00:00.5+01:30", "2026-12-24T14:30:00.5Z"),
            (
                "2024-02-29T23:59:59.1234567890123-23:59",
                "2024-03-01T23:58:59.123456789Z",
            ),
            ("9999-12-31T23:59:59Z", &Timestamp::MAX.to_string()),
        ] {
            assert_eq!(date_time(text), read.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_date_time_is_none() {
        for text in [
            "",
            "today",
            "2026-12-24",
            "2026-12-24T16:00:00",
            "2026-12-24 16:00:00Z",
            "2026-12-24T16:00Z",
            "2026-12-24T24:00:00Z",
            "2026-12-24T16:00:60Z",
            "2026-12-24T16:00:00.Z",
            "2026-12-24T16:00:00+25:00",
            "2026-12-24T16:00:00+24:00",
            "2026-12-24T16:00:00+01:60",
            "2026-12-24T16:00:00+0100",
            "2026-12-24T16:00:00+01:00Z",
            "2026-12-24T16:00:00Z ",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "+2026-12-24T16:00:00Z",
            "20261224T160000Z",
            "2026-12-24T16:00:00Z[UTC]",
            "２０２６-12-24T16:00:00Z",
        ] {
            assert_eq!(date_time(text), None, "`{text}`");
        }
    }

    #[test]
    fn a_date_has_no_time() {
        assert!(is_date("2024-02-29"));
        for text in ["2023-02-29", "2026-1-01", "2026-01-01T", "20260101", ""] {
            assert!(!is_date(text), "`{text}`");
        }
    }
}

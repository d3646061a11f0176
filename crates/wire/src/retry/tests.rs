use fairlead_domain::problem::RequestIds;
use proptest::prelude::*;

use super::*;
use crate::attempt::Head;
use crate::error::WireError;

const FIRST: Duration = Duration::from_millis(400);
const LONGEST: Duration = Duration::from_secs(20);

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

fn asked(pairs: &[(&'static str, &str)]) -> Option<u64> {
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    retry_after(&headers(pairs), now).map(|wait| wait.as_secs())
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    assert_eq!(asked(&[("retry-after", "7")]), Some(7));
    assert_eq!(asked(&[("retry-after", " 7 ")]), Some(7));
    assert_eq!(asked(&[("retry-after", "1.9")]), Some(1));
    let date = ("retry-after", "Sun, 22 Nov 2026 10:00:09 GMT");
    assert_eq!(asked(&[date]), Some(9));
    assert_eq!(
        asked(&[
            ("retry-after", "Sun, 22 Nov 2026 12:00:02 GMT"),
            ("date", "Sun, 22 Nov 2026 12:00:00 GMT")
        ]),
        Some(2),
        "the server's own clock counts"
    );
    assert_eq!(
        asked(&[("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT")]),
        Some(0),
        "over"
    );
    assert_eq!(asked(&[]), None);
}

/// Until the last moment that there is a name for.
const LATEST: u64 = 251_606_865_600;

#[test]
fn absurd_values_of_retry_after_are_absent_or_long_but_never_short() {
    for (text, expected) in [
        ("soon", None),
        ("", None),
        ("-1", None),
        ("-1.5", None),
        ("NaN", None),
        ("inf", None),
        ("1e300", None),
        ("Sun, 99 Nov 2026 10:00:09 GMT", None),
        ("31536000", Some(31_536_000)),
        ("99999999999999999999999999", Some(u32::MAX.into())),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(LATEST)),
    ] {
        assert_eq!(asked(&[("retry-after", text)]), expected, "{text}");
    }
}

#[test]
fn an_absurd_clock_does_no_harm() {
    let headers = headers(&[("retry-after", "Sun, 22 Nov 2026 10:00:09 GMT")]);
    assert_eq!(retry_after(&headers, Timestamp::MAX), Some(Duration::ZERO));
    assert!(retry_after(&headers, Timestamp::MIN).unwrap() > Duration::from_hours(24 * 365 * 9000));
}

fn repeats(prospect: Prospect) -> [bool; 3] {
    [Repeat::Always, Repeat::IfNotDone, Repeat::Never].map(|repeat| prospect.may_repeat(repeat))
}

#[test]
fn a_status_is_repeated_where_it_may_pass_and_an_act_where_it_was_refused() {
    for status in 100..1000 {
        let prospect = Prospect::of_status(StatusCode::from_u16(status).unwrap());
        let expected = match status {
            429 | 503 => [true, true, false],
            501 | 505 | 511 => [false; 3],
            408 | 500..=599 => [true, false, false],
            _ => [false; 3],
        };
        assert_eq!(repeats(prospect), expected, "{status}");
    }
}

#[test]
fn a_failure_is_repeated_where_it_may_pass_and_an_act_where_it_was_not_sent() {
    let reset = || WireError::Reset {
        call: String::new(),
        cause: String::new(),
        ids: Box::new(RequestIds::default()),
    };
    let head = |status| {
        Some(Box::new(Head {
            status,
            headers: HeaderMap::new(),
        }))
    };
    let foreign = WireError::ForeignHost {
        host: String::new(),
    };
    for (failure, expected) in [
        (
            Failure {
                error: reset(),
                sent: true,
                head: None,
            },
            [true, false, false],
        ),
        (
            Failure {
                error: reset(),
                sent: false,
                head: None,
            },
            [true, true, false],
        ),
        (
            Failure {
                error: reset(),
                sent: true,
                head: head(StatusCode::OK),
            },
            [true, false, false],
        ),
        (
            Failure {
                error: reset(),
                sent: true,
                head: head(StatusCode::TOO_MANY_REQUESTS),
            },
            [true, true, false],
        ),
        (
            Failure {
                error: foreign,
                sent: false,
                head: None,
            },
            [false; 3],
        ),
    ] {
        assert_eq!(
            repeats(Prospect::of_failure(&failure)),
            expected,
            "{}",
            failure.error
        );
    }
}

#[test]
fn waits_double_up_to_the_longest_and_the_server_has_the_last_word() {
    let at = |attempt, unit| wait(attempt, None, FIRST, LONGEST, unit).as_millis();
    assert_eq!((at(1, 0.0), at(1, 1.0)), (200, 400));
    assert_eq!((at(3, 1.0), at(30, 1.0)), (1600, 20_000));
    let asked = |seconds| wait(1, Some(Duration::from_secs(seconds)), FIRST, LONGEST, 0.5);
    assert_eq!(asked(90).as_secs(), 90);
    assert_eq!(
        asked(0).as_millis(),
        300,
        "no wait at all is not taken at its word"
    );
}

proptest! {
    #[test]
    fn no_wait_overflows_and_none_is_longer_than_the_longest(
        attempt in any::<u32>(), first in any::<Duration>(), longest in any::<Duration>(), unit in any::<f64>(),
    ) {
        prop_assume!(!unit.is_nan());
        let wait = wait(attempt, None, first, longest, unit);
        prop_assert!(wait <= longest && wait >= first.min(longest) / 2);
    }

    #[test]
    fn any_header_value_is_read_without_a_fault(value in "[ -~]{0,40}", second in any::<i32>()) {
        let now = Timestamp::from_second(second.into()).unwrap();
        retry_after(&headers(&[("retry-after", &value), ("date", &value)]), now);
    }
}

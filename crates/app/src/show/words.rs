//! Words and figures that pages and texts share.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use fairlead_domain::check::{CheckResult, Verdict};
use fairlead_domain::report::Report;
use fairlead_wire::Spent;
use jiff::Timestamp;

use super::clean;

/// The worst first: the order in which verdicts are counted up.
pub(super) const WORST_FIRST: [Verdict; 5] = [
    Verdict::Failed,
    Verdict::Unknown,
    Verdict::Warning,
    Verdict::Passed,
    Verdict::NotRun,
];

/// `1 check`, `2 checks`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// A time for people, always in UTC and always saying so.
pub(super) fn utc(time: Timestamp) -> impl Display {
    time.strftime("%Y-%m-%d %H:%M:%S UTC")
}

/// A span of time in the unit in which it is read.
pub(super) fn took(time: Duration) -> String {
    let ms = time.as_millis();
    match ms {
        0 => "<1 ms".to_owned(),
        1..1_000 => format!("{ms} ms"),
        1_000..59_950 => {
            let tenths = (ms + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ => {
            let seconds = (ms + 500) / 1_000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// A span of time that is given in milliseconds.
pub(super) fn took_ms(ms: u64) -> String {
    took(Duration::from_millis(ms))
}

/// What something waits for at most.
pub(super) fn up_to(seconds: u32) -> String {
    match seconds {
        60 => "up to a minute".to_owned(),
        0..120 => format!("up to {seconds} seconds"),
        _ => format!("up to {} minutes", seconds.div_ceil(60)),
    }
}

/// Requests made one after the other, and their time.
pub(super) fn spent(chain: Spent) -> String {
    let requests = usize::try_from(chain.requests).unwrap_or(usize::MAX);
    format!("{}, {}", counted(requests, "request"), took(chain.time))
}

/// How many checks have each verdict, the worst first, without those that no check has.
pub(super) fn counts(checks: &[&CheckResult]) -> Vec<(Verdict, usize)> {
    WORST_FIRST
        .into_iter()
        .map(|verdict| {
            let count = checks.iter().filter(|check| check.verdict == verdict);
            (verdict, count.count())
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// `2 failed, 1 warning, 30 passed`.
pub(super) fn tally(report: &Report) -> String {
    let checks: Vec<&CheckResult> = report.checks.iter().collect();
    let parts: Vec<String> = counts(&checks)
        .into_iter()
        .map(|(verdict, count)| tallied(verdict, count))
        .collect();
    if parts.is_empty() {
        "no checks".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `30 passed`, `2 warnings`.
pub(super) fn tallied(verdict: Verdict, count: usize) -> String {
    match verdict {
        Verdict::Warning => counted(count, "warning"),
        _ => format!("{count} {verdict}"),
    }
}

/// The checks that were not run, by what they need, in the order of the report.
pub(super) fn unproved(report: &Report) -> Vec<(String, Vec<&CheckResult>)> {
    let mut groups: Vec<(String, Vec<&CheckResult>)> = Vec::new();
    for check in &report.checks {
        if check.verdict != Verdict::NotRun {
            continue;
        }
        let need = needs(check);
        match groups.iter_mut().find(|(known, _)| *known == need) {
            Some((_, checks)) => checks.push(check),
            None => groups.push((need, vec![check])),
        }
    }
    groups
}

/// What a check found. What was not run says so by its verdict already.
pub(super) fn found(check: &CheckResult) -> Cow<'_, str> {
    let detail = match check.verdict {
        Verdict::NotRun => check.detail.strip_prefix("not run: "),
        _ => None,
    };
    clean::line(detail.unwrap_or(&check.detail))
}

/// How long a check took; nothing of one that was not run.
pub(super) fn check_took(check: &CheckResult) -> Option<String> {
    (check.verdict != Verdict::NotRun).then(|| took_ms(check.ms))
}

/// `3 checks need the inspector`, `1 check needs a plan`.
pub(super) fn needing(count: usize, need: &str) -> String {
    let verb = if count == 1 { "needs" } else { "need" };
    format!("{} {verb} {need}", counted(count, "check"))
}

/// What a check that was not run needs, in words.
pub(super) fn needs(check: &CheckResult) -> String {
    if check.needs.is_empty() {
        return "something that is not there".to_owned();
    }
    let words: Vec<&str> = check.needs.iter().map(|need| need_word(need)).collect();
    words.join(", ")
}

fn need_word(need: &str) -> &str {
    match need {
        "inspector" => "the inspector",
        need => need,
    }
}

/// What the verdict of a whole report means.
pub(super) fn meaning(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Unknown if report.first_concern().is_none() => {
            "Nobody signed in to the tenant for this test, so nothing is known of the connection itself."
        }
        Verdict::Passed => "Everything that was asked is as it should be.",
        Verdict::Warning => "It works today, but something needs attention.",
        Verdict::Failed => "Something is not as it should be.",
        Verdict::Unknown => "Some questions could not be put, so nothing is known of them.",
        Verdict::NotRun => "Nothing was asked.",
    }
}

/// The title of a category of checks.
pub(super) fn category(category: &str) -> String {
    let title = match category {
        "network" => "Network",
        "tenant" => "Tenant",
        "app" => "App registration",
        "principal" => "Enterprise application",
        "certificate" => "Certificate",
        "secret" => "Client secret",
        "account" => "Synchronisation account",
        "token" => "Token",
        "permissions" => "Permissions",
        "licence" => "Licences",
        "planner" => "Planner",
        other => return capital(other),
    };
    title.to_owned()
}

/// The checks of each category, in the order of the report.
pub(super) fn by_category(report: &Report) -> Vec<(&str, Vec<&CheckResult>)> {
    let mut groups: Vec<(&str, Vec<&CheckResult>)> = Vec::new();
    for check in &report.checks {
        match groups
            .iter_mut()
            .find(|(known, _)| *known == check.category)
        {
            Some((_, checks)) => checks.push(check),
            None => groups.push((&check.category, vec![check])),
        }
    }
    groups
}

/// A text that begins with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_unit_in_which_it_is_read() {
        let told = |ms| took(Duration::from_millis(ms));
        assert_eq!(
            [0, 999, 1_874, 59_949, 59_950, 125_400].map(told),
            [
                "<1 ms",
                "999 ms",
                "1.9 s",
                "59.9 s",
                "1 min 0 s",
                "2 min 5 s"
            ]
        );
        assert_eq!(
            [up_to(30), up_to(60), up_to(90), up_to(300)],
            [
                "up to 30 seconds",
                "up to a minute",
                "up to 90 seconds",
                "up to 5 minutes"
            ]
        );
    }

    #[test]
    fn figures_agree_with_their_nouns() {
        assert_eq!(counted(1, "check"), "1 check");
        assert_eq!(tallied(Verdict::Warning, 2), "2 warnings");
        assert_eq!(tallied(Verdict::NotRun, 1), "1 not run");
        let chain = Spent {
            requests: 1,
            time: Duration::from_millis(7),
        };
        assert_eq!(spent(chain), "1 request, 7 ms");
    }

    #[test]
    fn every_category_of_the_known_checks_has_a_title_of_its_own() {
        let mut titles = std::collections::BTreeMap::new();
        for id in fairlead_domain::check::KNOWN {
            let name = id.split('.').next().unwrap_or_default();
            titles.insert(category(name), name);
        }
        assert_eq!(titles.len(), 11, "{titles:?}");
        assert_eq!(category("rooms"), "Rooms");
    }
}

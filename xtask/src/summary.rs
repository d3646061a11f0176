use std::ops::Add;
use std::path::Path;

use crate::failure::Failure;

/// How many tests there were and how they ended, as the runner wrote it down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    passed: u64,
    failed: u64,
}

impl Summary {
    /// From what cargo-nextest writes (`junit.xml`): the first element carries the totals.
    pub(crate) fn read(junit: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(junit).map_err(Failure::file(junit))?;
        Self::parse(&text).ok_or_else(|| Failure::Unreadable {
            what: format!("the totals in {}", junit.display()),
            found: text.chars().take(200).collect(),
        })
    }

    fn parse(junit: &str) -> Option<Self> {
        let totals = junit.split_once("<testsuites ")?.1.split_once('>')?.0;
        let attribute = |name: &str| -> Option<u64> {
            let value = totals
                .split_once(&format!("{name}=\""))?
                .1
                .split_once('"')?
                .0;
            value.parse().ok()
        };
        let failed = attribute("failures")? + attribute("errors")?;
        Some(Self {
            passed: attribute("tests")?.checked_sub(failed)?,
            failed,
        })
    }

    /// One line, in the form that is read by machines too.
    pub(crate) fn line(self) -> String {
        format!("tests: {} passed, {} failed", self.passed, self.failed)
    }
}

impl Add for Summary {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNIT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" uuid="0" timestamp="t" time="1.2" tests="12" failures="2" errors="1">
    <testsuite name="fairlead-domain" tests="12" disabled="0" errors="0" failures="0">"#;

    #[test]
    fn the_totals_are_those_of_the_whole_run() {
        let summary = Summary::parse(JUNIT).expect("it is a JUnit file");
        assert_eq!(
            summary,
            Summary {
                passed: 9,
                failed: 3
            }
        );
        assert_eq!(summary.line(), "tests: 9 passed, 3 failed");
        assert_eq!((summary + summary).line(), "tests: 18 passed, 6 failed");
    }

    #[test]
    fn what_is_no_junit_file_gives_no_totals() {
        for text in [
            "",
            "<testsuites >",
            r#"<testsuites tests="1" failures="2" errors="0">"#,
        ] {
            assert_eq!(Summary::parse(text), None, "{text}");
        }
    }
}

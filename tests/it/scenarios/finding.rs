//! What a test of a connection found, as its JSON says.

use std::fmt;

use fairlead_domain::check::{CheckResult, Verdict};
use fairlead_domain::report::Report;
use fairlead_tests::Ended;

/// A report, and the exit code that came with it.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) exit: i32,
    report: Result<Report, String>,
}

impl Finding {
    pub(super) fn of(ended: &Ended) -> Self {
        let report = serde_json::from_str(&ended.stdout)
            .map_err(|_| format!("no report: {}{}", ended.stdout, ended.stderr));
        Self {
            exit: ended.code.unwrap_or(-1),
            report,
        }
    }

    pub(super) fn report(&self) -> Option<&Report> {
        self.report.as_ref().ok()
    }

    pub(super) fn verdict(&self) -> Option<Verdict> {
        self.report().map(|report| report.verdict)
    }

    /// The first check that is a warning, failed or unknown.
    pub(super) fn concern(&self) -> Option<&CheckResult> {
        self.report()?.first_concern()
    }

    pub(super) fn checks(&self) -> &[CheckResult] {
        self.report().map_or(&[], |report| &report.checks)
    }

    pub(super) fn check(&self, id: &str) -> Option<&CheckResult> {
        self.checks().iter().find(|check| check.id.as_str() == id)
    }

    /// Whether it is as it was promised.
    pub(super) fn is(&self, verdict: Verdict, check: Option<&str>, exit: u8) -> bool {
        self.verdict() == Some(verdict)
            && self.concern().map(|concern| concern.id.as_str()) == check
            && self.exit == i32::from(exit)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.report {
            Err(text) => write!(f, "exit {}, {text}", self.exit),
            Ok(report) => {
                write!(f, "{}, exit {}", report.verdict, self.exit)?;
                for check in report
                    .checks
                    .iter()
                    .filter(|it| it.verdict.needs_attention())
                {
                    write!(
                        f,
                        "\n      {} {}: {}",
                        check.id, check.verdict, check.detail
                    )?;
                }
                Ok(())
            }
        }
    }
}

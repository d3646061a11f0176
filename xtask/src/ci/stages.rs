use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::say;

/// The stages so far, with what each took.
#[derive(Default)]
pub(super) struct Stages {
    done: Vec<Stage>,
}

struct Stage {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Stages {
    pub(super) fn run<T>(
        &mut self,
        name: &'static str,
        stage: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        say::note(&format!("\n== {name}"));
        let started = Instant::now();
        let outcome = stage();
        self.done.push(Stage {
            name,
            took: started.elapsed(),
            passed: outcome.is_ok(),
        });
        outcome.map_err(|failure| {
            say::note(&failure.to_string());
            Failure::StageFailed { stage: name }
        })
    }

    pub(super) fn table(&self) -> String {
        let mut table = String::new();
        let rows = self.done.iter().map(|stage| {
            (
                stage.name,
                stage.took,
                if stage.passed { "" } else { "failed" },
            )
        });
        let total = self.done.iter().map(|stage| stage.took).sum();
        for (name, took, remark) in rows.chain([("all", total, "")]) {
            let line = format!("{name:<22}{:>12}  {remark}", told(took));
            let _ = write!(table, "\n{}", line.trim_end());
        }
        table
    }
}

fn told(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs_f64() % 60.0) {
        (0, seconds) => format!("{seconds:.1} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_each_stage_took_and_which_failed() {
        let stage = |name, seconds: u64, passed| Stage {
            name,
            took: Duration::from_millis(seconds * 1000 + 200),
            passed,
        };
        let stages = Stages {
            done: vec![stage("format", 1, true), stage("tests", 245, false)],
        };
        let expected = "
format                       1.2 s
tests                   4 min 05 s  failed
all                     4 min 06 s";
        assert_eq!(stages.table(), expected);
    }

    #[test]
    fn a_stage_that_fails_is_named() {
        let mut stages = Stages::default();
        let failed = stages.run("tests", || Err::<(), _>(Failure::Findings { count: 2 }));
        assert_eq!(
            failed.expect_err("it failed").to_string(),
            "the stage `tests` failed"
        );
        assert!(stages.table().contains("failed"), "{}", stages.table());
    }
}

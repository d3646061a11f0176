use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// Times of the same act, at least one.
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        (!times.is_empty()).then_some(Self(times))
    }

    pub(super) fn least(&self) -> Duration {
        self.0.first().copied().unwrap_or_default()
    }

    pub(super) fn median(&self) -> Duration {
        let middle = self.0.len() / 2;
        let upper = self.0.get(middle).copied().unwrap_or_default();
        if self.0.len() % 2 == 1 {
            return upper;
        }
        let lower = self
            .0
            .get(middle.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        (lower + upper) / 2
    }
}

/// From start to end of a program that must succeed.
pub(super) fn one_run(program: &Path, args: &[&str]) -> Result<Duration, Failure> {
    let named = || format!("{} {}", program.display(), args.join(" "));
    let mut command = Command::new(program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status();
    let took = started.elapsed();
    let status = status.map_err(|source| Failure::NotStarted {
        command: named(),
        source,
    })?;
    if status.success() {
        Ok(took)
    } else {
        Err(Failure::Ended {
            command: named(),
            code: status.code(),
        })
    }
}

pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: &[u64]) -> Times {
        let times = milliseconds
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect();
        Times::of(times).expect("there are times")
    }

    #[test]
    fn the_median_is_the_middle_one_or_between_the_middle_two() {
        assert_eq!(times(&[9, 1, 5]).median(), Duration::from_millis(5));
        assert_eq!(times(&[9, 1, 5, 3]).median(), Duration::from_millis(4));
        assert_eq!(times(&[7]).median(), Duration::from_millis(7));
        assert_eq!(times(&[9, 1, 5]).least(), Duration::from_millis(1));
        assert!(Times::of(Vec::new()).is_none());
    }

    #[test]
    fn a_program_that_fails_is_not_timed() {
        assert!(one_run(Path::new("true"), &[]).is_ok());
        assert!(matches!(
            one_run(Path::new("false"), &[]),
            Err(Failure::Ended { .. })
        ));
        assert!(matches!(
            one_run(Path::new("no-such"), &[]),
            Err(Failure::NotStarted { .. })
        ));
    }
}

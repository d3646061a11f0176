use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::{leftovers, say};

const MINUTE: Duration = Duration::from_mins(1);

/// A command that is shown before it runs and ended when it takes too long.
pub(crate) struct Run {
    command: Command,
    shown: String,
    limit: Duration,
}

impl Run {
    /// Everything that this command starts can be found again by [`leftovers::end`].
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut run = Self::lasting(program);
        run.command.env(leftovers::MARK, leftovers::mark());
        run
    }

    /// A command that may start what outlives it, as the installation of a daemon does.
    pub(crate) fn lasting(program: impl AsRef<OsStr>) -> Self {
        let shown = Path::new(&program).file_name().unwrap_or(program.as_ref());
        let shown = shown.to_string_lossy().into_owned();
        Self {
            command: Command::new(&program),
            shown,
            limit: Duration::from_mins(45),
        }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &OsStr) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it before the eyes of whoever asked; anything but success is a failure.
    pub(crate) fn go(self) -> Result<(), Failure> {
        let shown = self.shown.clone();
        let status = self.status()?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Ended {
                command: shown,
                code: status.code(),
            })
        }
    }

    /// Runs it before the eyes of whoever asked and tells how it ended.
    pub(crate) fn status(mut self) -> Result<ExitStatus, Failure> {
        say::note(&format!("> {}", self.shown));
        self.command.stdin(Stdio::null());
        let child = self.start()?;
        self.wait(child)
    }

    /// Runs it unseen and returns what it wrote to its standard output.
    pub(crate) fn read(mut self) -> Result<String, Failure> {
        self.command.stdin(Stdio::null()).stderr(Stdio::null());
        let output = self.command.output();
        let output = output.map_err(|source| Failure::NotStarted {
            command: self.shown.clone(),
            source,
        })?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(Failure::Ended {
                command: self.shown,
                code: output.status.code(),
            })
        }
    }

    /// Whether it can be started and says yes.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let limit = self.limit.min(MINUTE);
        self.limit(limit)
            .quietly()
            .is_ok_and(|status| status.success())
    }

    fn quietly(mut self) -> Result<ExitStatus, Failure> {
        let child = self.start()?;
        self.wait(child)
    }

    fn start(&mut self) -> Result<Child, Failure> {
        let child = self.command.spawn();
        child.map_err(|source| Failure::NotStarted {
            command: self.shown.clone(),
            source,
        })
    }

    fn wait(self, mut child: Child) -> Result<ExitStatus, Failure> {
        let failed = |source| Failure::NotStarted {
            command: self.shown.clone(),
            source,
        };
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return Ok(status);
            }
            if started.elapsed() >= self.limit {
                child.kill().and_then(|()| child.wait()).map_err(failed)?;
                return Err(Failure::TooLong {
                    command: self.shown,
                    limit: self.limit,
                });
            }
            sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

/// The `cargo` that runs this task, without the variables that it set for this task alone: build
/// scripts that look at them would run again.
pub(crate) fn cargo() -> Run {
    cargo_tool(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program that calls `cargo` itself, with the same care.
pub(crate) fn cargo_tool(program: impl AsRef<OsStr>) -> Run {
    const OWN: [&str; 5] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY",
    ];
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            OWN.iter()
                .any(|own| name.to_string_lossy().starts_with(own))
        })
        .fold(Run::new(program), |run, name| run.without_env(&name))
}

/// Whether a program of this name is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let outcome = Run::new("sleep")
            .arg("30")
            .limit(Duration::from_millis(50))
            .quietly();
        assert!(
            matches!(outcome, Err(Failure::TooLong { .. })),
            "{outcome:?}"
        );
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "took {:?}",
            started.elapsed()
        );
    }

    #[test]
    fn a_failure_names_the_command_and_its_exit_code() {
        let failure = Run::new("sh")
            .args(["-c", "exit 7"])
            .go()
            .expect_err("it exits with 7");
        assert_eq!(failure.to_string(), "`sh -c exit 7` ended with exit code 7");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = Run::new("no-such-program")
            .go()
            .expect_err("it is not there");
        assert!(
            failure
                .to_string()
                .starts_with("`no-such-program` could not be started"),
            "{failure}"
        );
        assert!(!Run::new("no-such-program").succeeds());
        assert!(!on_path("no-such-program"));
        assert!(on_path("sh"));
    }
}

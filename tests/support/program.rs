use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::place::fairlead;
use crate::running::{Ended, Running};

#[cfg(test)]
mod tests;

/// A program to be run by a test. Its calls block: an asynchronous test makes them on a thread for
/// blocking work.
#[derive(Debug)]
pub struct Program {
    command: Command,
    shown: String,
    input: Option<Vec<u8>>,
    limit: Duration,
}

/// What would reach into a test from outside: a display to open a browser on, the real keyring, a
/// proxy, the home of whoever runs it.
const SURROUNDINGS: [&str; 20] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "RUST_LOG",
    "NO_COLOR",
];

impl Program {
    /// Any program, with the test's own surroundings.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let shown = program.as_ref().to_string_lossy().into_owned();
        let command = Command::new(program);
        Self {
            command,
            shown,
            input: None,
            limit: Duration::from_mins(1),
        }
    }

    /// The program `fairlead` with its configuration in `folder`, which is its home too: nothing of
    /// whoever runs the test is read or changed.
    pub fn fairlead(folder: &Path) -> Self {
        let mut program = Self::new(fairlead());
        "fairlead".clone_into(&mut program.shown);
        program.at_home_in(folder).env("FAIRLEAD_CONFIG", folder)
    }

    /// Without the surroundings of whoever runs the test, and with `folder` for a home.
    #[must_use]
    pub fn at_home_in(mut self, folder: &Path) -> Self {
        for name in SURROUNDINGS {
            self.command.env_remove(name);
        }
        self.env("HOME", folder).env("XDG_RUNTIME_DIR", folder)
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// One more variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The folder that it runs in.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it reads from its standard input. Without, there is nothing to read.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = Some(input.into());
        self
    }

    /// How long it may run; a minute without this.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    ///
    /// When it can't be started or runs longer than it may, with what it has written so far.
    pub fn run(self) -> Ended {
        let limit = self.limit;
        self.start().wait(limit)
    }

    /// Runs it to its end with nobody to read what it prints; its exit code.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn run_unread(mut self) -> Option<i32> {
        let command = self.command.stdin(Stdio::null()).stderr(Stdio::null());
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("it starts");
        drop(child.stdout.take());
        child.wait().expect("it ends").code()
    }

    /// Starts it. It is killed when the value is dropped.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn start(mut self) -> Running {
        let input = if self.input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        self.command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = self.command.spawn();
        let child = child.unwrap_or_else(|error| panic!("`{}` did not start: {error}", self.shown));
        Running::new(child, self.shown, self.input)
    }
}

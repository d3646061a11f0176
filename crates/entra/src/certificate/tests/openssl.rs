//! The `openssl` command as the judge that knows nothing of this crate.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The command, and a folder of its own.
pub(crate) struct OpenSsl {
    folder: TempDir,
}

impl OpenSsl {
    /// The command, if it is installed. Where it must be, `FAIRLEAD_REQUIRE_OPENSSL=1` says so.
    pub(crate) fn find() -> Option<Self> {
        let there = Command::new("openssl")
            .arg("version")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if there {
            return Some(Self {
                folder: tempfile::tempdir().unwrap(),
            });
        }
        let required = std::env::var("FAIRLEAD_REQUIRE_OPENSSL").is_ok_and(|value| value == "1");
        assert!(!required, "openssl is required here, and not installed");
        eprintln!("skipped: the openssl command is not installed");
        None
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("openssl");
        command
            .args(arguments)
            .current_dir(self.folder())
            .env("LC_ALL", "C.UTF-8");
        command
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs it and takes what comes.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs it, expects it to succeed, and gives its standard output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments);
        assert!(
            output.status.success(),
            "openssl {arguments:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it with a text on its standard input, as `-passin stdin` wants it.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(format!("{input}\n").as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }
}

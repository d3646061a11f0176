//! The whole way, with every output kept.

use std::fs;
use std::path::{Path, PathBuf};

use fairlead_sim::Exchange;
use fairlead_sim::options::Options;
use fairlead_tests::{Ended, Program, temp_folder};
use tempfile::TempDir;

use super::wire;
use crate::judges::Tenant;

pub(super) const MART: &str = "planner-data-mart";

/// A tenant, what was written on the way so far, and a folder for what may hold a secret.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) tenant: Tenant,
    /// Files that secrets are given in, and files that they are exported to.
    secret: TempDir,
    /// The configuration of another computer.
    pub(super) elsewhere: TempDir,
    written: Vec<(String, String)>,
    exchanges: Vec<Exchange>,
}

impl Way {
    pub(super) fn begin() -> Self {
        Self::begin_with(&[])
    }

    /// Begins where these faults happen.
    pub(super) fn begin_with(faults: &[&str]) -> Self {
        let secret = temp_folder();
        let faults = faults.iter().map(|it| it.parse().expect("it is a fault"));
        let options = Options {
            auto_consent: true,
            faults: faults.collect(),
            request_log: Some(secret.path().join("requests.log")),
            ..Options::default()
        };
        Self {
            tenant: Tenant::start(options),
            secret,
            elsewhere: temp_folder(),
            written: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    /// A file that may hold a secret.
    pub(super) fn secret_file(&self, name: &str) -> PathBuf {
        self.secret.path().join(name)
    }

    /// A file with a secret in its first line, as an argument.
    pub(super) fn given(&self, name: &str, secret: &str) -> String {
        let file = self.secret_file(name);
        fairlead_tests::secret_file(&file, secret);
        file.display().to_string()
    }

    /// Runs a command that has to end with this code, as talkative as it gets.
    pub(super) fn run(&mut self, code: i32, command: &[&str]) -> Ended {
        let program = self.tenant.fairlead(command);
        self.hear(program, command).with_code(code)
    }

    /// The same, however it ends.
    pub(super) fn try_to(&mut self, command: &[&str]) {
        let program = self.tenant.fairlead(command);
        self.hear(program, command);
    }

    /// The same with the configuration of the other computer.
    pub(super) fn run_elsewhere(&mut self, code: i32, store: &str, command: &[&str]) -> Ended {
        let program = Program::fairlead(self.elsewhere.path())
            .args(["--secret-store", "file", "--passphrase-file", store])
            .args(command);
        self.hear(program, command).with_code(code)
    }

    fn hear(&mut self, program: Program, command: &[&str]) -> Ended {
        let program = program.arg("--verbose").env("FAIRLEAD_LOG", "trace");
        let ended = program.run();
        let name = command.join(" ");
        let outputs = [("stdout", &ended.stdout), ("stderr", &ended.stderr)];
        self.written
            .extend(outputs.map(|(which, text)| (format!("{which} of `{name}`"), text.clone())));
        ended
    }

    /// Connects under a name.
    pub(super) fn connect(&mut self, code: i32, name: &str, more: &[&str]) -> Ended {
        self.try_to_connect(name, more).with_code(code)
    }

    /// The same, however it ends.
    pub(super) fn try_to_connect(&mut self, name: &str, more: &[&str]) -> Ended {
        let domain = self.tenant.ready().domain.clone();
        let browser = env!("CARGO_BIN_EXE_fairlead-test-browser");
        let first = ["connect", MART, "--name", name, "--tenant", &domain];
        let second = ["--yes", "--patience", "5", "--browser", browser];
        let command = [&first[..], &second, more].concat();
        let program = self.tenant.fairlead(&command);
        self.hear(program, &command)
    }

    /// What went over the wire so far.
    pub(super) fn exchanges(&mut self) -> &[Exchange] {
        self.exchanges.extend(self.tenant.exchanges());
        &self.exchanges
    }

    /// The last secret of this name that went over the wire.
    pub(super) fn seen(&mut self, name: &str) -> String {
        let mut all = self.exchanges().iter().flat_map(wire::secrets);
        let last = all.by_ref().filter(|(known, _)| *known == name).last();
        last.unwrap_or_else(|| panic!("no `{name}` went over the wire"))
            .1
    }

    /// Everything that was written: what commands printed, every file of both configurations, the
    /// simulated tenant's log.
    pub(super) fn written(&self) -> Vec<(String, Vec<u8>)> {
        let printed = self.written.iter();
        let mut all: Vec<_> = printed
            .map(|(place, text)| (place.clone(), text.clone().into_bytes()))
            .collect();
        let log = self.secret_file("requests.log");
        let folders = [self.tenant.folder(), self.elsewhere.path()];
        let files = folders.into_iter().flat_map(files).chain([log]);
        all.extend(files.map(|file| {
            let bytes = fs::read(&file).expect("it can be read");
            (file.display().to_string(), bytes)
        }));
        all
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

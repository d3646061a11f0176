//! A simulated tenant of one test's own, and `fairlead` with a configuration of its own on it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fairlead_sim::options::Options;
use fairlead_sim::{Ready, Running, start};
use fairlead_tests::{Program, temp_folder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::automation::text;

/// Serves every tenant of this process.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut threads = Builder::new_multi_thread();
        let built = threads.worker_threads(2).enable_all().build();
        built.expect("a runtime")
    })
}

/// A tenant that approves by itself what a person would approve.
#[derive(Debug)]
pub(super) struct Tenant {
    sim: Running,
    folder: TempDir,
}

impl Tenant {
    /// One with these scenarios.
    pub(super) fn with(scenarios: &[&str]) -> Self {
        let options = Options {
            auto_consent: true,
            scenarios: scenarios.iter().map(|name| (*name).to_owned()).collect(),
            ..Options::default()
        };
        let sim = runtime().block_on(start(options));
        let tenant = Self {
            sim: sim.expect("a simulated tenant starts"),
            folder: temp_folder(),
        };
        tenant.keep_cloud(&tenant.ready().line());
        tenant
    }

    pub(super) fn ready(&self) -> &Ready {
        self.sim.ready()
    }

    /// The folder of the configuration.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn cloud(&self) -> PathBuf {
        self.folder().join("cloud.json")
    }

    /// Has `fairlead` find the tenant by another cloud file.
    pub(super) fn keep_cloud(&self, line: &str) {
        std::fs::write(self.cloud(), line).expect("the cloud file is written");
    }

    /// The ready line with every address of the tenant's led elsewhere.
    pub(super) fn line_by(&self, base: &str) -> String {
        self.ready().line().replace(&self.ready().login, base)
    }

    /// A person's sign-in name.
    pub(super) fn user(&self, name: &str) -> String {
        format!("{name}@{}", self.ready().domain)
    }

    /// The client id of a connection's app.
    pub(super) fn client_id(&self, connection: &str) -> String {
        let shown = self.fairlead(["connections", "show", connection]).run();
        let shown: Value = serde_json::from_str(&shown.stdout).unwrap_or_default();
        text(&shown["connection"]["client_id"])
    }

    /// Repairs what Graph has no means for.
    pub(super) fn repair(&self, scenario: &str) -> bool {
        self.sim.repair(scenario)
    }

    /// `fairlead` on this tenant, with JSON for an answer.
    pub(super) fn fairlead<'a>(&self, command: impl IntoIterator<Item = &'a str>) -> Program {
        self.fairlead_for_people(command).args(["--output", "json"])
    }

    /// The same, with text for an answer.
    pub(super) fn fairlead_for_people<'a>(
        &self,
        command: impl IntoIterator<Item = &'a str>,
    ) -> Program {
        Program::fairlead(self.folder())
            .args(["--secret-store", "file", "--cloud"])
            .arg(self.cloud())
            .args(command)
    }
}

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fairlead_sim::options::Options;
use fairlead_sim::{Exchange, Observer, Ready, Running, start_observed};
use fairlead_tests::{Program, temp_folder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A simulated tenant of a test's own, served by this process, with a folder for what is made there.
/// It ends when the value is dropped.
#[derive(Debug)]
pub(crate) struct Tenant {
    running: Running,
    // Ends what is still served, and only then does the folder go.
    _runtime: Runtime,
    folder: TempDir,
    seen: Arc<Mutex<Vec<Exchange>>>,
}

impl Tenant {
    /// Starts one.
    pub(crate) fn start(options: Options) -> Self {
        Self::launch(temp_folder(), options)
    }

    /// Starts one that speaks HTTPS, with a private authority.
    pub(crate) fn with_tls(options: Options) -> Self {
        let folder = temp_folder();
        let tls = Some(folder.path().join("authority"));
        Self::launch(folder, Options { tls, ..options })
    }

    fn launch(folder: TempDir, options: Options) -> Self {
        let mut threads = Builder::new_multi_thread();
        let runtime = threads.worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |exchange: &Exchange| {
            let mut kept = kept.lock().expect("nobody panics while holding it");
            kept.push(exchange.clone());
        });
        let running = runtime.block_on(start_observed(options, observer));
        let tenant = Self {
            running: running.expect("a simulated tenant starts"),
            _runtime: runtime,
            folder,
            seen,
        };
        fs::write(tenant.file("cloud.json"), tenant.line().to_string())
            .expect("the cloud file is written");
        tenant
    }

    pub(crate) fn ready(&self) -> &Ready {
        self.running.ready()
    }

    /// The ready line.
    pub(crate) fn line(&self) -> Value {
        serde_json::to_value(self.ready()).expect("the ready line is JSON")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// What came in and went out so far.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        let mut seen = self.seen.lock().expect("nobody panics while holding it");
        std::mem::take(&mut *seen)
    }

    /// The command line on this tenant. A person signs in with a device code: where nobody is asked,
    /// the tenant approves it by itself.
    pub(crate) fn fairlead(&self, command: &[&str]) -> Program {
        let program = Program::fairlead(self.folder()).arg("--no-progress");
        let program = program.arg("--cloud").arg(self.file("cloud.json"));
        let key = self.file("secrets.key");
        if !key.is_file() {
            let new_key = Program::fairlead(self.folder()).args(["secrets", "new-key"]);
            new_key.arg(&key).run().with_code(0);
        }
        let program = program.args(["--secret-store", "file", "--key-file"]);
        program.arg(key).args(command)
    }

    /// Connects a profile under a name.
    pub(crate) fn connect(&self, profile: &str, name: &str, more: &[&str]) {
        let domain = self.ready().domain.clone();
        let command = ["connect", profile, "--name", name, "--yes"];
        let program = self.fairlead(&command).args(["--tenant", &domain]);
        let program = program.args(["--sign-in", "device-code"]).args(more);
        program.run().with_code(0);
    }

    /// The value to hand over that has this name.
    pub(crate) fn value(&self, connection: &str, name: &str) -> String {
        let sheet = self.fairlead(&["values", connection, "--output", "json"]);
        let sheet = sheet.run().with_code(0).json();
        let values = sheet["values"].as_array().into_iter().flatten();
        let found = values.clone().find(|value| value["name"] == name);
        let text = found.and_then(|value| value["value"].as_str());
        text.unwrap_or_else(|| panic!("no `{name}` in {sheet}"))
            .to_owned()
    }
}

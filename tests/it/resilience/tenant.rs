//! A simulated tenant that this test runs and watches.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fairlead_sim::options::{Options, Size};
use fairlead_sim::{Exchange, Observer, Running, start_observed};
use fairlead_tests::temp_folder;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::trap::Trap;

/// One request that was answered, or whose connection was reset.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) method: String,
    pub(super) path: String,
    /// The body, as far as it is text.
    pub(super) body: String,
    /// None where the connection was reset.
    pub(super) status: Option<u16>,
    pub(super) faulty: bool,
}

/// What the observer and the test share.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: Mutex<Vec<Seen>>,
    trap: Mutex<Option<Trap>>,
}

impl Watch {
    fn note(&self, exchange: &Exchange) {
        let seen = Seen {
            at: Instant::now(),
            method: exchange.method.to_string(),
            path: exchange.path.clone(),
            body: String::from_utf8_lossy(&exchange.request_body).into_owned(),
            status: exchange.status.map(|status| status.as_u16()),
            faulty: exchange.faulty,
        };
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seen);
        // The trap may keep this request waiting; nothing else may wait for the trap meanwhile.
        let sprung = self
            .trap
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .and_then(Trap::count);
        if let Some(held) = sprung {
            held.hold();
        }
    }
}

/// A tenant, with a folder for what is kept beside it. It ends when the value is dropped.
pub(super) struct Tenant {
    runtime: Option<Runtime>,
    sim: Option<Running>,
    watch: Arc<Watch>,
    ready: Value,
    folder: TempDir,
}

/// Content that is quick to make and enough for every check.
const SMALL: Size = Size {
    groups: 6,
    plans: 8,
    tasks: 40,
    users: 20,
    rooms: 2,
};

impl Tenant {
    /// Starts a tenant that approves sign-ins by itself.
    pub(super) fn start(options: Options) -> Self {
        let watch = Arc::new(Watch::default());
        let observer: Observer = {
            let watch = Arc::clone(&watch);
            Arc::new(move |exchange| watch.note(exchange))
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("there are threads");
        let options = Options {
            auto_consent: true,
            ..options
        };
        let sim = runtime
            .block_on(start_observed(options, observer))
            .expect("the tenant starts");
        let folder = temp_folder();
        let ready = serde_json::to_value(sim.ready()).expect("the ready line is JSON");
        std::fs::write(folder.path().join("cloud.json"), ready.to_string())
            .expect("the cloud file can be written");
        Self {
            runtime: Some(runtime),
            sim: Some(sim),
            watch,
            ready,
            folder,
        }
    }

    /// Options of a tenant with little in it.
    pub(super) fn small() -> Options {
        Options {
            size: SMALL,
            ..Options::default()
        }
    }

    pub(super) fn cloud(&self) -> PathBuf {
        self.folder.path().join("cloud.json")
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A field of the ready line.
    pub(super) fn ready(&self, name: &str) -> &Value {
        &self.ready[name]
    }

    /// How many requests came until now.
    pub(super) fn count(&self) -> usize {
        self.watch
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// The requests from a count on.
    pub(super) fn since(&self, count: usize) -> Vec<Seen> {
        self.watch
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(count..)
            .unwrap_or_default()
            .to_vec()
    }

    /// Sets a trap in place of the one before.
    pub(super) fn set(&self, trap: Option<Trap>) {
        *self
            .watch
            .trap
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = trap;
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        self.set(None);
        drop(self.sim.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

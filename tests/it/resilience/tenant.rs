//! A simulated tenant that this test runs and watches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fairlead_sim::options::{FaultKind, Options, Size};
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
    pub(super) query: String,
    /// None where the connection was reset.
    pub(super) status: Option<u16>,
    pub(super) faulty: bool,
    /// Whether it is a batch of which some requests failed with a server's error.
    partial: bool,
}

fn is_partial(exchange: &Exchange) -> bool {
    let batch: Value = if exchange.path.ends_with("/$batch") {
        serde_json::from_slice(&exchange.response_body).unwrap_or_default()
    } else {
        Value::Null
    };
    let mut answers = batch["responses"].as_array().into_iter().flatten();
    answers.any(|answer| matches!(answer["status"].as_u64(), Some(429 | 500..)))
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
            query: exchange.query.clone().unwrap_or_default(),
            status: exchange.status.map(|status| status.as_u16()),
            faulty: exchange.faulty,
            partial: is_partial(exchange),
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

    /// Whether a kind of fault that was asked for hit a request.
    pub(super) fn was_hit(&self, kind: FaultKind) -> bool {
        let seen = self.since(0);
        let mut pages = BTreeSet::new();
        match kind {
            FaultKind::PageLoop => seen
                .iter()
                .filter(|seen| seen.query.contains("skiptoken"))
                .any(|seen| !pages.insert((&seen.path, &seen.query))),
            FaultKind::BatchPartial => seen.iter().any(|seen| seen.partial),
            // What is slow is right all the same.
            FaultKind::Slow => !seen.is_empty(),
            _ => seen.iter().any(|seen| seen.faulty),
        }
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

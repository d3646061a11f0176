use std::sync::{Arc, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::listen::Shared;
use super::ready::Ready;
use super::state_file;
use crate::scenario;

/// A simulated tenant that serves. Dropping it ends it.
#[derive(Debug)]
pub struct Running {
    ready: Ready,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Running {
    pub(super) fn new(
        ready: Ready,
        (task, stop): (JoinHandle<()>, watch::Sender<bool>),
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            ready,
            stop,
            task: Some(task),
            shared,
        }
    }

    /// The ready line, as data.
    pub const fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Repairs what a scenario planted in the tenant and what Graph has no means to repair: a policy,
    /// the clock, a service that does not answer. `false` where no such scenario was started.
    ///
    /// It stands for an administrator in Microsoft's portals, or for time that passes. Defects that are
    /// data (a missing grant, an ended key) are repaired through Graph, as they are at Microsoft.
    pub fn repair(&self, scenario: &str) -> bool {
        let mut world = self
            .shared
            .world
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let repaired = scenario::repair(&mut world, scenario);
        if let Some(path) = &self.shared.state
            && let Err(error) = state_file::keep(path, &world)
        {
            tracing::warn!(%error, "the tenant can't be kept");
        }
        repaired
    }

    /// Ends it: takes no more requests, answers those that came, keeps the tenant where it is kept.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::debug!(%error, "the server ended in disorder");
        }
    }

    /// Serves until `end` is ready, then ends as [`Running::stop`] does.
    pub async fn serve_until(self, end: impl Future<Output = ()> + Send) {
        end.await;
        self.stop().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

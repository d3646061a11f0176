use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

/// No host may have all wait longer than this, whatever it says: one call asks again after it.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// Keeps the number of requests in flight to each host below what the host takes: additive increase,
/// multiplicative decrease, and a pause for all when it says how long to wait. Who waits longest is
/// next.
#[derive(Debug)]
pub(crate) struct Governor {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    most: u32,
}

#[derive(Debug)]
struct Host {
    /// As many places as `Pace::places`, and those that are still to be taken back.
    places: Arc<Semaphore>,
    pace: Mutex<Pace>,
}

#[derive(Debug)]
struct Pace {
    /// How many requests the host seems to take; the fraction is on its way to the next place.
    limit: f64,
    most: f64,
    /// How many places there are: the whole part of the limit.
    places: usize,
    /// How many of the places in use disappear when they are given back.
    owed: usize,
    paused_until: Option<Instant>,
    /// When the limit was lowered last.
    lowered: Option<Instant>,
}

/// A place among the requests in flight; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    host: Arc<Host>,
    permit: Option<OwnedSemaphorePermit>,
}

/// Why there was no place in time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The host's pause, of which so much is left, ends after the deadline.
    Paused(Duration),
    /// Others were first until the deadline.
    Waiting,
}

impl Governor {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            hosts: Mutex::new(HashMap::new()),
            most: most.max(1),
        }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts
            .entry(name.to_owned())
            .or_insert_with(|| Arc::new(Host::new(self.most)));
        Arc::clone(host)
    }

    /// Waits for a place until the deadline, or not at all where a pause ends later.
    pub(crate) async fn enter(&self, host: &str, deadline: Instant) -> Result<Place, Kept> {
        let host = self.host(host);
        host.pause(deadline)?;
        let waiting = Arc::clone(&host.places).acquire_owned();
        let Ok(Ok(permit)) = timeout_at(deadline, waiting).await else {
            return Err(Kept::Waiting);
        };
        // From here the place is given back whatever happens, also when the caller goes away.
        let place = Place {
            host,
            permit: Some(permit),
        };
        while let Some(until) = place.host.pause(deadline)? {
            sleep_until(until).await;
        }
        Ok(place)
    }
}

impl Host {
    fn new(most: u32) -> Self {
        let places = usize::try_from(most)
            .unwrap_or(usize::MAX)
            .min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            pace: Mutex::new(Pace {
                limit: f64::from(most),
                most: f64::from(most),
                places,
                owed: 0,
                paused_until: None,
                lowered: None,
            }),
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the pause is over, if there is one.
    fn pause(&self, deadline: Instant) -> Result<Option<Instant>, Kept> {
        let now = Instant::now();
        match self.pace().paused_until.filter(|until| *until > now) {
            Some(until) if until > deadline => Err(Kept::Paused(until - now)),
            pause => Ok(pause),
        }
    }
}

impl Place {
    /// The host answered in good order: a little more is tried.
    pub(crate) fn answered(&self) {
        let mut pace = self.host.pace();
        pace.limit = (pace.limit + 1.0 / pace.limit).min(pace.most);
        if pace.limit >= next(pace.places) {
            pace.places += 1;
            if pace.owed > 0 {
                pace.owed -= 1;
            } else {
                self.host.places.add_permits(1);
            }
        }
    }

    /// The host said that it is too much, to a request that was sent at a moment. Requests that were in
    /// flight together are one warning, not many.
    pub(crate) fn throttled(&self, sent: Instant, wait: Option<Duration>) {
        let now = Instant::now();
        let mut pace = self.host.pace();
        if pace.lowered.is_none_or(|lowered| sent > lowered) {
            pace.lowered = Some(now);
            pace.limit = (pace.limit / 2.0).max(1.0);
            while pace.places > 1 && pace.limit < next(pace.places - 1) {
                pace.places -= 1;
                pace.owed += 1;
            }
            pace.owed -= self.host.places.forget_permits(pace.owed);
        }
        if let Some(wait) = wait {
            let until = now + wait.min(LONGEST_PAUSE);
            pace.paused_until = Some(pace.paused_until.map_or(until, |old| old.max(until)));
        }
    }
}

/// The limit from which there is one place more.
fn next(places: usize) -> f64 {
    u32::try_from(places).map_or(f64::INFINITY, |places| f64::from(places) + 1.0)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut pace = self.host.pace();
        let permit = self.permit.take();
        if pace.owed > 0
            && let Some(permit) = permit
        {
            pace.owed -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests;

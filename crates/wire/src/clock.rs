use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use fairlead_domain::cloud::Cloud;
use jiff::{SignedDuration, Timestamp};

/// Where the time comes from. Rules about dates take it as a parameter.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time by this clock.
    fn now(&self) -> Timestamp;
}

/// A clock that is shared.
pub type SharedClock = Arc<dyn Clock>;

/// This computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// This computer's clock, moved by a fixed amount: the clock of a simulated tenant's clients.
#[derive(Debug, Clone, Copy)]
pub struct OffsetClock(SignedDuration);

impl OffsetClock {
    /// A clock that is ahead of this computer's by `offset`.
    pub const fn ahead_by(offset: SignedDuration) -> Self {
        Self(offset)
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
            .saturating_add(self.0)
            .unwrap_or(Timestamp::MAX)
    }
}

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock that shows `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock for a cloud: this computer's, except that the clients of a simulated tenant live at
/// the tenant's date, so that dates can be tried.
pub fn clock_for(cloud: &Cloud) -> SharedClock {
    match &cloud.simulated {
        Some(simulated) => Arc::new(OffsetClock::ahead_by(
            simulated.clock_offset(Timestamp::now()),
        )),
        None => Arc::new(SystemClock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_offset_leads_out_of_time() {
        for (offset, end) in [
            (SignedDuration::MAX, Timestamp::MAX),
            (SignedDuration::MIN, Timestamp::MIN),
        ] {
            assert_eq!(OffsetClock::ahead_by(offset).now(), end);
        }
        let hour = SignedDuration::from_hours(1);
        let ahead = OffsetClock::ahead_by(hour)
            .now()
            .duration_since(Timestamp::now());
        assert!(
            ahead <= hour && ahead > hour - SignedDuration::from_secs(10),
            "{ahead}"
        );
    }
}

//! Catches one moment of a run: the n-th request of it, between the act and its answer, or right after
//! the answer went out.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long an answer is held back at most while the test kills the one who waits for it.
const HOLD: Duration = Duration::from_secs(5);

/// Counts requests down.
#[derive(Debug)]
pub(super) struct Trap {
    left: usize,
    sprung: Sender<()>,
    hold: Option<Receiver<()>>,
}

/// The test's end of a trap.
#[derive(Debug)]
pub(super) struct Sprung {
    pub(super) hit: Receiver<()>,
    /// The answer goes out when this is dropped.
    _release: Option<Sender<()>>,
}

/// What a request that sprang the trap waits for.
#[derive(Debug)]
pub(super) struct Held {
    sprung: Sender<()>,
    hold: Option<Receiver<()>>,
}

impl Trap {
    /// Springs at the n-th request from now, from 1. With `hold` its answer waits until the test is
    /// done.
    pub(super) fn at(n: usize, hold: bool) -> (Self, Sprung) {
        let (sprung, hit) = channel();
        let (release, until) = hold.then(channel).unzip();
        let trap = Self {
            left: n.max(1),
            sprung,
            hold: until,
        };
        let sprung = Sprung {
            hit,
            _release: release,
        };
        (trap, sprung)
    }

    /// Counts a request; what it has to wait for, when it is the one.
    pub(super) fn count(&mut self) -> Option<Held> {
        self.left = self.left.checked_sub(1)?;
        (self.left == 0).then(|| Held {
            sprung: self.sprung.clone(),
            hold: self.hold.take(),
        })
    }
}

impl Held {
    /// Tells the test, and keeps the answer until the test lets go.
    pub(super) fn hold(self) {
        // A test that has gone on already needs to hear of nothing.
        let _ = self.sprung.send(());
        if let Some(hold) = self.hold {
            let _ = hold.recv_timeout(HOLD);
        }
    }
}

//! What a piece of work spent on the wire: for the longest chain of dependent requests of a test.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

/// Requests made one after the other, and the time they took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many attempts were made.
    pub requests: u32,
    /// How long they took together.
    pub time: Duration,
}

impl Spent {
    /// This and then that.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(next.requests),
            time: self.time.saturating_add(next.time),
        }
    }

    /// The longer of two that ran side by side.
    #[must_use]
    pub fn or_longer(self, other: Self) -> Self {
        if (other.time, other.requests) > (self.time, self.requests) {
            other
        } else {
            self
        }
    }
}

tokio::task_local! {
    static SPENT: Cell<Spent>;
}

/// Runs a piece of work and tells what it spent on the wire. Requests that it makes side by side are
/// added up all the same, so a measured piece should make them one after the other.
pub async fn measure<F: Future>(work: F) -> (F::Output, Spent) {
    SPENT
        .scope(Cell::default(), async {
            let output = work.await;
            (output, SPENT.with(Cell::get))
        })
        .await
}

pub(crate) fn add(time: Duration) {
    // Nobody measures most of the time.
    let _ = SPENT.try_with(|spent| spent.set(spent.get().then(Spent { requests: 1, time })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_is_measured_is_counted() {
        add(Duration::from_secs(9));
        let (value, spent) = measure(async {
            add(Duration::from_secs(1));
            add(Duration::from_secs(2));
            7
        })
        .await;
        assert_eq!(
            (value, spent),
            (
                7,
                Spent {
                    requests: 2,
                    time: Duration::from_secs(3)
                }
            )
        );
    }
}

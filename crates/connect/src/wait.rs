//! Waiting for Microsoft until something is known everywhere: asking again instead of sleeping.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::attendant::{Attendant, Event};
use crate::error::ConnectError;

/// How long and how often it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// How long at most.
    pub(crate) limit: Duration,
    /// The wait after the first question; it grows by half each time.
    pub(crate) first: Duration,
    /// The longest wait between questions.
    pub(crate) longest: Duration,
}

/// Asks until there is an answer. `None` and errors that may come from replication are asked again;
/// any other error ends it. `Ok(None)` when the limit is reached.
pub(crate) async fn until<T, F, W>(
    patience: Patience,
    what: &str,
    attendant: &dyn Attendant,
    mut ask: F,
) -> Result<Option<T>, ConnectError>
where
    F: FnMut() -> W,
    W: Future<Output = Result<Option<T>, ConnectError>>,
{
    let began = Instant::now();
    let mut wait = patience.first;
    loop {
        match ask().await {
            Ok(Some(answer)) => return Ok(Some(answer)),
            Ok(None) => {}
            Err(error) if error.may_be_replication() => {}
            Err(error) => return Err(error),
        }
        let left = patience.limit.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        attendant.tell(Event::Waiting {
            what: what.to_owned(),
            left,
        });
        tokio::time::sleep(wait.min(left)).await;
        wait = (wait * 3 / 2).min(patience.longest);
    }
}

/// A number with its noun: `1 value`, `3 values`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

//! Look-ups: each is made once, by whoever needs it first, and remembers the chain of requests that
//! led to it.

use std::future::Future;

use fairlead_wire::{Spent, measure};
use tokio::sync::OnceCell;

/// What a look-up brought, with the longest chain of dependent requests up to it.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) chain: Spent,
}

/// A look-up that is made at most once.
#[derive(Debug)]
pub(crate) struct Look<T>(OnceCell<Found<T>>);

impl<T> Default for Look<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T> Look<T> {
    /// What the look-up brings. `before` is the chain of what the work builds on.
    pub(crate) async fn get<F: Future<Output = T>>(&self, before: Spent, work: F) -> &Found<T> {
        self.0
            .get_or_init(|| async {
                let (value, spent) = measure(work).await;
                Found {
                    value,
                    chain: before.then(spent),
                }
            })
            .await
    }

    /// The chain of a look-up that was made.
    pub(crate) fn chain(&self) -> Option<Spent> {
        self.0.get().map(|found| found.chain)
    }
}

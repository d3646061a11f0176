//! Look-ups: each is made once, by whoever needs it first, and remembers the chain of requests that
//! led to it.

use std::cell::Cell;
use std::future::Future;

use fairlead_wire::{Spent, measure};
use tokio::sync::OnceCell;

tokio::task_local! {
    static CHECK: Followed;
}

/// The chain of requests that a check waited for, and the longest that it came to.
struct Followed {
    origin: Spent,
    reached: Cell<Spent>,
}

/// Runs a check that waited for a chain of requests; with the longest chain up to its end.
pub(super) async fn follow<F: Future>(origin: Spent, check: F) -> (F::Output, Spent) {
    let followed = Followed {
        origin,
        reached: Cell::new(origin),
    };
    CHECK
        .scope(followed, async {
            let output = check.await;
            (output, CHECK.with(|check| check.reached.get()))
        })
        .await
}

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
        // Outside of a check, nothing was waited for.
        let origin = CHECK.try_with(|check| check.origin).unwrap_or_default();
        let found = self
            .0
            .get_or_init(|| async {
                let (value, spent) = measure(work).await;
                Found {
                    value,
                    chain: before.or_longer(origin).then(spent),
                }
            })
            .await;
        let _ = CHECK.try_with(|check| {
            let reached = check.reached.get().or_longer(found.chain);
            check.reached.set(reached);
        });
        found
    }

    /// The chain of a look-up that was made.
    pub(crate) fn chain(&self) -> Option<Spent> {
        self.0.get().map(|found| found.chain)
    }
}

use std::collections::BTreeMap;

use crate::options::{Fault, FaultKind};
use crate::tenant::mix;

/// Which of the coming requests go wrong: every so-manieth, counted for each kind by itself.
///
/// The seed decides with which request the counting starts, so that two kinds at the same rate do
/// not always hit the same request, and the same seed hits the same ones again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    counters: BTreeMap<FaultKind, Counter>,
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    every: u64,
    seen: u64,
}

impl Faults {
    pub(crate) fn new(faults: &[Fault], seed: u64) -> Self {
        let counters = faults
            .iter()
            .filter(|fault| fault.every > 0)
            .map(|fault| {
                let phase = mix(seed ^ mix(fault.kind as u64)) % fault.every;
                let counter = Counter {
                    every: fault.every,
                    seen: phase,
                };
                (fault.kind, counter)
            })
            .collect();
        Self { counters }
    }

    /// Counts a request that this kind of fault could hit, and says whether it does.
    pub(crate) fn due(&mut self, kind: FaultKind) -> bool {
        let Some(counter) = self.counters.get_mut(&kind) else {
            return false;
        };
        counter.seen += 1;
        counter.seen.is_multiple_of(counter.every)
    }

    /// Counts a request for every kind that could hit it, and names the first that does.
    pub(crate) fn first_due(
        &mut self,
        kinds: impl IntoIterator<Item = FaultKind>,
    ) -> Option<FaultKind> {
        // Every kind counts, also behind one that is due.
        let mut first = None;
        for kind in kinds {
            if self.due(kind) && first.is_none() {
                first = Some(kind);
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(kinds: &[FaultKind], every: u64, seed: u64) -> Faults {
        let list: Vec<_> = kinds
            .iter()
            .map(|kind| Fault { kind: *kind, every })
            .collect();
        Faults::new(&list, seed)
    }

    #[test]
    fn exactly_every_seventh_request_is_hit_and_the_same_ones_again() {
        for seed in 0..20 {
            let run = || {
                let mut faults = faults(&[FaultKind::Html], 7, seed);
                (0..70)
                    .map(|_| faults.due(FaultKind::Html))
                    .collect::<Vec<_>>()
            };
            let hits = run();
            assert_eq!(hits.iter().filter(|hit| **hit).count(), 10);
            assert_eq!(hits, run());
        }
    }

    #[test]
    fn a_kind_that_was_not_asked_for_never_comes() {
        let mut faults = faults(&[FaultKind::Html], 1, 1);
        assert!((0..100).all(|_| !faults.due(FaultKind::Slow)));
        assert!(faults.due(FaultKind::Html));
    }

    #[test]
    fn a_kind_counts_on_behind_one_that_is_due() {
        let mut faults = faults(&[FaultKind::Html, FaultKind::Slow], 2, 3);
        let hits = (0..100)
            .filter(|_| {
                faults
                    .first_due([FaultKind::Html, FaultKind::Slow])
                    .is_some()
            })
            .count();
        assert!((50..=100).contains(&hits), "{hits}");
    }
}

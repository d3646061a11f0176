//! What is computed from the seed: people, groups, plans, tasks, conversations, licences.
//!
//! Nothing of it is kept. Everything has a number; the number gives its id, its properties and
//! where it belongs, and the id gives the number back. Changes lie over it (`super::planner`,
//! `super::groups`).

pub(super) mod groups;
pub(crate) mod licences;
pub(crate) mod people;
pub(super) mod plans;
pub(super) mod tasks;
#[cfg(test)]
mod tests;
pub(crate) mod threads;
mod words;

use super::ids::{Ids, Kind};

/// The computed properties of one thing: numbers that depend on the seed, the thing and a purpose.
#[derive(Debug, Clone, Copy)]
struct Dice {
    ids: Ids,
    kind: Kind,
    index: u64,
}

impl Dice {
    const fn new(ids: Ids, kind: Kind, index: u64) -> Self {
        Self { ids, kind, index }
    }

    fn roll(self, purpose: u64) -> u64 {
        self.ids.number(self.kind, self.index, purpose)
    }

    /// A number from zero up to, and without, the limit.
    fn below(self, purpose: u64, limit: u64) -> u64 {
        if limit == 0 {
            0
        } else {
            self.roll(purpose) % limit
        }
    }

    /// True once in so many.
    fn once_in(self, purpose: u64, times: u64) -> bool {
        self.below(purpose, times) == 0
    }

    fn pick<T: Copy>(self, purpose: u64, choices: &[T]) -> T {
        let at = self.below(purpose, choices.len() as u64);
        choices[usize::try_from(at).unwrap_or_default()]
    }
}

//! The table: each scenario for each profile and credential, against what the simulated tenant says
//! that a test finds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fairlead_sim::{Expectation, scenarios};

use super::case::Case;

/// How many cases of a scenario run at once: more than there are processors, because where a service
/// does not answer most of the time is waiting.
const AT_ONCE: usize = 6;

/// Runs work for each item, several at once, and gives what each had to complain about.
pub(super) fn side_by_side<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> Result<(), String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(items.len()) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(complaint) = work(item) {
                        complaints
                            .lock()
                            .expect("nobody panics with it")
                            .push(complaint);
                    }
                }
            });
        }
    });
    complaints.into_inner().expect("nobody panicked with it")
}

/// What a scenario promises.
pub(super) fn promised(scenario: &str) -> (&'static str, &'static [Expectation]) {
    let found = scenarios().iter().find(|it| it.name == scenario);
    let found = found.unwrap_or_else(|| panic!("there is no scenario `{scenario}`"));
    (found.name, &found.expect)
}

/// Every profile and credential of a scenario.
pub(super) fn hold(scenario: &str) {
    let (scenario, promised) = promised(scenario);
    let complaints = side_by_side(promised, |expectation| one(scenario, expectation));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn one(scenario: &'static str, promised: &Expectation) -> Result<(), String> {
    let case = Case::of(scenario, promised);
    let tenant = case.tenant();
    let connected = case.connect(&tenant);
    let found = case.test(&tenant);
    let Expectation {
        verdict,
        check,
        exit,
        ..
    } = *promised;
    if found.is(verdict, check, exit) {
        return Ok(());
    }
    Err(format!(
        "{case}: promised {verdict} {}, exit {exit}; found {found}\n      connect ended with {:?}: {}",
        check.unwrap_or("-"),
        connected.code,
        connected
            .stderr
            .lines()
            .filter(|l| !l.contains("passed"))
            .collect::<Vec<_>>()
            .join("\n        "),
    ))
}

//! The table: each scenario for each profile and credential, against what the simulated tenant says
//! that a test finds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fairlead_sim::{Credential, Expectation, scenarios};

use super::case::Case;
use super::{alone, remedies};

/// How many cases of a scenario run at once: more than there are processors, because where a service
/// does not answer most of the time is waiting.
const AT_ONCE: usize = 6;

/// Runs work for each item, several at once, and gives what each had to complain about.
pub(super) fn side_by_side<T: Sync>(
    at_once: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<(), String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(items.len()) {
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

/// Every case of a scenario in which something is found, and one for each way to sign in to which the
/// scenario is harmless; [`rest`] has those that only repeat them with another profile or a secret.
pub(super) fn hold(scenario: &str) {
    let (scenario, promised) = promised(scenario);
    run(scenario, promised, |at| is_everyday(promised, at));
}

/// The cases of a scenario that are not for every day.
pub(super) fn rest(scenario: &str) {
    let (scenario, promised) = promised(scenario);
    run(scenario, promised, |at| !is_everyday(promised, at));
}

fn run(scenario: &'static str, promised: &[Expectation], is_wanted: impl Fn(usize) -> bool) {
    let cases: Vec<(&Expectation, bool)> = promised
        .iter()
        .enumerate()
        .filter(|(at, _)| is_wanted(*at))
        .map(|(at, expectation)| (expectation, is_first_of_its_kind(promised, at)))
        .collect();
    let complaints = side_by_side(AT_ONCE, &cases, |(expectation, first)| {
        one(scenario, expectation, *first)
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A secret that is harmed as a certificate is stands for other profiles in the first of them.
fn is_everyday(promised: &[Expectation], at: usize) -> bool {
    let this = &promised[at];
    let is_like_certificate = this.credential == Credential::Secret
        && promised.iter().any(|it| {
            it.profile == this.profile
                && it.credential == Credential::Certificate
                && it.check == this.check
        })
        && promised[..at]
            .iter()
            .any(|it| it.credential == Credential::Secret && it.check == this.check);
    is_first_of_its_kind(promised, at) || this.check.is_some() && !is_like_certificate
}

/// Whether no case before it finds the same in the same way.
fn is_first_of_its_kind(promised: &[Expectation], at: usize) -> bool {
    let kind = |it: &Expectation| (it.check, way(it.credential));
    let mut before = promised[..at].iter();
    before.all(|it| kind(it) != kind(&promised[at]))
}

/// A certificate and a secret are repaired alike where the same is found with both.
const fn way(credential: Credential) -> u8 {
    match credential {
        Credential::Certificate | Credential::Secret => 0,
        Credential::Account => 1,
        Credential::Vendor => 2,
    }
}

/// One case: what a test finds; and, for the first of its kind, what it finds without the inspector,
/// and that what it proposes repairs it.
fn one(scenario: &'static str, promised: &Expectation, first: bool) -> Result<(), String> {
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
    if !found.is(verdict, check, exit) {
        return Err(format!(
            "{case}: promised {verdict} {}, exit {exit}; found {found}\n      connect ended with {:?}: {}",
            check.unwrap_or("-"),
            connected.code,
            connected
                .stderr
                .lines()
                .filter(|l| !l.contains("passed"))
                .collect::<Vec<_>>()
                .join("\n        "),
        ));
    }
    if !first {
        return Ok(());
    }
    alone::hold(case, &tenant, &found)?;
    if check.is_some() {
        remedies::carry_out(case, &tenant, &found)?;
    }
    Ok(())
}

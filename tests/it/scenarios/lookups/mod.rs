//! A look-up that fails is unknown: every kind of request that a test of a healthy connection makes is
//! spoilt in every way, one at a time.

mod expected;
mod gate;
mod look;

use std::collections::BTreeSet;

use fairlead_domain::check::Verdict;
use fairlead_sim::Credential;

use self::expected::{Expected, answers};
use self::gate::{Fault, Gate};
use self::look::{Look, Who};
use super::case::Case;
use super::finding::Finding;
use super::table::side_by_side;
use super::tenant::Tenant;

/// A healthy connection behind a gate.
struct Guarded {
    case: Case,
    tenant: Tenant,
    gate: Gate,
}

impl Guarded {
    fn connect(case: Case) -> Self {
        let tenant = case.tenant();
        let gate = Gate::before(tenant.ready());
        tenant.keep_cloud(&tenant.line_by(&gate.base()));
        let connected = case.connect(&tenant);
        assert_eq!(connected.code, Some(0), "{case}: {}", connected.stderr);
        gate.heard();
        Self { case, tenant, gate }
    }

    fn test(&self) -> Finding {
        self.case.test(&self.tenant)
    }

    fn test_spoilt(&self, look: &Look, fault: Fault) -> Finding {
        self.gate.spoil(Some((look.clone(), fault)));
        let found = self.test();
        self.gate.spoil(None);
        found
    }
}

/// The ways to spoil a look-up: one answer of many can't be reset.
fn ways(look: &Look) -> &'static [Fault] {
    let all = &Fault::ALL;
    if look.together { &all[..3] } else { all }
}

/// The inspector's sign-in comes before any check.
fn is_sign_in(look: &Look) -> bool {
    look.who == Who::Inspector && look.path.starts_with("/{id}/oauth2/")
}

/// How many tests wait for spoilt answers at once: each has a tenant of its own.
const AT_ONCE: usize = 12;

/// Spoils every look-up of a connection: those that are its own in every way, and those that it has in
/// common with others in one way each.
fn hold(profile: &'static str, credential: Credential, is_own: fn(&Look) -> bool) {
    let case = Case {
        scenario: "healthy",
        profile,
        credential,
    };
    let first = Guarded::connect(case);
    let healthy = first.test();
    assert_eq!(
        healthy.verdict(),
        Some(Verdict::Passed),
        "{case}: {healthy}"
    );
    let heard = first.gate.heard();
    let ids: BTreeSet<&str> = healthy
        .checks()
        .iter()
        .map(|check| check.id.as_str())
        .collect();
    let expected: Vec<Expected> = heard
        .iter()
        .filter(|look| !is_sign_in(look))
        .map(|look| answers(look).unwrap_or_else(|| panic!("no check is known to ask {look}")))
        .map(|expected| expected.of(&ids))
        .collect();
    let asked: BTreeSet<&str> = expected.iter().flat_map(Expected::asked).collect();
    let unasked: Vec<&&str> = ids
        .iter()
        .filter(|id| !asked.contains(*id) && !expected::LOCAL.contains(id))
        .collect();
    assert!(
        unasked.is_empty(),
        "{case}: nothing is asked for {unasked:?}"
    );

    let looks: Vec<&Look> = heard.iter().filter(|look| !is_sign_in(look)).collect();
    let cases: Vec<(&Look, &Expected, Fault)> = looks
        .iter()
        .zip(&expected)
        .enumerate()
        .flat_map(|(at, (look, expected))| {
            let faults = ways(look);
            let wanted = if is_own(look) {
                0..faults.len()
            } else {
                at % faults.len()..at % faults.len() + 1
            };
            faults[wanted]
                .iter()
                .map(move |fault| (*look, expected, *fault))
        })
        .collect();
    let guards: std::sync::Mutex<Vec<Guarded>> = std::sync::Mutex::new(vec![first]);
    let complaints = side_by_side(AT_ONCE, &cases, |(look, expected, fault)| {
        let free = guards.lock().expect("nobody panics with it").pop();
        let guarded = free.unwrap_or_else(|| Guarded::connect(case));
        let found = guarded.test_spoilt(look, *fault);
        guards.lock().expect("nobody panics with it").push(guarded);
        expected
            .judge(*fault, &healthy, &found)
            .map_err(|what| format!("{case}, {look}, {fault:?}: {what}; found {found}"))
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_spoilt_look_up_is_unknown_with_a_certificate() {
    hold("planner-backup", Credential::Certificate, |_| true);
}

#[test]
fn a_spoilt_look_up_is_unknown_with_a_secret() {
    hold("planner-data-mart", Credential::Secret, |look| {
        look.who == Who::Connection && look.path.ends_with("/token")
    });
}

#[test]
fn a_spoilt_look_up_is_unknown_with_an_account() {
    hold("planner-restore", Credential::Account, |look| {
        let parts = ["/token", "/memberOf", "/owners", "/users/{id}", "/groups"];
        let is_there = |part: &&str| look.path.ends_with(part);
        parts.iter().any(is_there) || look.who == Who::Inspector && look.path.ends_with("/$batch")
    });
}

#[test]
fn a_spoilt_look_up_is_unknown_with_a_vendors_app() {
    hold("planner-restore", Credential::Vendor, |look| {
        look.who == Who::Nobody
    });
}

#[test]
fn an_inspector_who_cannot_sign_in_leaves_no_green_report() {
    let case = Case {
        scenario: "healthy",
        profile: "planner-data-mart",
        credential: Credential::Certificate,
    };
    let guarded = Guarded::connect(case);
    guarded.test();
    let mut looks = guarded.gate.heard();
    // Who waits for a person asks for the token until the code is over.
    looks.retain(|look| is_sign_in(look) && look.path.ends_with("devicecode"));
    assert_eq!(looks.len(), 1, "{looks:?}");
    for look in &looks {
        for fault in Fault::ALL {
            let found = guarded.test_spoilt(look, fault);
            assert_ne!(found.exit, 0, "{look}, {fault:?}: {found}");
            assert_ne!(
                found.verdict(),
                Some(Verdict::Passed),
                "{look}, {fault:?}: {found}"
            );
        }
    }
}

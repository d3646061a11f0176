//! Two processes on one configuration: nothing is lost, nothing is done twice, and who must wait is told
//! for whom.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fairlead_domain::profile::CredentialKind;
use fairlead_sim::options::Options;
use fairlead_tests::{Ended, Program};

use super::kills::{LIMIT, check_once};
use super::local::Local;
use super::objects::{App, Before};
use super::runs::{NAME, Unattended, connect, connect_as, fairlead, rotate, test};
use super::tenant::Tenant;
use super::trap::{Sprung, Trap};

/// Runs them all at once.
fn at_once(programs: Vec<Program>) -> Vec<Ended> {
    let started: Vec<_> = programs.into_iter().map(Program::start).collect();
    started.into_iter().map(|it| it.wait(LIMIT)).collect()
}

fn certificate(tenant: &Tenant) -> Program {
    connect(tenant, tenant.folder(), CredentialKind::Certificate).by_code()
}

/// Starts a program and keeps it waiting for the answer to its n-th request.
fn held(tenant: &Tenant, program: Program, n: usize) -> (fairlead_tests::Running, Sprung) {
    let (trap, sprung) = Trap::at(n, true);
    tenant.set(Some(trap));
    let running = program.start();
    let hit = sprung.hit.recv_timeout(Duration::from_secs(20));
    hit.expect("it comes that far");
    tenant.set(None);
    (running, sprung)
}

/// The one that came second was told that the connection is worked on, and by which process.
fn check_refused(ended: &Ended, holder: u32) {
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    let problem = ended.json()["problem"].clone();
    assert_eq!(problem["code"], "state.busy", "{problem:#}");
    let what = problem["what"].as_str().unwrap_or_default();
    assert!(what.contains(NAME), "{what}");
    assert!(what.contains(&holder.to_string()), "{what}: not {holder}");
}

#[test]
fn connections_of_different_names_are_made_at_once() {
    let tenant = Tenant::start(Tenant::small());
    let before = Before::of(&tenant);
    let names = ["first", "second", "third"];
    let kinds = ["certificate", "secret", "account"];
    let programs = names.iter().zip(kinds).map(|(name, kind)| {
        connect_as(&tenant, tenant.folder(), "planner-data-mart", name)
            .args(["--credential", kind])
            .by_code()
    });
    for ended in at_once(programs.collect()) {
        let _ = ended.with_code(0);
    }
    let objects = before.beyond(&tenant);
    assert_eq!(
        (objects.apps.len(), objects.principals.len()),
        (3, 3),
        "{objects:#?}"
    );
    let local = Local::of(tenant.folder());
    let known: Vec<&str> = local
        .connections
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(known, names);
    let mut secrets = local.secrets.clone();
    secrets.sort_unstable();
    assert_eq!(
        secrets,
        [
            "certificate-key/first",
            "client-secret/second",
            "refresh-token/third"
        ]
    );
    for name in names {
        let program = fairlead(&tenant, tenant.folder()).args(["test", name]);
        let ended = program.limit(LIMIT).run();
        assert!(
            ended.json()["checks"]
                .as_array()
                .is_some_and(|it| it.len() > 20),
            "{ended:#?}"
        );
    }
}

#[test]
fn the_same_connection_is_made_by_one_at_a_time() {
    let tenant = Tenant::start(Tenant::small());
    let before = Before::of(&tenant);
    let (running, sprung) = held(&tenant, certificate(&tenant), 8);
    check_refused(&certificate(&tenant).run(), running.id());
    let remove = ["connections", "remove", NAME, "--yes"];
    let removing = fairlead(&tenant, tenant.folder()).args(remove).run();
    check_refused(&removing, running.id());
    drop(sprung);
    let _ = running.wait(LIMIT).with_code(0);
    check_once(
        &tenant,
        &before.beyond(&tenant),
        CredentialKind::Certificate,
    );
}

#[test]
fn two_renewals_of_one_certificate_leave_one_key() {
    let tenant = Tenant::start(Tenant::small());
    let before = Before::of(&tenant);
    let _ = certificate(&tenant).run().with_code(0);
    let (running, sprung) = held(&tenant, rotate(&tenant, tenant.folder(), "self"), 2);
    let second = rotate(&tenant, tenant.folder(), "self").run();
    check_refused(&second, running.id());
    drop(sprung);
    let _ = running.wait(LIMIT).with_code(0);
    // Whoever is refused now and then: it ends with one key, and the connection works.
    let mut codes: Vec<_> = at_once(
        ["admin", "self", "auto"]
            .map(|who| rotate(&tenant, tenant.folder(), who))
            .into(),
    )
    .into_iter()
    .map(|ended| ended.code)
    .collect();
    codes.sort_unstable();
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(
        codes.iter().all(|code| matches!(code, Some(0 | 2))),
        "{codes:?}"
    );
    let objects = before.beyond(&tenant);
    let app = App::only(&objects);
    let local = Local::of(tenant.folder());
    let live = local.live();
    assert_eq!((app.keys.len(), live.len()), (1, 1), "{app:#?}{local:#?}");
    assert_eq!(app.keys[0].mark, Local::thumbprint(live[0]));
    let _ = test(&tenant, tenant.folder()).run().with_code(0);
}

#[test]
fn a_connection_that_is_being_made_can_be_tested_and_others_too() {
    let tenant = Tenant::start(Options {
        lag: Duration::from_secs(1),
        ..Tenant::small()
    });
    let before = Before::of(&tenant);
    let over = AtomicBool::new(false);
    let running = certificate(&tenant).start();
    let began = Instant::now();
    let tests = std::thread::scope(|scope| {
        let tester = scope.spawn(|| {
            let mut codes = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let ended = test(&tenant, tenant.folder()).limit(LIMIT).run();
                // A report, or what is not there yet.
                let printed = ended.json();
                let said = printed["checks"].is_array() || printed["problem"]["code"].is_string();
                assert!(said, "{ended:#?}");
                codes.push(ended.code);
            }
            codes
        });
        let ended = running.wait(LIMIT);
        over.store(true, Ordering::Relaxed);
        let _ = ended.with_code(0);
        tester.join().expect("the tests ran")
    });
    eprintln!("{tests:?} in {:?}", began.elapsed());
    assert!(
        tests.iter().all(|code| matches!(code, Some(0..=2))),
        "{tests:?}"
    );
    check_once(
        &tenant,
        &before.beyond(&tenant),
        CredentialKind::Certificate,
    );
    let _ = test(&tenant, tenant.folder()).run().with_code(0);
}

#[test]
fn tests_of_one_account_at_once_keep_its_sign_in() {
    let tenant = Tenant::start(Tenant::small());
    let connecting = connect(&tenant, tenant.folder(), CredentialKind::Account).by_code();
    let _ = connecting.run().with_code(0);
    let healthy = test(&tenant, tenant.folder()).run().code;
    let one = || test(&tenant, tenant.folder());
    for ended in at_once(vec![one(), one(), one(), one()]) {
        assert_eq!(ended.code, healthy, "{ended:#?}");
    }
    assert_eq!(one().run().code, healthy);
    let local = Local::of(tenant.folder());
    assert_eq!(local.secrets, [format!("refresh-token/{NAME}")]);
}

//! `certificate rotate` and `connections remove --everywhere` killed at any moment: nothing is left on
//! the app that this computer does not know, and the same command finishes what was begun.

use std::time::Duration;

use fairlead_domain::profile::CredentialKind;
use fairlead_tests::rounds;

use super::kills::{AT_ONCE, LIMIT, check_once, shaky};
use super::local::Local;
use super::objects::{App, Before};
use super::runs::{
    Chance, Course, Unattended, connect, histories, kill_at, kill_some, remove, rotate, test,
};
use super::tenant::Tenant;

/// A tenant with a connection that works.
fn connected(seed: u64) -> (Tenant, Before) {
    let tenant = Tenant::start(shaky(1, seed));
    let before = Before::of(&tenant);
    let program = connect(&tenant, tenant.folder(), CredentialKind::Certificate).by_code();
    let _ = program.limit(LIMIT).run().with_code(0);
    (tenant, before)
}

/// The key on the app, the only one, is the one that the connection signs in with, and its private key
/// is the only one here.
fn check_one_key(tenant: &Tenant, before: &Before) {
    let objects = before.beyond(tenant);
    let app = App::only(&objects);
    let local = Local::of(tenant.folder());
    let live = local.live();
    let [certificate] = live.as_slice() else {
        panic!("one certificate was to be live: {local:#?}");
    };
    let [key] = app.keys.as_slice() else {
        panic!("one key was to be on the app: {app:#?}{local:#?}");
    };
    assert_eq!(key.mark, Local::thumbprint(certificate));
    let [connection] = local.connections.as_slice() else {
        panic!("one connection was to be there: {local:#?}");
    };
    assert_eq!(connection.certificate.as_ref(), Some(&certificate.name));
    assert_eq!(connection.previous_certificate, None);
    assert!(connection.intents.is_empty(), "{:#?}", connection.intents);
    assert_eq!(
        local.secrets,
        [format!("certificate-key/{}", certificate.name)]
    );
}

/// Whatever happened, this computer knows each key that is on the app.
fn check_all_known(tenant: &Tenant, before: &Before) {
    let objects = before.beyond(tenant);
    let app = App::only(&objects);
    let local = Local::of(tenant.folder());
    for key in &app.keys {
        let mut known = local.live().into_iter();
        assert!(
            known.any(|certificate| Local::thumbprint(certificate) == key.mark),
            "{key:?} of {app:#?} is not known: {local:#?}"
        );
    }
}

fn renewal(who: &str, seed: u64) -> u32 {
    let (tenant, before) = connected(seed);
    let run = || rotate(&tenant, tenant.folder(), who);
    let course = Course {
        requests: 14,
        took: Duration::from_secs(4),
    };
    let killed = kill_some(&tenant, &mut Chance::new(seed), course, &[0, 1], run);
    check_all_known(&tenant, &before);
    let ended = run().limit(LIMIT).run().with_code(0).json();
    if ended["overlapping"] == true {
        // The app can't name a key whose answer was lost; the administrator takes it off.
        assert_eq!(who, "self", "{ended}");
        check_all_known(&tenant, &before);
        let program = rotate(&tenant, tenant.folder(), "admin");
        let ended = program.limit(LIMIT).run().with_code(0).json();
        assert_eq!(ended["overlapping"], false, "{ended}");
    }
    check_one_key(&tenant, &before);
    let _ = test(&tenant, tenant.folder())
        .limit(LIMIT)
        .run()
        .with_code(0);
    killed
}

#[test]
fn soak_a_renewal_by_the_administrator_survives_kills() {
    histories(rounds(30), AT_ONCE, 5_000, |seed| renewal("admin", seed));
}

#[test]
fn soak_a_renewal_by_the_app_itself_survives_kills() {
    histories(rounds(30), AT_ONCE, 6_000, |seed| renewal("self", seed));
}

#[test]
fn soak_a_renewal_by_whoever_can_survives_kills() {
    histories(rounds(30), AT_ONCE, 7_000, |seed| renewal("auto", seed));
}

/// A connection, whole or as a kill left it, is removed; the removal is killed too.
fn removal(credential: CredentialKind, whole: bool, seed: u64) -> u32 {
    let tenant = Tenant::start(shaky(1, seed));
    let before = Before::of(&tenant);
    let mut chance = Chance::new(seed);
    let making = || connect(&tenant, tenant.folder(), credential).by_code();
    let mut killed = 0;
    if whole {
        let _ = making().limit(LIMIT).run().with_code(0);
        check_once(&tenant, &before.beyond(&tenant), credential);
    } else {
        let course = Course {
            requests: 45,
            took: Duration::from_secs(6),
        };
        killed += u32::from(kill_at(&tenant, making(), chance.moment(course)).is_none());
    }
    let run = || remove(&tenant, tenant.folder());
    let course = Course {
        requests: 10,
        took: Duration::from_millis(1500),
    };
    // 2: an earlier run came to the end, and there is no such connection any more.
    killed += kill_some(&tenant, &mut chance, course, &[0, 1, 2], run);
    let ended = run().limit(LIMIT).run();
    if ended.code != Some(0) {
        let problem = ended.json()["problem"]["code"].clone();
        assert_eq!(problem, "connection.unknown", "{ended:#?}");
    }
    let local = Local::of(tenant.folder());
    assert!(local.is_empty(), "{local:#?}");
    let left = before.beyond(&tenant);
    assert_eq!(left, super::objects::Objects::default());
    killed
}

#[test]
fn soak_a_removal_survives_kills() {
    histories(rounds(30), AT_ONCE, 8_000, |seed| {
        removal(CredentialKind::Certificate, true, seed)
    });
}

#[test]
fn soak_a_removal_of_a_connection_with_an_account_survives_kills() {
    histories(rounds(30), AT_ONCE, 9_000, |seed| {
        removal(CredentialKind::Account, true, seed)
    });
}

#[test]
fn soak_what_a_kill_left_can_be_removed() {
    histories(rounds(30), AT_ONCE, 10_000, |seed| {
        let credential = match seed % 3 {
            0 => CredentialKind::Certificate,
            1 => CredentialKind::Secret,
            _ => CredentialKind::Account,
        };
        removal(credential, false, seed)
    });
}

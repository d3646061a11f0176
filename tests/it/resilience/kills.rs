//! `connect` killed at any moment, again and again: one app, one enterprise application, one live
//! credential of its own, and a green test.

use std::time::Duration;

use fairlead_domain::profile::CredentialKind;
use fairlead_sim::options::{Fault, FaultKind, Options};
use fairlead_tests::rounds;

use super::local::Local;
use super::objects::{App, Before, Objects};
use super::runs::{Chance, Course, Unattended, connect, histories, kill_some};
use super::tenant::Tenant;

/// How long one run may take with faults, lag aside.
pub(super) const LIMIT: Duration = Duration::from_mins(1);
/// How many histories of kills are played at the same time.
pub(super) const AT_ONCE: u32 = 4;

pub(super) fn shaky(lag: u64, seed: u64) -> Options {
    Options {
        lag: Duration::from_secs(lag),
        faults: vec![Fault {
            kind: FaultKind::ResetAfter,
            every: 5,
        }],
        seed,
        ..Tenant::small()
    }
}

/// What has to be there after it ended well, however often it was killed before.
pub(super) fn check_once(tenant: &Tenant, objects: &Objects, credential: CredentialKind) {
    let app = App::only(objects);
    assert!(app.unique_name.starts_with("fairlead-"), "{app:?}");
    assert_eq!(
        objects.principals,
        std::slice::from_ref(&app.client),
        "{objects:#?}"
    );
    let local = Local::of(tenant.folder());
    let [connection] = local.connections.as_slice() else {
        panic!("one connection was to be there: {local:#?}");
    };
    assert!(connection.intents.is_empty(), "{:#?}", connection.intents);
    let (roles, grants) = if credential == CredentialKind::Account {
        (0, 1)
    } else {
        (3, 0)
    };
    assert_eq!(
        (objects.roles.len(), objects.grants.len()),
        (roles, grants),
        "{objects:#?}"
    );
    match credential {
        CredentialKind::Certificate => {
            let [certificate] = local.certificates.as_slice() else {
                panic!("one certificate was to be there: {local:#?}");
            };
            let [key] = app.keys.as_slice() else {
                panic!("one key was to be on the app: {app:#?}");
            };
            assert_eq!(key.mark, Local::thumbprint(certificate));
            assert_eq!(
                local.secrets,
                [format!("certificate-key/{}", certificate.name)]
            );
            assert!(app.passwords.is_empty(), "{app:#?}");
        }
        CredentialKind::Secret => {
            let [password] = app.passwords.as_slice() else {
                panic!("one secret was to be on the app: {app:#?}");
            };
            let known = connection.secret.as_ref().and_then(|secret| secret.key_id);
            assert_eq!(Some(password.id.clone()), known.map(|id| id.to_string()));
            assert_eq!(local.secrets, ["client-secret/killed"]);
            assert!(
                app.keys.is_empty() && local.certificates.is_empty(),
                "{app:#?}{local:#?}"
            );
        }
        _ => {
            assert_eq!(local.secrets, ["refresh-token/killed"]);
            assert!(app.keys.is_empty() && app.passwords.is_empty(), "{app:#?}");
        }
    }
}

/// One history: several kills of the same command, then the command to its end.
fn history(lag: u64, credential: CredentialKind, seed: u64) -> u32 {
    let tenant = Tenant::start(shaky(lag, seed));
    let before = Before::of(&tenant);
    let run = || connect(&tenant, tenant.folder(), credential).by_code();
    let course = Course {
        requests: 60,
        took: Duration::from_secs(5 + 4 * lag),
    };
    // What ends by itself ends well, or says what stood in the way.
    let killed = kill_some(&tenant, &mut Chance::new(seed), course, &[0, 1], run);
    assert!(killed > 0, "nothing was killed");
    let limit = LIMIT + Duration::from_secs(6 * lag);
    let _ = run().limit(limit).run().with_code(0);
    check_once(&tenant, &before.beyond(&tenant), credential);
    killed
}

fn survives(lag: u64, credential: CredentialKind, seed: u64) {
    // The longer the lag, the more of the time is spent waiting.
    let at_once = if lag > 1 { 3 * AT_ONCE } else { AT_ONCE };
    histories(rounds(50), at_once, seed, |seed| {
        history(lag, credential, seed)
    });
}

/// Ctrl-C while an answer is waited for: it ends at once, says so, and the same command goes on.
#[cfg(unix)]
#[test]
fn connect_that_is_interrupted_ends_at_once_and_goes_on_later() {
    let tenant = Tenant::start(shaky(1, 1));
    let before = Before::of(&tenant);
    let credential = CredentialKind::Certificate;
    let run = || connect(&tenant, tenant.folder(), credential).by_code();
    for requests in [3, 9, 15, 21] {
        let begun = tenant.count();
        let mut running = run().start();
        while tenant.count() < begun + requests && !running.has_ended() {
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(!running.has_ended(), "it came to its end before");
        running.interrupt();
        let ended = running.wait(Duration::from_secs(3));
        let problem = ended.json()["problem"].clone();
        assert_eq!(problem["code"], "cancelled", "{ended:#?}");
        assert_eq!(ended.code, Some(2), "{ended:#?}");
    }
    let _ = run().limit(LIMIT).run().with_code(0);
    check_once(&tenant, &before.beyond(&tenant), credential);
}

#[test]
fn soak_connect_with_a_certificate_survives_kills() {
    survives(1, CredentialKind::Certificate, 1_000);
}

#[test]
fn soak_connect_with_a_secret_survives_kills() {
    survives(1, CredentialKind::Secret, 2_000);
}

#[test]
fn soak_connect_with_an_account_survives_kills() {
    survives(1, CredentialKind::Account, 3_000);
}

#[test]
fn soak_connect_survives_kills_at_a_long_lag() {
    survives(30, CredentialKind::Certificate, 4_000);
}

//! `connect` killed at any moment, again and again: one app, one enterprise application, one live
//! credential of its own, and a green test.

use std::time::{Duration, Instant};

use fairlead_domain::profile::CredentialKind;
use fairlead_sim::options::{Fault, FaultKind, Options};
use fairlead_tests::rounds;

use super::local::Local;
use super::objects::{App, Before, Objects};
use super::runs::{Chance, Unattended, connect, kill_at};
use super::tenant::Tenant;

/// How long one run may take with lag and faults.
const LIMIT: Duration = Duration::from_mins(1);
/// How many histories of kills are made at the same time: they wait most of the time.
const AT_ONCE: u32 = 4;

fn shaky(lag: u64, seed: u64) -> Options {
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
fn check_once(tenant: &Tenant, objects: &Objects, credential: CredentialKind) {
    let app = App::only(objects);
    assert!(app.unique_name.starts_with("fairlead-"), "{app:?}");
    assert_eq!(objects.principals, [app.client.clone()], "{objects:#?}");
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
fn history(options: Options, credential: CredentialKind, seed: u64) -> u32 {
    let tenant = Tenant::start(options);
    let before = Before::of(&tenant);
    let mut chance = Chance::new(seed);
    let run = || connect(&tenant, tenant.folder(), credential).by_code();
    let kills = chance.of(1..5);
    let mut killed = 0;
    for _ in 0..kills {
        let moment = chance.moment(60, Duration::from_secs(9));
        match kill_at(&tenant, run(), moment) {
            None => killed += 1,
            // What ends by itself ends well, or says what stood in the way.
            Some(ended) => assert!(matches!(ended.code, Some(0 | 1)), "{ended:#?}"),
        }
    }
    let _ = run().limit(LIMIT).run().with_code(0);
    check_once(&tenant, &before.beyond(&tenant), credential);
    killed
}

fn histories(lag: u64, credential: CredentialKind, full: u32, seed: u64) {
    let count = rounds(full);
    let began = Instant::now();
    let killed: u32 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE.min(count))
            .map(|worker| {
                scope.spawn(move || {
                    (worker..count)
                        .step_by(AT_ONCE as usize)
                        .map(|number| {
                            let seed = seed + u64::from(number);
                            history(shaky(lag, seed), credential, seed)
                        })
                        .sum::<u32>()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .sum()
    });
    assert!(killed > 0, "no run was killed in {count} histories");
    eprintln!("{count} histories, {killed} kills, {:?}", began.elapsed());
}

#[test]
fn soak_connect_with_a_certificate_survives_kills() {
    histories(1, CredentialKind::Certificate, 50, 1_000);
}

#[test]
fn soak_connect_with_a_secret_survives_kills() {
    histories(1, CredentialKind::Secret, 50, 2_000);
}

#[test]
fn soak_connect_with_an_account_survives_kills() {
    histories(1, CredentialKind::Account, 50, 3_000);
}

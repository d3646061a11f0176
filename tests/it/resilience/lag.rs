//! Replication that takes its time: `connect` goes on as soon as the last grant is visible.

use std::time::{Duration, Instant};

use fairlead_domain::profile::CredentialKind;
use fairlead_sim::options::Options;
use fairlead_tests::Program;

use super::runs::{Unattended, connect};
use super::tenant::{Seen, Tenant};

/// How long after the last grant is visible the program may still run.
const AIM: Duration = Duration::from_secs(5);

/// Whether a request made the tenant hold more permissions.
fn grants(seen: &Seen) -> bool {
    let written = seen.method == "POST"
        && seen.status == Some(201)
        && (seen.path.contains("/appRole") || seen.path.ends_with("/oauth2PermissionGrants"));
    let consented = seen.path.ends_with("/v2.0/adminconsent") && seen.status == Some(302);
    written || consented
}

/// Connects at a lag, and measures from the moment at which reads see the last grant to the end.
fn ends_in_time(lag: u64, way: impl FnOnce(Program) -> Program) {
    let lag = Duration::from_secs(lag);
    let tenant = Tenant::start(Options {
        lag,
        ..Tenant::small()
    });
    let program = way(connect(
        &tenant,
        tenant.folder(),
        CredentialKind::Certificate,
    ));
    let ended = program.limit(Duration::from_mins(1) + lag * 6).run();
    let end = Instant::now();
    let ended = ended.with_code(0);
    assert_eq!(ended.json()["well"], true, "{}", ended.stdout);
    let granted = tenant.since(0).into_iter().rfind(grants);
    let visible = granted.expect("something was granted").at + lag;
    assert!(
        end > visible,
        "it ended {:?} before the grant was visible",
        visible - end
    );
    let after = end - visible;
    eprintln!(
        "lag {lag:?}: ended {after:?} after the last grant was visible, {:?} in all",
        ended.took
    );
    assert!(after <= AIM, "{after:?}");
}

#[test]
fn connect_ends_soon_after_the_grant_is_visible() {
    ends_in_time(4, Unattended::by_browser);
}

#[test]
fn connect_that_grants_through_graph_ends_soon_after_the_grant_is_visible() {
    ends_in_time(4, Unattended::by_code);
}

#[test]
fn soak_connect_ends_soon_after_the_grant_is_visible_at_a_long_lag() {
    ends_in_time(30, Unattended::by_browser);
}

#[test]
fn soak_connect_that_grants_through_graph_ends_soon_at_a_long_lag() {
    ends_in_time(30, Unattended::by_code);
}

//! How long a whole test takes where each request takes its time.

use std::collections::BTreeSet;
use std::time::Duration;

use fairlead_domain::profile::CredentialKind;
use fairlead_sim::options::Options;

use super::runs::{Unattended, connect_profile, fairlead, test};
use super::tenant::Tenant;

const LATENCY: Duration = Duration::from_millis(100);
/// The most requests of which each needs the answer to the one before.
const CHAIN: u32 = 8;
/// How often it is tried: the machine does other things too.
const ATTEMPTS: u32 = 3;

const PROFILES: [&str; 4] = [
    "planner-data-mart",
    "planner-backup",
    "planner-restore",
    "planner-replication",
];

/// What `test --verbose` says of itself.
#[derive(Debug, Clone, Copy)]
struct Timing {
    whole: Duration,
    requests: u32,
    chain: Duration,
}

impl Timing {
    /// Reads `time: 86 ms` and `longest chain of dependent requests: 2 requests, 43 ms`.
    fn read(said: &str) -> Self {
        let after = |label: &str| {
            let mut lines = said.lines().map(str::trim);
            lines
                .find_map(|line| line.strip_prefix(label))
                .unwrap_or_else(|| panic!("no `{label}` in:\n{said}"))
                .trim()
        };
        let chain = after("longest chain of dependent requests:");
        let (requests, chain) = chain.split_once(", ").expect("a number and a time");
        let number = requests.split(' ').next().and_then(|it| it.parse().ok());
        Self {
            whole: duration(after("time:")),
            requests: number.expect("a number of requests"),
            chain: duration(chain),
        }
    }

    /// Whether the whole is quick enough. Whatever it says of its chain: a chain of one request more than
    /// there may be would not fit into the time, as long as requests took now.
    fn holds(self) -> bool {
        let one = self.chain / self.requests;
        self.whole <= self.allowed() && self.whole < one * (CHAIN + 1)
    }

    /// What the whole may take for its chain.
    fn allowed(self) -> Duration {
        self.chain.mul_f64(1.3) + Duration::from_millis(150)
    }
}

/// Reads `43 ms` or `1.2 s`.
fn duration(said: &str) -> Duration {
    let (number, unit) = said.split_once(' ').expect("a number and a unit");
    let number: f64 = number.parse().expect("a number");
    match unit {
        "ms" => Duration::from_secs_f64(number / 1000.0),
        "s" => Duration::from_secs_f64(number),
        other => panic!("`{other}` is no unit of time"),
    }
}

fn measure(profile: &str, credential: CredentialKind) {
    let tenant = Tenant::start(Options {
        latency: LATENCY,
        ..Options::default()
    });
    let connecting = connect_profile(&tenant, tenant.folder(), profile, credential).by_code();
    let _ = connecting.run();
    for _ in 0..ATTEMPTS {
        let ended = test(&tenant, tenant.folder()).arg("--verbose").run();
        let report = ended.json();
        let timing = Timing::read(&ended.stderr);
        // From a second on the one for people is rounded.
        let exact = Duration::from_millis(report["ms"].as_u64().unwrap_or_default());
        assert!(
            timing.whole.abs_diff(exact) <= Duration::from_millis(50),
            "{timing:?}, not {exact:?}"
        );
        // The time is the time of the requests that were made, not a figure of its own.
        assert!(timing.chain >= LATENCY * timing.requests, "{timing:?}");
        assert!(timing.whole >= timing.chain, "{timing:?}");
        assert!((1..=CHAIN).contains(&timing.requests), "{timing:?}");
        eprintln!(
            "{profile} with {credential:?}: {timing:?}, allowed {:?}",
            timing.allowed()
        );
        if timing.holds() {
            return;
        }
    }
    panic!("{profile} with {credential:?}: none of {ATTEMPTS} tests was quick enough");
}

#[test]
fn timed_a_test_takes_little_more_than_its_longest_chain_with_a_certificate() {
    for profile in PROFILES {
        measure(profile, CredentialKind::Certificate);
    }
}

#[test]
fn timed_a_test_takes_little_more_than_its_longest_chain_with_an_account() {
    for profile in PROFILES {
        measure(profile, CredentialKind::Account);
    }
}

#[test]
fn there_are_at_least_thirty_five_checks_with_the_inspector() {
    let tenant = Tenant::start(Tenant::small());
    let mut checks: BTreeSet<String> = BTreeSet::new();
    for profile in PROFILES {
        let connecting = connect_profile(
            &tenant,
            tenant.folder(),
            profile,
            CredentialKind::Certificate,
        );
        let ended = connecting.by_code().run().with_code(0);
        let report = ended.json()["report"].clone();
        let answered: Vec<String> = report["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|check| check["verdict"] != "not_run")
            .map(|check| check["id"].as_str().unwrap_or_default().to_owned())
            .collect();
        eprintln!("{profile}: {} checks answered", answered.len());
        checks.extend(answered);
        let gone = ["connections", "remove", super::runs::NAME, "--yes"];
        let _ = fairlead(&tenant, tenant.folder())
            .args(gone)
            .run()
            .with_code(0);
    }
    assert!(checks.len() >= 35, "{}: {checks:#?}", checks.len());
}

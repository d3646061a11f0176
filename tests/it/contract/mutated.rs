use std::time::Duration;

use fairlead_sim::options::{Options, Size};
use fairlead_tests::rounds;

use super::referee::Referee;
use crate::judges::Tenant;

/// Sends good requests and wrong ones made of them; fails where the tenant and the validator do not
/// refuse the same.
fn agree(referee: &Referee, count: u32, seed: u32, limit: Duration) {
    let auto_consent = true;
    // A listing that answers a small tenant is a small answer to judge.
    let size = Size {
        groups: 5,
        plans: 10,
        tasks: 100,
        users: 30,
        rooms: 2,
    };
    let tenant = Tenant::start(Options {
        auto_consent,
        size,
        ..Options::default()
    });
    let program = referee.program("contract_fuzz.py");
    let program = program.args([count.to_string(), seed.to_string()]);
    program
        .input(tenant.line().to_string())
        .limit(limit)
        .run()
        .with_code(0);
}

#[test]
fn the_sim_accepts_exactly_what_the_validator_accepts() {
    let Some(referee) = Referee::appointed() else {
        return;
    };
    agree(&referee, 5_000, 1, Duration::from_mins(3));
}

#[test]
fn soak_the_sim_accepts_exactly_what_the_validator_accepts() {
    let Some(referee) = Referee::appointed() else {
        return;
    };
    for seed in 0..rounds(20) {
        agree(&referee, 5_000, 1_000 + seed, Duration::from_mins(10));
    }
}

//! Nothing is green that was not proved: the exit code outlives its reader, and a whole that nobody
//! signed in for is unknown.

use fairlead_sim::options::Options;
use fairlead_tests::Program;
use serde_json::Value;

use crate::judges::Tenant;

const MART: &str = "planner-data-mart";

fn tenant(scenario: &str) -> Tenant {
    Tenant::start(Options {
        auto_consent: true,
        scenarios: vec![scenario.to_owned()],
        ..Options::default()
    })
}

fn connect(tenant: &Tenant, profile: &str, name: &str, more: &[&str]) -> Option<i32> {
    let domain = &tenant.ready().domain;
    let how = ["--sign-in", "device-code", "--yes", "--patience", "2"];
    let command = ["connect", profile, "--name", name, "--tenant", domain];
    let all = [&command[..], &how, more].concat();
    tenant.fairlead(&all).run().code
}

fn report(tenant: &Tenant, command: &[&str]) -> (Option<i32>, Value) {
    let command = [command, &["--output", "json"]].concat();
    let ended = tenant.fairlead(&command).run();
    (ended.code, ended.json())
}

#[test]
fn a_failed_test_exits_with_1_although_nobody_reads_on() {
    let tenant = tenant("no-consent");
    connect(&tenant, MART, "reports", &[]);
    let exit = tenant.fairlead(&["test", "reports"]).run_unread();
    assert_eq!(exit, Some(1));
}

#[test]
fn a_vendor_s_connection_that_nobody_looked_at_is_unknown() {
    let tenant = tenant("vendor-not-consented");
    let connected = connect(
        &tenant,
        MART,
        "sync",
        &["--app", "vendor", "--consent", "wait"],
    );
    assert_eq!(connected, Some(1), "the consent is missing");
    let (exit, report) = report(&tenant, &["test", "sync"]);
    assert_eq!(
        (exit, &report["verdict"]),
        (Some(1), &Value::from("unknown"))
    );
    let words = tenant.fairlead(&["test", "sync"]).run().stdout;
    assert!(words.contains("Nobody signed in"), "{words}");
    // What is this computer's own and the network's is known without anybody.
    let (exit, _) = self::report(&tenant, &["test", "sync", "--check", "network.login"]);
    assert_eq!(exit, Some(0));
}

#[test]
fn a_key_of_the_product_is_proved_by_the_administrator_and_by_a_test_key() {
    let tenant = tenant("healthy");
    let (key, public) = (tenant.file("own.key"), tenant.file("own.pem"));
    let made = Program::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90",
        ])
        .args(["-subj", "/CN=product", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&public)
        .run();
    let _ = made.with_code(0);
    let file = public.display().to_string();
    let exit = connect(&tenant, MART, "held", &["--certificate", &file]);
    assert_eq!(exit, Some(0), "the administrator proves it at the end");
    let (exit, alone) = report(&tenant, &["test", "held"]);
    assert_eq!(
        (exit, &alone["verdict"]),
        (Some(1), &Value::from("unknown"))
    );
    let proved = [
        "test",
        "held",
        "--inspect",
        "--test-key",
        "--sign-in",
        "device-code",
    ];
    let (exit, proved) = report(&tenant, &proved);
    assert_eq!(
        (exit, &proved["verdict"]),
        (Some(0), &Value::from("passed")),
        "{proved:#}"
    );
    // What it can't do with a key that it does not have, it says, and how to go on.
    let refused = tenant
        .fairlead(&["certificate", "rotate", "held"])
        .run()
        .with_code(2);
    assert!(
        refused.stderr.contains("certificate.of-product"),
        "{}",
        refused.stderr
    );
    assert!(
        !refused.stderr.contains("certificate rotate held`"),
        "{}",
        refused.stderr
    );
}

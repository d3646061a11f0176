//! What the main commands print when all goes well, and when the tenant does not play along.

use fairlead_sim::options::Options;

use super::transcript::{hold, on};
use crate::judges::Tenant;

const MART: &str = "planner-data-mart";

fn tenant(scenarios: &[&str]) -> Tenant {
    Tenant::start(Options {
        auto_consent: true,
        scenarios: scenarios.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default()
    })
}

fn connect<'a>(tenant: &'a Tenant, more: &[&'a str]) -> Vec<&'a str> {
    let domain = &tenant.ready().domain;
    let first = ["connect", MART, "--name", "reports", "--tenant", domain];
    let how = ["--sign-in", "device-code"];
    [&first[..], &how, more].concat()
}

#[test]
fn a_plan_says_what_would_be_done() {
    let tenant = tenant(&[]);
    let plan = connect(&tenant, &["--plan"]);
    let as_json = connect(&tenant, &["--plan", "--output", "json"]);
    let vendor = connect(&tenant, &["--plan", "--app", "vendor"]);
    hold(
        "plan",
        &[&plan, &as_json, &vendor].map(|command| on(&tenant, command)),
    );
}

#[test]
fn a_connection_is_set_up_tested_and_handed_over() {
    let tenant = tenant(&[]);
    let set_up = connect(&tenant, &["--yes"]);
    let certificate = tenant.file("reports.cer").display().to_string();
    let export = [
        "certificate",
        "export",
        "reports",
        "--format",
        "cer",
        "--out",
        &certificate,
    ];
    let commands: Vec<&[&str]> = vec![
        &set_up,
        &set_up,
        &["test", "reports"],
        &["test", "reports", "--check", "token.issued"],
        &["values", "reports"],
        &["values", "reports", "--format", "markdown"],
        &["values", "reports", "--output", "json"],
        &["connections"],
        &["connections", "show", "reports"],
        &["certificate"],
        &["certificate", "show", "reports"],
        &export,
        &["certificate", "rotate", "reports", "--keep-old"],
        &["certificate", "rotate", "reports"],
        &["diagnostics", "reports", "--mask"],
        &["secrets"],
        &["connections", "remove", "reports", "--yes"],
        &["connections"],
    ];
    let told: Vec<String> = commands
        .into_iter()
        .map(|command| on(&tenant, command))
        .collect();
    hold("results-whole-way", &told);
}

#[test]
fn what_waits_for_another_person_is_printed_to_be_sent() {
    let tenant = tenant(&[]);
    let wait = ["--yes", "--consent", "wait", "--request-file", "-"];
    let command = connect(&tenant, &wait);
    let told = [
        on(&tenant, &command),
        on(&tenant, &["connections", "show", "reports"]),
        on(&tenant, &["values", "reports"]),
    ];
    hold("results-waiting", &told);
}

#[test]
fn a_failed_check_says_what_to_do() {
    let tenant = tenant(&["certificate-not-on-app"]);
    let set_up = connect(&tenant, &["--yes", "--patience", "1"]);
    let told = [
        on(&tenant, &set_up),
        on(&tenant, &["test", "reports"]),
        on(
            &tenant,
            &["test", "reports", "--inspect", "--sign-in", "device-code"],
        ),
    ];
    hold("results-failed-check", &told);
}

#[test]
fn what_needs_no_tenant_is_told_without_one() {
    let tenant = tenant(&[]);
    let commands: Vec<&[&str]> = vec![
        &["profiles"],
        &["profiles", "show", MART],
        &["explain", "AADSTS700016"],
        &[
            "explain",
            "Error: AADSTS7000222 and Authorization_RequestDenied",
        ],
        &["explain", "AADSTS50105", "--output", "json"],
        &["sim", "--scenario", "list"],
    ];
    let told: Vec<String> = commands
        .into_iter()
        .map(|command| on(&tenant, command))
        .collect();
    hold("results-without-a-tenant", &told);
}

use std::collections::BTreeSet;

use fairlead_sim::Exchange;
use fairlead_sim::options::{Options, Size};
use serde_json::{Value, json};

use super::referee::{Referee, written};
use crate::judges::{Tenant, judge};

/// Paths of the sign-in service, of the vendors' pages and of the portal: no contract is published for
/// them. `*` is any one segment.
const NOT_GRAPH: [&[&str]; 14] = [
    &["*", "v2.0", ".well-known", "openid-configuration"],
    &["*", "discovery", "v2.0", "keys"],
    &["*", "oauth2", "v2.0", "authorize"],
    &["*", "oauth2", "v2.0", "token"],
    &["*", "oauth2", "v2.0", "devicecode"],
    &["*", "oauth2", "v2.0", "logout"],
    &["*", "oauth2", "deviceauth"],
    &["*", "v2.0", "adminconsent"],
    &["common", "discovery", "instance"],
    &["common", "userrealm", "*"],
    &["common", "login"],
    &["devicelogin"],
    &["vendor", "*"],
    &["vendor", "*", "consented"],
];

fn is_graph(exchange: &Exchange) -> bool {
    let segments: Vec<&str> = exchange.path.trim_matches('/').split('/').collect();
    if ["v1.0", "beta"].contains(&segments[0]) {
        return true;
    }
    let fits = |named: &&&[&str]| {
        let same = |(wanted, found): (&&str, &&str)| *wanted == "*" || wanted == found;
        named.len() == segments.len() && named.iter().zip(&segments).all(same)
    };
    let named = NOT_GRAPH.iter().find(fits);
    assert!(named.is_some(), "what is `{}`?", exchange.path);
    false
}

/// Holds all that went over the wire of Graph against the contract; the operations that it was about.
pub(crate) fn held(referee: &Referee, tenant: &Tenant) -> BTreeSet<String> {
    let exchanges: Vec<Exchange> = tenant.exchanges().into_iter().filter(is_graph).collect();
    let lines: Vec<Value> = exchanges.iter().map(written).collect();
    let mut operations = BTreeSet::new();
    let mut wrong = Vec::new();
    for (line, verdict) in lines.iter().zip(referee.judge(&lines)) {
        for reason in verdict.reasons() {
            wrong.push(format!("{reason}\n  {line}"));
        }
        let inner = verdict
            .inner
            .into_iter()
            .filter_map(|inner| inner.operation);
        operations.extend(inner.chain(verdict.operation));
    }
    assert!(
        wrong.is_empty(),
        "{} faults\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    operations
}

const MART: &str = "planner-data-mart";
const SIGN_IN: [&str; 2] = ["--sign-in", "device-code"];

fn tenant() -> Tenant {
    Tenant::start(Options {
        auto_consent: true,
        size: Size {
            groups: 8,
            plans: 20,
            tasks: 200,
            users: 40,
            rooms: 2,
        },
        ..Options::default()
    })
}

/// Runs commands of which each is to end well.
fn run(tenant: &Tenant, commands: &[&[&str]]) {
    for command in commands {
        tenant.fairlead(command).run().with_code(0);
    }
}

/// Every credential of one profile, renewed by both ways, and removed again.
fn every_credential(referee: &Referee, tenant: &Tenant) {
    let [by, code] = SIGN_IN;
    for credential in ["certificate", "secret", "account"] {
        tenant.connect(MART, credential, &["--credential", credential, "--inspect"]);
        run(tenant, &[&["test", credential, "--inspect", by, code]]);
    }
    let rotate = ["certificate", "rotate", "certificate", by, code, "--by"];
    for way in ["self", "admin"] {
        run(tenant, &[&[&rotate[..], &[way]].concat()]);
    }
    let given = json!({"ready": tenant.line(), "profile": MART});
    judge(&referee.python, "vendor_consent.py", tenant, &given);
    let mut vendors = tenant.ready().vendors.iter();
    let vendor = vendors.find(|vendor| vendor.profile == MART);
    let vendor = format!("vendor:{}", vendor.expect("it has a vendor").client_id);
    tenant.connect(MART, "vendor", &["--app", &vendor, "--inspect"]);
    run(tenant, &[&["test", "vendor", "--inspect", by, code]]);
}

/// Every other profile, and what is written where writing is allowed.
fn every_profile(tenant: &Tenant) {
    let [by, code] = SIGN_IN;
    for profile in ["planner-backup", "planner-replication", "planner-restore"] {
        tenant.connect(
            profile,
            profile,
            &["--credential", "certificate", "--inspect"],
        );
        run(
            tenant,
            &[&["test", profile, "--inspect", "--write-probe", by, code]],
        );
    }
}

#[test]
fn traffic_of_the_whole_way_is_valid() {
    let Some(referee) = Referee::appointed() else {
        return;
    };
    let tenant = tenant();
    every_credential(&referee, &tenant);
    every_profile(&tenant);
    let shown = tenant.fairlead(&["connections", "list", "--output", "json"]);
    let shown = shown.run().with_code(0).json();
    let connections = shown["connections"].as_array().expect("a list");
    assert_eq!(connections.len(), 7, "{shown}");
    let [by, code] = SIGN_IN;
    for connection in connections {
        let name = connection["name"].as_str().expect("it has a name");
        run(
            &tenant,
            &[&[
                "connections",
                "remove",
                name,
                "--everywhere",
                "--yes",
                by,
                code,
            ]],
        );
    }

    let operations = held(&referee, &tenant);
    for wanted in [
        "PATCH /applications(uniqueName='{uniqueName}')",
        "POST /applications/{application-id}/addKey",
        "POST /applications/{application-id}/addPassword",
        "POST /servicePrincipals/{servicePrincipal-id}/appRoleAssignments",
        "POST /oauth2PermissionGrants",
        "POST /$batch",
        "GET /planner/tasks/{plannerTask-id}/details",
        "POST /planner/plans",
        "PATCH /planner/tasks/{plannerTask-id}",
        "DELETE /planner/plans/{plannerPlan-id}",
        "DELETE /applications/{application-id}",
    ] {
        assert!(
            operations.contains(wanted),
            "no {wanted} in {operations:#?}"
        );
    }
}

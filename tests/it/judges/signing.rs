//! Microsoft's clients for Python sign in and read, against HTTPS from a private authority.

use std::path::PathBuf;

use fairlead_sim::options::{Options, Size};
use fairlead_tests::judges;
use serde_json::json;

use super::python::judge;
use super::tenant::Tenant;
use crate::contract::{Referee, held};

const MART: &str = "planner-data-mart";
const PASSWORD: &str = "pässword für den Export 1";

fn options() -> Options {
    Options {
        auto_consent: true,
        size: Size {
            groups: 12,
            plans: 30,
            tasks: 400,
            users: 80,
            ..Size::default()
        },
        ..Options::default()
    }
}

/// A connection with a certificate, and its certificate in files.
#[derive(Debug)]
struct Mart {
    tenant: Tenant,
    client_id: String,
}

impl Mart {
    fn connected() -> Self {
        let tenant = Tenant::with_tls(options());
        tenant.connect(MART, "mart", &["--credential", "certificate"]);
        let client_id = tenant.value("mart", "client_id");
        Self { tenant, client_id }
    }

    fn export(&self, format: &str, file: &str, more: &[&str]) -> PathBuf {
        let out = self.tenant.file(file);
        let command = ["certificate", "export", "mart", "--format", format];
        let program = self.tenant.fairlead(&command).arg("--out").arg(&out);
        // The password comes from standard input, as in a script.
        let program = match format {
            "pfx" => program.args(["--password-file", "-"]).input(PASSWORD),
            _ => program,
        };
        program.args(more).run().with_code(0);
        out
    }
}

#[test]
fn msal_signs_apps_in_with_what_fairlead_exported() {
    let Some(python) = judges() else { return };
    let mart = Mart::connected();
    let compatible = ["--pfx-encryption", "compatible"];
    let given = json!({
        "ready": mart.tenant.line(),
        "client_id": mart.client_id,
        "roles": ["GroupMember.Read.All", "Tasks.Read.All", "User.Read.All"],
        "pem": mart.export("pem", "mart.pem", &[]),
        "key": mart.export("key", "mart.key", &[]),
        "pfx": [
            mart.export("pfx", "modern.pfx", &[]),
            mart.export("pfx", "compatible.pfx", &compatible),
        ],
        "pfx_password": PASSWORD,
    });
    judge(&python, "msal_apps.py", &mart.tenant, &given);
}

#[test]
fn msal_signs_people_in_on_the_sign_in_pages() {
    let Some(python) = judges() else { return };
    let auto_consent = false;
    let tenant = Tenant::with_tls(Options {
        auto_consent,
        ..options()
    });
    let given = json!({"ready": tenant.line()});
    judge(&python, "msal_people.py", &tenant, &given);
}

#[cfg(unix)]
#[test]
fn a_person_connects_in_a_browser_that_is_not_fairleads() {
    let Some(python) = judges() else { return };
    let auto_consent = false;
    let tenant = Tenant::with_tls(Options {
        auto_consent,
        ..options()
    });
    let browser = super::browser::with_a_person(&tenant, &python);
    let opens = [
        "--sign-in",
        "browser",
        "--browser",
        browser.to_str().expect("text"),
    ];
    for credential in ["certificate", "account"] {
        let domain = tenant.ready().domain.clone();
        let command = [
            "connect",
            "planner-data-mart",
            "--yes",
            "--inspect",
            "--tenant",
            &domain,
        ];
        let connect = tenant
            .fairlead(&command)
            .args(["--name", credential])
            .args(opens);
        connect
            .args(["--credential", credential])
            .run()
            .with_code(0);
    }
    let seen = std::fs::read_to_string(tenant.file("browser.log")).expect("a page was seen");
    for who in ["admin@", "reports@"] {
        let signed_in = |line: &str| line.starts_with(who) && line.contains(": Sign in > ");
        assert!(seen.lines().any(signed_in), "{who} in {seen}");
    }
    assert!(seen.contains("Permissions requested"), "{seen}");
}

#[test]
fn msal_is_told_that_a_credential_has_ended() {
    let Some(python) = judges() else { return };
    let scenarios = ["secret-expired", "certificate-expired"].map(str::to_owned);
    let scenarios = scenarios.to_vec();
    let tenant = Tenant::with_tls(Options {
        scenarios,
        ..options()
    });
    let given = json!({"ready": tenant.line()});
    judge(&python, "msal_expired.py", &tenant, &given);
}

#[test]
fn azure_identity_and_msgraph_sdk_read_the_tenant() {
    let Some(python) = judges() else { return };
    let mart = Mart::connected();
    let size = options().size;
    let given = json!({
        "ready": mart.tenant.line(),
        "client_id": mart.client_id,
        "pfx": mart.export("pfx", "mart.pfx", &[]),
        "pfx_password": PASSWORD,
        "size": {"groups": size.groups, "users": size.users},
    });
    judge(&python, "graph_sdk.py", &mart.tenant, &given);
    if let Some(referee) = Referee::appointed() {
        held(&referee, &mart.tenant);
    }
}

#[test]
fn a_key_that_was_handed_over_can_be_forgotten() {
    let mart = Mart::connected();
    mart.export("pfx", "mart.pfx", &["--keep-key", "no"]);
    let command = ["certificate", "export", "mart", "--format", "key"];
    let again = mart.tenant.fairlead(&command);
    let again = again.arg("--out").arg(mart.tenant.file("again.key"));
    let refused = again.run().with_code(2);
    assert!(
        refused.stderr.contains("certificate.of-product"),
        "{}",
        refused.stderr
    );
}

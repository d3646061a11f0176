//! Connections that move to another computer, and connections that go.

use std::fs;
use std::path::Path;

use fairlead_sim::options::Options;
use fairlead_tests::{Ended, Program, http, secret_file, temp_folder};
use serde_json::Value;

use crate::judges::Tenant;

const MART: &str = "planner-data-mart";

fn tenant() -> Tenant {
    Tenant::start(Options {
        auto_consent: true,
        ..Options::default()
    })
}

/// `fairlead` on another computer.
fn elsewhere(folder: &Path, command: &[&str]) -> Ended {
    let program = Program::fairlead(folder).args(["--secret-store", "file"]);
    program.args(command).run()
}

const fn under(passphrase: &str) -> [&str; 2] {
    ["--transfer-passphrase-file", passphrase]
}

#[test]
fn a_connection_signs_in_on_another_computer_under_the_passphrase_alone() {
    let tenant = tenant();
    tenant.connect(MART, "x", &[]);
    let path = |name: &str| tenant.file(name).display().to_string();
    let (file, right, wrong) = (path("x.connection"), path("right"), path("wrong"));
    secret_file(Path::new(&right), "eine lange Losung");
    secret_file(Path::new(&wrong), "eine andere Losung");
    let export = ["connections", "export", "x", "--out", &file];
    let program = tenant.fairlead(&[&export[..], &under(&right)].concat());
    program.run().with_code(0);

    let other = temp_folder();
    let import = |file: &str, passphrase: &str| {
        let import = ["connections", "import", file];
        elsewhere(
            other.path(),
            &[&import[..], &under(passphrase)[..]].concat(),
        )
    };
    let refused = import(&file, &wrong).with_code(2);
    assert!(refused.stderr.contains("passphrase"), "{}", refused.stderr);

    let whole = fs::read_to_string(&file).expect("it was exported");
    let tampered = path("tampered.connection");
    let lines: Vec<&str> = whole.lines().collect();
    for spoilt in [
        whole.replacen(
            lines[lines.len() / 2],
            &lines[lines.len() / 2].chars().rev().collect::<String>(),
            1,
        ),
        lines[..lines.len() / 2].join("\n"),
        String::new(),
    ] {
        fs::write(&tampered, spoilt).expect("it is written");
        let refused = import(&tampered, &right).with_code(2);
        assert!(refused.stderr.contains("transfer."), "{}", refused.stderr);
    }
    let kept = elsewhere(other.path(), &["connections", "list", "--output", "json"]);
    assert_eq!(kept.json()["connections"], Value::Array(Vec::new()));

    import(&file, &right).with_code(0);
    elsewhere(other.path(), &["test", "x"]).with_code(0);
    let again = import(&file, &right).with_code(2);
    assert!(
        again.stderr.contains("connection.exists"),
        "{}",
        again.stderr
    );
}

#[test]
fn without_a_passphrase_a_connection_comes_along_without_its_secrets() {
    let tenant = tenant();
    tenant.connect(MART, "x", &[]);
    let file = tenant.file("x.connection").display().to_string();
    let program = tenant.fairlead(&["connections", "export", "x", "--out", &file]);
    let exported = program.run().with_code(0);
    let hint = "Without its secrets";
    assert!(exported.stderr.contains(hint), "{}", exported.stderr);

    let other = temp_folder();
    let import = ["connections", "import", &file, "--output", "json"];
    let imported = elsewhere(other.path(), &import).with_code(0);
    let missing = &imported.json()["missing"];
    assert_eq!(missing.as_array().map(Vec::len), Some(1), "{missing}");
    elsewhere(other.path(), &["test", "x"]).with_code(1);
}

/// What Graph lists, as the automation app sees it: everything that a set-up could leave behind.
fn listed(tenant: &Tenant) -> Vec<(String, Vec<Value>)> {
    let ready = tenant.line();
    let field = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let token = {
        let (login, id) = (field(&ready["login"]), field(&ready["tenant_id"]));
        let secret = field(&ready["automation"]["client_secret"]).replace('~', "%7E");
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}&scope={}%2F.default",
            field(&ready["automation"]["client_id"]),
            field(&ready["graph_resource"])
        );
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let url = format!("{login}/{id}/oauth2/v2.0/token");
        let answer = http::send("POST", &url, &form, body.as_bytes()).expect("it answers");
        let answer: Value = serde_json::from_slice(&answer.body).expect("it is JSON");
        field(&answer["access_token"])
    };
    let authorization = format!("Bearer {token}");
    let get = |path: &str| {
        let url = format!("{}/v1.0/{path}", field(&ready["graph"]));
        let headers = [("authorization", authorization.as_str())];
        let answer = http::send("GET", &url, &headers, b"").expect("it answers");
        assert_eq!(answer.status, 200, "{path}");
        let page: Value = serde_json::from_slice(&answer.body).expect("it is JSON");
        assert_eq!(page["@odata.nextLink"], Value::Null, "{path} has more");
        let mut all = page["value"].as_array().cloned().unwrap_or_default();
        all.sort_by_key(|object| field(&object["id"]));
        all
    };
    // Entra makes the sign-in client's own when somebody first signs in through it, and others may use
    // it by now: it stays, without what it was granted.
    let mut principals = get("servicePrincipals?$top=999");
    principals.retain(|principal| principal["appId"] != ready["bootstrap_client_id"]);
    let roles = principals.iter().map(|principal| {
        let id = field(&principal["id"]);
        format!("servicePrincipals/{id}/appRoleAssignments?$top=999")
    });
    let lists = ["applications?$top=999", "oauth2PermissionGrants?$top=999"];
    let paths = lists.into_iter().map(str::to_owned).chain(roles);
    let mut all: Vec<_> = paths.map(|path| (path.clone(), get(&path))).collect();
    all.push(("servicePrincipals".to_owned(), principals));
    all
}

#[test]
fn a_connection_that_is_removed_everywhere_leaves_the_tenant_as_it_was() {
    let account = "synchronisation_account=reports@contoso.example";
    for (credential, more) in [
        ("certificate", &["--inspect"][..]),
        ("secret", &["--inspect"]),
        ("account", &["--set", account]),
    ] {
        let tenant = tenant();
        // The automation app's own token is not the first thing that the tenant sees.
        let before = listed(&tenant);
        tenant.connect(MART, "x", &[&["--credential", credential], more].concat());
        if credential == "certificate" {
            let rotate = tenant.fairlead(&["certificate", "rotate", "x"]);
            rotate.run().with_code(0);
        }
        let test = ["test", "x", "--inspect", "--sign-in", "device-code"];
        tenant.fairlead(&test).run().with_code(0);
        assert_ne!(listed(&tenant), before, "{credential}: nothing was made");

        let remove = ["connections", "remove", "x", "--everywhere", "--yes"];
        let sign_in = ["--sign-in", "device-code"];
        let program = tenant.fairlead(&[&remove[..], &sign_in].concat());
        program.run().with_code(0);
        let after = listed(&tenant);
        for ((path, before), (_, after)) in before.iter().zip(&after) {
            assert_eq!(after, before, "{credential}: {path}");
        }
        assert_eq!(after.len(), before.len(), "{credential}");
        let left = tenant.fairlead(&["connections", "list", "--output", "json"]);
        let left = left.run().with_code(0).json();
        assert_eq!(left["connections"], Value::Array(Vec::new()));
    }
}

//! The mistakes that people make most, and what they are told.

use std::fs;

use fairlead_sim::options::Options;
use fairlead_tests::{secret_file, temp_folder};

use super::transcript::{alone, hold, on};
use crate::judges::Tenant;

const MART: &str = "planner-data-mart";

#[test]
fn what_is_mistyped_is_named_with_what_would_be_right() {
    let folder = temp_folder();
    let connect = ["connect", MART, "--name", "x", "--tenant", "contoso.com"];
    let with = |more: &[&'static str]| [&connect[..], more].concat();
    let commands: Vec<Vec<&str>> = vec![
        vec!["conect"],
        vec!["connect", MART],
        vec![
            "connect",
            "planer",
            "--name",
            "x",
            "--tenant",
            "contoso.com",
        ],
        vec!["connect", "rooms", "--name", "x", "--tenant", "contoso.com"],
        vec![
            "connect", MART, "--name", "x", "--tenant", "con toso", "--yes",
        ],
        vec!["connect", MART, "--name", "x y", "--tenant", "contoso.com"],
        with(&["--app", "vendor:12"]),
        with(&["--credential", "service-account", "--yes"]),
        with(&["--secret-file", "nowhere", "--yes"]),
        with(&["--certificate", "nowhere.pfx", "--yes"]),
        with(&["--set", "nothing", "--yes"]),
        with(&["--set", "colour=blue", "--yes"]),
        with(&["--bits", "1024", "--yes"]),
        with(&["--days", "0", "--yes"]),
        vec!["test"],
        vec!["test", "x", "--check", "network.nothing"],
        vec!["test", "nothere"],
        vec!["values", "nothere"],
        vec!["diagnostics", "nothere"],
        vec!["connections", "remove", "nothere", "--yes"],
        vec!["certificate", "show", "nothere"],
        vec!["certificate", "rotate", "nothere"],
        vec!["--cloud", "moon", "connections"],
        vec!["--key-file", "nowhere.key", "certificate", "new", "x"],
        vec!["profiles", "show", "nothere"],
        vec!["explain", "it does not work"],
        vec!["sim", "--scenario", "nothing"],
        vec!["sim", "--listen", "0.0.0.0:8080"],
        vec!["sim", "--fault", "503"],
        vec!["--output", "json", "connect", MART, "--name", "x"],
        vec!["--output", "json", "test", "nothere"],
    ];
    let told: Vec<String> = commands
        .iter()
        .map(|command| alone(folder.path(), command))
        .collect();
    hold("mistakes-typed", &told);
}

#[test]
fn files_and_passwords_that_do_not_fit_are_told_apart() {
    let folder = temp_folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, text) in [
        ("password", "eine lange Losung\n"),
        ("wrong", "eine andere Losung\n"),
        ("empty", "\n"),
        ("text", "no certificate\n"),
    ] {
        fs::write(path(name), text).expect("it is written");
    }
    let (pfx, wrong, empty, text) = (path("own.pfx"), path("wrong"), path("empty"), path("text"));
    let password = path("password");
    let export = ["certificate", "export", "own", "--format", "pfx", "--out"];
    let import = ["certificate", "import", "again", "--file"];
    let commands: Vec<Vec<&str>> = vec![
        vec!["certificate", "new", "own"],
        vec!["certificate", "new", "own"],
        [&export[..], &[&pfx]].concat(),
        [&export[..], &[&pfx, "--password-file", &empty]].concat(),
        [&export[..], &[&pfx, "--password-file", &password]].concat(),
        [&export[..], &[&pfx, "--password-file", &password]].concat(),
        [&import[..], &[&pfx]].concat(),
        [&import[..], &[&pfx, "--password-file", &wrong]].concat(),
        [&import[..], &[&text]].concat(),
        [&import[..], &[&pfx, "--password-file", &password]].concat(),
    ];
    let told: Vec<String> = commands
        .iter()
        .map(|command| alone(folder.path(), command))
        .collect();
    hold("mistakes-files", &told);
}

#[test]
fn a_wrong_passphrase_opens_no_secret_store() {
    let folder = temp_folder();
    let given = |name: &str, text: &str| {
        let file = folder.path().join(name);
        secret_file(&file, text);
        file.display().to_string()
    };
    let right = given("right", "eine lange Losung");
    let wrong = given("wrong", "eine andere Losung");
    let told = [&right, &wrong].map(|file| {
        let command = ["--passphrase-file", file, "certificate", "new", "own"];
        alone(folder.path(), &command)
    });
    hold("mistakes-passphrase", &told);
}

#[test]
fn without_a_person_nothing_is_changed_unless_it_was_said() {
    let tenant = Tenant::start(Options::default());
    let domain = tenant.ready().domain.clone();
    let connect = ["connect", MART, "--name", "x", "--tenant", &domain];
    let told = [
        on(&tenant, &connect),
        on(&tenant, &["connections", "list"]),
        on(
            &tenant,
            &[&connect[..], &["--permissions", "least", "--plan"]].concat(),
        ),
    ];
    hold("mistakes-nobody-asked", &told);
}

#[test]
fn a_tenant_that_does_not_answer_is_said_not_to() {
    let folder = temp_folder();
    let gone = Tenant::start(Options::default());
    let domain = gone.ready().domain.clone();
    let cloud = folder.path().join("cloud.json");
    fs::copy(gone.file("cloud.json"), &cloud).expect("it is there");
    drop(gone);
    let cloud = cloud.display().to_string();
    let connect = ["--cloud", &cloud, "connect", MART, "--name", "x"];
    let told = alone(
        folder.path(),
        &[&connect[..], &["--tenant", &domain, "--yes"]].concat(),
    );
    hold("mistakes-not-reachable", &[told]);
}

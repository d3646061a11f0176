//! Where the command line keeps secrets: in the real Secret Service, gnome-keyring on a private bus,
//! or without any in the encrypted file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fairlead_sim::options::Options;
use fairlead_tests::{Ended, Program, fairlead, secret_service, temp_folder};

use crate::judges::Tenant;

/// What it says the first time that it keeps a secret, and then no more.
const KEPT: &str = "Secrets are kept in ";

fn tenant() -> Tenant {
    Tenant::start(Options {
        auto_consent: true,
        ..Options::default()
    })
}

/// The words that connect under a name.
fn connect(tenant: &Tenant, name: &str) -> Vec<String> {
    let cloud = tenant.file("cloud.json").display().to_string();
    let domain = &tenant.ready().domain;
    let command =
        format!("--cloud {cloud} connect planner-data-mart --name {name} --tenant {domain}");
    let how = " --yes --sign-in device-code";
    (command + how)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// A person's computer: a home, and a bus with an unlocked keyring for as long as a command runs.
struct Desktop {
    home: tempfile::TempDir,
    session: PathBuf,
}

impl Desktop {
    fn new() -> Option<Self> {
        let (session, _) = secret_service()?;
        let home = temp_folder();
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(home.path(), private).expect("it is ours");
        Some(Self { home, session })
    }

    fn config(&self) -> PathBuf {
        self.home.path().join("config")
    }

    /// One command in a session of its own: what it keeps outlives the session.
    fn fairlead(&self, command: &[String]) -> Ended {
        const UNLOCK: &str = "eval \"$(printf testpw | gnome-keyring-daemon --unlock \
            --components=secrets --daemonize | sed 's/^/export /')\"\nexec \"$@\"";
        Program::new(&self.session)
            .at_home_in(self.home.path())
            .env("FAIRLEAD_CONFIG", self.config())
            .args(["--", "sh", "-c", UNLOCK, "sh"])
            .arg(fairlead())
            .args(command)
            .run()
    }

    /// The same without a bus.
    fn fairlead_without_bus(&self, command: &[String]) -> Ended {
        let program = Program::fairlead(&self.config());
        program.args(command).run()
    }
}

fn words(command: &str) -> Vec<String> {
    command.split_whitespace().map(str::to_owned).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    entries
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_connection_signs_in_with_the_key_that_the_keyring_keeps() {
    let Some(desktop) = Desktop::new() else {
        return;
    };
    let tenant = tenant();
    let connected = desktop.fairlead(&connect(&tenant, "x")).with_code(0);
    let says = "Secrets are kept in the keyring of this computer (Secret Service), under the name \
                `fairlead-simulated`. The keyring of this computer was chosen because it works.";
    assert!(connected.stderr.contains(says), "{}", connected.stderr);
    let kept = names(&desktop.config());
    let encrypted = |name: &&String| name.contains("secrets");
    assert_eq!(kept.iter().find(encrypted), None, "{kept:?}");

    // In another session, with the same keyring.
    let tested = desktop.fairlead(&words("test x")).with_code(0);
    assert!(!tested.stderr.contains(KEPT), "{}", tested.stderr);
    let places = desktop
        .fairlead(&words("secrets where --output json"))
        .with_code(0)
        .json();
    let simulated = places["secrets"].as_array().into_iter().flatten();
    let simulated = simulated.clone().find(|row| row["realm"] == "simulated");
    let simulated = simulated.unwrap_or_else(|| panic!("{places}"));
    assert_eq!(simulated["store"], "keyring");

    // Without the bus the key is out of reach, and that is what is said.
    let locked = desktop.fairlead_without_bus(&words("test x --output json"));
    let report = locked.with_code(1).json();
    assert_eq!(report["verdict"], "unknown");
    let mut checks = report["checks"].as_array().into_iter().flatten();
    let key = checks.find(|check| check["id"] == "certificate.key");
    let key = key.unwrap_or_else(|| panic!("{report}"));
    assert_eq!(key["verdict"], "unknown", "{key}");
    let said = key["detail"].as_str().unwrap_or_default();
    assert!(said.contains("keyring"), "{key}");

    let to_file = words("secrets move --to file");
    desktop.fairlead(&to_file).with_code(0);
    let moved = desktop.fairlead_without_bus(&words("test x"));
    moved.with_code(0);
}

#[test]
fn without_any_bus_the_encrypted_file_is_used_and_the_reason_is_said_once() {
    let tenant = tenant();
    let home = temp_folder();
    let run = |command: &[String]| {
        let program = Program::fairlead(home.path());
        program.args(command).run().with_code(0)
    };
    let first = run(&connect(&tenant, "first"));
    let says = "The encrypted file was chosen because the keyring of this computer can't be used: \
                none answers (";
    assert_eq!(first.stderr.matches(KEPT).count(), 1, "{}", first.stderr);
    assert!(first.stderr.contains(says), "{}", first.stderr);
    assert!(!first.stdout.contains(KEPT), "{}", first.stdout);
    for name in ["simulated-secrets.age", "secrets.key"] {
        let file = home.path().join(name).metadata().expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }

    for command in [connect(&tenant, "second"), words("test first")] {
        let again = run(&command);
        assert!(!again.stderr.contains(KEPT), "{}", again.stderr);
    }
}

#[test]
fn a_keyring_that_was_asked_for_and_is_not_there_is_an_error() {
    let home = temp_folder();
    let command = words("--secret-store keyring certificate new x");
    let refused = Program::fairlead(home.path())
        .args(command)
        .run()
        .with_code(2);
    assert!(
        refused.stderr.contains("store.unavailable"),
        "{}",
        refused.stderr
    );
}

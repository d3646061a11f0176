//! The real Secret Service: gnome-keyring on a private bus.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::child::{Running, process};

/// Whether the programs are there. Without them these tests prove nothing, which is said; where
/// `FAIRLEAD_REQUIRE_KEYRING` is 1 it is a failure.
fn installed() -> bool {
    let missing: Vec<&str> = ["dbus-run-session", "gnome-keyring-daemon"]
        .into_iter()
        .filter(|program| {
            !std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
                .any(|folder| folder.join(program).is_file())
        })
        .collect();
    if missing.is_empty() {
        return true;
    }
    assert!(
        std::env::var_os("FAIRLEAD_REQUIRE_KEYRING").is_none_or(|value| value != "1"),
        "{missing:?} not installed, and FAIRLEAD_REQUIRE_KEYRING=1"
    );
    eprintln!("skipped: {missing:?} not installed (Debian: dbus gnome-keyring)");
    false
}

/// A role in a session of its own; `before` is run in it first.
fn in_session(role: &str, home: &Path, before: &str) -> Command {
    let run = home.join("run");
    std::fs::create_dir_all(&run).unwrap();
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700)).unwrap();
    let inner = process(role, &home.join("fairlead"));
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c", &format!("{before}\nexec \"$@\""), "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("XDG_DATA_HOME")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &run);
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

#[test]
fn the_keyring_of_a_desktop_session_is_used() {
    if !installed() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let unlock = "eval \"$(printf testpw | gnome-keyring-daemon --unlock --components=secrets \
                  --daemonize | sed 's/^/export /')\"";
    let said = Running::start(in_session("keyring", home.path(), unlock)).ends_well();
    assert_eq!(
        said,
        [
            "The keyring of this computer was chosen because it works.",
            "the keyring of this computer (Secret Service), under the name `fairlead`",
            "done",
        ]
    );
    let rings = home.path().join(".local/share/keyrings");
    assert!(
        rings.join("login.keyring").is_file(),
        "it was kept in `{}`",
        rings.display()
    );
}

#[test]
fn a_session_whose_keyring_nobody_unlocked_gets_the_file() {
    if !installed() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let start = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1";
    let said = Running::start(in_session("no-keyring", home.path(), start)).ends_well();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with(
            "The encrypted file was chosen because the keyring of this computer can't be used: "
        ),
        "{said:?}"
    );
}

#[test]
fn without_any_bus_the_file_is_chosen_and_the_reason_said() {
    let home = tempfile::tempdir().unwrap();
    let mut command = process("no-keyring", &home.path().join("fairlead"));
    command
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path());
    let said = Running::start(command).ends_well();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with(
            "The encrypted file was chosen because the keyring of this computer can't be used: none \
             answers ("
        ),
        "{said:?}"
    );
}

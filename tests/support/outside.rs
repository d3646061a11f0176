use std::path::{Path, PathBuf};

use crate::place::workspace;

/// The published contract that the wire is held against. It lies beside the workspace.
///
/// # Panics
///
/// When it is absent and `FAIRLEAD_REQUIRE_CONTRACT=1`.
pub fn contract() -> Option<PathBuf> {
    let said = std::env::var_os("FAIRLEAD_CONTRACT").map(PathBuf::from);
    let folder = said.or_else(|| Some(workspace().parent()?.join("shared").join("contract")));
    present(
        "CONTRACT",
        "the published contract",
        folder.filter(|folder| folder.is_dir()),
    )
}

/// The Python that has Microsoft's clients and the validators of `tests/judges/requirements.txt`.
///
/// # Panics
///
/// When it is absent and `FAIRLEAD_REQUIRE_JUDGES=1`.
pub fn judges() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let python = std::env::var_os("FAIRLEAD_JUDGES").map_or_else(
        || workspace().join("target").join("judges").join(folder),
        PathBuf::from,
    );
    present(
        "JUDGES",
        "the Python with the judges",
        python.is_file().then_some(python),
    )
}

/// The program `openssl`, which has never heard of Fairlead.
///
/// # Panics
///
/// When it is absent and `FAIRLEAD_REQUIRE_OPENSSL=1`.
pub fn openssl() -> Option<PathBuf> {
    present("OPENSSL", "`openssl`", on_path("openssl"))
}

/// What a private Secret Service is made of: `dbus-run-session` and `gnome-keyring-daemon`.
///
/// # Panics
///
/// When one is absent and `FAIRLEAD_REQUIRE_KEYRING=1`.
pub fn secret_service() -> Option<(PathBuf, PathBuf)> {
    let both = on_path("dbus-run-session").zip(on_path("gnome-keyring-daemon"));
    present(
        "KEYRING",
        "`dbus-run-session` and `gnome-keyring-daemon`",
        both,
    )
}

/// The thing, or a word on the test that does without, or the failure where it was promised.
#[expect(clippy::print_stderr, reason = "the runner shows it with the test")]
fn present<T>(name: &str, what: &str, thing: Option<T>) -> Option<T> {
    let variable = format!("FAIRLEAD_REQUIRE_{name}");
    if thing.is_none() {
        let required = std::env::var(&variable).is_ok_and(|value| value == "1");
        assert!(
            !required,
            "{what} is not there, and {variable}=1 says that it must be"
        );
        eprintln!("skipped: {what} is not there");
    }
    thing
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&file))
        .find(|path| Path::is_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_given_and_what_was_not_promised_may_be_absent() {
        assert_eq!(present("OF_NO_ONE", "it", Some(1)), Some(1));
        assert_eq!(present::<u8>("OF_NO_ONE", "it", None), None);
        assert!(on_path("no-such-program").is_none());
    }
}

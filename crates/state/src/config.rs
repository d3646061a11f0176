use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use fairlead_domain::cloud::Cloud;
use serde::{Deserialize, Serialize};

use crate::error::StateError;

/// Which of the two worlds: connections to simulated tenants and their secrets live apart from
/// real ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Realm {
    /// Microsoft's clouds.
    Real,
    /// Simulated tenants.
    Simulated,
}

impl Realm {
    /// The realm of a cloud's connections.
    pub const fn of(cloud: &Cloud) -> Self {
        if cloud.is_simulated() {
            Self::Simulated
        } else {
            Self::Real
        }
    }

    pub(crate) const fn database_file(self) -> &'static str {
        match self {
            Self::Real => "fairlead.db",
            Self::Simulated => "simulated.db",
        }
    }

    pub(crate) const fn lock_folder(self) -> &'static str {
        match self {
            Self::Real => "fairlead.locks",
            Self::Simulated => "simulated.locks",
        }
    }

    pub(crate) const fn secrets_file(self) -> &'static str {
        match self {
            Self::Real => "secrets.age",
            Self::Simulated => "simulated-secrets.age",
        }
    }

    pub(crate) const fn keyring_name(self) -> &'static str {
        match self {
            Self::Real => "fairlead",
            Self::Simulated => "fairlead-simulated",
        }
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Real => "real",
            Self::Simulated => "simulated",
        })
    }
}

/// The configuration folder: the one that is named, or `FAIRLEAD_CONFIG`, or the platform's own
/// place for it. `env` reads a variable of the environment. Nothing is created.
///
/// Linux and the BSDs follow the XDG base directory specification; macOS has
/// `~/Library/Application Support`; Windows has `%LOCALAPPDATA%`, because a database and a keyring
/// entry don't roam.
///
/// # Errors
/// [`StateError::NoFolder`] where the account has no home folder.
pub fn config_dir(
    explicit: Option<&Path>,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, StateError> {
    if let Some(folder) = explicit {
        return Ok(folder.to_owned());
    }
    let set = |name| {
        env(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = set("FAIRLEAD_CONFIG") {
        return Ok(folder);
    }
    let home = || {
        set("HOME")
            .or_else(std::env::home_dir)
            .filter(|home| home.is_absolute())
    };
    let base = if cfg!(windows) {
        set("LOCALAPPDATA").or_else(|| home().map(|home| home.join("AppData").join("Local")))
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library").join("Application Support"))
    } else {
        set("XDG_CONFIG_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| home().map(|home| home.join(".config")))
    };
    base.map(|base| base.join("fairlead"))
        .ok_or(StateError::NoFolder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        |wanted| {
            pairs
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| OsString::from(value))
        }
    }

    #[test]
    fn the_folder_that_is_named_wins_over_the_environment() {
        let env = with(&[("FAIRLEAD_CONFIG", "/from/env"), ("HOME", "/home/ada")]);
        assert_eq!(
            config_dir(Some(Path::new("/named")), &env).unwrap(),
            Path::new("/named")
        );
        assert_eq!(config_dir(None, &env).unwrap(), Path::new("/from/env"));
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn without_a_name_the_folder_follows_xdg() {
        let cases = [
            (
                with(&[("XDG_CONFIG_HOME", "/xdg"), ("HOME", "/home/ada")]),
                "/xdg/fairlead",
            ),
            (
                with(&[("XDG_CONFIG_HOME", "relative"), ("HOME", "/home/ada")]),
                "/home/ada/.config/fairlead",
            ),
            (
                with(&[("FAIRLEAD_CONFIG", ""), ("HOME", "/home/ada")]),
                "/home/ada/.config/fairlead",
            ),
        ];
        for (env, wanted) in cases {
            assert_eq!(config_dir(None, env).unwrap(), Path::new(wanted));
        }
    }
}

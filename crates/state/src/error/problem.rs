use std::collections::BTreeMap;
use std::path::Path;

use fairlead_domain::problem::{PLACEHOLDERS, Problem, ProblemCode};
use fairlead_domain::remedy::Remedy;

use super::{KeyFault, StateError};
use crate::secrets::StoreKind;

impl StateError {
    /// The problem's code.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::NoFolder | Self::Unavailable { .. } | Self::Interrupted => {
                ProblemCode::StateUnavailable
            }
            Self::Newer { .. } | Self::StoreNewer { .. } => ProblemCode::StateNewer,
            Self::Record { damage, .. } => damage.code(),
            Self::Damaged { .. } | Self::Layout { .. } => ProblemCode::StateDamaged,
            Self::Busy { .. } | Self::ConnectionBusy { .. } => ProblemCode::StateBusy,
            Self::ConnectionUnknown { .. } => ProblemCode::ConnectionUnknown,
            Self::ConnectionExists { .. } => ProblemCode::ConnectionExists,
            Self::OtherRealm { .. } => ProblemCode::ConnectionOtherCloud,
            Self::Cloud { .. } => ProblemCode::CloudInvalid,
            Self::CertificateUnknown { .. } => ProblemCode::CertificateNotFound,
            Self::CertificateExists { .. } => ProblemCode::CertificateExists,
            Self::CertificateInUse { .. } => ProblemCode::CertificateInUse,
            Self::Unreadable { .. } | Self::Exposed { .. } => ProblemCode::FileUnreadable,
            Self::Unwritable { .. } => ProblemCode::FileUnwritable,
            Self::Exists { .. } => ProblemCode::FileExists,
            Self::Keyring { fault } => fault.code(),
            Self::Key { fault, .. } => fault.code(),
            Self::Passphrase { .. } => ProblemCode::StorePassphrase,
            Self::StoreDamaged { .. } => ProblemCode::StoreDamaged,
            Self::SecretElsewhere {
                holder: StoreKind::File,
                ..
            } => ProblemCode::StoreKeyMissing,
            Self::SecretElsewhere {
                holder: StoreKind::Keyring,
                ..
            }
            | Self::SecretTooLarge { .. }
            | Self::SecretNotKept { .. } => ProblemCode::StoreUnavailable,
            Self::Conflict { .. } => ProblemCode::InputInvalid,
            Self::Transfer { fault } => fault.code(),
        }
    }

    /// The problem, for both faces. What this crate does not know (the profile, the tenant) is left
    /// as a placeholder for [`Problem::fill`].
    pub fn problem(&self) -> Problem {
        let mut values: BTreeMap<&str, String> = PLACEHOLDERS
            .iter()
            .map(|name| (*name, format!("{{{name}}}")))
            .collect();
        values.extend(self.known());
        let mut problem = Problem::new(self.code(), self.to_string()).fill(&values);
        problem.remedies.splice(0..0, self.first_remedy());
        problem
    }

    fn known(&self) -> Option<(&'static str, String)> {
        let file = |path: &Path| Some(("file", path.display().to_string()));
        match self {
            Self::Unavailable { path, .. }
            | Self::Newer { path, .. }
            | Self::Damaged { path }
            | Self::Layout { path, .. }
            | Self::Record { path, .. }
            | Self::Busy { path, .. }
            | Self::Unreadable { path, .. }
            | Self::Exposed { path, .. }
            | Self::Unwritable { path, .. }
            | Self::Exists { path }
            | Self::StoreDamaged { path, .. }
            | Self::StoreNewer { path, .. } => file(path),
            Self::Key { fault, .. } => fault.key().and_then(file),
            Self::ConnectionUnknown { name }
            | Self::ConnectionExists { name }
            | Self::ConnectionBusy { name, .. }
            | Self::OtherRealm { name, .. } => Some(("connection", name.to_string())),
            Self::CertificateUnknown { name }
            | Self::CertificateExists { name }
            | Self::CertificateInUse { name, .. } => Some(("certificate", name.to_string())),
            Self::NoFolder
            | Self::Cloud { .. }
            | Self::Keyring { .. }
            | Self::Passphrase { .. }
            | Self::SecretTooLarge { .. }
            | Self::SecretElsewhere { .. }
            | Self::SecretNotKept { .. }
            | Self::Conflict { .. }
            | Self::Transfer { .. }
            | Self::Interrupted => None,
        }
    }

    /// What helps more than anything that the catalogue can know.
    fn first_remedy(&self) -> Option<Remedy> {
        match self {
            Self::Exposed { path, .. } => Some(Remedy::RunCommand {
                title: "Make the file private".to_owned(),
                command: format!("chmod 600 {}", path.display()),
            }),
            Self::SecretElsewhere { holder, .. } => Some(Remedy::RunCommand {
                title: "Name the store that holds it".to_owned(),
                command: format!("fairlead --secret-store {holder} secrets where"),
            }),
            _ => None,
        }
    }
}

impl KeyFault {
    const fn code(&self) -> ProblemCode {
        match self {
            Self::KeyFileWanted => ProblemCode::StorePassphrase,
            Self::PassphraseWanted
            | Self::Absent { .. }
            | Self::NotAKey { .. }
            | Self::OtherKey { .. }
            | Self::Empty { .. } => ProblemCode::StoreKeyMissing,
        }
    }

    fn key(&self) -> Option<&Path> {
        match self {
            Self::Absent { key }
            | Self::NotAKey { key }
            | Self::OtherKey { key }
            | Self::Empty { key } => Some(key),
            Self::PassphraseWanted | Self::KeyFileWanted => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::error::KeyringFault;

    #[test]
    fn a_problem_names_its_file_and_leaves_open_what_is_not_known_here() {
        let error = StateError::Newer {
            path: PathBuf::from("/c/fairlead.db"),
            found: 9,
            known: 1,
        };
        let problem = error.problem();
        assert_eq!(problem.code, ProblemCode::StateNewer);
        assert_eq!(
            problem.what,
            "`/c/fairlead.db` was written by a newer Fairlead: it has layout 9, this program knows 1"
        );
        assert!(problem.why.contains("/c/fairlead.db"), "{}", problem.why);

        let error = StateError::Keyring {
            fault: KeyringFault::Locked,
        };
        let open = error.problem();
        let filled = open
            .clone()
            .fill(&BTreeMap::from([("file", "/c/server.key".to_owned())]));
        assert_eq!(open.code, ProblemCode::StoreLocked);
        assert_ne!(open, filled, "`{{file}}` was open until it was known");
        assert!(
            format!("{filled:?}").contains("/c/server.key"),
            "{filled:?}"
        );
    }

    #[test]
    fn the_remedy_that_fits_best_comes_first() {
        let exposed = StateError::Exposed {
            path: PathBuf::from("/c/secrets.key"),
            mode: 0o644,
        };
        assert_eq!(
            exposed.problem().remedies.first(),
            Some(&Remedy::RunCommand {
                title: "Make the file private".to_owned(),
                command: "chmod 600 /c/secrets.key".to_owned(),
            })
        );
        let elsewhere = |holder, chosen| StateError::SecretElsewhere {
            id: "client-secret/reports".parse().unwrap(),
            holder,
            chosen,
        };
        let in_file = elsewhere(StoreKind::File, StoreKind::Keyring);
        assert_eq!(in_file.code(), ProblemCode::StoreKeyMissing);
        assert_eq!(
            in_file.to_string(),
            "`client-secret/reports` is kept in the encrypted file, and the keyring of this computer was chosen"
        );
        let in_keyring = elsewhere(StoreKind::Keyring, StoreKind::File);
        assert_eq!(in_keyring.code(), ProblemCode::StoreUnavailable);
    }
}

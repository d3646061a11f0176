use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use fairlead_app::ConnectError;
use fairlead_domain::problem::{Problem, ProblemCode};

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct Failure(Box<Problem>);

impl Failure {
    /// A problem of the command line itself.
    pub(crate) fn rule(code: ProblemCode, what: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, what)))
    }

    /// A command line that is not complete or not of the right form.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::rule(ProblemCode::CommandUsage, what)
    }

    /// A person did not agree: there is nothing to explain and nothing to go on with.
    pub(crate) fn declined(what: &str) -> Self {
        let mut problem = Problem::new(ProblemCode::Cancelled, what);
        problem.why.clear();
        problem.remedies.clear();
        Self(Box::new(problem))
    }

    /// A file that could not be read.
    pub(crate) fn unreadable(file: impl AsRef<Path>, cause: &io::Error) -> Self {
        let file = file.as_ref();
        let what = format!("`{}` could not be read: {cause}", file.display());
        Self::rule(ProblemCode::FileUnreadable, what).about_file(file)
    }

    /// A file that could not be written.
    pub(crate) fn unwritable(file: impl AsRef<Path>, cause: &io::Error) -> Self {
        let file = file.as_ref();
        let what = format!("`{}` could not be written: {cause}", file.display());
        Self::rule(ProblemCode::FileUnwritable, what).about_file(file)
    }

    /// The same with the name of the file that it is about.
    pub(crate) fn about_file(self, file: impl AsRef<Path>) -> Self {
        self.fill_known("file", file.as_ref().display().to_string())
    }

    fn fill_known(self, name: &str, value: String) -> Self {
        Self(Box::new(
            self.0.fill_known(&BTreeMap::from([(name, value)])),
        ))
    }

    /// The same with what the command line knows filled into its texts.
    pub(crate) fn fill(self, values: &BTreeMap<&str, String>) -> Self {
        Self(Box::new(self.0.fill(values)))
    }

    /// 1 where the situation failed, 2 where the command could not run.
    pub(crate) fn exit_code(&self) -> u8 {
        if could_not_run(self.0.code) { 2 } else { 1 }
    }

    /// The problem of the catalogue that it is.
    pub(crate) fn problem(&self) -> &Problem {
        &self.0
    }
}

/// Whether a problem is one of this computer or of what was asked, rather than of the tenant.
fn could_not_run(code: ProblemCode) -> bool {
    let text = code.to_string();
    let area = text.split('.').next().unwrap_or_default();
    matches!(
        area,
        "state"
            | "store"
            | "file"
            | "transfer"
            | "profile"
            | "cloud"
            | "input"
            | "command"
            | "confirmation"
            | "check"
            | "cancelled"
    ) || matches!(
        code,
        ProblemCode::ConnectionUnknown
            | ProblemCode::ConnectionExists
            | ProblemCode::ConnectionIncomplete
            | ProblemCode::ConnectionOtherCloud
            | ProblemCode::CertificateNotFound
            | ProblemCode::CertificateExists
            | ProblemCode::CertificateInUse
            | ProblemCode::CertificateUnreadable
            | ProblemCode::CertificatePassword
            | ProblemCode::CertificateNotRsa
            | ProblemCode::CertificateWeak
            | ProblemCode::CertificateKeyMismatch
            | ProblemCode::CertificateKeyMissing
            | ProblemCode::CertificateOfProduct
            | ProblemCode::TlsCaFile
            | ProblemCode::InspectorMissing
    )
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self(Box::new(error.problem()))
    }
}

impl From<Box<Problem>> for Failure {
    fn from(problem: Box<Problem>) -> Self {
        Self(problem)
    }
}

impl From<fairlead_domain::ids::Malformed> for Failure {
    fn from(malformed: fairlead_domain::ids::Malformed) -> Self {
        Self::usage(malformed.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenants_troubles_exit_with_1_and_the_commands_own_with_2() {
        let exit = |code| Failure::rule(code, "x").exit_code();
        for code in [
            ProblemCode::Aadsts(700_016),
            ProblemCode::ConsentMissing,
            ProblemCode::NetworkDns,
        ] {
            assert_eq!(exit(code), 1, "{code}");
        }
        for code in [
            ProblemCode::ConnectionUnknown,
            ProblemCode::ProfileUnknown,
            ProblemCode::StateBusy,
            ProblemCode::InputInvalid,
            ProblemCode::CommandUsage,
            ProblemCode::ConfirmationMissing,
        ] {
            assert_eq!(exit(code), 2, "{code}");
        }
    }
}

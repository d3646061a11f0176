use std::collections::BTreeMap;

use fairlead_app::ConnectError;
use fairlead_domain::problem::{Problem, ProblemCode};

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A problem of the catalogue.
    Problem(Box<Problem>),
    /// The reader of standard output went away: no error.
    BrokenPipe,
}

impl Failure {
    /// A problem of the command line itself.
    pub(crate) fn rule(code: ProblemCode, what: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem::new(code, what)))
    }

    /// The same with what the command line knows filled into its texts.
    pub(crate) fn fill(self, values: &BTreeMap<&str, String>) -> Self {
        match self {
            Self::Problem(problem) => Self::Problem(Box::new(problem.fill(values))),
            Self::BrokenPipe => self,
        }
    }

    /// 1 where the situation failed, 2 where the command could not run.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Problem(problem) if could_not_run(problem.code) => 2,
            Self::Problem(_) => 1,
        }
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
            | ProblemCode::TlsCaFile
            | ProblemCode::InspectorMissing
    )
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self::Problem(Box::new(error.problem()))
    }
}

impl From<Box<Problem>> for Failure {
    fn from(problem: Box<Problem>) -> Self {
        Self::Problem(problem)
    }
}

impl From<fairlead_domain::ids::Malformed> for Failure {
    fn from(malformed: fairlead_domain::ids::Malformed) -> Self {
        Self::rule(ProblemCode::InputInvalid, malformed.to_string())
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
            ProblemCode::ConfirmationMissing,
        ] {
            assert_eq!(exit(code), 2, "{code}");
        }
    }
}

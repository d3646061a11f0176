use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_entra::EntraError;
use fairlead_entra::certificate::CertificateError;
use fairlead_graph::GraphError;
use fairlead_state::StateError;
use fairlead_wire::WireError;

/// Why a use case ended. Every one is a problem of the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Entra.
    #[error(transparent)]
    Entra(#[from] EntraError),
    /// The way there.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What is remembered.
    #[error(transparent)]
    State(#[from] StateError),
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A rule of the use case itself.
    #[error(transparent)]
    Problem(Box<Problem>),
}

impl ConnectError {
    /// A rule of the use case itself was met.
    pub fn rule(code: ProblemCode, what: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem::new(code, what)))
    }

    /// The problem, for people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Graph(error) => error.problem(),
            Self::Entra(error) => error.problem(),
            Self::Wire(error) => error.problem(),
            Self::State(error) => error.problem(),
            Self::Certificate(error) => Problem::new(error.code(), error.to_string()),
            Self::Problem(problem) => (**problem).clone(),
        }
    }

    /// The problem's code.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Graph(error) => error.code(),
            Self::Entra(error) => error.code(),
            Self::Wire(error) => error.code(),
            Self::State(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::Problem(problem) => problem.code,
        }
    }

    /// Whether the object is not known yet where it was asked for, although it exists.
    pub fn may_be_replication(&self) -> bool {
        match self {
            Self::Graph(error) => error.may_be_replication(),
            Self::Entra(error) => error
                .refusal()
                .is_some_and(fairlead_entra::OAuthError::may_be_replication),
            _ => false,
        }
    }

    /// Whether the question could not be put, so that nothing is known.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Self::Graph(error) => error.is_unanswered(),
            Self::Entra(error) => error.is_unanswered(),
            Self::Wire(_) => true,
            _ => false,
        }
    }

    /// Whether Microsoft says that the caller may not.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Graph(error) if error.is_forbidden())
    }
}

impl From<Box<Problem>> for ConnectError {
    fn from(problem: Box<Problem>) -> Self {
        Self::Problem(problem)
    }
}

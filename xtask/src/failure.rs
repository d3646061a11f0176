use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Why a task did not reach its end.
#[derive(Debug)]
pub(crate) enum Failure {
    Usage {
        given: String,
    },
    NotStarted {
        command: String,
        source: std::io::Error,
    },
    Ended {
        command: String,
        code: Option<i32>,
    },
    TooLong {
        command: String,
        limit: Duration,
    },
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    Unreadable {
        what: String,
        found: String,
    },
    Missing {
        what: String,
        remedy: String,
    },
    Findings {
        count: usize,
    },
    TreeChanged {
        difference: String,
    },
    ProcessesLeft {
        count: usize,
    },
    StageFailed {
        stage: &'static str,
    },
}

impl Failure {
    /// Turns an error of a file operation on `path` into a failure that names it.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Usage { .. }) {
            2
        } else {
            1
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { given } => {
                write!(f, "no such task: `{given}`; `cargo xtask help` lists them")
            }
            Self::NotStarted { command, source } => {
                write!(f, "`{command}` could not be started: {source}")
            }
            Self::Ended {
                command,
                code: Some(code),
            } => {
                write!(f, "`{command}` ended with exit code {code}")
            }
            Self::Ended {
                command,
                code: None,
            } => write!(f, "`{command}` was ended by a signal"),
            Self::TooLong { command, limit } => {
                write!(
                    f,
                    "`{command}` was ended: it ran longer than {} s",
                    limit.as_secs()
                )
            }
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Unreadable { what, found } => {
                write!(f, "{what} could not be understood: `{found}`")
            }
            Self::Missing { what, remedy } => write!(f, "{what} is missing. {remedy}"),
            Self::Findings { count: 1 } => write!(f, "one finding, see above"),
            Self::Findings { count } => write!(f, "{count} findings, see above"),
            Self::TreeChanged { difference } => {
                write!(
                    f,
                    "building and testing changed the work tree:\n{difference}"
                )
            }
            Self::ProcessesLeft { count: 1 } => {
                write!(f, "one process was left running, see above")
            }
            Self::ProcessesLeft { count } => {
                write!(f, "{count} processes were left running, see above")
            }
            Self::StageFailed { stage } => write!(f, "the stage `{stage}` failed"),
        }
    }
}

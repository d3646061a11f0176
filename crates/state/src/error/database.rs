use std::fmt;
use std::path::Path;

use fairlead_domain::problem::ProblemCode;
use sqlx::migrate::MigrateError;

use super::StateError;

/// Why a database can't be used, by SQLite's primary result code.
///
/// <https://www.sqlite.org/rescode.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseFault {
    /// `SQLITE_CANTOPEN`.
    #[error("it can't be opened")]
    CannotOpen,
    /// `SQLITE_READONLY`.
    #[error("it can't be written to")]
    ReadOnly,
    /// `SQLITE_PERM`, `SQLITE_AUTH`.
    #[error("access is denied")]
    Denied,
    /// `SQLITE_FULL`.
    #[error("the disk is full")]
    Full,
    /// `SQLITE_IOERR`.
    #[error("reading or writing failed (SQLite code {code})")]
    InputOutput {
        /// The extended result code.
        code: i32,
    },
    /// `SQLITE_NOMEM`.
    #[error("there is not enough memory")]
    Memory,
    /// Any other code of SQLite.
    #[error("SQLite refused (code {code})")]
    Refused {
        /// The extended result code.
        code: i32,
    },
    /// It was closed, or its worker ended.
    #[error("it was closed")]
    Closed,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentDamage {
    /// A newer program wrote it.
    #[error("it has schema {found}, this program knows {known}")]
    Newer {
        /// Its schema.
        found: u64,
        /// The newest that this program knows.
        known: u64,
    },
    /// It does not say which schema it has.
    #[error("it names no schema")]
    NoSchema,
    /// It is no JSON object.
    #[error("it is not an object")]
    NoObject,
    /// It lacks something, or has it in another shape.
    #[error("{text}")]
    Shape {
        /// What was expected, where.
        text: String,
    },
}

impl DocumentDamage {
    pub(crate) fn shape(cause: &serde_json::Error) -> Self {
        Self::Shape {
            text: cause.to_string(),
        }
    }

    pub(crate) const fn code(&self) -> ProblemCode {
        match self {
            Self::Newer { .. } => ProblemCode::StateNewer,
            _ => ProblemCode::StateDamaged,
        }
    }
}

impl StateError {
    /// What a failed statement on `path` means.
    pub(crate) fn database(path: &Path, error: &sqlx::Error) -> Self {
        let path = path.to_owned();
        let fault = match error {
            sqlx::Error::Database(database) => {
                let code = database
                    .code()
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(0);
                match meaning(code) {
                    Meaning::Busy => return Self::Busy { path, holder: None },
                    Meaning::Damaged => return Self::Damaged { path },
                    Meaning::Fault(fault) => fault,
                }
            }
            sqlx::Error::PoolTimedOut => return Self::Busy { path, holder: None },
            sqlx::Error::Io(_) => DatabaseFault::InputOutput { code: 0 },
            sqlx::Error::Migrate(cause) => return Self::migration(&path, cause),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::TypeNotFound { .. } => return Self::Damaged { path },
            _ => DatabaseFault::Closed,
        };
        Self::Unavailable { path, fault }
    }

    pub(crate) fn migration(path: &Path, error: &MigrateError) -> Self {
        let layout = |layout: i64| Self::Layout {
            path: path.to_owned(),
            layout,
        };
        match error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
                Self::database(path, cause)
            }
            MigrateError::VersionMissing(version)
            | MigrateError::VersionMismatch(version)
            | MigrateError::VersionNotPresent(version)
            | MigrateError::VersionTooOld(version, _)
            | MigrateError::VersionTooNew(version, _)
            | MigrateError::Dirty(version) => layout(*version),
            _ => layout(0),
        }
    }
}

enum Meaning {
    Busy,
    Damaged,
    Fault(DatabaseFault),
}

fn meaning(code: i32) -> Meaning {
    Meaning::Fault(match code & 0xff {
        // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: another process is in the way.
        5 | 6 | 15 => return Meaning::Busy,
        // SQLITE_CORRUPT, SQLITE_NOTADB; SQLITE_ERROR comes of a table or column that is not there.
        11 | 26 | 1 => return Meaning::Damaged,
        3 | 23 => DatabaseFault::Denied,
        7 => DatabaseFault::Memory,
        8 => DatabaseFault::ReadOnly,
        10 => DatabaseFault::InputOutput { code },
        13 => DatabaseFault::Full,
        14 => DatabaseFault::CannotOpen,
        _ => DatabaseFault::Refused { code },
    })
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("busy"),
            Self::Damaged => f.write_str("damaged"),
            Self::Fault(fault) => write!(f, "{fault}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::meaning;

    #[test]
    fn every_result_code_has_one_meaning_whatever_its_extension() {
        let told: Vec<String> = [
            5, 261, 517, 6, 15, 11, 267, 26, 14, 1038, 8, 1032, 13, 10, 3850, 3, 7, 19,
        ]
        .into_iter()
        .map(|code| format!("{code}: {:?}", meaning(code)))
        .collect();
        assert_eq!(
            told,
            [
                "5: busy",
                "261: busy",
                "517: busy",
                "6: busy",
                "15: busy",
                "11: damaged",
                "267: damaged",
                "26: damaged",
                "14: it can't be opened",
                "1038: it can't be opened",
                "8: it can't be written to",
                "1032: it can't be written to",
                "13: the disk is full",
                "10: reading or writing failed (SQLite code 10)",
                "3850: reading or writing failed (SQLite code 3850)",
                "3: access is denied",
                "7: there is not enough memory",
                "19: SQLite refused (code 19)",
            ]
        );
    }
}

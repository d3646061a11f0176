//! The file that a tenant is kept in.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::entra::Memory;
use crate::tenant::{Tenant, World};

/// The version of the file's JSON.
const SCHEMA: u32 = 1;

/// Why a kept tenant was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// The file can't be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no kept tenant.
    #[error("`{path}` is no kept tenant: {source}")]
    Shape {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It was written by a newer version.
    #[error("`{path}` was written by a newer version of the simulator")]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// It holds another tenant than the one asked for.
    #[error(
        "`{path}` holds a tenant made with other options: start with its {what}, or with another file"
    )]
    Other {
        /// Which file.
        path: PathBuf,
        /// What differs, and how it was.
        what: String,
    },
}

#[derive(Deserialize)]
struct Kept {
    schema: u32,
    tenant: Tenant,
    sign_in: Memory,
}

#[derive(Serialize)]
struct Keeping<'a> {
    schema: u32,
    tenant: &'a Tenant,
    sign_in: &'a Memory,
}

/// Reads a kept tenant; `None` where the file is not there yet.
pub(super) fn find(path: &Path) -> Result<Option<(Tenant, Memory)>, StateFileError> {
    #[derive(Deserialize)]
    struct Schema {
        schema: u32,
    }
    let shape = |source| StateFileError::Shape {
        path: path.to_owned(),
        source,
    };
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(StateFileError::File {
                path: path.to_owned(),
                source,
            });
        }
    };
    let schema: Schema = serde_json::from_slice(&text).map_err(shape)?;
    if schema.schema > SCHEMA {
        return Err(StateFileError::Newer {
            path: path.to_owned(),
        });
    }
    let kept: Kept = serde_json::from_slice(&text).map_err(shape)?;
    debug_assert!(kept.schema <= SCHEMA);
    Ok(Some((kept.tenant, kept.sign_in)))
}

/// Writes the tenant down: beside the file first, then into its place.
pub(super) fn keep(path: &Path, world: &World) -> Result<(), StateFileError> {
    let failed = |source| StateFileError::File {
        path: path.to_owned(),
        source,
    };
    let keeping = Keeping {
        schema: SCHEMA,
        tenant: &world.tenant,
        sign_in: &world.sign_in,
    };
    let text = serde_json::to_vec(&keeping).map_err(|source| StateFileError::Shape {
        path: path.to_owned(),
        source,
    })?;
    let beside = path.with_extension("new");
    write_private(&beside, &text).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// Writes a file that nobody else may read.
pub(super) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file: File = options.open(path)?;
    file.write_all(content)
}

//! Files that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use fairlead_domain::Secret;
use zeroize::Zeroizing;

use crate::error::StateError;

/// Writes a file that only its owner may read: mode 0600 from its first byte on, into place by
/// rename, flushed to the disk with its folder.
///
/// A symbolic link at `path` is replaced, not followed. Something that is no file (a device, a
/// folder) is never replaced.
///
/// # Errors
/// [`StateError::Exists`] unless `overwrite`; [`StateError::Unwritable`].
pub fn write_private(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), StateError> {
    let refused = |cause| StateError::unwritable(path, cause);
    if path.is_dir() {
        return Err(refused(io::Error::other("it is a folder")));
    }
    if path.symlink_metadata().is_ok() {
        if !overwrite {
            return Err(StateError::Exists {
                path: path.to_owned(),
            });
        }
        if path.metadata().is_ok_and(|at| !at.is_file()) {
            return Err(refused(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a file",
            )));
        }
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        let cause = format!("there is no folder `{}`", folder.display());
        return Err(refused(io::Error::new(io::ErrorKind::NotFound, cause)));
    }
    let mut partial = tempfile::Builder::new()
        .prefix(".fairlead-")
        .suffix(".partial")
        .tempfile_in(folder)
        // Its text names the partial file, which nobody asked for.
        .map_err(|cause| refused(cause.kind().into()))?;
    partial.write_all(bytes).map_err(refused)?;
    partial.as_file().sync_all().map_err(refused)?;
    let placed = if overwrite {
        partial.persist(path)
    } else {
        partial.persist_noclobber(path)
    };
    placed.map_err(|failure| match failure.error.kind() {
        io::ErrorKind::AlreadyExists => StateError::Exists {
            path: path.to_owned(),
        },
        _ => refused(failure.error),
    })?;
    flush_folder(folder).map_err(refused)
}

/// Replaces a file that one process at a time writes, under a lock that the caller holds. The
/// partial file has a fixed name, so that what a killed process left is used up by the next.
pub(crate) fn replace_under_lock(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let refused = |cause| StateError::unwritable(path, cause);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    match fs::remove_file(&partial) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(refused(cause)),
        _ => {}
    }
    let mut file = owner_only()
        .create_new(true)
        .open(&partial)
        .map_err(refused)?;
    file.write_all(bytes).map_err(refused)?;
    file.sync_all().map_err(refused)?;
    drop(file);
    fs::rename(&partial, path).map_err(refused)?;
    flush_folder(folder_of(path)).map_err(refused)
}

/// Reads a file with a key or a passphrase in it, and refuses one that others can read.
///
/// A group may read a file of the superuser's: that is how systemd hands out credentials.
/// What is no regular file (a pipe, standard input) has no mode to look at.
///
/// # Errors
/// [`StateError::Unreadable`]; [`StateError::Exposed`].
pub fn read_private(path: &Path) -> Result<Secret<Vec<u8>>, StateError> {
    let refused = |cause| StateError::unreadable(path, cause);
    let mut file = File::open(path).map_err(refused)?;
    let about = file.metadata().map_err(refused)?;
    if let Some(mode) = exposed(&about) {
        return Err(StateError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    // Room for the whole of it: a buffer that grows leaves copies behind.
    let room = usize::try_from(about.len()).unwrap_or(0).max(4096) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.read_to_end(&mut bytes).map_err(refused)?;
    Ok(Secret::new(std::mem::take(&mut *bytes)))
}

/// Makes a folder that only its owner may enter, with the folders above it. One that is there
/// stays as it is.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StateError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|cause| StateError::unwritable(folder, cause))
}

/// Makes an empty file that only its owner may read, unless there is one.
pub(crate) fn make_file(path: &Path) -> Result<(), StateError> {
    match owner_only().create_new(true).open(path) {
        Ok(_) => flush_folder(folder_of(path)).map_err(|cause| StateError::unwritable(path, cause)),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(StateError::unwritable(path, cause)),
    }
}

/// Options that make a file with mode 0600.
pub(crate) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes a rename outlive a power cut. Some file systems have nothing to flush and say so.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(cause)
            if matches!(
                cause.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        done => done,
    }
}

/// Windows journals the rename itself and opens no folder as a file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn flush_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn exposed(about: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let mode = about.mode() & 0o7777;
    let others = mode & 0o007 != 0;
    let group = mode & 0o070 != 0 && about.uid() != 0;
    (about.is_file() && (others || group)).then_some(mode)
}

/// On Windows a file has the access list of its folder, and a profile's folder is private.
#[cfg(not(unix))]
fn exposed(_: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fairlead_domain::Secret;
use zeroize::Zeroizing;

use super::contents::{Contents, ContentsFault};
use super::key::Key;
use super::sealed::{self, SealFault, SealKind};
use crate::error::{KeyFault, StateError, StoreDamage};
use crate::lock::FileLock;
use crate::private::replace_under_lock;

/// How long a process waits for others to have written theirs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Secrets in one encrypted file that several processes use at once. All of it blocks the thread.
pub(crate) struct EncryptedFile {
    path: PathBuf,
    key: Key,
    seen: Mutex<Option<Seen>>,
}

/// What was decrypted, with the bytes it was decrypted from: they tell whether it is still so.
struct Seen {
    sealed: Vec<u8>,
    contents: Contents,
}

impl EncryptedFile {
    pub(crate) const fn new(path: PathBuf, key: Key) -> Self {
        Self {
            path,
            key,
            seen: Mutex::new(None),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// Opens the file if there is one, to know now whether the key fits.
    pub(crate) fn check(&self) -> Result<(), StateError> {
        self.read(|_| ())
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<Secret<Vec<u8>>>, StateError> {
        self.read(|contents| contents.0.get(id).map(|bytes| Secret::new(bytes.to_vec())))
    }

    pub(crate) fn ids(&self) -> Result<Vec<String>, StateError> {
        self.read(|contents| contents.0.keys().cloned().collect())
    }

    pub(crate) fn put(&self, id: &str, value: &Secret<Vec<u8>>) -> Result<(), StateError> {
        self.change(&self.key, |contents| {
            let bytes = Zeroizing::new(value.expose().clone());
            contents.0.insert(id.to_owned(), bytes);
            true
        })?;
        Ok(())
    }

    /// Removes a secret. Whether there was one.
    pub(crate) fn delete(&self, id: &str) -> Result<bool, StateError> {
        self.change(&self.key, |contents| contents.0.remove(id).is_some())
    }

    /// Encrypts the file anew, for another key.
    pub(crate) fn rekey(&self, key: &Key) -> Result<(), StateError> {
        self.change(key, |_| true)?;
        Ok(())
    }

    fn read<T>(&self, look: impl FnOnce(&Contents) -> T) -> Result<T, StateError> {
        let mut seen = self.seen();
        self.refresh(&mut seen)?;
        Ok(match &*seen {
            Some(seen) => look(&seen.contents),
            None => look(&Contents::default()),
        })
    }

    /// Reads, changes and writes as one act among all processes. Nothing is written where
    /// `change` says that nothing was changed.
    fn change(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Contents) -> bool,
    ) -> Result<bool, StateError> {
        let _lock = FileLock::take_within(&self.path.with_extension("lock"), PATIENCE)?;
        let mut seen = self.seen();
        self.refresh(&mut seen)?;
        let mut contents = seen
            .as_ref()
            .map_or_else(Contents::default, |seen| seen.contents.clone());
        if !change(&mut contents) {
            return Ok(false);
        }
        let opener = key.opener(&self.path, seen.is_none())?;
        let json = contents
            .to_json()
            .map_err(|_| self.damaged(StoreDamage::Shape))?;
        let sealed = sealed::seal(&json, &opener)
            .map_err(|cause| StateError::unwritable(&self.path, cause))?;
        replace_under_lock(&self.path, &sealed)?;
        *seen = Some(Seen { sealed, contents });
        Ok(true)
    }

    /// Brings what was seen up to date with the file.
    fn refresh(&self, seen: &mut Option<Seen>) -> Result<(), StateError> {
        let sealed = match fs::read(&self.path) {
            Ok(sealed) => sealed,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                *seen = None;
                return Ok(());
            }
            Err(cause) => return Err(StateError::unreadable(&self.path, cause)),
        };
        if seen.as_ref().is_some_and(|seen| seen.sealed == sealed) {
            return Ok(());
        }
        *seen = None;
        // Asked before the key is read: a key file that was not given is no key file that is lost.
        let kind = sealed::kind_of(&sealed).map_err(|damage| self.damaged(damage))?;
        if kind != self.key.kind() {
            return Err(self.other_kind(kind));
        }
        let opener = self.key.opener(&self.path, false)?;
        let json = sealed::open(&sealed, &opener).map_err(|fault| match fault {
            SealFault::Damaged(damage) => self.damaged(damage),
            SealFault::OtherKind(kind) => self.other_kind(kind),
            SealFault::WrongOpener => self.key.refused(&self.path),
        })?;
        let contents = Contents::from_json(&json).map_err(|fault| match fault {
            ContentsFault::Shape => self.damaged(StoreDamage::Shape),
            ContentsFault::Newer { found, known } => StateError::StoreNewer {
                path: self.path.clone(),
                found,
                known,
            },
        })?;
        *seen = Some(Seen { sealed, contents });
        Ok(())
    }

    /// A panic in between leaves what was seen as it was: it is compared with the file again.
    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn damaged(&self, damage: StoreDamage) -> StateError {
        StateError::StoreDamaged {
            path: self.path.clone(),
            damage,
        }
    }

    fn other_kind(&self, kind: SealKind) -> StateError {
        StateError::Key {
            path: self.path.clone(),
            fault: match kind {
                SealKind::Passphrase => KeyFault::PassphraseWanted,
                SealKind::Key => KeyFault::KeyFileWanted,
            },
        }
    }
}

impl fmt::Debug for EncryptedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedFile({}, {})", self.path.display(), self.key)
    }
}

#[cfg(test)]
mod tests;

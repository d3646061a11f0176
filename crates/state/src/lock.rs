use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::StateError;
use crate::private::owner_only;

/// How often a lock that another process holds is tried again.
const PAUSE: Duration = Duration::from_millis(8);

/// Keeps every other process, and every other task of this one, from working on a connection.
///
/// It ends when it is dropped or when the process dies, however that happens.
#[derive(Debug)]
#[must_use = "the connection is free again as soon as this is dropped"]
pub struct ConnectionLock(#[expect(dead_code, reason = "held for its drop")] pub(crate) FileLock);

/// An advisory lock on a file that exists for nothing else and is never removed: a file that is
/// removed while it is locked lets two in at once.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
    holder: PathBuf,
}

/// Who has the lock, if not the one that asked.
pub(crate) enum Taken {
    Mine(FileLock),
    ByOther(Option<u32>),
}

impl FileLock {
    /// Takes the lock if it is free.
    pub(crate) fn try_take(path: &Path) -> Result<Taken, StateError> {
        let refused = |cause| StateError::unwritable(path, cause);
        let file = owner_only()
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(refused)?;
        // The holder's id stands beside the lock: Windows lets nobody read a locked file.
        let holder = path.with_extension("holder");
        match file.try_lock() {
            Ok(()) => {
                // Only a courtesy to who comes next, so that a full disk does not stop the work.
                let _ = fs::write(&holder, std::process::id().to_string());
                Ok(Taken::Mine(Self { file, holder }))
            }
            Err(TryLockError::WouldBlock) => Ok(Taken::ByOther(
                fs::read_to_string(holder)
                    .ok()
                    .and_then(|pid| pid.trim().parse().ok()),
            )),
            Err(TryLockError::Error(cause)) => Err(refused(cause)),
        }
    }

    /// Takes the lock, waiting for it at most so long. This blocks the thread.
    pub(crate) fn take_within(path: &Path, patience: Duration) -> Result<Self, StateError> {
        let begun = Instant::now();
        loop {
            match Self::try_take(path)? {
                Taken::Mine(lock) => return Ok(lock),
                Taken::ByOther(holder) if begun.elapsed() >= patience => {
                    return Err(StateError::Busy {
                        path: path.to_owned(),
                        holder,
                    });
                }
                Taken::ByOther(_) => std::thread::sleep(PAUSE),
            }
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.holder);
        // Closing the file unlocks it too; this does it before the next line of the owner.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_holder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c-reports.lock");
        let lock = FileLock::take_within(&path, Duration::ZERO).unwrap();
        let Err(StateError::Busy { holder, .. }) =
            FileLock::take_within(&path, Duration::from_millis(30))
        else {
            panic!("the lock was given twice");
        };
        assert_eq!(holder, Some(std::process::id()));
        drop(lock);
        FileLock::take_within(&path, Duration::ZERO).unwrap();
    }

    #[test]
    fn who_waits_gets_the_lock_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let first = FileLock::take_within(&path, Duration::ZERO).unwrap();
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || FileLock::take_within(&path, Duration::from_secs(10)).map(drop)
        });
        std::thread::sleep(Duration::from_millis(30));
        drop(first);
        waiting.join().unwrap().unwrap();
    }
}

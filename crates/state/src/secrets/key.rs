use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use age::secrecy::ExposeSecret;
use age::x25519;
use fairlead_domain::Secret;
use zeroize::Zeroizing;

use super::sealed::{Opener, SealKind};
use crate::error::{KeyFault, StateError};
use crate::lock::FileLock;
use crate::private::{read_private, replace_under_lock, write_private};

/// How long a process waits for another to have made the key.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes a key file for the encrypted file of secrets (`fairlead secrets new-key`), with mode 0600.
/// It is an identity file of age.
///
/// # Errors
/// [`StateError::Exists`]; [`StateError::Unwritable`].
pub fn new_key(path: &Path) -> Result<(), StateError> {
    write_private(path, &key_text(), false)
}

fn key_text() -> Zeroizing<Vec<u8>> {
    let key = x25519::Identity::generate();
    let text = format!(
        "# This key opens the secrets that Fairlead keeps. Keep it private, and keep a copy.\n\
         # public key: {}\n{}\n",
        key.to_public(),
        key.to_string().expose_secret(),
    );
    Zeroizing::new(text.into_bytes())
}

/// Makes the key beside an encrypted file, unless another process has just made it. Both realms
/// have the same one.
fn make_beside(path: &Path) -> Result<(), StateError> {
    let _lock = FileLock::take_within(&path.with_extension("key.lock"), PATIENCE)?;
    if path.exists() {
        Ok(())
    } else {
        replace_under_lock(path, &key_text())
    }
}

/// By what the encrypted file is opened.
#[derive(Clone)]
pub(crate) enum Key {
    /// A key file that somebody named.
    File(PathBuf),
    /// The key file beside the encrypted file, made when it is first needed.
    Beside(PathBuf),
    /// A passphrase.
    Passphrase(Secret<String>),
}

impl Key {
    /// From the first line of a file.
    pub(crate) fn from_passphrase_file(sealed: &Path, file: &Path) -> Result<Self, StateError> {
        let bytes = read_private(file)?;
        let line = bytes
            .expose()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match std::str::from_utf8(line) {
            Ok(text) if !text.is_empty() => Ok(Self::Passphrase(Secret::from(text))),
            _ => Err(StateError::Key {
                path: sealed.to_owned(),
                fault: KeyFault::Empty {
                    key: file.to_owned(),
                },
            }),
        }
    }

    pub(crate) const fn kind(&self) -> SealKind {
        match self {
            Self::File(_) | Self::Beside(_) => SealKind::Key,
            Self::Passphrase(_) => SealKind::Passphrase,
        }
    }

    /// What opens `sealed`. Where `make` is set, a key that is to lie beside it is made now.
    pub(crate) fn opener(&self, sealed: &Path, make: bool) -> Result<Opener, StateError> {
        let (file, may_make) = match self {
            Self::Passphrase(passphrase) => return Ok(Opener::Passphrase(passphrase.clone())),
            Self::File(file) => (file, false),
            Self::Beside(file) => (file, make),
        };
        let fault = |fault| StateError::Key {
            path: sealed.to_owned(),
            fault,
        };
        let text = match read_private(file) {
            Err(StateError::Unreadable { cause, .. })
                if cause.kind() == io::ErrorKind::NotFound && may_make =>
            {
                make_beside(file)?;
                read_private(file)?
            }
            Err(StateError::Unreadable { cause, .. })
                if cause.kind() == io::ErrorKind::NotFound =>
            {
                return Err(fault(KeyFault::Absent { key: file.clone() }));
            }
            read => read?,
        };
        std::str::from_utf8(text.expose())
            .ok()
            .and_then(only_identity)
            .map(|identity| Opener::Key(Box::new(identity)))
            .ok_or_else(|| fault(KeyFault::NotAKey { key: file.clone() }))
    }

    /// Why `sealed`, which this key should open, stays closed.
    pub(crate) fn refused(&self, sealed: &Path) -> StateError {
        let path = sealed.to_owned();
        match self {
            Self::Passphrase(_) => StateError::Passphrase { path },
            Self::File(key) | Self::Beside(key) => StateError::Key {
                path,
                fault: KeyFault::OtherKey { key: key.clone() },
            },
        }
    }
}

/// Says by what the file is opened, and nothing of it.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "opened by the key file `{}`", file.display()),
            Self::Beside(file) => write!(
                f,
                "opened by the key file `{}` beside it, so that whoever can read this folder can \
                 read the secrets",
                file.display()
            ),
            Self::Passphrase(_) => f.write_str("opened by a passphrase"),
        }
    }
}

fn only_identity(text: &str) -> Option<x25519::Identity> {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next()?;
    lines.next().is_none().then(|| line.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use fairlead_domain::problem::ProblemCode;

    use super::*;

    #[test]
    fn a_new_key_opens_and_does_not_replace_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.key");
        new_key(&path).unwrap();
        let before = fs::read(&path).unwrap();
        assert_eq!(new_key(&path).unwrap_err().code(), ProblemCode::FileExists);
        assert_eq!(fs::read(&path).unwrap(), before);
        assert!(Key::File(path).opener(Path::new("s"), false).is_ok());
    }

    #[test]
    fn a_passphrase_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        for (text, wanted) in [
            ("correct horse\n", Some("correct horse")),
            (" spaces stay \r\nsecond line\n", Some(" spaces stay ")),
            ("no end", Some("no end")),
            ("\nsecond", None),
            ("", None),
        ] {
            write_private(&path, text.as_bytes(), true).unwrap();
            let key = Key::from_passphrase_file(Path::new("s"), &path);
            match (key, wanted) {
                (Ok(Key::Passphrase(phrase)), Some(wanted)) => assert_eq!(phrase.expose(), wanted),
                (Err(refusal), None) => assert_eq!(
                    refusal.to_string(),
                    format!(
                        "`s` can't be opened: `{}` holds no passphrase",
                        path.display()
                    )
                ),
                _ => panic!("`{text}` was read otherwise than wanted"),
            }
        }
    }

    #[test]
    fn what_is_no_key_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not.key");
        let identity = x25519::Identity::generate().to_string();
        let two = format!("{0}\n{0}\n", identity.expose_secret());
        for text in [
            "",
            "# only a comment\n",
            "-----BEGIN PRIVATE KEY-----\n",
            &two,
        ] {
            write_private(&path, text.as_bytes(), true).unwrap();
            let Err(refusal) = Key::File(path.clone()).opener(Path::new("s"), false) else {
                panic!("`{text}` was taken for a key");
            };
            assert_eq!(refusal.code(), ProblemCode::StoreKeyMissing);
        }
    }
}

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use fairlead_domain::Secret;
use keyring_core::{CredentialStore, Entry, Error};
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::SecretId;
use crate::config::Realm;
use crate::error::KeyringFault;

/// Long enough for a person to unlock it.
const PATIENCE: Duration = Duration::from_mins(1);

/// `CRED_MAX_CREDENTIAL_BLOB_SIZE`, beyond which Windows refuses.
///
/// <https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw>
const WINDOWS_LIMIT: usize = 2560;
const OTHER_LIMIT: usize = 64 * 1024;

/// The keyring of the operating system: Secret Service, Windows Credential Manager, macOS Keychain.
#[derive(Clone)]
pub(crate) struct Keyring {
    store: Arc<CredentialStore>,
    name: &'static str,
    limit: usize,
    patience: Duration,
}

impl Keyring {
    /// The system's keyring, which may turn out not to work: see [`Keyring::probe`].
    pub(crate) async fn of_system(realm: Realm) -> Result<Self, KeyringFault> {
        let store = on_thread(PATIENCE, || {
            // The library connects once a process and keeps what came of it.
            keyring::Entry::store_status()
                .as_ref()
                .map_err(|cause| match cause {
                    Error::PlatformFailure(detail) => KeyringFault::Absent {
                        detail: detail.to_string(),
                    },
                    cause => fault(cause),
                })?;
            keyring_core::get_default_store().ok_or_else(|| fault(&Error::NoDefaultStore))
        })
        .await?;
        Ok(Self::over(store, realm))
    }

    /// A keyring over a store of the keyring library.
    pub(crate) fn over(store: Arc<CredentialStore>, realm: Realm) -> Self {
        Self {
            store,
            name: realm.keyring_name(),
            limit: if cfg!(windows) {
                WINDOWS_LIMIT
            } else {
                OTHER_LIMIT
            },
            patience: PATIENCE,
        }
    }

    /// How many bytes a value may have.
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// Under which name its entries stand.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Writes, reads and deletes an entry of its own: a keyring that is locked, or that nobody set
    /// up, answers every question with "no such entry" until it is to keep something.
    pub(crate) async fn probe(&self) -> Result<(), KeyringFault> {
        let user = format!("probe-{}", Uuid::new_v4().simple());
        self.with(user.clone(), move |entry| {
            entry
                .set_secret(user.as_bytes())
                .map_err(|cause| unkept(&cause))?;
            let kept = entry.get_secret().map_err(|cause| unkept(&cause))?;
            entry.delete_credential().map_err(|cause| unkept(&cause))?;
            if kept == user.as_bytes() {
                Ok(())
            } else {
                Err(KeyringFault::Forgetful)
            }
        })
        .await
    }

    pub(crate) async fn get(&self, id: &SecretId) -> Result<Option<Secret<Vec<u8>>>, KeyringFault> {
        self.with(id.to_string(), |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(cause) => Err(wiped(cause)),
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        id: &SecretId,
        value: &Secret<Vec<u8>>,
    ) -> Result<(), KeyringFault> {
        let value = value.clone();
        self.with(id.to_string(), move |entry| {
            entry
                .set_secret(value.expose())
                .map_err(|cause| unkept(&cause))
        })
        .await
    }

    /// Removes a secret. Whether there was one.
    pub(crate) async fn delete(&self, id: &SecretId) -> Result<bool, KeyringFault> {
        self.with(id.to_string(), |entry| match entry.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(cause) => Err(wiped(cause)),
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &self,
        user: String,
        act: impl FnOnce(Entry) -> Result<T, KeyringFault> + Send + 'static,
    ) -> Result<T, KeyringFault> {
        let (store, name) = (self.store.clone(), self.name);
        on_thread(self.patience, move || {
            act(store
                .build(name, &user, None)
                .map_err(|cause| fault(&cause))?)
        })
        .await
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.name)
    }
}

/// Runs a call on a thread of its own. A keyring may wait for a person for ever, and a blocked
/// thread of the runtime would keep the program from ending.
async fn on_thread<T: Send + 'static>(
    patience: Duration,
    act: impl FnOnce() -> Result<T, KeyringFault> + Send + 'static,
) -> Result<T, KeyringFault> {
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || drop(answer.send(act())))
        .map_err(|cause| KeyringFault::Failed {
            detail: cause.to_string(),
        })?;
    match timeout(patience, answered).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(KeyringFault::Failed {
            detail: "it broke off".to_owned(),
        }),
        Err(_) => Err(KeyringFault::Silent {
            seconds: patience.as_secs(),
        }),
    }
}

/// What an error means for something that was to be kept: "no such entry" is then a lock.
fn unkept(cause: &Error) -> KeyringFault {
    match cause {
        Error::NoEntry => KeyringFault::Locked,
        cause => fault(cause),
    }
}

/// Takes an error that may carry the secret's bytes, and overwrites them.
fn wiped(cause: Error) -> KeyringFault {
    let told = fault(&cause);
    if let Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) = cause {
        drop(Zeroizing::new(bytes));
    }
    told
}

fn fault(cause: &Error) -> KeyringFault {
    match cause {
        Error::NoDefaultStore => KeyringFault::Absent {
            detail: "no store of the kind on this computer".to_owned(),
        },
        Error::NoStorageAccess(_) => KeyringFault::Locked,
        Error::NoEntry => KeyringFault::Forgetful,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            KeyringFault::Damaged
        }
        Error::Ambiguous(_) => KeyringFault::Ambiguous,
        Error::PlatformFailure(detail) => KeyringFault::Failed {
            detail: detail.to_string(),
        },
        // What is left names an attribute or a missing ability, never a value.
        cause => KeyringFault::Failed {
            detail: cause.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;

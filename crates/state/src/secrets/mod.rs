//! Secret stores: the system's keyring, or a file encrypted by age. Never in clear.

mod choose;
pub(crate) mod contents;
mod encrypted_file;
mod id;
mod index;
mod key;
mod keyring;
mod moving;
pub(crate) mod sealed;

use std::fmt;
use std::sync::Arc;

pub use choose::{Chosen, StoreRequest, choose, keeps_none};
use encrypted_file::EncryptedFile;
use fairlead_domain::Secret;
pub use id::{NoSecretId, SecretId, SecretKind};
use index::Index;
pub use key::new_key;
use keyring::Keyring;
pub use moving::Moved;
use serde::{Deserialize, Serialize};

use crate::error::StateError;
use crate::store::{Store, blocking};

/// A kind of secret store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// The keyring of the operating system.
    Keyring,
    /// A file encrypted by age.
    File,
}

impl StoreKind {
    /// The word on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }

    /// How it is called in a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Keyring => "the keyring of this computer",
            Self::File => "the encrypted file",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Keyring => Self::File,
            Self::File => Self::Keyring,
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The secrets of one realm, in one store. A clone is another handle to it.
#[derive(Debug, Clone)]
pub struct SecretStore {
    backend: Backend,
    index: Index,
}

#[derive(Debug, Clone)]
enum Backend {
    Keyring(Keyring),
    File(Arc<EncryptedFile>),
}

impl SecretStore {
    const fn new(memory: Store, backend: Backend) -> Self {
        Self {
            backend,
            index: Index::new(memory),
        }
    }

    /// Which kind of store it is.
    pub const fn kind(&self) -> StoreKind {
        match self.backend {
            Backend::Keyring(_) => StoreKind::Keyring,
            Backend::File(_) => StoreKind::File,
        }
    }

    /// Where the secrets are, in words (`fairlead secrets where`).
    pub fn where_(&self) -> String {
        match &self.backend {
            Backend::Keyring(keyring) => {
                let product = if cfg!(windows) {
                    "Windows Credential Manager"
                } else if cfg!(target_os = "macos") {
                    "macOS Keychain"
                } else {
                    "Secret Service"
                };
                format!(
                    "the keyring of this computer ({product}), under the name `{}`",
                    keyring.name()
                )
            }
            Backend::File(file) => {
                format!(
                    "the encrypted file `{}`, {}",
                    file.path().display(),
                    file.key()
                )
            }
        }
    }

    /// A secret, if it is there.
    ///
    /// # Errors
    /// [`StateError::SecretElsewhere`] where the other store has it, or has a newer one.
    pub async fn get(&self, id: &SecretId) -> Result<Option<Secret<Vec<u8>>>, StateError> {
        let value = self.look(id).await?;
        let (chosen, holder) = (self.kind(), self.kind().other());
        if let Some(theirs) = self.index.revision(id, holder).await? {
            let ours = self.index.revision(id, chosen).await?.unwrap_or(0);
            if value.is_none() || theirs > ours {
                return Err(StateError::SecretElsewhere {
                    id: id.clone(),
                    holder,
                    chosen,
                });
            }
        }
        Ok(value)
    }

    /// Keeps a secret, in place of the one before.
    ///
    /// # Errors
    /// [`StateError::SecretTooLarge`]; those of the store.
    pub async fn put(&self, id: &SecretId, value: &Secret<Vec<u8>>) -> Result<(), StateError> {
        if let Backend::Keyring(keyring) = &self.backend {
            let (size, limit) = (value.expose().len(), keyring.limit());
            if size > limit {
                return Err(StateError::SecretTooLarge {
                    id: id.clone(),
                    size,
                    limit,
                    store: self.kind(),
                });
            }
        }
        self.index.expect(id, self.kind()).await?;
        match &self.backend {
            Backend::Keyring(keyring) => keyring
                .put(id, value)
                .await
                .map_err(|fault| StateError::Keyring { fault })?,
            Backend::File(file) => {
                let (file, id, value) = (file.clone(), id.to_string(), value.clone());
                blocking(move || file.put(&id, &value)).await?;
            }
        }
        self.index.kept(id, self.kind()).await
    }

    /// Removes a secret. Whether there was one.
    pub async fn delete(&self, id: &SecretId) -> Result<bool, StateError> {
        let removed = match &self.backend {
            Backend::Keyring(keyring) => keyring
                .delete(id)
                .await
                .map_err(|fault| StateError::Keyring { fault })?,
            Backend::File(file) => {
                let (file, id) = (file.clone(), id.to_string());
                blocking(move || file.delete(&id)).await?
            }
        };
        self.index.forget(id, self.kind()).await?;
        Ok(removed)
    }

    /// The ids of the secrets that this store holds, as far as this configuration knows.
    pub async fn ids(&self) -> Result<Vec<SecretId>, StateError> {
        let mut ids = self.index.of(self.kind()).await?;
        if let Backend::File(file) = &self.backend {
            let file = file.clone();
            let inside = blocking(move || file.ids()).await?;
            ids = inside.iter().filter_map(|id| id.parse().ok()).collect();
        }
        Ok(ids.into_iter().collect())
    }

    async fn look(&self, id: &SecretId) -> Result<Option<Secret<Vec<u8>>>, StateError> {
        match &self.backend {
            Backend::Keyring(keyring) => keyring
                .get(id)
                .await
                .map_err(|fault| StateError::Keyring { fault }),
            Backend::File(file) => {
                let (file, id) = (file.clone(), id.to_string());
                blocking(move || file.get(&id)).await
            }
        }
    }
}

#[cfg(test)]
mod tests;

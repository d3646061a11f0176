use super::{Backend, SecretId, SecretStore};
use crate::error::StateError;
use crate::store::blocking;

/// What a move did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// What is now in the other store.
    pub moved: Vec<SecretId>,
    /// What the other store had a newer copy of: only the old one was removed.
    pub superseded: Vec<SecretId>,
}

impl SecretStore {
    /// Moves every secret to another store of the same configuration: all are copied, all are read
    /// back, and only then are they deleted here. After an interruption it can be run again.
    ///
    /// Between two keys of one encrypted file, the file is encrypted anew.
    ///
    /// # Errors
    /// [`StateError::SecretNotKept`]; those of the two stores. Nothing is lost then.
    pub async fn move_all(&self, to: &Self) -> Result<Moved, StateError> {
        if let (Backend::File(from), Backend::File(new)) = (&self.backend, &to.backend)
            && from.path() == new.path()
        {
            let moved = self.ids().await?;
            let (from, key) = (from.clone(), new.key().clone());
            blocking(move || from.rekey(&key)).await?;
            return Ok(Moved {
                moved,
                superseded: Vec::new(),
            });
        }
        if self.kind() == to.kind() {
            return Ok(Moved::default());
        }
        let mut done = Moved::default();
        for id in self.ids().await? {
            let theirs = self.index.revision(&id, to.kind()).await?;
            let ours = self.index.revision(&id, self.kind()).await?;
            if theirs > Some(ours.unwrap_or(0)) && to.look(&id).await?.is_some() {
                done.superseded.push(id);
            } else if self.copy(&id, to).await? {
                done.moved.push(id);
            } else {
                self.index.forget(&id, self.kind()).await?;
            }
        }
        for id in done.moved.iter().chain(&done.superseded) {
            // Another process may have kept a newer one here in the meantime.
            while self.index.revision(id, self.kind()).await?
                > self.index.revision(id, to.kind()).await?
            {
                self.copy(id, to).await?;
            }
            self.delete(id).await?;
        }
        Ok(done)
    }

    /// Copies a secret and reads it back. Whether there was one.
    async fn copy(&self, id: &SecretId, to: &Self) -> Result<bool, StateError> {
        let Some(value) = self.look(id).await? else {
            return Ok(false);
        };
        to.put(id, &value).await?;
        let back = to.look(id).await?;
        if back.is_none_or(|back| back.expose() != value.expose()) {
            return Err(StateError::SecretNotKept {
                id: id.clone(),
                store: to.kind(),
            });
        }
        Ok(true)
    }
}

use std::collections::BTreeSet;

use sqlx::Row;

use super::{SecretId, StoreKind};
use crate::error::StateError;
use crate::store::Store;

/// Which store holds which secret. A keyring can't be asked for its list on every system, and a
/// secret that is looked for in the wrong store should be told apart from one that is missing.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    memory: Store,
}

impl Index {
    pub(crate) const fn new(memory: Store) -> Self {
        Self { memory }
    }

    /// Notes that a store may hold a secret from now on, before it is written there.
    pub(crate) async fn expect(&self, id: &SecretId, store: StoreKind) -> Result<(), StateError> {
        let mut change = self.memory.begin().await?;
        sqlx::query("INSERT OR IGNORE INTO secret_index (id, store, revision) VALUES (?, ?, 0)")
            .bind(id.to_string())
            .bind(store.as_str())
            .execute(&mut *change)
            .await
            .map_err(|cause| self.memory.fault(&cause))?;
        self.memory.commit(change).await
    }

    /// Notes that a store holds the newest copy, after it was written there.
    pub(crate) async fn kept(&self, id: &SecretId, store: StoreKind) -> Result<(), StateError> {
        let mut change = self.memory.begin().await?;
        sqlx::query(
            "INSERT INTO secret_index (id, store, revision) \
             SELECT ?1, ?2, coalesce(max(revision), 0) + 1 FROM secret_index WHERE id = ?1 \
             ON CONFLICT (id, store) DO UPDATE SET revision = excluded.revision",
        )
        .bind(id.to_string())
        .bind(store.as_str())
        .execute(&mut *change)
        .await
        .map_err(|cause| self.memory.fault(&cause))?;
        self.memory.commit(change).await
    }

    /// Notes that a store holds a secret no more.
    pub(crate) async fn forget(&self, id: &SecretId, store: StoreKind) -> Result<(), StateError> {
        let mut change = self.memory.begin().await?;
        sqlx::query("DELETE FROM secret_index WHERE id = ? AND store = ?")
            .bind(id.to_string())
            .bind(store.as_str())
            .execute(&mut *change)
            .await
            .map_err(|cause| self.memory.fault(&cause))?;
        self.memory.commit(change).await
    }

    /// The revision of a store's copy, where there is one.
    pub(crate) async fn revision(
        &self,
        id: &SecretId,
        store: StoreKind,
    ) -> Result<Option<i64>, StateError> {
        sqlx::query_scalar("SELECT revision FROM secret_index WHERE id = ? AND store = ?")
            .bind(id.to_string())
            .bind(store.as_str())
            .fetch_optional(self.memory.reader())
            .await
            .map_err(|cause| self.memory.fault(&cause))
    }

    /// The secrets that a store may hold.
    pub(crate) async fn of(&self, store: StoreKind) -> Result<BTreeSet<SecretId>, StateError> {
        let rows = sqlx::query("SELECT id FROM secret_index WHERE store = ?")
            .bind(store.as_str())
            .fetch_all(self.memory.reader())
            .await
            .map_err(|cause| self.memory.fault(&cause))?;
        let mut ids = BTreeSet::new();
        for row in rows {
            let id: &str = row.try_get(0).map_err(|cause| self.memory.fault(&cause))?;
            // An id of a kind that a newer program knows is left to that program.
            ids.extend(id.parse::<SecretId>().ok());
        }
        Ok(ids)
    }
}

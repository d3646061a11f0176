use fairlead_domain::ids::{CertificateName, ConnectionName};
use jiff::Timestamp;
use sqlx::{Executor, Row, Sqlite, Transaction};

use super::Connection;
use crate::document::Document;
use crate::error::StateError;
use crate::store::Store;

const TABLE: &str = "connections";

/// The connections of a store. Names are compared without regard to letter case.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a> {
    store: &'a Store,
}

impl<'a> Connections<'a> {
    pub(crate) const fn new(store: &'a Store) -> Self {
        Self { store }
    }

    /// Keeps a new connection.
    ///
    /// # Errors
    /// [`StateError::ConnectionExists`]; [`StateError::OtherRealm`] for a simulated connection in
    /// the real database, and the other way round.
    pub async fn insert(self, connection: &Connection) -> Result<(), StateError> {
        let mut change = self.store.begin().await?;
        self.insert_in(&mut change, connection).await?;
        self.store.commit(change).await
    }

    pub(crate) async fn insert_in(
        self,
        change: &mut Transaction<'static, Sqlite>,
        connection: &Connection,
    ) -> Result<(), StateError> {
        let name = &connection.name;
        self.of_this_realm(connection)?;
        if self.select(&mut **change, name).await?.is_some() {
            return Err(StateError::ConnectionExists { name: name.clone() });
        }
        self.write_in(change, connection).await
    }

    /// The connection of that name.
    ///
    /// # Errors
    /// [`StateError::ConnectionUnknown`].
    pub async fn get(self, name: &ConnectionName) -> Result<Connection, StateError> {
        self.find(name)
            .await?
            .ok_or_else(|| StateError::ConnectionUnknown { name: name.clone() })
    }

    /// The connection of that name, if there is one.
    pub async fn find(self, name: &ConnectionName) -> Result<Option<Connection>, StateError> {
        self.select(self.store.reader(), name).await
    }

    /// All connections, by name.
    pub async fn list(self) -> Result<Vec<Connection>, StateError> {
        let rows = sqlx::query("SELECT name, document FROM connections ORDER BY name")
            .fetch_all(self.store.reader())
            .await
            .map_err(|cause| self.store.fault(&cause))?;
        rows.iter()
            .map(|row| {
                let column = |at| row.try_get(at).map_err(|cause| self.store.fault(&cause));
                self.read(column(0)?, column(1)?)
            })
            .collect()
    }

    /// Reads a connection, changes it and keeps it, all in one transaction: whatever another
    /// process or task has kept before is what `change` sees. The name stays, `updated_at`
    /// becomes `now`.
    ///
    /// `change` runs while nobody else can write: it asks no network and no person.
    ///
    /// Returns the connection as it was kept, so that `change` can decide something once and for
    /// all ("take this one unless there is one") and the caller learns what it is.
    ///
    /// # Errors
    /// [`StateError::ConnectionUnknown`]; [`StateError::OtherRealm`] when the cloud becomes one of
    /// the other world.
    pub async fn update(
        self,
        name: &ConnectionName,
        now: Timestamp,
        change: impl FnOnce(&mut Connection) + Send,
    ) -> Result<Connection, StateError> {
        let mut transaction = self.store.begin().await?;
        let mut connection = self
            .select(&mut *transaction, name)
            .await?
            .ok_or_else(|| StateError::ConnectionUnknown { name: name.clone() })?;
        let kept = connection.name.clone();
        change(&mut connection);
        connection.name = kept;
        connection.updated_at = now;
        self.of_this_realm(&connection)?;
        self.write_in(&mut transaction, &connection).await?;
        self.store.commit(transaction).await?;
        Ok(connection)
    }

    /// Removes a connection with its reports, and returns it. Its secrets and certificates stay.
    ///
    /// # Errors
    /// [`StateError::ConnectionUnknown`].
    pub async fn remove(self, name: &ConnectionName) -> Result<Connection, StateError> {
        self.remove_with(name, &[]).await
    }

    /// The same, and in the same transaction those of the certificates that no other connection uses:
    /// neither is left without the other.
    ///
    /// # Errors
    /// [`StateError::ConnectionUnknown`].
    pub async fn remove_with(
        self,
        name: &ConnectionName,
        certificates: &[CertificateName],
    ) -> Result<Connection, StateError> {
        let mut change = self.store.begin().await?;
        let connection = self
            .select(&mut *change, name)
            .await?
            .ok_or_else(|| StateError::ConnectionUnknown { name: name.clone() })?;
        let fault = |cause: sqlx::Error| self.store.fault(&cause);
        sqlx::query("DELETE FROM connections WHERE name = ?")
            .bind(name.as_str())
            .execute(&mut *change)
            .await
            .map_err(fault)?;
        for certificate in certificates {
            sqlx::query(
                "DELETE FROM certificates WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM connections \
                 WHERE certificate = ?1 OR previous_certificate = ?1)",
            )
            .bind(certificate.as_str())
            .execute(&mut *change)
            .await
            .map_err(fault)?;
        }
        self.store.commit(change).await?;
        Ok(connection)
    }

    async fn select(
        self,
        from: impl Executor<'_, Database = Sqlite>,
        name: &ConnectionName,
    ) -> Result<Option<Connection>, StateError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT document FROM connections WHERE name = ?")
                .bind(name.as_str())
                .fetch_optional(from)
                .await
                .map_err(|cause| self.store.fault(&cause))?;
        text.map(|text| self.read(name.as_str(), &text)).transpose()
    }

    async fn write_in(
        self,
        change: &mut Transaction<'static, Sqlite>,
        connection: &Connection,
    ) -> Result<(), StateError> {
        let name = connection.name.as_str();
        let document = connection
            .to_text()
            .map_err(|damage| self.store.record(TABLE, name, damage))?;
        sqlx::query(
            "INSERT INTO connections (name, profile, tenant_id, client_id, certificate, \
             previous_certificate, updated_at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET profile = excluded.profile, \
             tenant_id = excluded.tenant_id, client_id = excluded.client_id, \
             certificate = excluded.certificate, \
             previous_certificate = excluded.previous_certificate, \
             updated_at = excluded.updated_at, document = excluded.document",
        )
        .bind(name)
        .bind(connection.profile.as_str())
        .bind(connection.tenant_id.map(|id| id.to_string()))
        .bind(connection.client_id.map(|id| id.to_string()))
        .bind(connection.certificate.as_ref().map(CertificateName::as_str))
        .bind(
            connection
                .previous_certificate
                .as_ref()
                .map(CertificateName::as_str),
        )
        .bind(connection.updated_at.to_string())
        .bind(document)
        .execute(&mut **change)
        .await
        .map_err(|cause| self.store.fault(&cause))?;
        Ok(())
    }

    fn of_this_realm(self, connection: &Connection) -> Result<(), StateError> {
        let (belongs, here) = (connection.realm(), self.store.realm());
        if belongs == here {
            return Ok(());
        }
        Err(StateError::OtherRealm {
            name: connection.name.clone(),
            belongs,
            here,
        })
    }

    fn read(self, name: &str, text: &str) -> Result<Connection, StateError> {
        Connection::from_text(text).map_err(|damage| self.store.record(TABLE, name, damage))
    }
}

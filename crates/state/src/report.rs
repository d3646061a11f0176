use fairlead_domain::ids::ConnectionName;
use fairlead_domain::report::{REPORT_SCHEMA, Report};
use sqlx::Row;

use crate::document::{Document, Upgrade};
use crate::error::StateError;
use crate::store::Store;

const TABLE: &str = "reports";

/// How many reports of a connection are kept.
pub const REPORTS_KEPT: u32 = 50;

impl Document for Report {
    const UPGRADES: &'static [Upgrade] = &[];
}

const _: () = assert!(
    <Report as Document>::UPGRADES.len() + 1 == REPORT_SCHEMA as usize,
    "a new schema of the report needs an upgrade of those that are kept"
);

/// The reports of a store.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'a> {
    store: &'a Store,
}

impl<'a> Reports<'a> {
    pub(crate) const fn new(store: &'a Store) -> Self {
        Self { store }
    }

    /// Keeps a report, and lets go of the connection's oldest beyond [`REPORTS_KEPT`].
    ///
    /// # Errors
    /// [`StateError::ConnectionUnknown`].
    pub async fn append(self, report: &Report) -> Result<(), StateError> {
        let name = report.connection.as_str();
        let document = report
            .to_text()
            .map_err(|damage| self.store.record(TABLE, name, damage))?;
        let fault = |cause: sqlx::Error| self.store.fault(&cause);
        let mut change = self.store.begin().await?;
        let known: bool = sqlx::query_scalar("SELECT count(*) FROM connections WHERE name = ?")
            .bind(name)
            .fetch_one(&mut *change)
            .await
            .map_err(fault)?;
        if !known {
            return Err(StateError::ConnectionUnknown {
                name: report.connection.clone(),
            });
        }
        sqlx::query(
            "INSERT INTO reports (connection, started, verdict, document) VALUES (?, ?, ?, ?)",
        )
        .bind(name)
        .bind(report.started.to_string())
        .bind(report.verdict.word())
        .bind(document)
        .execute(&mut *change)
        .await
        .map_err(fault)?;
        sqlx::query(
            "DELETE FROM reports WHERE connection = ?1 AND id NOT IN \
             (SELECT id FROM reports WHERE connection = ?1 ORDER BY id DESC LIMIT ?2)",
        )
        .bind(name)
        .bind(REPORTS_KEPT)
        .execute(&mut *change)
        .await
        .map_err(fault)?;
        self.store.commit(change).await
    }

    /// The report that was kept last.
    pub async fn latest(self, connection: &ConnectionName) -> Result<Option<Report>, StateError> {
        Ok(self.list(connection, 1).await?.pop())
    }

    /// The connection's reports, the newest first.
    pub async fn list(
        self,
        connection: &ConnectionName,
        limit: u32,
    ) -> Result<Vec<Report>, StateError> {
        let rows = sqlx::query(
            "SELECT document FROM reports WHERE connection = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(connection.as_str())
        .bind(limit)
        .fetch_all(self.store.reader())
        .await
        .map_err(|cause| self.store.fault(&cause))?;
        rows.iter()
            .map(|row| {
                let text = row.try_get(0).map_err(|cause| self.store.fault(&cause))?;
                Report::from_text(text)
                    .map_err(|damage| self.store.record(TABLE, connection.as_str(), damage))
            })
            .collect()
    }
}

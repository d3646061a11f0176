use std::path::{Path, PathBuf};
use std::time::Duration;

use fairlead_domain::ids::ConnectionName;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Sqlite, SqlitePool, Transaction};

use crate::certificate::Certificates;
use crate::config::Realm;
use crate::connection::Connections;
use crate::error::{DocumentDamage, StateError};
use crate::lock::{ConnectionLock, FileLock, Taken};
use crate::private::{make_file, make_folder};
use crate::report::Reports;

/// How long a statement waits for another process.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a task waits for the tasks of its own process besides.
const QUEUE: Duration = Duration::from_mins(1);

/// The database of one realm in a configuration folder. A clone is another handle to it.
///
/// Every change is one immediate transaction that is on the disk when its function returns
/// (write-ahead log, `synchronous = FULL`), so that neither a kill nor a power cut loses or halves it.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    path: PathBuf,
    realm: Realm,
    /// One connection: the tasks of a process queue for it in order, instead of all polling SQLite.
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Store {
    /// Opens the realm's database in a configuration folder, and makes both where they are not
    /// there: the folder with mode 0700, the file with mode 0600.
    ///
    /// # Errors
    /// [`StateError::Newer`], [`StateError::Damaged`] and [`StateError::Layout`] for a file that is
    /// not what this program knows; [`StateError::Busy`] when another process does not let go
    /// within 10 s; [`StateError::Unavailable`] and [`StateError::Unwritable`] otherwise.
    pub async fn open(folder: &Path, realm: Realm) -> Result<Self, StateError> {
        make_folder(folder)?;
        let path = folder.join(realm.database_file());
        // Switching a new file to the write-ahead log, and migrating it, is for one process alone:
        // SQLite's own waiting does not cover the first.
        let opening = folder
            .join(realm.database_file())
            .with_extension("opening.lock");
        let lock = blocking(move || FileLock::take_within(&opening, PATIENCE)).await?;
        make_file(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // On macOS a plain flush leaves the data in the drive's cache.
            .pragma("fullfsync", "ON")
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(QUEUE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await
            .map_err(|cause| StateError::database(&path, &cause))?;
        migrate(&writer, &path).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(QUEUE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options);
        drop(lock);
        Ok(Self {
            folder: folder.to_owned(),
            path,
            realm,
            writer,
            reader,
        })
    }

    /// The configuration folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which world it is about.
    pub const fn realm(&self) -> Realm {
        self.realm
    }

    /// The connections.
    pub const fn connections(&self) -> Connections<'_> {
        Connections::new(self)
    }

    /// The certificates.
    pub const fn certificates(&self) -> Certificates<'_> {
        Certificates::new(self)
    }

    /// The reports.
    pub const fn reports(&self) -> Reports<'_> {
        Reports::new(self)
    }

    /// Keeps other processes from working on a connection, whether it is there yet or not.
    ///
    /// # Errors
    /// [`StateError::ConnectionBusy`] with the process that works on it.
    pub fn lock(&self, name: &ConnectionName) -> Result<ConnectionLock, StateError> {
        let folder = self.folder.join(self.realm.lock_folder());
        make_folder(&folder)?;
        // The prefix keeps clear of the device names of Windows.
        let file = format!("c-{}.lock", name.as_str().to_ascii_lowercase());
        match FileLock::try_take(&folder.join(file))? {
            Taken::Mine(lock) => Ok(ConnectionLock(lock)),
            Taken::ByOther(holder) => Err(StateError::ConnectionBusy {
                name: name.clone(),
                holder,
            }),
        }
    }

    /// Closes the database and folds its log into it. Without it the next opening does that.
    pub async fn close(self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    pub(crate) const fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// Begins a transaction that holds the write lock from its first statement on, so that what
    /// it reads is what it changes.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StateError> {
        self.writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|cause| self.fault(&cause))
    }

    pub(crate) async fn commit(&self, change: Transaction<'_, Sqlite>) -> Result<(), StateError> {
        change.commit().await.map_err(|cause| self.fault(&cause))
    }

    /// What a failed statement means.
    pub(crate) fn fault(&self, error: &sqlx::Error) -> StateError {
        StateError::database(&self.path, error)
    }

    /// What a record that can't be read means.
    pub(crate) fn record(
        &self,
        table: &'static str,
        key: &str,
        damage: DocumentDamage,
    ) -> StateError {
        StateError::Record {
            path: self.path.clone(),
            table,
            key: key.to_owned(),
            damage,
        }
    }
}

/// Runs what blocks the thread.
pub(crate) async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, StateError> + Send + 'static,
) -> Result<T, StateError> {
    tokio::task::spawn_blocking(act)
        .await
        .map_err(|_| StateError::Interrupted)?
}

async fn migrate(writer: &SqlitePool, path: &Path) -> Result<(), StateError> {
    let migrations = sqlx::migrate!();
    let known = migrations
        .iter()
        .map(|step| step.version)
        .max()
        .unwrap_or(0);
    let fault = |cause: &sqlx::Error| StateError::database(path, cause);
    let begun: bool = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(writer)
    .await
    .map_err(|cause| fault(&cause))?;
    if begun {
        let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(writer)
            .await
            .map_err(|cause| fault(&cause))?;
        if let Some(found) = found.filter(|found| *found > known) {
            return Err(StateError::Newer {
                path: path.to_owned(),
                found,
                known,
            });
        }
    }
    migrations
        .run(writer)
        .await
        .map_err(|cause| StateError::migration(path, &cause))
}

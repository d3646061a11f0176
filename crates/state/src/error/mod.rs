mod database;
mod problem;
mod secrets;

use std::io;
use std::path::{Path, PathBuf};

pub use database::{DatabaseFault, DocumentDamage};
use fairlead_domain::ids::{CertificateName, ConnectionName};
pub use secrets::{KeyFault, KeyringFault, StoreDamage, TransferFault};

use crate::config::Realm;
use crate::secrets::{SecretId, StoreKind};

/// Why something could not be remembered or recalled. Texts hold no secrets.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// No place for the configuration is known.
    #[error("no folder for the configuration is known: this account has no home folder")]
    NoFolder,
    /// The database can't be used.
    #[error("`{}` can't be used: {fault}", path.display())]
    Unavailable {
        /// The database.
        path: PathBuf,
        /// Why not.
        fault: DatabaseFault,
    },
    /// A newer program wrote the database.
    #[error("`{}` was written by a newer Fairlead: it has layout {found}, this program knows {known}", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest layout that this program knows.
        known: i64,
    },
    /// The database is not what Fairlead wrote.
    #[error("`{}` is damaged, or no database", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
    },
    /// The database has a layout that no release of Fairlead made.
    #[error("`{}` is damaged: its layout {layout} is not the one of this program", path.display())]
    Layout {
        /// The database.
        path: PathBuf,
        /// Which of its layouts.
        layout: i64,
    },
    /// A record in the database can't be read.
    #[error("`{}` holds a record that can't be read ({table} `{key}`): {damage}", path.display())]
    Record {
        /// The database.
        path: PathBuf,
        /// The table.
        table: &'static str,
        /// The record.
        key: String,
        /// What is wrong with it.
        damage: DocumentDamage,
    },
    /// Another process does not let go.
    #[error("`{}` is in use{}", path.display(), by(*holder))]
    Busy {
        /// The file.
        path: PathBuf,
        /// The process that holds it, where known.
        holder: Option<u32>,
    },
    /// Another process works on the connection.
    #[error("the connection `{name}` is being worked on{}", by(*holder))]
    ConnectionBusy {
        /// The connection.
        name: ConnectionName,
        /// The process, where known.
        holder: Option<u32>,
    },
    /// There is no such connection.
    #[error("there is no connection `{name}`")]
    ConnectionUnknown {
        /// The name that was asked for.
        name: ConnectionName,
    },
    /// The name is taken.
    #[error("there is already a connection `{name}`")]
    ConnectionExists {
        /// The name.
        name: ConnectionName,
    },
    /// A connection of the other world.
    #[error("the connection `{name}` belongs to a {belongs} tenant, and these are the {here} ones")]
    OtherRealm {
        /// The connection.
        name: ConnectionName,
        /// Where it belongs.
        belongs: Realm,
        /// Where it was to be kept.
        here: Realm,
    },
    /// The cloud of a connection is not known.
    #[error("the cloud `{name}` can't be used: {cause}")]
    Cloud {
        /// Its name.
        name: String,
        /// Why not.
        cause: String,
    },
    /// There is no such certificate.
    #[error("there is no certificate `{name}`")]
    CertificateUnknown {
        /// The name that was asked for.
        name: CertificateName,
    },
    /// The name is taken.
    #[error("there is already a certificate `{name}`")]
    CertificateExists {
        /// The name.
        name: CertificateName,
    },
    /// Connections use the certificate.
    #[error("the certificate `{name}` is used by {}", names(used_by))]
    CertificateInUse {
        /// The certificate.
        name: CertificateName,
        /// The connections.
        used_by: Vec<ConnectionName>,
    },
    /// A file could not be read.
    #[error("`{}` could not be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file with a secret in it can be read by others.
    #[error("`{}` holds a secret and can be read by others (mode {mode:04o}); `chmod 600` makes it private", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A file could not be written.
    #[error("`{}` could not be written: {cause}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file is there and was not to be replaced.
    #[error("`{}` exists and was not replaced", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system's keyring did not do what was asked.
    #[error("the keyring of this computer: {fault}")]
    Keyring {
        /// Why not.
        fault: KeyringFault,
    },
    /// What opens the encrypted file is not there, or does not open it.
    #[error("`{}` can't be opened: {fault}", path.display())]
    Key {
        /// The encrypted file.
        path: PathBuf,
        /// What is wrong with the key.
        fault: KeyFault,
    },
    /// The passphrase does not open the encrypted file.
    #[error("the passphrase does not open `{}`", path.display())]
    Passphrase {
        /// The encrypted file.
        path: PathBuf,
    },
    /// The encrypted file is not what Fairlead wrote.
    #[error("`{}` is damaged: {damage}", path.display())]
    StoreDamaged {
        /// The encrypted file.
        path: PathBuf,
        /// In which way.
        damage: StoreDamage,
    },
    /// A newer program wrote the encrypted file.
    #[error("`{}` was written by a newer Fairlead: it has schema {found}, this program knows {known}", path.display())]
    StoreNewer {
        /// The encrypted file.
        path: PathBuf,
        /// Its schema.
        found: u64,
        /// The newest schema that this program knows.
        known: u64,
    },
    /// The secret is larger than the store takes.
    #[error("`{id}` has {size} bytes, and {} takes {limit} at most", store.phrase())]
    SecretTooLarge {
        /// Which secret.
        id: SecretId,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
        /// Which store.
        store: StoreKind,
    },
    /// The secret is in the store that was not chosen.
    #[error("`{id}` is kept in {}, and {} was chosen", holder.phrase(), chosen.phrase())]
    SecretElsewhere {
        /// Which secret.
        id: SecretId,
        /// Where it is.
        holder: StoreKind,
        /// Where it was looked for.
        chosen: StoreKind,
    },
    /// A secret was written and something else was read back.
    #[error("`{id}` was written to {} and could not be read back", store.phrase())]
    SecretNotKept {
        /// Which secret.
        id: SecretId,
        /// Where.
        store: StoreKind,
    },
    /// A key was given for a store that has none, or two for one.
    #[error("{} and {} were both given; they exclude each other", first, second)]
    Conflict {
        /// One of them.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// An exported connection can't be opened.
    #[error("the exported connection can't be opened: {fault}")]
    Transfer {
        /// Why not.
        fault: TransferFault,
    },
    /// The system could not run a part of the work.
    #[error("a worker thread ended before its work was done")]
    Interrupted,
}

impl StateError {
    pub(crate) fn unreadable(path: &Path, cause: io::Error) -> Self {
        Self::Unreadable {
            path: path.to_owned(),
            cause,
        }
    }

    pub(crate) fn unwritable(path: &Path, cause: io::Error) -> Self {
        Self::Unwritable {
            path: path.to_owned(),
            cause,
        }
    }
}

fn by(holder: Option<u32>) -> String {
    holder.map_or_else(
        || " by another process".to_owned(),
        |pid| format!(" by process `{pid}`"),
    )
}

fn names(all: &[ConnectionName]) -> String {
    let quoted: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

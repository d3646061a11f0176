//! What we remember: connections, certificates and reports in a SQLite file, secrets in the
//! system's keyring or in an encrypted file. Several processes may use all of it at once. It knows
//! nothing of the network.

mod certificate;
mod config;
pub mod connection;
mod document;
mod error;
mod lock;
pub mod private;
mod report;
pub mod secrets;
mod store;
pub mod transfer;

pub use certificate::{CertificateOrigin, CertificateState, Certificates, StoredCertificate};
pub use config::{Realm, config_dir};
pub use connection::{Connection, Connections};
pub use error::{
    DatabaseFault, DocumentDamage, KeyFault, KeyringFault, StateError, StoreDamage, TransferFault,
};
pub use lock::ConnectionLock;
pub use report::{REPORTS_KEPT, Reports};
pub use secrets::{Chosen, SecretId, SecretKind, SecretStore, StoreKind, StoreRequest};
pub use store::Store;

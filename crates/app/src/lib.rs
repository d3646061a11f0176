//! The product as one piece: opens the configuration, composes the use cases, and holds what both
//! faces show. A face calls one function here and translates its answer.

mod catalogue;
mod certificates;
mod connect;
mod connections;
mod diagnose;
mod files;
pub mod listing;
mod open;
mod secrets;
pub mod show;
mod test;

pub use catalogue::profile;
pub use certificates::{CertificateFile, NewCertificate};
pub use connect::{ConnectAsk, WhichCertificate, connectable};
pub use connections::{Located, Removal};
pub use fairlead_connect::administrator::{SignInOptions, SignInWay};
pub use fairlead_connect::certificates::{ExportFormat, RotateRequest, Rotated, RotationWay};
pub use fairlead_connect::tester::{Tested, known_checks};
pub use fairlead_connect::wizard::plan::Plan;
pub use fairlead_connect::wizard::{AppChoice, Connected, ConsentWay};
pub use fairlead_connect::{Attendant, ConnectError, Event, Session};
pub use fairlead_entra::certificate::{KeyBits, Lifetime, PfxEncryption};
pub use fairlead_state::connection::{CloudChoice, StepStatus};
pub use fairlead_state::transfer::Transfer;
pub use fairlead_state::{
    Chosen, Connection, Realm, SecretId, SecretKind, StoreKind, StoreRequest, StoredCertificate,
};
pub use fairlead_wire::{ProxyChoice, Spent};
pub use files::write_private;
pub use open::{App, Configuration};
pub use test::{InspectorAsk, TestAsk};

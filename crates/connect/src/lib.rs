//! Wizard steps, app registration, certificates, the connection tester.

pub mod administrator;
mod attendant;
mod bootstrap;
pub mod certificates;
mod error;
pub mod handover;
mod session;
mod subject;
pub mod tester;
mod wait;
pub mod wizard;

pub use attendant::{Attendant, Event};
pub use error::ConnectError;
pub use session::Session;
pub use subject::Subject;

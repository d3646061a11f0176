//! The simulated tenant: a loopback server that speaks Microsoft's wire (Entra, Graph) and refuses
//! what Microsoft would refuse, with Microsoft's status, headers and body.
//!
//! It knows no client of Fairlead's, and no client knows it: they meet on the wire.

mod contract;
mod entra;
mod graph;
pub mod options;
mod scenario;
mod server;
mod tenant;
mod token;
mod wire;

pub use scenario::{Credential, Expectation, Scenario, scenarios};
pub use server::{
    Exchange, Observer, Ready, ReadyAccount, ReadyAdmin, ReadyAutomation, ReadyVendor, Running,
    StartError, StateFileError, TlsError, start, start_observed,
};

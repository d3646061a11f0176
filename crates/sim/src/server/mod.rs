//! The loopback server: connections, TLS, latency, throttling, faults, the request log.

mod fault;
mod fault_answer;
mod listen;
mod observe;
mod pipeline;
mod portal;
mod ready;
mod request_log;
mod response;
mod running;
mod socket;
mod start;
mod state_file;
mod throttle;
mod tls;

pub(crate) use fault::Faults;
pub(crate) use fault_answer::graph_refusal;
pub use observe::{Exchange, Observer};
pub use ready::{Ready, ReadyAccount, ReadyAdmin, ReadyAutomation, ReadyVendor};
pub use running::Running;
#[cfg(test)]
pub(crate) use start::world;
pub use start::{StartError, start, start_observed};
pub use state_file::StateFileError;
pub(crate) use throttle::Throttle;
pub use tls::TlsError;

/// The unique name of the app that tests look and change with.
pub(crate) const AUTOMATION: &str = "fairlead-sim-automation";

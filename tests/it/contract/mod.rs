//! The published contract of Microsoft Graph as a referee over what clients send and what the simulated
//! tenant answers. It is read by validators that others wrote (`tests/judges/contract`).

mod mutated;
mod referee;
mod samples;
mod traffic;

pub(crate) use referee::Referee;
pub(crate) use traffic::held;

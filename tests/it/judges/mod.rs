//! Clients and programs that others wrote, as judges of what the simulated tenant answers and of what
//! Fairlead writes.

#[cfg(unix)]
mod browser;
mod exported;
mod openssl;
mod python;
mod signing;
mod tenant;

pub(crate) use python::{judge, program};
pub(crate) use tenant::Tenant;

//! The simulated tenant over real sockets, with a plain HTTP client.

mod cure;
mod desk;
mod faults;
mod planted;
mod probe;
mod scenarios;
mod server;
mod tls;
mod walk;

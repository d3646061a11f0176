//! The simulated tenant over real sockets, with a plain HTTP client.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not as it must be ends the test"
)]

mod cure;
mod desk;
mod faults;
mod planted;
mod probe;
mod scenarios;
mod server;
mod tls;
mod walk;

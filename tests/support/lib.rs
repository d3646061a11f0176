//! What the cross-crate tests share: where things are, programs under a time limit, and what the
//! machine has to test against. Not a place for knowledge about Microsoft's wire.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test can't go on without what it asks for here"
)]

pub mod http;
mod outside;
mod place;
mod program;
mod running;

pub use outside::{contract, judges, openssl, secret_service};
pub use place::{fairlead, secret_file, temp_folder, workspace};
pub use program::Program;
pub use running::{Ended, Running};
pub use soak::rounds;

mod soak;

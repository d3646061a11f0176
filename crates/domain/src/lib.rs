//! What the product knows: ids, clouds, permissions and their order, profiles, checks, problems,
//! and secrets as a type. No input or output happens here except reading text that is handed in.

pub mod certificate;
pub mod check;
pub mod cloud;
pub mod ids;
pub mod licence;
pub mod permission;
pub mod portal;
pub mod problem;
pub mod profile;
pub mod remedy;
pub mod report;
pub mod role;
mod secret;
pub mod values;

pub use secret::Secret;

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

/// The facts that the developers share beside the repository, for tests that compare with them.
#[cfg(test)]
fn shared_data(name: &str) -> Option<serde_json::Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not on this machine", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

//! Lists and single objects as the command line prints them, as text and for programs.

mod certificates;
mod connections;
mod profiles;
mod table;

pub use certificates::{certificate_json, certificate_text, certificates_text};
pub use connections::{
    connection_json, connection_text, connections_text, next_commands, removal_text, step_json,
};
pub use profiles::{profile_text, profiles_text, scenarios_text, secrets_text};

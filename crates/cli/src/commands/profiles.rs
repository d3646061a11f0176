use fairlead_app::{listing, profile};
use fairlead_domain::profile::{Profile, built_in};

use crate::args::ProfilesCommand;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) fn run(command: Option<ProfilesCommand>, printer: &Printer) -> Result<bool, Failure> {
    match command.unwrap_or(ProfilesCommand::List) {
        ProfilesCommand::List => list(built_in(), printer),
        ProfilesCommand::Show { id } => {
            let profile = profile(&id)?;
            if printer.is_json() {
                printer.json(&serde_json::json!({"schema": 1, "profile": profile}))?;
            } else {
                printer.data(listing::profile_text(profile, printer.style()))?;
            }
            Ok(true)
        }
    }
}

fn list(profiles: &[Profile], printer: &Printer) -> Result<bool, Failure> {
    if printer.is_json() {
        printer.json(&serde_json::json!({"schema": 1, "profiles": profiles}))?;
    } else {
        printer.data(listing::profiles_text(profiles, printer.style()))?;
    }
    Ok(true)
}

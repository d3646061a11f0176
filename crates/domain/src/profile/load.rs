use super::{PROFILE_SCHEMA, Profile};

mod place;
mod rules;
#[cfg(test)]
mod tests;

use place::Places;

/// Why a profile was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct ProfileError {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a profile and refuses a bad one with line and reason.
///
/// A profile that is taken holds what the rest of Fairlead relies on: permissions that exist in the
/// kind they are asked in, names that are known where they are used, checks that exist.
/// `profiles/README.md` lists the rules.
pub fn load(file: &str, text: &str) -> Result<Profile, ProfileError> {
    let refuse = |line, reason| ProfileError {
        file: file.to_owned(),
        line,
        reason,
    };
    let syntax = |error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        refuse(place::line(text, start), place::reason(&error))
    };
    let places = Places::parse(text).map_err(syntax)?;
    // A later schema has keys that this version does not know: its number is what to report.
    if let Some(schema) = places
        .integer("schema")
        .filter(|n| *n != i64::from(PROFILE_SCHEMA))
    {
        return Err(refuse(
            places.line("schema"),
            format!("schema {schema} is not supported; this version reads schema {PROFILE_SCHEMA}"),
        ));
    }
    let profile: Profile = toml::from_str(text).map_err(syntax)?;
    match rules::check(&profile) {
        Ok(()) => Ok(profile),
        Err(refusal) => Err(refuse(places.line(&refusal.at), refusal.reason)),
    }
}

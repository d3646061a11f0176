use super::Profile;

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
pub fn load(file: &str, text: &str) -> Result<Profile, ProfileError> {
    toml::from_str(text).map_err(|error: toml::de::Error| ProfileError {
        file: file.to_owned(),
        line: error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1),
        reason: error.message().to_owned(),
    })
}

/// The profiles that are shipped, in the order they are listed.
pub fn built_in() -> &'static [Profile] {
    &[]
}

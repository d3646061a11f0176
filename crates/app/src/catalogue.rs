use fairlead_connect::ConnectError;
use fairlead_domain::ids::ProfileId;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{Profile, built_in};

/// A profile by its id.
pub fn profile(id: &str) -> Result<&'static Profile, ConnectError> {
    built_in()
        .iter()
        .find(|profile| profile.id.as_str() == id)
        .ok_or_else(|| {
            let names: Vec<&str> = built_in()
                .iter()
                .map(|profile| profile.id.as_str())
                .collect();
            ConnectError::rule(
                ProblemCode::ProfileUnknown,
                format!("there is no profile `{id}`; there are {}", names.join(", ")),
            )
        })
}

/// The profile that a connection was made with.
pub(crate) fn profile_of(id: &ProfileId) -> Result<&'static Profile, ConnectError> {
    profile(id.as_str())
}

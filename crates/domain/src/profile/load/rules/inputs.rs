//! Rules for what a profile asks.

use super::{Checked, Limits, not_empty, refuse};
use crate::profile::{Input, PROFILE_PLACEHOLDERS, Profile};

/// Words in a name that mean a secret. Secrets have ways of their own: files, and the secret store.
const SECRET_WORDS: [&str; 7] = [
    "password",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "credential",
    "apikey",
];

pub(super) fn check(profile: &Profile) -> Checked {
    for (index, input) in profile.inputs.iter().enumerate() {
        let at = format!("input.{index}");
        name(input, &at)?;
        not_empty(format!("{at}.label"), &input.label)?;
        answers(input, &at)?;
        limits(input).check(profile, &at)?;
        let twice =
            |other: &Input| other.name == input.name && limits(other).meet(limits(input), profile);
        if profile.inputs[..index].iter().any(twice) {
            return refuse(
                format!("{at}.name"),
                format!("the input `{}` is asked twice", input.name),
            );
        }
    }
    Ok(())
}

pub(super) fn limits(input: &Input) -> Limits<'_> {
    Limits {
        owners: &input.owners,
        credentials: &input.credentials,
    }
}

fn name(input: &Input, at: &str) -> Checked {
    let name = &input.name;
    let at = format!("{at}.name");
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        return refuse(
            at,
            format!("`{name}` is no name of an input; lower-case letters and `_` are"),
        );
    }
    if PROFILE_PLACEHOLDERS.contains(&name.as_str()) {
        return refuse(at, format!("`{name}` is known without being asked"));
    }
    if name.split('_').any(|word| SECRET_WORDS.contains(&word)) {
        let default = if input.default.is_some() {
            ", least of all with a default"
        } else {
            ""
        };
        return refuse(
            at,
            format!("`{name}` looks like a secret; secrets are never inputs{default}"),
        );
    }
    Ok(())
}

fn answers(input: &Input, at: &str) -> Checked {
    let fits = |answer: &str| {
        !answer.trim().is_empty() && input.check.accept(answer).as_deref() == Some(answer)
    };
    if !fits(&input.example) {
        return refuse(
            format!("{at}.example"),
            format!(
                "the example `{}` does not meet the input's own check",
                input.example
            ),
        );
    }
    if let Some(default) = &input.default {
        if !fits(default) {
            return refuse(
                format!("{at}.default"),
                format!("the default `{default}` does not meet the input's own check"),
            );
        }
        if input.optional {
            return refuse(
                format!("{at}.optional"),
                "an input with a default is always answered, so it is not optional",
            );
        }
    }
    Ok(())
}

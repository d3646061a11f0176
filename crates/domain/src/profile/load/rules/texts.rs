//! Rules for values, notices and steps in the product.

use std::collections::BTreeMap;

use super::{Checked, Limits, not_empty, refuse, unique};
use crate::profile::{PROFILE_PLACEHOLDERS, Profile, ValueSource, ValueSpec};
use crate::remedy;

pub(super) fn check(profile: &Profile) -> Checked {
    for (index, step) in profile.product_steps.iter().enumerate() {
        let at = format!("product_step.{index}");
        not_empty(format!("{at}.text"), &step.text)?;
        placeholders(profile, &format!("{at}.text"), &step.text)?;
        Limits {
            owners: &step.owners,
            credentials: &[],
        }
        .check(profile, &at)?;
    }
    values(profile)?;
    for (index, notice) in profile.notices.iter().enumerate() {
        let at = format!("notice.{index}");
        not_empty(format!("{at}.id"), &notice.id)?;
        not_empty(format!("{at}.text"), &notice.text)?;
        placeholders(profile, &format!("{at}.text"), &notice.text)?;
        Limits {
            owners: &notice.owners,
            credentials: &notice.credentials,
        }
        .check(profile, &at)?;
    }
    unique(&profile.notices, "notice", |notice| &notice.id)
}

fn values(profile: &Profile) -> Checked {
    for (index, value) in profile.values.iter().enumerate() {
        let at = format!("value.{index}");
        not_empty(format!("{at}.name"), &value.name)?;
        not_empty(format!("{at}.label"), &value.label)?;
        match (&value.text, value.source) {
            (Some(text), ValueSource::Text) => {
                not_empty(format!("{at}.text"), text)?;
                placeholders(profile, &format!("{at}.text"), text)?;
            }
            (None, ValueSource::Text) => {
                return refuse(format!("{at}.source"), "the source `text` needs a `text`");
            }
            (Some(_), _) => {
                return refuse(format!("{at}.text"), "only the source `text` has a `text`");
            }
            (None, _) => {}
        }
        limits(value).check(profile, &at)?;
        let twice = |other: &ValueSpec| {
            other.name == value.name && limits(other).meet(limits(value), profile)
        };
        if profile.values[..index].iter().any(twice) {
            return refuse(
                format!("{at}.name"),
                format!("the value `{}` is handed over twice", value.name),
            );
        }
    }
    Ok(())
}

fn limits(value: &ValueSpec) -> Limits<'_> {
    Limits {
        owners: &value.owners,
        credentials: &value.credentials,
    }
}

/// Refuses a name in braces that is neither an input nor known without being asked.
pub(super) fn placeholders(profile: &Profile, at: &str, text: &str) -> Checked {
    for name in remedy::placeholders(text) {
        let known = PROFILE_PLACEHOLDERS.contains(&name)
            || profile.inputs.iter().any(|input| input.name == name);
        if !known {
            return refuse(at, format!("`{{{name}}}` is not an input of this profile"));
        }
    }
    Ok(())
}

/// A text with every input's example in its place.
pub(super) fn fill_with_examples(profile: &Profile, text: &str) -> String {
    let examples: BTreeMap<&str, String> = profile
        .inputs
        .iter()
        .map(|input| (input.name.as_str(), input.example.clone()))
        .collect();
    remedy::fill(text, &examples)
}

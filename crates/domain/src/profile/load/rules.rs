//! What a profile must keep to besides its form.

mod inputs;
mod texts;
mod variants;

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::check::is_known_pattern;
use crate::profile::{CredentialKind, Owner, Profile, Service, applies};

/// Why a profile was refused, and which part of it is to blame.
pub(super) struct Refusal {
    /// The part, as [`Places::line`](super::Places::line) takes it.
    pub(super) at: String,
    pub(super) reason: String,
}

type Checked = Result<(), Refusal>;

fn refuse(at: impl Into<String>, reason: impl Into<String>) -> Checked {
    Err(Refusal {
        at: at.into(),
        reason: reason.into(),
    })
}

pub(super) fn check(profile: &Profile) -> Checked {
    not_empty("title", &profile.title)?;
    not_empty("summary", &profile.summary)?;
    shape(profile)?;
    inputs::check(profile)?;
    variants::check(profile)?;
    texts::check(profile)?;
    checks(profile)
}

/// A bundle names other profiles and has nothing to connect of its own; every other profile has.
fn shape(profile: &Profile) -> Checked {
    let bundle = profile.service == Service::Bundle;
    if bundle && !profile.variants.is_empty() {
        return refuse("variant.0", "a bundle has no variants; its profiles have");
    }
    if bundle && profile.bundle.is_empty() {
        return refuse("service", "a bundle names its profiles: `bundle = [\"…\"]`");
    }
    if !bundle && !profile.bundle.is_empty() {
        return refuse(
            "bundle",
            "only a profile with `service = \"bundle\"` names other profiles",
        );
    }
    if !bundle && profile.variants.is_empty() {
        return refuse(
            "id",
            "the profile has no `[[variant]]`, so nothing can be connected",
        );
    }
    for (index, id) in profile.bundle.iter().enumerate() {
        if *id == profile.id {
            return refuse(format!("bundle.{index}"), "a bundle can't hold itself");
        }
    }
    unique(&profile.bundle, "bundle", |id| id)
}

fn checks(profile: &Profile) -> Checked {
    for (index, pattern) in profile.checks.iter().enumerate() {
        if !is_known_pattern(pattern) {
            return refuse(
                format!("checks.{index}"),
                format!("`{pattern}` is neither a check nor a category of checks with `.*`"),
            );
        }
    }
    unique(&profile.checks, "checks", |pattern| pattern)
}

fn not_empty(at: impl Into<String>, text: &str) -> Checked {
    let at = at.into();
    if text.trim().is_empty() {
        let key = at.rsplit('.').next().unwrap_or(&at);
        let reason = format!("`{key}` is empty");
        return refuse(at, reason);
    }
    Ok(())
}

/// Refuses the second of two equal elements of a list.
fn unique<'p, T, K: Ord + Display>(list: &'p [T], at: &str, key: impl Fn(&'p T) -> K) -> Checked {
    let mut seen = BTreeSet::new();
    for (index, element) in list.iter().enumerate() {
        let key = key(element);
        let twice = format!("`{key}` is named twice");
        if !seen.insert(key) {
            return refuse(format!("{at}.{index}"), twice);
        }
    }
    Ok(())
}

/// To which owners and credentials a part is limited; nothing means all.
#[derive(Clone, Copy)]
struct Limits<'p> {
    owners: &'p [Owner],
    credentials: &'p [CredentialKind],
}

impl Limits<'_> {
    /// Refuses limits that no variant meets: such a part would never be seen.
    fn check(self, profile: &Profile, at: &str) -> Checked {
        for (index, owner) in self.owners.iter().enumerate() {
            if !profile.variants.iter().any(|v| v.owner == *owner) {
                return refuse(
                    format!("{at}.owners.{index}"),
                    format!("no variant has the owner `{}`", owner.as_str()),
                );
            }
        }
        for (index, credential) in self.credentials.iter().enumerate() {
            if !profile
                .variants
                .iter()
                .any(|v| v.credentials.contains(credential))
            {
                return refuse(
                    format!("{at}.credentials.{index}"),
                    format!("no variant has the credential `{}`", credential.as_str()),
                );
            }
        }
        if !profile.variants.is_empty() && !pairs(profile).any(|pair| self.hold(pair)) {
            return refuse(at, "no variant has these owners with these credentials");
        }
        Ok(())
    }

    fn hold(self, (owner, credential): (Owner, CredentialKind)) -> bool {
        applies(self.owners, self.credentials, owner, credential)
    }

    /// Whether two parts can be seen at once. In a bundle, which has no variants, they can.
    fn meet(self, other: Self, profile: &Profile) -> bool {
        profile.variants.is_empty()
            || pairs(profile).any(|pair| self.hold(pair) && other.hold(pair))
    }
}

/// Every owner with every credential that it can have.
fn pairs(profile: &Profile) -> impl Iterator<Item = (Owner, CredentialKind)> {
    profile.variants.iter().flat_map(|v| {
        v.credentials
            .iter()
            .map(|credential| (v.owner, *credential))
    })
}

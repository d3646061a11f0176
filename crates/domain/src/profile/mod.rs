//! Profiles: what one kind of integration needs, as data. The schema is described in `profiles/README.md`.

mod built_in;
mod input;
#[cfg(test)]
mod least;
mod load;
mod value;
mod variant;

use std::collections::BTreeMap;

pub use built_in::built_in;
pub use input::{AnswerError, Input, InputCheck};
pub use load::{ProfileError, load};
use serde::{Deserialize, Serialize};
pub use value::{ProductStep, ProfileNotice, ValueSource, ValueSpec};
pub use variant::{CredentialKind, KeyHolder, NeededPermission, Owner, PermissionSet, Variant};

use crate::ids::ProfileId;

/// The version of the profile schema.
pub const PROFILE_SCHEMA: u32 = 1;

/// Names in braces that a profile's texts may hold besides those of its inputs.
pub const PROFILE_PLACEHOLDERS: [&str; 4] =
    ["client_id", "connection", "tenant_domain", "tenant_id"];

/// The service that a profile is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Planner through Microsoft Graph.
    Planner,
    /// Exchange Online.
    ExchangeOnline,
    /// Exchange on the customer's own servers.
    ExchangeOnPremises,
    /// Users and groups of the directory.
    Directory,
    /// Single sign-on.
    SingleSignOn,
    /// Several profiles in order.
    Bundle,
}

/// What one kind of integration needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// [`PROFILE_SCHEMA`].
    pub schema: u32,
    /// Its id.
    pub id: ProfileId,
    /// Its name on screen.
    pub title: String,
    /// What it connects and what for, in a sentence or two.
    pub summary: String,
    /// What it is about.
    pub service: Service,
    /// The vendor's guide it was read from, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<String>,
    /// The profiles of a bundle, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundle: Vec<ProfileId>,
    /// The ways it can be connected, the default first.
    #[serde(default, rename = "variant")]
    pub variants: Vec<Variant>,
    /// What it asks.
    #[serde(default, rename = "input")]
    pub inputs: Vec<Input>,
    /// The checks that apply: ids, or a category and `.*`.
    #[serde(default)]
    pub checks: Vec<String>,
    /// What to do in the receiving product.
    #[serde(default, rename = "product_step")]
    pub product_steps: Vec<ProductStep>,
    /// The values to hand over.
    #[serde(default, rename = "value")]
    pub values: Vec<ValueSpec>,
    /// What to read first.
    #[serde(default, rename = "notice")]
    pub notices: Vec<ProfileNotice>,
}

impl Profile {
    /// The variant for an owner and a credential.
    pub fn variant(&self, owner: Owner, credential: CredentialKind) -> Option<&Variant> {
        self.variants
            .iter()
            .find(|v| v.owner == owner && v.credentials.contains(&credential))
    }

    /// Whether a check applies by its id, before the owner and the credential are looked at.
    pub fn wants_check(&self, id: &str) -> bool {
        self.checks
            .iter()
            .any(|pattern| match pattern.strip_suffix(".*") {
                Some(category) => id
                    .split_once('.')
                    .is_some_and(|(prefix, _)| prefix == category),
                None => pattern == id,
            })
    }

    /// What is asked for an owner and a credential.
    pub fn inputs_for(
        &self,
        owner: Owner,
        credential: CredentialKind,
    ) -> impl Iterator<Item = &Input> {
        self.inputs
            .iter()
            .filter(move |i| applies(&i.owners, &i.credentials, owner, credential))
    }

    /// The values to hand over for an owner and a credential, in their order.
    pub fn values_for(
        &self,
        owner: Owner,
        credential: CredentialKind,
    ) -> impl Iterator<Item = &ValueSpec> {
        self.values
            .iter()
            .filter(move |v| applies(&v.owners, &v.credentials, owner, credential))
    }

    /// What is to be read for an owner and a credential.
    pub fn notices_for(
        &self,
        owner: Owner,
        credential: CredentialKind,
    ) -> impl Iterator<Item = &ProfileNotice> {
        self.notices
            .iter()
            .filter(move |n| applies(&n.owners, &n.credentials, owner, credential))
    }

    /// What to do in the receiving product for an owner, in its order.
    pub fn product_steps_for(&self, owner: Owner) -> impl Iterator<Item = &ProductStep> {
        self.product_steps
            .iter()
            .filter(move |step| step.owners.is_empty() || step.owners.contains(&owner))
    }

    /// The answers that a connection keeps: everything that is asked for the owner and the credential,
    /// checked, with defaults where nothing was given. An optional input without an answer is left out.
    pub fn answers(
        &self,
        owner: Owner,
        credential: CredentialKind,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, AnswerError> {
        let asked: Vec<&Input> = self.inputs_for(owner, credential).collect();
        if let Some(name) = given
            .keys()
            .find(|name| asked.iter().all(|i| i.name != **name))
        {
            let names: Vec<String> = asked.iter().map(|i| format!("`{}`", i.name)).collect();
            return Err(AnswerError::Unknown {
                name: name.clone(),
                asked: if names.is_empty() {
                    "nothing".to_owned()
                } else {
                    names.join(", ")
                },
            });
        }
        let mut answers = BTreeMap::new();
        for input in asked {
            let answer = input.accept(given.get(&input.name).map_or("", String::as_str))?;
            if !answer.is_empty() {
                answers.insert(input.name.clone(), answer);
            }
        }
        Ok(answers)
    }
}

/// Whether something that is limited to some owners and credentials applies to one of each.
fn applies(
    owners: &[Owner],
    credentials: &[CredentialKind],
    owner: Owner,
    credential: CredentialKind,
) -> bool {
    (owners.is_empty() || owners.contains(&owner))
        && (credentials.is_empty() || credentials.contains(&credential))
}

//! Profiles: what one kind of integration needs, as data. The schema is described in `profiles/README.md`.

mod load;

use std::collections::BTreeMap;

pub use load::{ProfileError, built_in, load};
use serde::{Deserialize, Serialize};

use crate::ids::ProfileId;
use crate::permission::{PermissionKind, PermissionRef, Resource};

/// The version of the profile schema.
pub const PROFILE_SCHEMA: u32 = 1;

/// Whose application it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The app through which Fairlead itself works: created with the least permissions.
    Fairlead,
    /// The administrator's own registration for a product.
    Customer,
    /// The product's multi-tenant app: consented, never created.
    Vendor,
}

/// How the connection signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A certificate on the app.
    Certificate,
    /// A client secret on the app.
    Secret,
    /// A signed-in synchronisation account.
    Account,
    /// An on-premises service account.
    ServiceAccount,
    /// None of Fairlead's: the product signs in through its own app.
    Vendor,
}

impl CredentialKind {
    /// The word on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Secret => "secret",
            Self::Account => "account",
            Self::ServiceAccount => "service-account",
            Self::Vendor => "vendor",
        }
    }

    /// The kind of permission that such a connection works with.
    pub const fn permission_kind(self) -> PermissionKind {
        match self {
            Self::Certificate | Self::Secret | Self::ServiceAccount => PermissionKind::Application,
            Self::Account | Self::Vendor => PermissionKind::Delegated,
        }
    }
}

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

/// Which of a profile's permission sets is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionSet {
    /// What the product's guide asks for.
    Product,
    /// What would be least today.
    Least,
}

/// One permission that a variant asks for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeededPermission {
    /// The service; Graph where nothing is said.
    #[serde(default = "graph")]
    pub resource: Resource,
    /// The permission's name.
    pub name: String,
    /// Delegated or application.
    pub kind: PermissionKind,
    /// What it is needed for, in one sentence.
    pub reason: String,
    /// The sets it belongs to; both where nothing is said.
    #[serde(default = "both_sets")]
    pub sets: Vec<PermissionSet>,
    /// Needed only when an input has this value: `attachments = "yes"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, String>,
}

impl NeededPermission {
    /// The permission itself.
    pub fn reference(&self) -> PermissionRef {
        PermissionRef {
            resource: self.resource,
            kind: self.kind,
            name: self.name.clone(),
        }
    }
}

const fn graph() -> Resource {
    Resource::Graph
}

fn both_sets() -> Vec<PermissionSet> {
    vec![PermissionSet::Product, PermissionSet::Least]
}

/// One way a profile can be connected: whose app, with which credentials, with which permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Whose app.
    pub owner: Owner,
    /// The credentials it can have, the default first.
    pub credentials: Vec<CredentialKind>,
    /// Whether the product accepts the least set instead of its own.
    #[serde(default)]
    pub reducible: bool,
    /// Who holds the private key, where there is one.
    #[serde(default)]
    pub key_holder: KeyHolder,
    /// Redirect URIs that the app needs besides Fairlead's own; `{inputs}` are filled in.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The permissions.
    #[serde(default, rename = "permission")]
    pub permissions: Vec<NeededPermission>,
}

/// Who holds the private key of the app's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyHolder {
    /// Fairlead, for itself: it stays in the secret store and Fairlead rotates it.
    #[default]
    Fairlead,
    /// Fairlead makes it and hands it to the product.
    FairleadForProduct,
    /// The product: it hands out the public file, and its key is never replaced by Fairlead.
    Product,
}

/// What kind of answer an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputCheck {
    /// A host name such as `contoso.example.com`.
    Host,
    /// A sign-in name or mail address.
    User,
    /// Several of them, separated by commas.
    Users,
    /// `yes` or `no`.
    YesNo,
    /// An https address.
    Url,
    /// Any text that is not empty.
    Text,
}

/// Something the profile must ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name: `--set name=value`.
    pub name: String,
    /// The question.
    pub label: String,
    /// An example of a right answer.
    pub example: String,
    /// What an answer is checked against.
    pub check: InputCheck,
    /// Taken where nothing is answered; without one an answer is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it may be left out altogether.
    #[serde(default)]
    pub optional: bool,
    /// Asked only for these owners; for all where nothing is said.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Asked only with these credentials; with all where nothing is said.
    #[serde(default)]
    pub credentials: Vec<CredentialKind>,
}

/// Where a value to hand over comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueSource {
    /// The directory id.
    TenantId,
    /// The tenant's domain.
    TenantDomain,
    /// The application (client) id.
    ClientId,
    /// The object id of the enterprise application.
    ServicePrincipalId,
    /// The certificate's SHA-1 thumbprint.
    CertificateThumbprint,
    /// When the certificate ends.
    CertificateEnd,
    /// How to get the certificate's file.
    CertificateFile,
    /// When the client secret ends.
    SecretEnd,
    /// The synchronisation account's sign-in name.
    Account,
    /// The sign-in service's address for the tenant.
    Authority,
    /// A text of the profile, with `{inputs}` filled in.
    Text,
}

/// A value to hand over, under the receiving product's own label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueSpec {
    /// The stable name.
    pub name: String,
    /// The receiving product's label.
    pub label: String,
    /// Where it comes from.
    pub source: ValueSource,
    /// The text, for [`ValueSource::Text`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only for these owners; for all where nothing is said.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Only with these credentials; with all where nothing is said.
    #[serde(default)]
    pub credentials: Vec<CredentialKind>,
}

/// Something the administrator should read: it changes no verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileNotice {
    /// A stable name.
    pub id: String,
    /// The text.
    pub text: String,
    /// Only for these owners; for all where nothing is said.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Only with these credentials; with all where nothing is said.
    #[serde(default)]
    pub credentials: Vec<CredentialKind>,
}

/// A step that happens in the receiving product and that a person confirms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductStep {
    /// What to do, with the product's own menu names.
    pub text: String,
    /// Only for these owners; for all where nothing is said.
    #[serde(default)]
    pub owners: Vec<Owner>,
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
}

impl Variant {
    /// The permissions of one set under the given inputs.
    pub fn needed<'a>(
        &'a self,
        set: PermissionSet,
        inputs: &'a BTreeMap<String, String>,
    ) -> impl Iterator<Item = &'a NeededPermission> {
        self.permissions.iter().filter(move |permission| {
            permission.sets.contains(&set)
                && permission
                    .when
                    .iter()
                    .all(|(name, value)| inputs.get(name) == Some(value))
        })
    }
}

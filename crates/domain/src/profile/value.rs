use serde::{Deserialize, Serialize};

use super::{CredentialKind, Owner};

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

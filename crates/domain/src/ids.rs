//! Identifiers and names. A value of one of these types is well formed: making one is the check.

mod form;
mod tenant_ref;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use form::{is_check_id, is_domain, is_name, is_planner_id, is_slug, is_user_name};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use tenant_ref::TenantRef;
use uuid::Uuid;

/// Why a text is not a value of the wanted type, with an example of one that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not {wanted}; an example of one: `{example}`")]
pub struct Malformed {
    given: String,
    wanted: &'static str,
    example: Cow<'static, str>,
}

impl Malformed {
    pub(crate) fn new(
        given: &str,
        wanted: &'static str,
        example: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            given: given.chars().take(80).collect(),
            wanted,
            example: example.into(),
        }
    }
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])+ $name:ident is $wanted:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes an id that is already known to be of this kind.
            pub const fn new(id: Uuid) -> Self { Self(id) }

            /// The bare id.
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                // Uuid::parse_str also takes braces and URNs, which the wire does not.
                Some(text.trim())
                    .filter(|text| text.len() == 36)
                    .and_then(|text| Uuid::parse_str(text).ok())
                    .map(Self)
                    .ok_or_else(|| Malformed::new(text, $wanted, "8a1b2c3d-0000-4000-9000-0123456789ab"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
    )+};
}

uuid_ids! {
    /// A directory (tenant) id, as in the `tid` claim.
    TenantId is "a tenant id";
    /// The application (client) id of an app registration, the same in every tenant.
    ClientId is "an application (client) id";
    /// The id of a directory object in one tenant: user, group, application, service principal.
    ObjectId is "an object id";
    /// The `keyId` of a key or password credential.
    KeyId is "a key id";
    /// The id of an application role or of a delegated permission scope.
    PermissionId is "a permission id";
    /// The template id of a directory role, the same in every tenant.
    RoleTemplateId is "a role template id";
    /// The id of a service plan inside a licence.
    ServicePlanId is "a service plan id";
}

macro_rules! text_ids {
    ($($(#[$doc:meta])+ $name:ident is $wanted:literal, as in $example:literal, if $valid:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                let valid: fn(&str) -> bool = $valid;
                let trimmed = text.trim();
                if valid(trimmed) { Ok(Self(trimmed.to_owned())) } else { Err(Malformed::new(text, $wanted, $example)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(&self.0) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

text_ids! {
    /// A verified or initial DNS domain of a tenant.
    DomainName is "a domain name", as in "contoso.onmicrosoft.com", if is_domain;
    /// The name a connection is kept under.
    ConnectionName is "a connection name (1 to 64 letters, digits, `.`, `-`, `_`, starting with a letter or digit)",
        as in "planner-reports", if is_name;
    /// The name a certificate is kept under.
    CertificateName is "a certificate name (1 to 64 letters, digits, `.`, `-`, `_`, starting with a letter or digit)",
        as in "planner-reports-2027", if is_name;
    /// The id of a profile.
    ProfileId is "a profile id (lower-case letters, digits and hyphens)", as in "planner-data-mart", if is_slug;
    /// The id of a check: category, a full stop, name.
    CheckId is "a check id", as in "token.issued", if is_check_id;
    /// A sign-in name (user principal name).
    UserName is "a sign-in name", as in "reports@contoso.com", if is_user_name;
    /// The id of a plan, bucket or task: 28 characters made by Planner, letter case matters.
    PlannerId is "a Planner id (28 characters)", as in "xqQg5FS2LkCp935s-FIFm2QAFkHM", if is_planner_id;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_an_id_or_a_domain() {
        assert!(matches!(
            "11111111-2222-4333-8444-555555555555".parse(),
            Ok(TenantRef::Id(_))
        ));
        assert!(matches!(
            "contoso.onmicrosoft.com".parse(),
            Ok(TenantRef::Domain(_))
        ));
        for wrong in [
            "",
            "contoso",
            "contoso .com",
            "-a.com",
            "{11111111-2222-4333-8444-555555555555}",
            "a..b",
        ] {
            assert!(
                wrong.parse::<TenantRef>().is_err(),
                "{wrong} should be refused"
            );
        }
    }

    #[test]
    fn a_refusal_says_what_was_wanted() {
        assert_eq!(
            "12".parse::<ClientId>().unwrap_err().to_string(),
            "`12` is not an application (client) id; an example of one: `8a1b2c3d-0000-4000-9000-0123456789ab`"
        );
    }

    #[test]
    fn names_are_safe_as_file_names() {
        for wrong in ["../x", ".hidden", "a/b", "", "a b", &"x".repeat(65)] {
            assert!(
                wrong.parse::<ConnectionName>().is_err(),
                "{wrong} should be refused"
            );
        }
        assert!("Contoso.planner_1".parse::<ConnectionName>().is_ok());
    }
}

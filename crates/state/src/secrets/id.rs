use std::fmt;
use std::str::FromStr;

use fairlead_domain::ids::{CertificateName, ConnectionName};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// The private key of a certificate, as the DER of its PKCS#8.
    CertificateKey,
    /// The client secret of a connection.
    ClientSecret,
    /// The refresh token of a connection's account.
    RefreshToken,
}

impl SecretKind {
    const ALL: [Self; 3] = [Self::CertificateKey, Self::ClientSecret, Self::RefreshToken];

    /// Its word in an id.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CertificateKey => "certificate-key",
            Self::ClientSecret => "client-secret",
            Self::RefreshToken => "refresh-token",
        }
    }
}

/// Under what a secret is kept: its kind and the name of what it belongs to, as in
/// `client-secret/planner-reports`.
///
/// The name is in lower case, because some keyrings do not tell letter cases apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId {
    kind: SecretKind,
    name: String,
}

impl SecretId {
    /// The private key of a certificate.
    pub fn certificate_key(name: &CertificateName) -> Self {
        Self::new(SecretKind::CertificateKey, name.as_str())
    }

    /// The client secret of a connection.
    pub fn client_secret(name: &ConnectionName) -> Self {
        Self::new(SecretKind::ClientSecret, name.as_str())
    }

    /// The refresh token of a connection's account.
    pub fn refresh_token(name: &ConnectionName) -> Self {
        Self::new(SecretKind::RefreshToken, name.as_str())
    }

    /// What it is.
    pub const fn kind(&self) -> SecretKind {
        self.kind
    }

    /// What it belongs to, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn new(kind: SecretKind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_ascii_lowercase(),
        }
    }
}

/// A text that is no id of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no id of a secret; an example of one: `client-secret/planner-reports`")]
pub struct NoSecretId {
    given: String,
}

impl FromStr for SecretId {
    type Err = NoSecretId;
    fn from_str(text: &str) -> Result<Self, NoSecretId> {
        text.split_once('/')
            .and_then(|(word, name)| {
                let kind = SecretKind::ALL
                    .into_iter()
                    .find(|kind| kind.as_str() == word)?;
                // The names of certificates and connections follow one rule.
                let name: ConnectionName = name.parse().ok()?;
                Some(Self::new(kind, name.as_str()))
            })
            .ok_or_else(|| NoSecretId {
                given: text.chars().take(80).collect(),
            })
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.name)
    }
}

impl fmt::Debug for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SecretId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_ignores_letter_case() {
        let name: ConnectionName = "Planner.Reports".parse().unwrap();
        let id = SecretId::refresh_token(&name);
        assert_eq!(id.to_string(), "refresh-token/planner.reports");
        assert_eq!("refresh-token/PLANNER.reports".parse(), Ok(id));
        for wrong in [
            "",
            "refresh-token",
            "refresh-token/",
            "key/x",
            "client-secret/a/b",
        ] {
            assert!(
                wrong.parse::<SecretId>().is_err(),
                "{wrong} should be refused"
            );
        }
    }
}

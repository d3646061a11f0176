//! What is known of a certificate without its key.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::Malformed;

/// The SHA-1 of a certificate's DER, as Entra and vendors show it: 40 upper-case hex digits.
///
/// It names a certificate and protects nothing; assertions use SHA-256.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

impl Thumbprint {
    /// From the 20 bytes of the digest.
    pub fn from_sha1(digest: [u8; 20]) -> Self {
        Self(hex(&digest))
    }

    /// The hex text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |four: u8| char::from(DIGITS[usize::from(four & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

impl FromStr for Thumbprint {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let hex: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != ':')
            .collect();
        if hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(hex.to_ascii_uppercase()))
        } else {
            Err(Malformed::new(
                text,
                "a thumbprint",
                "0123456789ABCDEF0123456789ABCDEF01234567",
            ))
        }
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The facts of a certificate that a person or a check looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// The subject's distinguished name.
    pub subject: String,
    /// The issuer's distinguished name.
    pub issuer: String,
    /// The serial number in hex.
    pub serial: String,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// The key's algorithm: `RSA` is what Entra takes.
    pub key_algorithm: String,
    /// The key's size in bits.
    pub key_bits: u32,
    /// The signature's algorithm, such as `sha256WithRSAEncryption`.
    pub signature_algorithm: String,
    /// The SHA-1 thumbprint.
    pub thumbprint: Thumbprint,
    /// The SHA-256 of the DER in upper-case hex.
    pub sha256: String,
}

#[cfg(test)]
mod tests {
    use super::Thumbprint;

    #[test]
    fn a_thumbprint_is_forty_upper_case_digits_however_it_is_written() {
        let mut digest = [0xAB; 20];
        digest[0] = 0x01;
        let thumbprint = Thumbprint::from_sha1(digest);
        assert_eq!(thumbprint.as_str(), format!("01{}", "AB".repeat(19)));
        let spaced = thumbprint.as_str().to_lowercase().replace("ab", "ab:");
        assert_eq!(spaced.parse(), Ok(thumbprint));
        assert!("01AB".parse::<Thumbprint>().is_err());
    }
}

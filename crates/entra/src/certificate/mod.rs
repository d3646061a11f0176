//! RSA certificates as app credentials: made, read, checked, exported.
//!
//! Entra takes the public half of an RSA pair and knows it by its thumbprint; self-signed is fine,
//! no chain is followed
//! (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).

mod checks;
mod create;
mod error;
mod export;
mod facts;
mod name;
mod private_key;
mod read;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use checks::{Validity, Weakness, check_dates, remaining_days, strength};
pub use create::{CommonName, CreateRequest, KeyBits, Lifetime, create};
pub use error::{CertificateError, Part, Stranger};
pub use export::PfxEncryption;
use fairlead_domain::certificate::{CertificateFacts, Thumbprint};
use jiff::Timestamp;
pub use private_key::{JwsAlgorithm, PrivateKey};
pub use read::{LIMIT as FILE_LIMIT, Read, read};

/// The name of the one key algorithm that Entra takes.
const RSA: &str = "RSA";
const MIN_BITS: u32 = 2048;
const MAX_BITS: u32 = 8192;

/// A certificate without its key, of any algorithm.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: Vec<u8>,
    sha1: [u8; 20],
    sha256: [u8; 32],
    facts: CertificateFacts,
}

impl Certificate {
    /// Reads one certificate in DER. Whether Entra would take it is another question: see
    /// [`strength`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let damaged = CertificateError::Damaged {
            part: Part::Certificate,
        };
        let Ok((rest, x509)) = x509_parser::parse_x509_certificate(der) else {
            return Err(damaged);
        };
        if !rest.is_empty() {
            return Err(damaged);
        }
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
        Ok(Self {
            facts: facts::facts(&x509, sha1, sha256),
            public_key: x509.public_key().subject_public_key.data.to_vec(),
            der: der.to_vec(),
            sha1,
            sha256,
        })
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What a person or a check looks at.
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }

    /// The SHA-1 of the DER: how Entra and vendors name a certificate.
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.facts.thumbprint
    }

    /// The SHA-1 of the DER as bytes: Graph's default `customKeyIdentifier`.
    pub fn sha1(&self) -> &[u8; 20] {
        &self.sha1
    }

    /// The SHA-256 of the DER.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The header `x5t#S256` of a JWT (RFC 7515 section 4.1.8).
    pub fn x5t_s256(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.sha256)
    }

    /// The header `x5t` of a JWT (RFC 7515 section 4.1.7).
    pub fn x5t(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.sha1)
    }

    /// Where `now` stands to its dates.
    pub fn check_dates(&self, now: Timestamp) -> Validity {
        check_dates(&self.facts, now)
    }

    /// Whether `key` is the private half of this certificate's key.
    pub fn belongs_to(&self, key: &PrivateKey) -> bool {
        self.facts.key_algorithm == RSA && self.public_key == key.public_key()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

/// A certificate and the private key that belongs to it: RSA, at least 2048 bits.
#[derive(Debug, Clone)]
pub struct CertificateWithKey {
    certificate: Certificate,
    key: PrivateKey,
}

impl CertificateWithKey {
    /// Joins the two, if they belong together and Entra takes such a key.
    pub fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, CertificateError> {
        checks::require_usable(certificate.facts())?;
        if !certificate.belongs_to(&key) {
            return Err(CertificateError::KeyMismatch);
        }
        Ok(Self { certificate, key })
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The two halves.
    pub fn into_parts(self) -> (Certificate, PrivateKey) {
        (self.certificate, self.key)
    }
}

fn hex_upper(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

//! Certificates on apps: what Entra takes.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;
use x509_parser::oid_registry::OID_PKCS1_RSAENCRYPTION;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What an app's key needs of a certificate.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    /// The subject, as a name for the key.
    pub(super) subject: String,
    /// SHA-1 over the DER.
    pub(super) thumbprint: Vec<u8>,
    /// The RSA public key (PKCS#1 DER).
    pub(super) public_key: Vec<u8>,
}

impl Certificate {
    /// Reads a DER certificate; only RSA keys are taken.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        let key = certificate.public_key();
        if !rest.is_empty() || key.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
            return None;
        }
        let time = |seconds: i64| Timestamp::from_second(seconds).ok();
        let validity = certificate.validity();
        Some(Self {
            not_before: time(validity.not_before.timestamp())?,
            not_after: time(validity.not_after.timestamp())?,
            subject: certificate.subject().to_string(),
            thumbprint: digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().to_vec(),
            public_key: key.subject_public_key.data.to_vec(),
        })
    }
}

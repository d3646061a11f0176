//! PFX: PKCS#12 (RFC 7292).

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use x509_parser::asn1_rs::{Any, FromDer, Sequence};

use super::{Found, Password};
use crate::certificate::error::{CertificateError, Part};
use crate::certificate::{Certificate, PrivateKey};

pub(super) fn read(
    der: &[u8],
    password: Password<'_>,
    found: &mut Found,
) -> Result<(), CertificateError> {
    if !fits_pfx(password.text()) {
        return Err(CertificateError::PasswordCharacter);
    }
    let archive = Pkcs12Archive::from_pkcs12(der, password.text())
        .map_err(|error| refusal(&error, password, has_mac(der)))?;
    for bag in &archive.certs {
        found
            .certificates
            .push(Certificate::from_der(bag.cert.as_der())?);
    }
    for bag in &archive.keys {
        found.keys.push(PrivateKey::from_pkcs8(bag.key.as_der())?);
    }
    Ok(())
}

/// Keys are derived from 16-bit characters (RFC 7292 appendix B.1).
pub(in crate::certificate) fn fits_pfx(text: &str) -> bool {
    text.chars().all(|c| u32::from(c) <= 0xffff)
}

/// With a MAC, it is the MAC that says whether the password is right; what fails after that is
/// not the password's fault. Without one, only the contents can say.
fn refusal(error: &Error, password: Password<'_>, has_mac: Option<bool>) -> CertificateError {
    let damaged = CertificateError::Damaged { part: Part::Pfx };
    match (error, has_mac) {
        (_, None) => damaged,
        (Error::MacError(_), _) => password.refused(),
        (
            Error::UnsupportedEncryptionScheme
            | Error::UnsupportedMacAlgorithm
            | Error::UnsupportedContentType
            | Error::InvalidParameters,
            _,
        )
        | (Error::Pkcs5Error(_), Some(true)) => CertificateError::UnsupportedEncryption {
            algorithm: String::from("an algorithm of PKCS#12 that is rarely used"),
        },
        (_, Some(true)) => damaged,
        (_, Some(false)) => password.refused(),
    }
}

/// Whether a MAC follows version and contents; nothing when the outline is not a PFX's.
fn has_mac(der: &[u8]) -> Option<bool> {
    let (_, outer) = Sequence::from_der(der).ok()?;
    let (rest, _version) = Any::from_der(&outer.content).ok()?;
    let (rest, _contents) = Any::from_der(rest).ok()?;
    if rest.is_empty() {
        Some(false)
    } else {
        Any::from_der(rest).ok().map(|_| true)
    }
}

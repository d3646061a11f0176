//! DER, told apart by the first elements of its outer sequence.

use x509_parser::asn1_rs::{Any, FromDer, Tag};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::revocation_list::CertificateRevocationList;

use super::{Found, Password, encrypted_key, pfx};
use crate::certificate::error::{CertificateError, Part, Stranger};
use crate::certificate::{Certificate, PrivateKey};

const PFX_VERSION: &[u8] = &[3];

pub(super) fn read(
    der: &[u8],
    password: Password<'_>,
    found: &mut Found,
) -> Result<(), CertificateError> {
    match der {
        [0x30, 0x80, ..] => return Err(CertificateError::IndefiniteLength),
        [0x30, ..] => {}
        _ => return Err(CertificateError::Unrecognised),
    }
    let Ok((trailing, outer)) = Any::from_der(der) else {
        return Err(CertificateError::Damaged { part: Part::File });
    };
    if !trailing.is_empty() {
        return Err(CertificateError::Damaged { part: Part::File });
    }
    let Ok((rest, first)) = Any::from_der(outer.data) else {
        return Err(CertificateError::Unrecognised);
    };
    let second = Any::from_der(rest).ok().map(|(_, second)| second.tag());
    match (first.tag(), second) {
        (Tag::Integer, Some(Tag::Sequence)) if first.data == PFX_VERSION => {
            pfx::read(der, password, found)?;
        }
        (Tag::Integer, Some(Tag::Sequence)) => found.keys.push(PrivateKey::from_pkcs8(der)?),
        (Tag::Integer, Some(Tag::Integer)) => found.keys.push(PrivateKey::from_pkcs1(der)?),
        // SEC1's ECPrivateKey (RFC 5915).
        (Tag::Integer, Some(Tag::OctetString)) => {
            return Err(CertificateError::NotRsa {
                algorithm: String::from("EC"),
            });
        }
        (Tag::Sequence, Some(Tag::OctetString)) => {
            found.keys.push(encrypted_key::read(der, password)?);
        }
        (Tag::Sequence, Some(Tag::BitString)) => {
            return Err(CertificateError::Other {
                what: Stranger::PublicKey,
            });
        }
        (Tag::Sequence, Some(Tag::Sequence)) => found.certificates.push(certificate(der)?),
        (Tag::Oid, _) => {
            return Err(CertificateError::Other {
                what: Stranger::Pkcs7,
            });
        }
        _ => return Err(CertificateError::Unrecognised),
    }
    Ok(())
}

/// Requests and revocation lists have a certificate's outline.
fn certificate(der: &[u8]) -> Result<Certificate, CertificateError> {
    Certificate::from_der(der).map_err(|error| {
        if X509CertificationRequest::from_der(der).is_ok() {
            CertificateError::Other {
                what: Stranger::Request,
            }
        } else if CertificateRevocationList::from_der(der).is_ok() {
            CertificateError::Other {
                what: Stranger::RevocationList,
            }
        } else {
            error
        }
    })
}

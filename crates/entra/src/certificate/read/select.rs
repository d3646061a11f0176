use super::{Found, Read};
use crate::certificate::checks::require_usable;
use crate::certificate::error::CertificateError;
use crate::certificate::{Certificate, CertificateWithKey, PrivateKey};

/// Which certificate is meant: the key's, or without a key the end of the chain.
pub(super) fn select(found: Found) -> Result<Read, CertificateError> {
    let Found {
        certificates,
        mut keys,
    } = found;
    let mut unique: Vec<Certificate> = Vec::new();
    for certificate in certificates {
        if !unique.contains(&certificate) {
            unique.push(certificate);
        }
    }
    keys.sort_by(|one, other| one.public_key().cmp(other.public_key()));
    keys.dedup_by(|one, other| one.public_key() == other.public_key());

    if keys.is_empty() {
        if unique.is_empty() {
            return Err(CertificateError::Unrecognised);
        }
        let leaf = leaf(unique)?;
        require_usable(leaf.facts())?;
        return Ok(Read::Certificate(leaf));
    }
    if !unique.is_empty() {
        return pair(&unique, keys);
    }
    match keys.len() {
        1 => Ok(Read::Key(keys.swap_remove(0))),
        count => Err(CertificateError::SeveralKeys { count }),
    }
}

/// A renewed certificate may lie beside the old one of the same key: the one that lasts longer is
/// meant.
fn pair(certificates: &[Certificate], keys: Vec<PrivateKey>) -> Result<Read, CertificateError> {
    let mut pairs = Vec::new();
    for key in keys {
        let of_key = certificates
            .iter()
            .filter(|certificate| certificate.belongs_to(&key))
            .max_by_key(|certificate| certificate.facts().not_after);
        if let Some(certificate) = of_key {
            pairs.push((certificate.clone(), key));
        }
    }
    match pairs.len() {
        0 => {
            // A certificate that is not RSA is the reason rather than the key.
            if let [only] = certificates {
                require_usable(only.facts())?;
            }
            Err(CertificateError::KeyMismatch)
        }
        1 => {
            let (certificate, key) = pairs.swap_remove(0);
            CertificateWithKey::new(certificate, key).map(Read::WithKey)
        }
        count => Err(CertificateError::SeveralKeys { count }),
    }
}

fn leaf(mut certificates: Vec<Certificate>) -> Result<Certificate, CertificateError> {
    let issued_another = |one: &Certificate| {
        certificates
            .iter()
            .any(|other| other != one && other.facts().issuer == one.facts().subject)
    };
    let leaves: Vec<usize> = (0..certificates.len())
        .filter(|at| !issued_another(&certificates[*at]))
        .collect();
    match leaves.as_slice() {
        [only] => Ok(certificates.swap_remove(*only)),
        _ => Err(CertificateError::SeveralCertificates {
            count: certificates.len(),
        }),
    }
}

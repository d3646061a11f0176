//! `ENCRYPTED PRIVATE KEY`: PKCS#8 under a password (RFC 5958 section 3, RFC 8018).

use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, ScryptParams};
use pkcs8::{EncryptedPrivateKeyInfoRef, Error, pkcs5};
use x509_parser::asn1_rs::{FromDer, Oid, Sequence};

use super::Password;
use crate::certificate::PrivateKey;
use crate::certificate::error::{CertificateError, Part};

const PBES2: &str = "1.2.840.113549.1.5.13";
/// More than any tool writes; a file that asks for more asks for hours.
const MAX_ITERATIONS: u32 = 10_000_000;
const MAX_SCRYPT_MEMORY: u64 = 1 << 28;

pub(super) fn read(der: &[u8], password: Password<'_>) -> Result<PrivateKey, CertificateError> {
    let damaged = CertificateError::Damaged {
        part: Part::EncryptedPrivateKey,
    };
    let scheme = scheme(der).ok_or_else(|| damaged.clone())?;
    if scheme != PBES2 {
        return Err(CertificateError::UnsupportedEncryption { algorithm: scheme });
    }
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| damaged)?;
    check_cost(&info.encryption_algorithm)?;
    if password.0.is_none() {
        return Err(CertificateError::PasswordMissing);
    }
    let key = info.decrypt(password.text()).map_err(|error| match error {
        Error::EncryptedPrivateKey(
            pkcs5::Error::UnsupportedAlgorithm { oid }
            | pkcs5::Error::AlgorithmParametersInvalid { oid },
        ) => CertificateError::UnsupportedEncryption {
            algorithm: oid.to_string(),
        },
        _ => password.refused(),
    })?;
    // One wrong password in 256 leaves padding that looks right; what comes out is no key then.
    PrivateKey::from_pkcs8(key.as_bytes()).map_err(|error| match error {
        CertificateError::Damaged { .. } => password.refused(),
        other => other,
    })
}

fn scheme(der: &[u8]) -> Option<String> {
    let (_, outer) = Sequence::from_der(der).ok()?;
    let (_, algorithm) = Sequence::from_der(&outer.content).ok()?;
    let (_, oid) = Oid::from_der(&algorithm.content).ok()?;
    Some(oid.to_id_string())
}

fn check_cost(scheme: &EncryptionScheme) -> Result<(), CertificateError> {
    let EncryptionScheme::Pbes2(parameters) = scheme else {
        return Ok(());
    };
    let too_costly = match &parameters.kdf {
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count > MAX_ITERATIONS,
        Kdf::Scrypt(scrypt) => memory(scrypt).is_none_or(|memory| memory > MAX_SCRYPT_MEMORY),
        _ => false,
    };
    if too_costly {
        return Err(CertificateError::UnsupportedEncryption {
            algorithm: String::from("a key derivation of excessive cost"),
        });
    }
    Ok(())
}

/// 128 · N · r bytes (RFC 7914 section 2), times the p rounds that follow each other.
fn memory(scrypt: &ScryptParams) -> Option<u64> {
    128_u64
        .checked_mul(scrypt.cost_parameter)?
        .checked_mul(u64::from(scrypt.block_size))?
        .checked_mul(u64::from(scrypt.parallelization))
}

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use fairlead_domain::Secret;
use pkcs8::PrivateKeyInfoRef;

use super::create::KeyBits;
use super::error::{CertificateError, Part};
use super::{MAX_BITS, MIN_BITS, RSA, facts};

/// An RSA private key whose numbers have been checked.
///
/// Its `Debug` shows the size alone.
#[derive(Clone)]
pub struct PrivateKey {
    pair: RsaKeyPair,
    pkcs8: Secret<Vec<u8>>,
    bits: u32,
}

/// How a JWT is signed (RFC 7518 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwsAlgorithm {
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl PrivateKey {
    pub(super) fn generate(bits: KeyBits) -> Result<Self, CertificateError> {
        let size = match bits {
            KeyBits::B2048 => KeySize::Rsa2048,
            KeyBits::B3072 => KeySize::Rsa3072,
            KeyBits::B4096 => KeySize::Rsa4096,
        };
        let pair = RsaKeyPair::generate(size).map_err(|_| CertificateError::NotMade)?;
        Self::from_pair(pair)
    }

    /// Reads a key in PKCS#8 (RFC 5208), as it lies in the secret store.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, CertificateError> {
        let damaged = CertificateError::Damaged {
            part: Part::PrivateKey,
        };
        let Ok(info) = PrivateKeyInfoRef::try_from(der) else {
            return Err(damaged);
        };
        let algorithm = facts::key_algorithm(&info.algorithm.oid.to_string());
        if algorithm != RSA {
            return Err(CertificateError::NotRsa { algorithm });
        }
        check_size(info.private_key.as_bytes())?;
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| damaged)?;
        Self::from_pair(pair)
    }

    /// Reads a key in PKCS#1 (`RSA PRIVATE KEY`, RFC 8017 appendix A.1.2).
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, CertificateError> {
        check_size(der)?;
        let pair = RsaKeyPair::from_der(der).map_err(|_| CertificateError::Damaged {
            part: Part::PrivateKey,
        })?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: RsaKeyPair) -> Result<Self, CertificateError> {
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| CertificateError::Damaged {
            part: Part::PrivateKey,
        })?;
        let pkcs8 = Secret::new(der.as_ref().to_vec());
        let bits = facts::rsa_modulus_bits(pair.public_key().as_ref(), 0);
        Ok(Self { pair, pkcs8, bits })
    }

    /// The key in PKCS#8 DER, always in the same form whatever it was read from.
    pub fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }

    /// The size of its modulus.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Its public half as an `RSAPublicKey` in DER (RFC 8017 appendix A.1.1).
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// Signs `message`.
    pub fn sign(
        &self,
        algorithm: JwsAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, CertificateError> {
        let padding: &'static dyn RsaEncoding = match algorithm {
            JwsAlgorithm::Ps256 => &RSA_PSS_SHA256,
            JwsAlgorithm::Rs256 => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(padding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| CertificateError::NotSigned)?;
        Ok(signature)
    }
}

/// Before the library refuses a key without saying why.
fn check_size(rsa_private_key: &[u8]) -> Result<(), CertificateError> {
    match facts::rsa_modulus_bits(rsa_private_key, 1) {
        0 => Err(CertificateError::Damaged {
            part: Part::PrivateKey,
        }),
        bits if bits < MIN_BITS => Err(CertificateError::Weak { bits }),
        bits if bits > MAX_BITS => Err(CertificateError::TooLong { bits }),
        _ => Ok(()),
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("bits", &self.bits)
            .field("pkcs8", &self.pkcs8)
            .finish_non_exhaustive()
    }
}

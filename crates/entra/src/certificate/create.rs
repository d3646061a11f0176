use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa,
    KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey,
    date_time_ymd,
};

use super::error::CertificateError;
use super::private_key::{JwsAlgorithm, PrivateKey};
use super::{Certificate, CertificateWithKey};

/// How far before `now` a certificate begins, so that a server whose clock is behind takes it too.
const BACKDATED: SignedDuration = SignedDuration::from_mins(15);

/// The size of a key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyBits {
    /// 2048 bits.
    #[default]
    B2048,
    /// 3072 bits.
    B3072,
    /// 4096 bits.
    B4096,
}

impl TryFrom<u32> for KeyBits {
    type Error = CertificateError;
    fn try_from(bits: u32) -> Result<Self, CertificateError> {
        match bits {
            2048 => Ok(Self::B2048),
            3072 => Ok(Self::B3072),
            4096 => Ok(Self::B4096),
            _ => Err(CertificateError::Bits { bits }),
        }
    }
}

impl From<KeyBits> for u32 {
    fn from(bits: KeyBits) -> Self {
        match bits {
            KeyBits::B2048 => 2048,
            KeyBits::B3072 => 3072,
            KeyBits::B4096 => 4096,
        }
    }
}

/// How long a certificate to make is valid, from the moment it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(SignedDuration);

impl Lifetime {
    /// What is made when nothing else is asked for.
    pub const DEFAULT_DAYS: u32 = 365;
    /// The longest that is offered.
    pub const MAX_DAYS: u32 = 3650;
    /// A test key's.
    pub const HOUR: Self = Self(SignedDuration::from_hours(1));

    /// A number of days from 1 to [`Self::MAX_DAYS`].
    pub fn days(days: u32) -> Result<Self, CertificateError> {
        if (1..=Self::MAX_DAYS).contains(&days) {
            Ok(Self(SignedDuration::from_hours(24 * i64::from(days))))
        } else {
            Err(CertificateError::Days { days })
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_hours() {
            1 => f.write_str("1 hour"),
            hours => write!(f, "{} days", hours / 24),
        }
    }
}

impl Default for Lifetime {
    fn default() -> Self {
        Self(SignedDuration::from_hours(
            24 * i64::from(Self::DEFAULT_DAYS),
        ))
    }
}

/// A subject's common name: 1 to 64 characters (RFC 5280 appendix A.1, `ub-common-name`), any
/// script, none that hides or reorders text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonName(String);

impl CommonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CommonName {
    type Err = CertificateError;
    fn from_str(text: &str) -> Result<Self, CertificateError> {
        let name = text.trim();
        if (1..=64).contains(&name.chars().count()) && !name.contains(is_unfit) {
            return Ok(Self(name.to_owned()));
        }
        let shown = name.chars().filter(|c| !is_unfit(*c)).take(80).collect();
        Err(CertificateError::CommonName { given: shown })
    }
}

impl fmt::Display for CommonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Control characters, line and paragraph separators, and Unicode's direction controls.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What certificate to make.
#[derive(Debug, Clone)]
pub struct CreateRequest {
    /// The subject's common name.
    pub common_name: CommonName,
    /// The size of its key.
    pub bits: KeyBits,
    /// How long it is valid.
    pub lifetime: Lifetime,
    /// The time it is made at.
    pub now: Timestamp,
}

/// Makes an RSA pair and a self-signed certificate for it: SHA-256, for digital signatures by a
/// client, no authority, with a random serial number.
pub fn create(request: &CreateRequest) -> Result<CertificateWithKey, CertificateError> {
    let key = PrivateKey::generate(request.bits)?;
    let der = parameters(request)?
        .self_signed(&Issuer(&key))
        .map_err(|_| CertificateError::NotMade)?;
    CertificateWithKey::new(Certificate::from_der(der.der())?, key)
}

fn parameters(request: &CreateRequest) -> Result<CertificateParams, CertificateError> {
    let mut subject = DistinguishedName::new();
    subject.push(
        DnType::CommonName,
        DnValue::Utf8String(request.common_name.as_str().to_owned()),
    );
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = subject;
    // rcgen takes its times in a crate of its own; whole seconds since 1970 cross over unharmed.
    let epoch = date_time_ymd(1970, 1, 1);
    let moment = |time: Timestamp| {
        let seconds = Duration::from_secs(time.as_second().unsigned_abs());
        if time.as_second() < 0 {
            epoch - seconds
        } else {
            epoch + seconds
        }
    };
    let beginning = request
        .now
        .saturating_sub(BACKDATED)
        .unwrap_or(Timestamp::MIN);
    let end = request
        .now
        .saturating_add(request.lifetime.0)
        .unwrap_or(Timestamp::MAX);
    parameters.not_before = moment(beginning);
    parameters.not_after = moment(end);
    parameters.serial_number = Some(serial_number()?);
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters)
}

/// Sixteen random bytes, positive and never shorter when encoded (RFC 5280 section 4.1.2.2).
fn serial_number() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| CertificateError::NotMade)?;
    bytes[0] = (bytes[0] & 0x3f) | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

struct Issuer<'a>(&'a PrivateKey);

impl PublicKeyData for Issuer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl SigningKey for Issuer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.0
            .sign(JwsAlgorithm::Rs256, message)
            .map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

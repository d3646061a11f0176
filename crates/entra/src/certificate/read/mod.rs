//! Reading what people have: recognised by content, not by file name.

mod der;
mod encrypted_key;
mod pem;
mod pfx;
mod select;

pub(super) use pfx::fits_pfx;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use fairlead_domain::Secret;
use zeroize::Zeroizing;

use super::error::CertificateError;
use super::{Certificate, CertificateWithKey, PrivateKey};

/// No certificate file is larger than this many bytes.
pub const LIMIT: usize = 1 << 20;

/// Base64 as files have it: with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What was found in a file.
#[derive(Debug, Clone)]
pub enum Read {
    /// A certificate and the private key that belongs to it.
    WithKey(CertificateWithKey),
    /// A certificate alone: RSA, at least 2048 bits.
    Certificate(Certificate),
    /// A private key alone.
    Key(PrivateKey),
}

impl Read {
    /// The certificate and its key, or what is missing.
    pub fn with_key(self) -> Result<CertificateWithKey, CertificateError> {
        match self {
            Self::WithKey(both) => Ok(both),
            Self::Certificate(_) => Err(CertificateError::KeyMissing),
            Self::Key(_) => Err(CertificateError::CertificateMissing),
        }
    }

    /// The certificate, whether its key is there or not.
    pub fn certificate(&self) -> Result<&Certificate, CertificateError> {
        match self {
            Self::WithKey(both) => Ok(both.certificate()),
            Self::Certificate(certificate) => Ok(certificate),
            Self::Key(_) => Err(CertificateError::CertificateMissing),
        }
    }
}

/// Reads a certificate file: PFX (RFC 7292), PEM (RFC 7468) with certificate and key in any order,
/// DER, base64 without its lines (as .cer, or as a PFX in a key vault), a private key in PKCS#8 or
/// PKCS#1.
///
/// Where several certificates are there, the one that belongs to the key is taken, and without a
/// key the one that issued none of the others. Dates are not looked at: see
/// [`Certificate::check_dates`].
///
/// # Errors
///
/// A missing or wrong password is told apart from damage, as far as the format allows: a PFX that
/// is damaged inside looks like one that another password opens.
pub fn read(bytes: &[u8], password: Option<&Secret<String>>) -> Result<Read, CertificateError> {
    if bytes.len() > LIMIT {
        return Err(CertificateError::TooLarge { bytes: bytes.len() });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(CertificateError::Empty);
    }
    let password = Password::new(password);
    let mut found = Found::default();
    match text(bytes) {
        Some(text) if pem::is_pem(&text) => pem::read(&text, password, &mut found)?,
        Some(text) => der::read(&base64(&text)?, password, &mut found)?,
        None => der::read(bytes, password, &mut found)?,
    }
    select::select(found)
}

/// A password that may not be there. An empty one is none.
#[derive(Clone, Copy)]
struct Password<'a>(Option<&'a str>);

impl<'a> Password<'a> {
    fn new(given: Option<&'a Secret<String>>) -> Self {
        Self(
            given
                .map(|secret| secret.expose().as_str())
                .filter(|text| !text.is_empty()),
        )
    }

    fn text(self) -> &'a str {
        self.0.unwrap_or_default()
    }

    /// What it is when this password does not open a file.
    fn refused(self) -> CertificateError {
        if self.0.is_some() {
            CertificateError::PasswordWrong
        } else {
            CertificateError::PasswordMissing
        }
    }
}

/// What a file holds, before anything is chosen.
#[derive(Default)]
struct Found {
    certificates: Vec<Certificate>,
    keys: Vec<PrivateKey>,
}

/// The file as text, if it is text: UTF-8, or UTF-16 with a byte order mark, as Windows
/// PowerShell's redirection writes it.
fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
    .map(Zeroizing::new)
}

fn base64(text: &str) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    let digits: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect());
    BASE64
        .decode(digits.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| CertificateError::Unrecognised)
}

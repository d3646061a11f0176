use std::fmt;

use fairlead_domain::problem::ProblemCode;

/// What in a file is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The outer encoding: cut off, or followed by something else.
    File,
    /// A PEM block: no end line, or a body that is not base64.
    PemBlock,
    /// The certificate.
    Certificate,
    /// The private key: its encoding, or numbers that do not make an RSA key.
    PrivateKey,
    /// The encrypted private key.
    EncryptedPrivateKey,
    /// The PFX (PKCS#12).
    Pfx,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "the encoding of the file",
            Self::PemBlock => "a PEM block of the file",
            Self::Certificate => "the certificate in the file",
            Self::PrivateKey => "the private key in the file",
            Self::EncryptedPrivateKey => "the encrypted private key in the file",
            Self::Pfx => "the PFX",
        })
    }
}

/// Something of the same family as a certificate that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stranger {
    /// A PKCS#10 certificate request (.csr, .req).
    Request,
    /// A PKCS#7 bundle (.p7b, .p7c).
    Pkcs7,
    /// A bare public key.
    PublicKey,
    /// A certificate revocation list (.crl).
    RevocationList,
    /// A private key in the format of OpenSSH.
    OpenSshKey,
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "a certificate request",
            Self::Pkcs7 => "a PKCS#7 bundle",
            Self::PublicKey => "a bare public key",
            Self::RevocationList => "a certificate revocation list",
            Self::OpenSshKey => "a private key in OpenSSH's format",
        })
    }
}

/// What stands in the way of making, reading or exporting a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Nothing is in the file.
    #[error("the file is empty")]
    Empty,
    /// Larger than any certificate file.
    #[error(
        "the file has `{bytes}` bytes; a certificate file has at most `{}`",
        super::read::LIMIT
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No format that is known.
    #[error(
        "the file is none of these: PFX, PEM, a DER or base64 certificate (.cer), a private key"
    )]
    Unrecognised,
    /// A relative of a certificate.
    #[error("the file holds {what}, which is neither a certificate nor a private key")]
    Other {
        /// What it is.
        what: Stranger,
    },
    /// Recognised, and not readable.
    #[error("{part} is damaged")]
    Damaged {
        /// What is damaged.
        part: Part,
    },
    /// BER's indefinite lengths, as some tools write PFX files.
    #[error("the file is in BER with indefinite lengths; certificates are read in DER")]
    IndefiniteLength,
    /// Encrypted in a way that is not read.
    #[error(
        "the file is encrypted with `{algorithm}`; what can be read is AES or 3DES by PBES2, and in a PFX also 3DES or 40-bit RC2 with SHA-1"
    )]
    UnsupportedEncryption {
        /// What it is encrypted with, as far as that can be told.
        algorithm: String,
    },
    /// Certificates that have nothing to do with each other.
    #[error("the file holds `{count}` certificates, none of which stands out as the one to use")]
    SeveralCertificates {
        /// How many could be meant.
        count: usize,
    },
    /// More than one private key.
    #[error("the file holds `{count}` private keys; one is needed")]
    SeveralKeys {
        /// How many there are.
        count: usize,
    },
    /// A password is needed and none was given.
    #[error("the file is protected by a password, and none was given")]
    PasswordMissing,
    /// The password does not open the file.
    #[error("the password does not open the file")]
    PasswordWrong,
    /// PKCS#12 derives its keys from 16-bit characters (RFC 7292 appendix B.1).
    #[error(
        "the password holds a character outside Unicode's basic plane (such as an emoji), which PFX files can't use"
    )]
    PasswordCharacter,
    /// A PFX to be written needs a password.
    #[error("a PFX is written with a password, and the one given is empty")]
    PasswordEmpty,
    /// Entra takes RSA only.
    #[error("the key is `{algorithm}`; Entra takes RSA only")]
    NotRsa {
        /// What it is.
        algorithm: String,
    },
    /// An RSA key below 2048 bits.
    #[error("the RSA key has `{bits}` bits; at least `2048` are needed")]
    Weak {
        /// Its size.
        bits: u32,
    },
    /// An RSA key above 8192 bits.
    #[error("the RSA key has `{bits}` bits; at most `8192` are supported")]
    TooLong {
        /// Its size.
        bits: u32,
    },
    /// A certificate without the private key that is needed.
    #[error("the file holds a certificate without its private key")]
    KeyMissing,
    /// A private key without its certificate.
    #[error("the file holds a private key without its certificate")]
    CertificateMissing,
    /// The key is another certificate's.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// A name that a certificate can't bear.
    #[error(
        "`{given}` can't be a certificate's name: 1 to 64 characters, no control or text direction characters"
    )]
    CommonName {
        /// The name, shown without what makes it unfit.
        given: String,
    },
    /// Days outside what is offered.
    #[error(
        "`{days}` days are asked for; a certificate is made for 1 to {}",
        super::Lifetime::MAX_DAYS
    )]
    Days {
        /// What was asked for.
        days: u32,
    },
    /// Bits outside what is offered.
    #[error("`{bits}` bits are asked for; keys are made with 2048, 3072 or 4096")]
    Bits {
        /// What was asked for.
        bits: u32,
    },
    /// The cryptographic library did not make the key or the certificate.
    #[error("the cryptographic library did not make a key and its certificate")]
    NotMade,
    /// The cryptographic library did not sign.
    #[error("the cryptographic library did not sign with the private key")]
    NotSigned,
    /// The PFX could not be put together.
    #[error("the PFX could not be written")]
    NotWritten,
}

impl CertificateError {
    /// The problem this is.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Empty
            | Self::TooLarge { .. }
            | Self::Unrecognised
            | Self::Other { .. }
            | Self::Damaged { .. }
            | Self::IndefiniteLength
            | Self::UnsupportedEncryption { .. }
            | Self::SeveralCertificates { .. }
            | Self::SeveralKeys { .. }
            | Self::TooLong { .. }
            | Self::CertificateMissing
            | Self::NotWritten => ProblemCode::CertificateUnreadable,
            Self::PasswordMissing | Self::PasswordWrong | Self::PasswordCharacter => {
                ProblemCode::CertificatePassword
            }
            Self::NotRsa { .. } => ProblemCode::CertificateNotRsa,
            Self::Weak { .. } => ProblemCode::CertificateWeak,
            Self::KeyMissing | Self::NotMade | Self::NotSigned => {
                ProblemCode::CertificateKeyMissing
            }
            Self::KeyMismatch => ProblemCode::CertificateKeyMismatch,
            Self::PasswordEmpty => ProblemCode::InputMissing,
            Self::CommonName { .. } | Self::Days { .. } | Self::Bits { .. } => {
                ProblemCode::InputInvalid
            }
        }
    }
}

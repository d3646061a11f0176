use fairlead_domain::certificate::CertificateFacts;
use fairlead_domain::problem::ProblemCode;
use jiff::{SignedDuration, Timestamp};

use super::error::CertificateError;

/// Where a moment stands to a certificate's dates, which belong to its validity (RFC 5280
/// section 4.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Between the two dates.
    Valid {
        /// Whole days until the end.
        remaining_days: i64,
    },
    /// After the end.
    Expired {
        /// The last moment of its validity.
        since: Timestamp,
    },
    /// Before the beginning.
    NotYetValid {
        /// The first moment of its validity.
        from: Timestamp,
    },
}

impl Validity {
    /// The problem this is, if it is one.
    pub const fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Valid { .. } => None,
            Self::Expired { .. } => Some(ProblemCode::CertificateExpired),
            Self::NotYetValid { .. } => Some(ProblemCode::CertificateNotYetValid),
        }
    }
}

/// Where `now` stands to the certificate's dates.
pub fn check_dates(facts: &CertificateFacts, now: Timestamp) -> Validity {
    if now > facts.not_after {
        Validity::Expired {
            since: facts.not_after,
        }
    } else if now < facts.not_before {
        Validity::NotYetValid {
            from: facts.not_before,
        }
    } else {
        Validity::Valid {
            remaining_days: remaining_days(facts, now),
        }
    }
}

/// Whole days of 24 hours from `now` to the end; negative when the end has passed by a day.
pub fn remaining_days(facts: &CertificateFacts, now: Timestamp) -> i64 {
    const DAY: i64 = SignedDuration::from_hours(24).as_secs();
    now.duration_until(facts.not_after)
        .as_secs()
        .div_euclid(DAY)
}

/// Why a certificate is not strong enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Not RSA.
    #[error("the key is `{0}`; Entra takes RSA only")]
    NotRsa(String),
    /// An RSA key below 2048 bits.
    #[error("the RSA key has `{0}` bits; at least `2048` are needed")]
    KeyBits(u32),
    /// Signed with a digest below SHA-256.
    #[error("the certificate is signed with `{0}`; SHA-256 or better is needed")]
    Signature(String),
}

impl Weakness {
    /// The problem this is.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::NotRsa(_) => ProblemCode::CertificateNotRsa,
            Self::KeyBits(_) | Self::Signature(_) => ProblemCode::CertificateWeak,
        }
    }
}

/// Whether a certificate is RSA of at least 2048 bits, signed with SHA-256 or better.
pub fn strength(facts: &CertificateFacts) -> Result<(), Weakness> {
    if facts.key_algorithm != super::RSA {
        return Err(Weakness::NotRsa(facts.key_algorithm.clone()));
    }
    if facts.key_bits < super::MIN_BITS {
        return Err(Weakness::KeyBits(facts.key_bits));
    }
    let signature = facts.signature_algorithm.to_ascii_lowercase();
    let strong = ["sha256", "sha384", "sha512", "ed25519"];
    if strong.iter().any(|digest| signature.contains(digest)) {
        Ok(())
    } else {
        Err(Weakness::Signature(facts.signature_algorithm.clone()))
    }
}

/// What Entra demands of a certificate at all. The digest of its signature is not part of that:
/// Entra compares the certificate, it follows no chain.
pub(super) fn require_usable(facts: &CertificateFacts) -> Result<(), CertificateError> {
    match strength(facts) {
        Err(Weakness::NotRsa(algorithm)) => Err(CertificateError::NotRsa { algorithm }),
        Err(Weakness::KeyBits(bits)) => Err(CertificateError::Weak { bits }),
        Ok(()) | Err(Weakness::Signature(_)) => Ok(()),
    }
}

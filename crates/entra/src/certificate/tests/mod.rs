mod checking;
mod creating;
mod exporting;
mod hostile;
pub(crate) mod openssl;
mod reading;
mod refusing;
mod selecting;

use fairlead_domain::Secret;
use jiff::Timestamp;

use super::{CertificateWithKey, CreateRequest, KeyBits, Lifetime, create};

/// A time at which nothing special happens.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T10:30:15.5Z".parse().unwrap()
}

pub(crate) fn certificate(name: &str) -> CertificateWithKey {
    create(&CreateRequest {
        common_name: name.parse().unwrap(),
        bits: KeyBits::B2048,
        lifetime: Lifetime::default(),
        now: now(),
    })
    .unwrap()
}

fn secret(text: &str) -> Secret<String> {
    Secret::from(text)
}

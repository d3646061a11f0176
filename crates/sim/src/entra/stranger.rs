use std::sync::OnceLock;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};

/// The DER of a certificate whose key nobody has: made once in a process, its key forgotten.
pub(crate) fn certificate() -> &'static [u8] {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    DER.get_or_init(|| {
        make().unwrap_or_else(|error| {
            tracing::error!(%error, "a certificate can't be made");
            Vec::new()
        })
    })
}

fn make() -> Result<Vec<u8>, rcgen::Error> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "left behind by a former project");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    Ok(params.self_signed(&key)?.der().to_vec())
}

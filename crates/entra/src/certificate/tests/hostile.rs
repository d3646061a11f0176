//! Bytes that nobody meant.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::openssl::OpenSsl;
use super::{certificate, secret};
use crate::certificate::{Certificate, PfxEncryption, PrivateKey, read};

/// Good files of every kind, to be spoilt.
static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let made = certificate("good");
    let password = secret("p");
    let pfx = |encryption| {
        made.pfx("good", &password, encryption)
            .unwrap()
            .expose()
            .clone()
    };
    let mut files = vec![
        made.certificate().der().to_vec(),
        made.certificate().pem().into_bytes(),
        made.key().pkcs8().expose().clone(),
        format!("{}{}", made.key().pem().expose(), made.certificate().pem()).into_bytes(),
        pfx(PfxEncryption::Compatible),
    ];
    // A PFX of which every byte is read: nothing encrypted, no MAC before it.
    if let Some(openssl) = OpenSsl::find() {
        openssl.write("pair.pem", &files[3]);
        openssl.run(&[
            "pkcs12", "-export", "-in", "pair.pem", "-out", "open.pfx", "-nomac", "-keypbe",
            "NONE", "-certpbe", "NONE", "-passout", "pass:",
        ]);
        files.push(openssl.read("open.pfx"));
    }
    files
});

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes, Some(&secret("p")));
        let _ = Certificate::from_der(&bytes);
        let _ = PrivateKey::from_pkcs8(&bytes);
        let _ = PrivateKey::from_pkcs1(&bytes);
    }

    #[test]
    fn arbitrary_text_in_a_frame_is_read_or_refused(
        label in "(CERTIFICATE|PRIVATE KEY|RSA PRIVATE KEY|ENCRYPTED PRIVATE KEY|[A-Z ]{0,9})",
        body in "[A-Za-z0-9+/=:\\-\\n \\PC]{0,120}",
    ) {
        let text = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        let _ = read(text.as_bytes(), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is read out of a spoilt file is whole: its key belongs to its certificate.
    #[test]
    fn spoilt_files_are_read_whole_or_refused(
        which in any::<prop::sample::Index>(),
        spoils in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = GOOD[which.index(GOOD.len())].clone();
        for (at, byte) in spoils {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(found) = read(&bytes, Some(&secret("p")))
            && let Ok(both) = found.with_key()
        {
            prop_assert!(both.certificate().belongs_to(both.key()));
        }
    }
}

//! Files that are not taken, and what is said of them.

use fairlead_domain::problem::ProblemCode;

use super::reading::with_pair;
use super::{certificate, secret};
use crate::certificate::{
    Certificate, CertificateError, FILE_LIMIT, Part, PfxEncryption, Stranger, read,
};

#[test]
fn an_encryption_that_is_not_read_is_named() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    openssl.run(&[
        "pkcs8",
        "-topk8",
        "-in",
        "key.pem",
        "-v1",
        "PBE-SHA1-3DES",
        "-passout",
        "pass:p",
        "-out",
        "v1.pem",
    ]);
    openssl.run(&[
        "rsa",
        "-in",
        "key.pem",
        "-traditional",
        "-aes256",
        "-passout",
        "pass:p",
        "-out",
        "old.pem",
    ]);
    for (name, wanted) in [
        ("v1.pem", "1.2.840.113549.1.12.1.3"),
        ("old.pem", "OpenSSL's encryption of PKCS#1 keys"),
    ] {
        let refused = read(&openssl.read(name), Some(&secret("p"))).unwrap_err();
        let algorithm = wanted.to_owned();
        assert_eq!(
            refused,
            CertificateError::UnsupportedEncryption { algorithm }
        );
        assert_eq!(refused.code(), ProblemCode::CertificateUnreadable);
    }
}

#[test]
fn keys_other_than_rsa_are_refused_by_name() {
    for (algorithm, name, bits) in [
        ("ec -pkeyopt ec_paramgen_curve:P-256", "EC", 256),
        ("ec -pkeyopt ec_paramgen_curve:P-521", "EC", 521),
        ("ed25519", "Ed25519", 256),
        ("rsa-pss -pkeyopt rsa_keygen_bits:2048", "RSASSA-PSS", 2048),
    ] {
        let Some(openssl) = with_pair(algorithm) else {
            return;
        };
        let refused = CertificateError::NotRsa {
            algorithm: name.to_owned(),
        };
        let (certificate, key) = (openssl.read("cert.pem"), openssl.read("key.pem"));
        assert_eq!(
            read(&certificate, None).unwrap_err(),
            refused,
            "{algorithm}"
        );
        assert_eq!(read(&key, None).unwrap_err(), refused, "{algorithm}");
        let both = [certificate, key].concat();
        assert_eq!(read(&both, None).unwrap_err(), refused, "{algorithm}");
        openssl.run(&[
            "x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.cer",
        ]);
        let facts = Certificate::from_der(&openssl.read("cert.cer"))
            .unwrap()
            .facts()
            .clone();
        assert_eq!((facts.key_algorithm.as_str(), facts.key_bits), (name, bits));
    }
}

#[test]
fn an_ec_certificate_beside_an_rsa_key_is_the_reason() {
    let Some(openssl) = with_pair("ec -pkeyopt ec_paramgen_curve:P-256") else {
        return;
    };
    let file = format!(
        "{}{}",
        String::from_utf8(openssl.read("cert.pem")).unwrap(),
        certificate("rsa").key().pem().expose()
    );
    let refused = read(file.as_bytes(), None).unwrap_err();
    assert_eq!(
        refused,
        CertificateError::NotRsa {
            algorithm: String::from("EC")
        }
    );
}

#[test]
fn an_rsa_key_below_2048_bits_is_refused() {
    let Some(openssl) = with_pair("rsa:1024") else {
        return;
    };
    let weak = CertificateError::Weak { bits: 1024 };
    let (certificate, key) = (openssl.read("cert.pem"), openssl.read("key.pem"));
    openssl.run(&["rsa", "-in", "key.pem", "-traditional", "-out", "pkcs1.pem"]);
    openssl.run(&[
        "pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-passout", "pass:p", "-out",
        "weak.pfx",
    ]);
    assert_eq!(read(&certificate, None).unwrap_err(), weak);
    assert_eq!(read(&key, None).unwrap_err(), weak);
    assert_eq!(read(&openssl.read("pkcs1.pem"), None).unwrap_err(), weak);
    assert_eq!(
        read(&openssl.read("weak.pfx"), Some(&secret("p"))).unwrap_err(),
        weak
    );
}

#[test]
fn relatives_of_a_certificate_are_told_by_name() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    openssl.run(&[
        "req", "-new", "-key", "key.pem", "-subj", "/CN=x", "-out", "x.csr",
    ]);
    openssl.run(&[
        "req",
        "-in",
        "x.csr",
        "-outform",
        "DER",
        "-out",
        "x.csr.der",
    ]);
    openssl.run(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "cert.pem",
        "-out",
        "x.p7b",
    ]);
    let to_der = [
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "cert.pem",
        "-outform",
        "DER",
        "-out",
        "x.p7b.der",
    ];
    openssl.run(&to_der);
    openssl.run(&["pkey", "-in", "key.pem", "-pubout", "-out", "x.pub"]);
    openssl.run(&[
        "pkey",
        "-in",
        "key.pem",
        "-pubout",
        "-outform",
        "DER",
        "-out",
        "x.pub.der",
    ]);
    for (name, what) in [
        ("x.csr", Stranger::Request),
        ("x.csr.der", Stranger::Request),
        ("x.p7b", Stranger::Pkcs7),
        ("x.p7b.der", Stranger::Pkcs7),
        ("x.pub", Stranger::PublicKey),
        ("x.pub.der", Stranger::PublicKey),
    ] {
        assert_eq!(
            read(&openssl.read(name), None).unwrap_err(),
            CertificateError::Other { what }
        );
    }
}

#[test]
fn damage_is_told_apart_from_a_wrong_password() {
    let made = certificate("damage");
    let password = secret("p");
    let pfx = made.pfx("x", &password, PfxEncryption::Modern).unwrap();
    let der = made.certificate().der();
    let damaged = |part| Err(CertificateError::Damaged { part });
    let refused = |bytes: &[u8]| read(bytes, Some(&password)).map(|_| ());

    assert_eq!(refused(&pfx.expose()[..700]), damaged(Part::File));
    assert_eq!(
        refused(&[pfx.expose().as_slice(), b"x"].concat()),
        damaged(Part::File)
    );
    assert_eq!(refused(&der[..der.len() - 1]), damaged(Part::File));
    let mut broken = der.to_vec();
    broken[8] = 0x99;
    assert_eq!(refused(&broken), damaged(Part::Certificate));

    let pem = made.certificate().pem();
    assert_eq!(
        refused(&pem.as_bytes()[..pem.len() - 30]),
        damaged(Part::PemBlock)
    );
    assert_eq!(
        refused(pem.replacen("MII", "M!I", 1).as_bytes()),
        damaged(Part::PemBlock)
    );
    assert_eq!(
        refused(pem.replacen("MII", "AAA", 1).as_bytes()),
        damaged(Part::Certificate)
    );

    // One digit of a prime.
    let mut key = made.key().pkcs8().expose().clone();
    let at = key.len() - 300;
    key[at] ^= 1;
    assert_eq!(refused(&key), damaged(Part::PrivateKey));
}

#[test]
fn what_is_no_certificate_is_told_so() {
    for (bytes, wanted) in [
        (&b""[..], CertificateError::Empty),
        (b" \r\n\t", CertificateError::Empty),
        (b"hello", CertificateError::Unrecognised),
        (b"PK\x03\x04\xff\xfe", CertificateError::Unrecognised),
        (
            b"-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----",
            CertificateError::Unrecognised,
        ),
        (
            b"\x30\x80\x02\x01\x03\xff",
            CertificateError::IndefiniteLength,
        ),
    ] {
        assert_eq!(
            read(bytes, None).unwrap_err(),
            wanted,
            "{}",
            bytes.escape_ascii()
        );
    }
    let large = vec![b'x'; FILE_LIMIT + 1];
    assert!(matches!(
        read(&large, None),
        Err(CertificateError::TooLarge { .. })
    ));
}

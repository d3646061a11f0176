//! Several certificates and keys in one file.

use super::openssl::OpenSsl;
use super::{certificate, now};
use crate::certificate::{
    Certificate, CertificateError, CertificateWithKey, PrivateKey, Read, read,
};

fn file(certificates: &[&Certificate], keys: &[&PrivateKey]) -> Vec<u8> {
    let mut text: String = certificates
        .iter()
        .map(|certificate| certificate.pem())
        .collect();
    for key in keys {
        text.push_str(key.pem().expose());
    }
    text.into_bytes()
}

#[test]
fn the_certificate_of_the_key_is_taken() {
    let (ours, other) = (certificate("ours"), certificate("other"));
    let certificates = [other.certificate(), ours.certificate(), ours.certificate()];
    let found = read(&file(&certificates, &[ours.key(), ours.key()]), None).unwrap();
    let found = found.with_key().unwrap();
    assert_eq!(found.certificate(), ours.certificate());
    assert_eq!(found.key().public_key(), ours.key().public_key());
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (ours, other) = (certificate("ours"), certificate("other"));
    let refused = read(&file(&[other.certificate()], &[ours.key()]), None).unwrap_err();
    assert_eq!(refused, CertificateError::KeyMismatch);
    let refused = CertificateWithKey::new(other.certificate().clone(), ours.key().clone());
    assert_eq!(refused.unwrap_err(), CertificateError::KeyMismatch);
}

#[test]
fn what_could_mean_several_is_refused() {
    let (one, other) = (certificate("one"), certificate("other"));
    let certificates = [one.certificate(), other.certificate()];
    let both = read(&file(&certificates, &[one.key(), other.key()]), None).unwrap_err();
    assert_eq!(both, CertificateError::SeveralKeys { count: 2 });
    let keys = read(&file(&[], &[one.key(), other.key()]), None).unwrap_err();
    assert_eq!(keys, CertificateError::SeveralKeys { count: 2 });
    let alone = read(&file(&certificates, &[]), None).unwrap_err();
    assert_eq!(alone, CertificateError::SeveralCertificates { count: 2 });
    let twice = read(&file(&[one.certificate(), one.certificate()], &[]), None).unwrap();
    assert!(
        matches!(twice, Read::Certificate(_)),
        "the same one twice is one"
    );
}

#[test]
fn of_a_chain_without_key_the_end_is_taken() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.run(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/O=Contoso/CN=Root",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-days",
        "30",
    ]);
    openssl.run(&[
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/O=Contoso/CN=leaf",
        "-keyout",
        "leaf.key",
        "-out",
        "leaf.csr",
    ]);
    openssl.run(&[
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-out",
        "leaf.pem",
        "-days",
        "20",
    ]);
    let file = |names: &[&str]| {
        names
            .iter()
            .flat_map(|name| openssl.read(name))
            .collect::<Vec<_>>()
    };

    for order in [["leaf.pem", "root.pem"], ["root.pem", "leaf.pem"]] {
        let found = read(&file(&order), None).unwrap();
        let facts = found.certificate().unwrap().facts();
        assert_eq!(
            (facts.subject.as_str(), facts.issuer.as_str()),
            ("CN=leaf,O=Contoso", "CN=Root,O=Contoso")
        );
    }
    let with_key = read(&file(&["root.pem", "leaf.key", "leaf.pem"]), None).unwrap();
    assert_eq!(
        with_key.with_key().unwrap().certificate().facts().subject,
        "CN=leaf,O=Contoso"
    );

    openssl.run(&[
        "pkcs12",
        "-export",
        "-inkey",
        "leaf.key",
        "-in",
        "leaf.pem",
        "-certfile",
        "root.pem",
        "-passout",
        "pass:p",
        "-out",
        "chain.pfx",
    ]);
    let chain = read(&openssl.read("chain.pfx"), Some(&super::secret("p"))).unwrap();
    assert_eq!(
        chain.with_key().unwrap().certificate().facts().subject,
        "CN=leaf,O=Contoso"
    );
}

#[test]
fn of_a_renewed_certificate_the_later_is_taken() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.run(&["genpkey", "-algorithm", "RSA", "-out", "key.pem"]);
    for (days, name) in [("700", "new.pem"), ("10", "old.pem")] {
        openssl.run(&[
            "req",
            "-x509",
            "-new",
            "-key",
            "key.pem",
            "-subj",
            "/CN=renewed",
            "-days",
            days,
            "-out",
            name,
        ]);
    }
    let file: Vec<u8> = ["new.pem", "key.pem", "old.pem"]
        .iter()
        .flat_map(|name| openssl.read(name))
        .collect();
    let found = read(&file, None).unwrap().with_key().unwrap();
    let facts = found.certificate().facts();
    let days = facts.not_before.duration_until(facts.not_after).as_hours() / 24;
    assert_eq!(days, 700);
}

#[test]
fn what_is_missing_is_named() {
    let made = certificate("halves");
    let certificate_alone = read(&file(&[made.certificate()], &[]), None).unwrap();
    assert_eq!(
        certificate_alone.with_key().unwrap_err(),
        CertificateError::KeyMissing
    );
    let key_alone = read(&file(&[], &[made.key()]), None).unwrap();
    assert_eq!(
        key_alone.certificate().unwrap_err(),
        CertificateError::CertificateMissing
    );
    assert_eq!(
        key_alone.with_key().unwrap_err(),
        CertificateError::CertificateMissing
    );
    assert!(made.certificate().facts().not_before < now(), "back-dated");
}

use jiff::Timestamp;

use super::openssl::OpenSsl;
use super::{certificate, now};
use crate::certificate::{
    CertificateError, CommonName, CreateRequest, KeyBits, Lifetime, create, strength,
};

#[test]
fn openssl_reads_the_same_facts() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let made = create(&CreateRequest {
        common_name: "Fairlead Zürich, 書類 \u{1f4c5}".parse().unwrap(),
        bits: KeyBits::B3072,
        lifetime: Lifetime::days(90).unwrap(),
        now: now(),
    })
    .unwrap();
    openssl.write("made.cer", made.certificate().der());
    let x509 = |option: &str| {
        openssl
            .run(&[
                "x509", "-inform", "DER", "-in", "made.cer", "-noout", option,
            ])
            .trim()
            .to_owned()
    };
    let facts = made.certificate().facts();

    assert_eq!(x509("-serial"), format!("serial={}", facts.serial));
    assert_eq!(facts.serial.len(), 32, "sixteen bytes: {}", facts.serial);
    assert_eq!(x509("-startdate"), "notBefore=Nov 22 10:15:15 2026 GMT");
    assert_eq!(facts.not_before.to_string(), "2026-11-22T10:15:15Z");
    assert_eq!(x509("-enddate"), "notAfter=Feb 20 10:30:15 2027 GMT");
    assert_eq!(facts.not_after.to_string(), "2027-02-20T10:30:15Z");
    let fingerprint = |digest: &str| {
        let printed = openssl.run(&[
            "x509",
            "-inform",
            "DER",
            "-in",
            "made.cer",
            "-noout",
            "-fingerprint",
            digest,
        ]);
        printed.trim().rsplit('=').next().unwrap().replace(':', "")
    };
    assert_eq!(fingerprint("-sha1"), facts.thumbprint.as_str());
    assert_eq!(fingerprint("-sha256"), facts.sha256);
    for (option, ours) in [("-subject", &facts.subject), ("-issuer", &facts.issuer)] {
        let printed = openssl.run(&[
            "x509",
            "-inform",
            "DER",
            "-in",
            "made.cer",
            "-noout",
            option,
            "-nameopt",
            "RFC2253,-esc_msb,utf8",
        ]);
        assert_eq!(printed.trim(), format!("{}={ours}", &option[1..]));
    }
    assert_eq!(facts.subject, "CN=Fairlead Zürich\\, 書類 \u{1f4c5}");

    let text = x509("-text");
    for line in [
        "Version: 3 (0x2)",
        "Signature Algorithm: sha256WithRSAEncryption",
        "Public Key Algorithm: rsaEncryption",
        "Public-Key: (3072 bit)",
        "Exponent: 65537",
    ] {
        assert!(text.contains(line), "`{line}` is missing in {text}");
    }
    for (extension, value) in [
        ("X509v3 Key Usage: critical", "Digital Signature"),
        (
            "X509v3 Extended Key Usage: ",
            "TLS Web Client Authentication",
        ),
        ("X509v3 Basic Constraints: critical", "CA:FALSE"),
    ] {
        let after = text
            .split_once(extension)
            .map(|(_, after)| after.trim_start());
        let line = after.and_then(|after| after.lines().next());
        assert_eq!(line.map(str::trim), Some(value), "{extension} in {text}");
    }
    assert_eq!(facts.key_algorithm, "RSA");
    assert_eq!(facts.key_bits, 3072);
    assert_eq!(facts.signature_algorithm, "sha256WithRSAEncryption");
    assert_eq!(strength(facts), Ok(()));

    openssl.write("made.pem", made.certificate().pem());
    openssl.run(&[
        "verify",
        "-no_check_time",
        "-check_ss_sig",
        "-x509_strict",
        "-purpose",
        "sslclient",
        "-CAfile",
        "made.pem",
        "made.pem",
    ]);
}

#[test]
fn every_offered_size_is_made() {
    for bits in [2048, 3072, 4096] {
        let made = create(&CreateRequest {
            common_name: "size".parse().unwrap(),
            bits: KeyBits::try_from(bits).unwrap(),
            lifetime: Lifetime::HOUR,
            now: now(),
        })
        .unwrap();
        assert_eq!(made.certificate().facts().key_bits, bits);
        assert_eq!(made.key().bits(), bits);
    }
    assert_eq!(
        KeyBits::try_from(1024),
        Err(CertificateError::Bits { bits: 1024 })
    );
}

#[test]
fn no_two_certificates_share_serial_or_key() {
    let (one, other) = (certificate("same"), certificate("same"));
    assert_ne!(
        one.certificate().facts().serial,
        other.certificate().facts().serial
    );
    assert_ne!(one.key().public_key(), other.key().public_key());
}

#[test]
fn dates_outlive_2050_and_survive_the_ends_of_time() {
    for (now, end) in [
        ("2045-03-01T00:00:00Z", "2055-02-27T00:00:00Z"),
        ("1969-12-31T23:00:00Z", "1979-12-29T23:00:00Z"),
        ("9999-06-01T00:00:00Z", "9999-12-30T22:00:00Z"),
    ] {
        let made = create(&CreateRequest {
            common_name: "dates".parse().unwrap(),
            bits: KeyBits::B2048,
            lifetime: Lifetime::days(3650).unwrap(),
            now: now.parse().unwrap(),
        })
        .unwrap();
        let facts = made.certificate().facts();
        assert_eq!(
            facts.not_after,
            end.parse::<Timestamp>().unwrap(),
            "made at {now}"
        );
    }
}

#[test]
fn a_lifetime_is_one_day_to_ten_years() {
    for days in [0, 3651, u32::MAX] {
        assert_eq!(Lifetime::days(days), Err(CertificateError::Days { days }));
    }
    assert!(
        Lifetime::days(1).is_ok() && Lifetime::days(3650).is_ok(),
        "both ends are offered"
    );
}

#[test]
fn a_common_name_hides_nothing() {
    for wrong in ["", "   ", "a\nb", "a\0b", "abc\u{202e}fed", &"x".repeat(65)] {
        let refused = wrong.parse::<CommonName>();
        assert!(
            matches!(refused, Err(CertificateError::CommonName { .. })),
            "{wrong:?}"
        );
    }
    assert_eq!(
        " Plan, \"A\" ".parse::<CommonName>().unwrap().as_str(),
        "Plan, \"A\""
    );
    assert!(
        "界".repeat(64).parse::<CommonName>().is_ok(),
        "64 characters, not bytes"
    );
}

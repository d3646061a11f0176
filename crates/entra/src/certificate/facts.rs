use fairlead_domain::certificate::{CertificateFacts, Thumbprint};
use jiff::Timestamp;
use x509_parser::asn1_rs::{FromDer, Integer, Sequence};
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::name::distinguished_name;

const RSASSA_PSS: &str = "RSASSA-PSS";

/// What a check looks at, read out of a certificate whose digests are known.
pub(super) fn facts(
    certificate: &X509Certificate<'_>,
    sha1: [u8; 20],
    sha256: [u8; 32],
) -> CertificateFacts {
    let key = certificate.public_key();
    CertificateFacts {
        subject: distinguished_name(certificate.subject()),
        issuer: distinguished_name(certificate.issuer()),
        serial: serial(certificate.raw_serial()),
        not_before: timestamp(certificate.validity().not_before),
        not_after: timestamp(certificate.validity().not_after),
        key_algorithm: key_algorithm(&key.algorithm.algorithm.to_id_string()),
        key_bits: key_bits(key),
        signature_algorithm: signature_algorithm(&certificate.signature_algorithm),
        thumbprint: Thumbprint::from_sha1(sha1),
        sha256: super::hex_upper(&sha256),
    }
}

/// The serial number without the zero byte that marks it as positive.
fn serial(raw: &[u8]) -> String {
    match raw {
        [0, rest @ ..] if !rest.is_empty() => super::hex_upper(rest),
        _ => super::hex_upper(raw),
    }
}

/// RFC 5280's "no end" is 9999-12-31 23:59:59, a day later than jiff's last moment.
fn timestamp(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// A key algorithm's name by its object identifier.
pub(super) fn key_algorithm(oid: &str) -> String {
    String::from(match oid {
        "1.2.840.113549.1.1.1" => super::RSA,
        "1.2.840.113549.1.1.10" => RSASSA_PSS,
        "1.2.840.10045.2.1" => "EC",
        "1.2.840.10040.4.1" => "DSA",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    })
}

fn key_bits(key: &SubjectPublicKeyInfo<'_>) -> u32 {
    let bytes = &key.subject_public_key.data;
    let algorithm = key_algorithm(&key.algorithm.algorithm.to_id_string());
    if algorithm == super::RSA || algorithm == RSASSA_PSS {
        return rsa_modulus_bits(bytes, 0);
    }
    match key.parsed() {
        // P-521's coordinates have seven bits to spare in their bytes.
        Ok(PublicKey::EC(point)) => match u32::try_from(point.key_size()) {
            Ok(528) => 521,
            Ok(bits) => bits,
            Err(_) => 0,
        },
        Ok(PublicKey::DSA(_)) => integer_bits(bytes),
        _ => u32::try_from(bytes.len() * 8).unwrap_or(0),
    }
}

/// The size of the modulus in an `RSAPublicKey` (at position 0) or an `RSAPrivateKey` (at 1,
/// after the version), RFC 8017 appendix A.1. Zero when it is neither.
pub(super) fn rsa_modulus_bits(der: &[u8], position: usize) -> u32 {
    let Ok((_, sequence)) = Sequence::from_der(der) else {
        return 0;
    };
    let mut rest = sequence.content.as_ref();
    for _ in 0..position {
        let Ok((after, _)) = Integer::from_der(rest) else {
            return 0;
        };
        rest = after;
    }
    integer_bits(rest)
}

fn integer_bits(der: &[u8]) -> u32 {
    let Ok((_, integer)) = Integer::from_der(der) else {
        return 0;
    };
    let digits = integer.as_ref();
    let Some(first) = digits.iter().position(|byte| *byte != 0) else {
        return 0;
    };
    let whole = u32::try_from((digits.len() - first) * 8).unwrap_or(u32::MAX);
    whole - digits[first].leading_zeros()
}

/// A signature algorithm as openssl names it. RSASSA-PSS carries its digest in the parameters.
fn signature_algorithm(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let oid = algorithm.algorithm.to_id_string();
    String::from(match oid.as_str() {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.2.840.113549.1.1.10" => {
            let digest = match SignatureAlgorithm::try_from(algorithm) {
                Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) => {
                    parameters.hash_algorithm_oid().to_id_string()
                }
                _ => String::new(),
            };
            match digest.as_str() {
                "1.3.14.3.2.26" => "rsassaPss-sha1",
                "2.16.840.1.101.3.4.2.1" => "rsassaPss-sha256",
                "2.16.840.1.101.3.4.2.2" => "rsassaPss-sha384",
                "2.16.840.1.101.3.4.2.3" => "rsassaPss-sha512",
                _ => "rsassaPss",
            }
        }
        other => other,
    })
}

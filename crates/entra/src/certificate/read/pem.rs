//! PEM as files have it (RFC 7468, and RFC 1421's headers of old encrypted keys).

use zeroize::Zeroizing;

use super::{Found, Password, base64, encrypted_key};
use crate::certificate::error::{CertificateError, Part, Stranger};
use crate::certificate::{Certificate, PrivateKey};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

pub(super) fn read(
    text: &str,
    password: Password<'_>,
    found: &mut Found,
) -> Result<(), CertificateError> {
    let mut stranger = None;
    for block in blocks(text)? {
        match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" => {
                found
                    .certificates
                    .push(Certificate::from_der(&block.der()?)?);
            }
            "PRIVATE KEY" => found.keys.push(PrivateKey::from_pkcs8(&block.der()?)?),
            "ENCRYPTED PRIVATE KEY" => {
                found
                    .keys
                    .push(encrypted_key::read(&block.der()?, password)?);
            }
            "RSA PRIVATE KEY" => {
                if block.is_encrypted() {
                    return Err(CertificateError::UnsupportedEncryption {
                        algorithm: String::from("OpenSSL's encryption of PKCS#1 keys"),
                    });
                }
                found.keys.push(PrivateKey::from_pkcs1(&block.der()?)?);
            }
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => {
                let algorithm = block.label.split(' ').next().unwrap_or_default().to_owned();
                return Err(CertificateError::NotRsa { algorithm });
            }
            other => stranger = stranger.or(stranger_of(other)),
        }
    }
    match stranger {
        Some(what) if found.certificates.is_empty() && found.keys.is_empty() => {
            Err(CertificateError::Other { what })
        }
        _ => Ok(()),
    }
}

fn stranger_of(label: &str) -> Option<Stranger> {
    match label {
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Some(Stranger::Request),
        "PKCS7" | "CMS" => Some(Stranger::Pkcs7),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Some(Stranger::PublicKey),
        "X509 CRL" => Some(Stranger::RevocationList),
        "OPENSSH PRIVATE KEY" => Some(Stranger::OpenSshKey),
        _ => None,
    }
}

struct Block<'a> {
    label: &'a str,
    headers: bool,
    body: Zeroizing<String>,
}

impl Block<'_> {
    fn is_encrypted(&self) -> bool {
        self.headers
    }

    fn der(&self) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
        base64(&self.body).map_err(|_| CertificateError::Damaged {
            part: Part::PemBlock,
        })
    }
}

/// The blocks of a text; what stands between them is explanation.
fn blocks(text: &str) -> Result<Vec<Block<'_>>, CertificateError> {
    let damaged = CertificateError::Damaged {
        part: Part::PemBlock,
    };
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, after) = after.split_once(DASHES).ok_or_else(|| damaged.clone())?;
        let (inside, after) = after.split_once(END).ok_or_else(|| damaged.clone())?;
        let (end, after) = after.split_once(DASHES).ok_or_else(|| damaged.clone())?;
        if label != end || label.contains(['\n', '\r']) {
            return Err(damaged);
        }
        blocks.push(block(label, inside));
        rest = after;
    }
    Ok(blocks)
}

/// Header lines have a colon, which base64 has not; a continuation of one starts with a space.
fn block<'a>(label: &'a str, inside: &str) -> Block<'a> {
    let mut body = Zeroizing::new(String::with_capacity(inside.len()));
    let (mut headers, mut in_header) = (false, false);
    for line in inside.lines() {
        in_header = line.contains(':') || (in_header && line.starts_with([' ', '\t']));
        if in_header {
            headers = headers || line.contains("ENCRYPTED");
        } else {
            body.push_str(line.trim());
        }
    }
    Block {
        label,
        headers,
        body,
    }
}

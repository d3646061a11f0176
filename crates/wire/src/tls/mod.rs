//! TLS: what is trusted, and what was seen, also of a handshake that failed.

mod facts;
mod verifier;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub use facts::ShownCertificate;
use fairlead_domain::problem::ProblemCode;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use verifier::RecordingVerifier;

use crate::error::WireError;

/// Why a TLS handshake failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFailure {
    /// The chain does not end at an authority that is trusted here.
    Untrusted,
    /// The certificate is for other names.
    Name {
        /// The names it is for.
        names: Vec<String>,
    },
    /// The certificate is over.
    Expired,
    /// The certificate does not hold yet, or the clock here is wrong.
    NotYetValid,
    /// Something else.
    Handshake(String),
}

impl TlsFailure {
    /// The problem's code.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Untrusted => ProblemCode::TlsUntrusted,
            Self::Name { .. } => ProblemCode::TlsName,
            Self::Expired => ProblemCode::TlsExpired,
            Self::NotYetValid => ProblemCode::TlsNotYetValid,
            Self::Handshake(_) => ProblemCode::TlsHandshake,
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Untrusted => {
                "its certificate comes from an authority that is not trusted here".to_owned()
            }
            Self::Name { names } if names.is_empty() => "its certificate names no host".to_owned(),
            Self::Name { names } => format!("its certificate is for {}", names.join(", ")),
            Self::Expired => "its certificate has expired".to_owned(),
            Self::NotYetValid => "its certificate is not valid yet".to_owned(),
            Self::Handshake(cause) => format!("the handshake failed: {cause}"),
        }
    }

    pub(crate) fn of(error: &rustls::Error, shown: Option<&ShownCertificate>) -> Self {
        let rustls::Error::InvalidCertificate(cause) = error else {
            return Self::Handshake(error.to_string());
        };
        match cause {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::Name {
                    names: shown.map(|shown| shown.names.clone()).unwrap_or_default(),
                }
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Untrusted,
            // What `openssl req -x509` makes: signed by itself, and an authority at that.
            CertificateError::Other(other)
                if format!("{other:?}").contains("CaUsedAsEndEntity") =>
            {
                Self::Untrusted
            }
            other => Self::Handshake(other.to_string()),
        }
    }
}

/// What was seen of one host's TLS, in a handshake that worked or failed.
#[derive(Debug, Clone)]
pub struct SeenTls {
    /// The chain it showed, its own certificate first, as far as it could be read.
    pub chain: Vec<ShownCertificate>,
    /// Why the handshake failed, if it did.
    pub failure: Option<TlsFailure>,
}

/// What was seen, by host name, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<HashMap<String, (Instant, SeenTls)>>>);

impl Seen {
    fn hosts(&self) -> MutexGuard<'_, HashMap<String, (Instant, SeenTls)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, host: &str, seen: SeenTls) {
        self.hosts().insert(key(host), (Instant::now(), seen));
    }

    pub(crate) fn of(&self, host: &str) -> Option<SeenTls> {
        self.hosts().get(&key(host)).map(|(_, seen)| seen.clone())
    }

    /// What was seen since a moment: an older failure explains nothing that happens now.
    pub(crate) fn since(&self, host: &str, moment: Instant) -> Option<SeenTls> {
        let hosts = self.hosts();
        let (at, seen) = hosts.get(&key(host))?;
        (*at >= moment).then(|| seen.clone())
    }

    /// Notes a handshake that was begun at a moment and failed. Where the verdict on the certificate
    /// was not the reason, there may be no certificate.
    pub(crate) fn failed(&self, host: &str, moment: Instant, failure: &TlsFailure) {
        let mut seen = self.since(host, moment).unwrap_or(SeenTls {
            chain: Vec::new(),
            failure: None,
        });
        seen.failure.get_or_insert_with(|| failure.clone());
        self.note(host, seen);
    }
}

fn key(host: &str) -> String {
    host.trim_matches(['[', ']']).to_ascii_lowercase()
}

/// The client side of TLS: the platform's authorities and the extra ones, everything seen is noted.
/// Where neither is wanted, nothing is trusted.
pub(crate) fn client_config(
    ca: Option<&Path>,
    needs_roots: bool,
    seen: Seen,
) -> Result<ClientConfig, WireError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra = ca.map(read_authorities).transpose()?;
    // Reading the platform's takes longer than a whole exchange on loopback.
    let inner = if needs_roots || extra.is_some() {
        let extra = extra.unwrap_or_default();
        let platform = Verifier::new_with_extra_roots(extra, Arc::clone(&provider));
        Some(platform.map_err(|error| WireError::NoRoots {
            cause: error.to_string(),
        })?)
    } else {
        None
    };
    let verifier = Arc::new(RecordingVerifier::new(inner, &provider, seen));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| WireError::NoRoots {
            cause: error.to_string(),
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read_authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>, WireError> {
    let refuse = |cause: String| WireError::CaFile {
        file: file.display().to_string(),
        cause,
    };
    let text = std::fs::read(file).map_err(|error| refuse(error.to_string()))?;
    let authorities: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let authorities = authorities.map_err(|_| refuse("it is not PEM to its end".to_owned()))?;
    if authorities.is_empty() {
        return Err(refuse("it holds no certificate in PEM form".to_owned()));
    }
    let mut readable = RootCertStore::empty();
    for (number, authority) in authorities.iter().enumerate() {
        readable.add(authority.clone()).map_err(|_| {
            refuse(format!(
                "certificate {} of the file can't be read",
                number + 1
            ))
        })?;
    }
    Ok(authorities)
}

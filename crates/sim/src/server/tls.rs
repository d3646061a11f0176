//! HTTPS on loopback: a private certificate authority in a folder, and a server certificate from it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::state_file::write_private;

/// The certificate of the authority, for clients to trust.
const CA_FILE: &str = "ca.pem";

/// Its key, for the next start.
const CA_KEY_FILE: &str = "ca-key.pem";

/// What the server answers to: loopback, and Microsoft's names for clients that know no others.
const NAMES: [&str; 16] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
    "graph.microsoft.com",
    "outlook.office365.com",
    "outlook.office.com",
    "autodiscover-s.outlook.com",
    "login.microsoftonline.us",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.partner.microsoftonline.cn",
    "microsoftgraph.chinacloudapi.cn",
];

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The folder's files can't be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds an authority that can't be used.
    #[error("`{path}` holds no usable certificate authority: {source}")]
    Authority {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: rcgen::Error,
    },
    /// A certificate could not be made.
    #[error("a certificate can't be made: {0}")]
    Making(rcgen::Error),
    /// The TLS library refuses the certificate.
    #[error("TLS can't be set up: {0}")]
    Setup(rustls::Error),
}

/// Makes or finds the authority in `folder`, and a server certificate from it.
pub(super) fn acceptor(folder: &Path) -> Result<(TlsAcceptor, PathBuf), TlsError> {
    let ca_path = folder.join(CA_FILE);
    let (pem, issuer) = authority(folder, &ca_path)?;
    let key = KeyPair::generate().map_err(TlsError::Making)?;
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).map_err(TlsError::Making)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.signed_by(&key, &issuer).map_err(TlsError::Making)?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .map_err(TlsError::Setup)?;
    let mut config = config;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    tracing::debug!(length = pem.len(), "serving HTTPS from a private authority");
    Ok((TlsAcceptor::from(Arc::new(config)), ca_path))
}

fn authority(
    folder: &Path,
    ca_path: &Path,
) -> Result<(String, Issuer<'static, KeyPair>), TlsError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::File { path, source }
    };
    let key_path = folder.join(CA_KEY_FILE);
    if ca_path.exists() && key_path.exists() {
        let unusable = |source| TlsError::Authority {
            path: folder.to_owned(),
            source,
        };
        let pem = std::fs::read_to_string(ca_path).map_err(file(ca_path))?;
        let key = std::fs::read_to_string(&key_path).map_err(file(&key_path))?;
        let key = KeyPair::from_pem(&key).map_err(unusable)?;
        let issuer = Issuer::from_ca_cert_pem(&pem, key).map_err(unusable)?;
        return Ok((pem, issuer));
    }
    std::fs::create_dir_all(folder).map_err(file(folder))?;
    let key = KeyPair::generate().map_err(TlsError::Making)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Fairlead simulated tenant CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pem = params.self_signed(&key).map_err(TlsError::Making)?.pem();
    // The key first: a certificate without its key would be taken for a whole authority.
    write_private(&key_path, key.serialize_pem().as_bytes()).map_err(file(&key_path))?;
    std::fs::write(ca_path, &pem).map_err(file(ca_path))?;
    Ok((pem, Issuer::new(params, key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let (_, path) = acceptor(folder.path()).unwrap();
        let first = std::fs::read(&path).unwrap();
        acceptor(folder.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_of_the_authority_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        acceptor(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join(CA_KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_authority_is_named_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CA_FILE), "x").unwrap();
        std::fs::write(folder.path().join(CA_KEY_FILE), "y").unwrap();
        assert!(matches!(
            acceptor(folder.path()),
            Err(TlsError::Authority { .. })
        ));
        assert_eq!(
            std::fs::read_to_string(folder.path().join(CA_FILE)).unwrap(),
            "x"
        );
    }
}

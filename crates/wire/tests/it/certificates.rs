//! Certificates made for a test, and TLS servers that show them.

use std::future::Future;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::server::{Connection, Server};

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// The authority's certificate in PEM form.
    pub(crate) file: tempfile::NamedTempFile,
}

/// A server's certificate with its key.
pub(crate) struct Shown {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: KeyPair,
}

fn named(names: &[&str], common: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common);
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = named(&[], "Harbour Authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), issuer.pem()).unwrap();
        Self { issuer, file }
    }

    /// A certificate for some names, valid from one year's beginning to another's.
    pub(crate) fn certificate(&self, names: &[&str], years: (i32, i32)) -> Shown {
        let mut params = named(names, "Pier");
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        Shown { certificate, key }
    }
}

/// What `openssl req -x509` makes: signed by itself, and marked as an authority.
pub(crate) fn self_signed(name: &str) -> Shown {
    let mut params = named(&[name], "Pier");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    Shown { certificate, key }
}

/// A server's side of TLS, with what it offers to speak.
pub(crate) fn acceptor(shown: &Shown, protocols: &[&[u8]]) -> TlsAcceptor {
    let mut config = config(shown, None);
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A server's side of TLS that wants a certificate of the client's.
pub(crate) fn demanding(shown: &Shown, authority: &Authority) -> TlsAcceptor {
    TlsAcceptor::from(Arc::new(config(shown, Some(authority))))
}

fn config(shown: &Shown, clients: Option<&Authority>) -> ServerConfig {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = clients.map(|authority| {
        let mut roots = RootCertStore::empty();
        roots.add(authority.issuer.der().clone()).unwrap();
        let provider = Arc::clone(&provider);
        WebPkiClientVerifier::builder_with_provider(roots.into(), provider)
            .build()
            .unwrap()
    });
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
        .with_single_cert(vec![shown.certificate.clone()], key)
        .unwrap()
}

/// Runs a piece of work for each connection whose handshake succeeds.
pub(crate) async fn serve<F, W>(acceptor: TlsAcceptor, work: F) -> Server
where
    F: Fn(Connection<TlsStream<TcpStream>>) -> W + Clone + Send + Sync + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    Server::start(move |connection| {
        let (acceptor, work) = (acceptor.clone(), work.clone());
        async move {
            if let Ok(stream) = acceptor.accept(connection.stream).await {
                work(Connection {
                    number: connection.number,
                    stream,
                    log: connection.log,
                })
                .await;
            }
        }
    })
    .await
}

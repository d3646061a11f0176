use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::{Seen, SeenTls, ShownCertificate, TlsFailure};

/// Lets the platform decide, and notes what the server showed and what was decided: after a failed
/// handshake there is no other way to learn it.
#[derive(Debug)]
pub(super) struct RecordingVerifier {
    /// `None` where nothing is trusted: every certificate is refused.
    platform: Option<rustls_platform_verifier::Verifier>,
    provider: Arc<CryptoProvider>,
    seen: Seen,
}

impl RecordingVerifier {
    pub(super) fn new(
        platform: Option<rustls_platform_verifier::Verifier>,
        provider: &Arc<CryptoProvider>,
        seen: Seen,
    ) -> Self {
        Self {
            platform,
            provider: Arc::clone(provider),
            seen,
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match &self.platform {
            Some(platform) => platform.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(Error::InvalidCertificate(
                rustls::CertificateError::UnknownIssuer,
            )),
        };
        let chain: Vec<ShownCertificate> = std::iter::once(end_entity)
            .chain(intermediates)
            .filter_map(|certificate| ShownCertificate::read(certificate))
            .collect();
        let failure = verdict
            .as_ref()
            .err()
            .map(|error| TlsFailure::of(error, chain.first()));
        self.seen
            .note(&server_name.to_str(), SeenTls { chain, failure });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

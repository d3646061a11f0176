use std::sync::Arc;

use fairlead_domain::Secret;
use fairlead_domain::profile::{CredentialKind, KeyHolder};
use fairlead_domain::remedy::StepId;
use fairlead_entra::certificate::{Certificate, CertificateWithKey, PrivateKey};
use fairlead_state::{SecretId, StoredCertificate};

use crate::error::ConnectError;
use crate::session::Session;
use crate::subject::Subject;
use crate::wizard::SECRET_LIFETIME;

/// What this computer keeps for a connection, read before the checks begin.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// The certificate's public part and what is known of it.
    pub(crate) certificate: Option<StoredCertificate>,
    /// The certificate with its key; `None` where no key is kept; an error where it can't be read.
    pub(crate) key: Option<Result<Arc<CertificateWithKey>, ConnectError>>,
    /// The client secret.
    pub(crate) secret: Option<Result<Secret<String>, ConnectError>>,
    /// The account's refresh token.
    pub(crate) refresh: Option<Result<Secret<String>, ConnectError>>,
    /// Every certificate that is known here: their entries on an app have a known holder.
    pub(crate) known_certificates: Vec<StoredCertificate>,
    /// Whether a certificate of the connection was put on the app.
    pub(crate) on_app: bool,
    /// How many days the credential lives, or is to live.
    pub(crate) lifetime_days: Option<i64>,
}

impl Stored {
    pub(crate) async fn read(session: &Session, subject: &Subject) -> Result<Self, ConnectError> {
        let connection = &subject.connection;
        let mut stored = Self {
            known_certificates: session.store.certificates().list().await?,
            on_app: connection.status(StepId::Credential).is_finished(),
            ..Self::default()
        };
        if let Some(name) = &connection.certificate {
            stored.certificate = session.store.certificates().find(name).await?;
            if let Some(certificate) = &stored.certificate {
                stored.key = read_key(session, certificate).await.transpose();
            }
        }
        stored.secret = read_text(session, &SecretId::client_secret(&connection.name))
            .await
            .transpose();
        stored.refresh = read_text(session, &SecretId::refresh_token(&connection.name))
            .await
            .transpose();
        let lifetime = match connection.credential {
            // One that was given from outside is renewed outside.
            CredentialKind::Secret => {
                let secret = connection.secret.as_ref();
                let made_here = secret.is_none_or(|secret| secret.key_id.is_some());
                made_here.then_some(SECRET_LIFETIME)
            }
            _ => stored
                .certificate
                .as_ref()
                .and_then(|certificate| certificate.facts.as_ref())
                .map(|facts| facts.not_after.duration_since(facts.not_before)),
        };
        stored.lifetime_days = lifetime.map(|lifetime| lifetime.as_hours() / 24);
        Ok(stored)
    }

    /// Whether the private key is the product's, so that no token can be asked for here.
    pub(crate) fn is_products_key(&self) -> bool {
        self.key.is_none()
            && self
                .certificate
                .as_ref()
                .is_some_and(|certificate| certificate.holder == KeyHolder::Product)
    }
}

/// The certificate with its key, if the key is kept here.
pub(crate) async fn read_key(
    session: &Session,
    stored: &StoredCertificate,
) -> Result<Option<Arc<CertificateWithKey>>, ConnectError> {
    let (Some(der), Some(id)) = (&stored.der, &stored.secret_id) else {
        return Ok(None);
    };
    let Some(key) = session.secrets.get(id).await? else {
        return Ok(None);
    };
    let certificate = Certificate::from_der(der)?;
    let pair = CertificateWithKey::new(certificate, PrivateKey::from_pkcs8(key.expose())?)?;
    Ok(Some(Arc::new(pair)))
}

/// A secret that is a text.
pub(crate) async fn read_text(
    session: &Session,
    id: &SecretId,
) -> Result<Option<Secret<String>>, ConnectError> {
    let Some(bytes) = session.secrets.get(id).await? else {
        return Ok(None);
    };
    Ok(std::str::from_utf8(bytes.expose()).ok().map(Secret::from))
}

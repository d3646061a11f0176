//! Certificates as this computer keeps them: made, imported, exported, renewed. The private key is in
//! the secret store before anything else knows of the certificate.

mod export;
mod rotate;
mod test_key;

use std::sync::Arc;

pub use export::{Export, ExportFormat, export};
use fairlead_domain::Secret;
use fairlead_domain::ids::{CertificateName, ConnectionName};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::KeyHolder;
use fairlead_entra::certificate::{
    CertificateWithKey, CommonName, CreateRequest, KeyBits, Lifetime, Read, create, read,
};
use fairlead_state::{CertificateOrigin, CertificateState, SecretId, StoredCertificate};
pub use rotate::{RotateRequest, Rotated, RotationWay, rotate};
pub use test_key::TestKey;

use crate::error::ConnectError;
use crate::session::Session;

/// Makes a certificate that belongs to no connection yet.
pub async fn new(
    session: &Session,
    name: &CertificateName,
    bits: KeyBits,
    lifetime: Lifetime,
) -> Result<StoredCertificate, ConnectError> {
    let stored = intended(
        session,
        name.clone(),
        CertificateOrigin::Made,
        KeyHolder::Fairlead,
    );
    session.store.certificates().insert(&stored).await?;
    let common_name = plain_common_name(name.as_str());
    make(
        session,
        &stored,
        CreateRequest {
            common_name,
            bits,
            lifetime,
            now: session.now(),
        },
    )
    .await
}

/// Takes over a certificate with its key, from a PFX or PEM file.
pub async fn import(
    session: &Session,
    name: &CertificateName,
    file: &[u8],
    password: Option<&Secret<String>>,
) -> Result<StoredCertificate, ConnectError> {
    let pair = with_key(file, password)?;
    let stored = intended(
        session,
        name.clone(),
        CertificateOrigin::Imported,
        KeyHolder::Fairlead,
    );
    session.store.certificates().insert(&stored).await?;
    keep(session, &stored, &pair).await
}

/// Reads a file that has to hold a certificate together with its private key.
pub fn with_key(
    file: &[u8],
    password: Option<&Secret<String>>,
) -> Result<CertificateWithKey, ConnectError> {
    match read(file, password)? {
        Read::WithKey(pair) => Ok(pair),
        Read::Certificate(_) => Err(ConnectError::rule(
            ProblemCode::CertificateKeyMissing,
            "the file holds a certificate without its private key",
        )),
        Read::Key(_) => Err(ConnectError::rule(
            ProblemCode::CertificateUnreadable,
            "the file holds a private key without its certificate",
        )),
    }
}

/// The certificate of a name, or the one that the connection of that name uses.
pub async fn find(session: &Session, name: &str) -> Result<StoredCertificate, ConnectError> {
    if let Ok(certificate) = name.parse::<CertificateName>()
        && let Some(found) = session.store.certificates().find(&certificate).await?
    {
        return Ok(found);
    }
    if let Ok(connection) = name.parse::<ConnectionName>()
        && let Some(connection) = session.store.connections().find(&connection).await?
        && let Some(certificate) = connection.certificate
    {
        return Ok(session.store.certificates().get(&certificate).await?);
    }
    Err(ConnectError::rule(
        ProblemCode::CertificateNotFound,
        format!("there is no certificate `{name}`, and no connection of that name with one"),
    ))
}

/// Forgets the private key of a certificate that was handed to a product: the product holds it now.
pub async fn forget_key(session: &Session, stored: &StoredCertificate) -> Result<(), ConnectError> {
    let Some(id) = &stored.secret_id else {
        return Ok(());
    };
    session
        .store
        .certificates()
        .update(&stored.name, |stored| {
            stored.secret_id = None;
            stored.holder = KeyHolder::Product;
        })
        .await?;
    session.secrets.delete(id).await?;
    Ok(())
}

/// A certificate of which only the name is taken.
pub(crate) fn intended(
    session: &Session,
    name: CertificateName,
    origin: CertificateOrigin,
    holder: KeyHolder,
) -> StoredCertificate {
    StoredCertificate {
        secret_id: (origin != CertificateOrigin::Product).then(|| SecretId::certificate_key(&name)),
        name,
        der: None,
        facts: None,
        origin,
        holder,
        state: CertificateState::Intended,
        created_at: session.now(),
        used_by: Vec::new(),
    }
}

/// Makes the key and the certificate for a name that was taken.
pub(crate) async fn make(
    session: &Session,
    stored: &StoredCertificate,
    request: CreateRequest,
) -> Result<StoredCertificate, ConnectError> {
    // A large key takes seconds: not on a thread that serves others.
    let pair = tokio::task::spawn_blocking(move || create(&request))
        .await
        .map_err(|error| {
            ConnectError::rule(
                ProblemCode::Cancelled,
                format!("making the key was interrupted: {error}"),
            )
        })??;
    keep(session, stored, &pair).await
}

/// Keeps a pair under a name that was taken: the key first, then the certificate.
pub(crate) async fn keep(
    session: &Session,
    stored: &StoredCertificate,
    pair: &CertificateWithKey,
) -> Result<StoredCertificate, ConnectError> {
    let id = SecretId::certificate_key(&stored.name);
    session.secrets.put(&id, pair.key().pkcs8()).await?;
    let certificate = pair.certificate();
    let kept = session
        .store
        .certificates()
        .fill(
            &stored.name,
            certificate.der().to_vec(),
            certificate.facts().clone(),
        )
        .await?;
    Ok(kept)
}

/// The pair of a certificate whose key is kept here.
pub(crate) async fn pair(
    session: &Session,
    stored: &StoredCertificate,
) -> Result<Arc<CertificateWithKey>, ConnectError> {
    crate::tester::read_key(session, stored)
        .await?
        .ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::CertificateKeyMissing,
                format!(
                    "the private key of the certificate `{}` is not in the secret store",
                    stored.name
                ),
            )
        })
}

/// A certificate name that is free: the wanted one, else with a number.
pub(crate) async fn free_name(
    session: &Session,
    wanted: &str,
) -> Result<CertificateName, ConnectError> {
    let stem: String = wanted.chars().take(58).collect();
    let mut number = 1;
    loop {
        let text = if number == 1 {
            stem.clone()
        } else {
            format!("{stem}-{number}")
        };
        let name: CertificateName =
            text.parse()
                .map_err(|cause: fairlead_domain::ids::Malformed| {
                    ConnectError::rule(ProblemCode::InputInvalid, cause.to_string())
                })?;
        if session.store.certificates().find(&name).await?.is_none() {
            return Ok(name);
        }
        number += 1;
    }
}

/// The subject of a connection's certificate.
pub(crate) fn common_name(connection: &ConnectionName) -> CommonName {
    plain_common_name(&format!("Fairlead {connection}"))
}

#[expect(
    clippy::expect_used,
    reason = "names of connections and certificates are plain ASCII of at most 64 characters"
)]
fn plain_common_name(text: &str) -> CommonName {
    text.chars()
        .take(64)
        .collect::<String>()
        .parse()
        .expect("a plain name is a common name")
}

/// A date without its time.
pub(crate) fn day(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

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
    Certificate, CertificateWithKey, CommonName, CreateRequest, KeyBits, Lifetime, Read, create,
    read,
};
use fairlead_graph::NewKey;
use fairlead_state::connection::{CreatedKind, Intent};
use fairlead_state::{
    CertificateOrigin, CertificateState, Connection, SecretId, StoredCertificate,
};
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

/// The certificate that the connection of a name uses, or the one of that name. In this order: after a
/// renewal, the certificate that was made under the connection's own name is the old one.
pub async fn find(session: &Session, name: &str) -> Result<StoredCertificate, ConnectError> {
    if let Ok(connection) = name.parse::<ConnectionName>()
        && let Some(connection) = session.store.connections().find(&connection).await?
        && let Some(certificate) = connection.certificate
    {
        return Ok(session.store.certificates().get(&certificate).await?);
    }
    if let Ok(certificate) = name.parse::<CertificateName>()
        && let Some(found) = session.store.certificates().find(&certificate).await?
    {
        return Ok(found);
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

/// Takes a name for a certificate of a connection and writes it down, under a key, before anything of
/// the certificate exists. An interrupted run's is taken up again, as far as it came.
pub(crate) async fn take_name(
    session: &Session,
    connection: &Connection,
    key: &str,
    origin: CertificateOrigin,
    holder: KeyHolder,
) -> Result<StoredCertificate, ConnectError> {
    let certificates = session.store.certificates();
    let begun = connection.intent(CreatedKind::Key, key);
    if let Some(name) = begun.and_then(|intent| intent.what.parse().ok())
        && let Some(taken) = certificates.find(&name).await?
        && taken.used_by.is_empty()
    {
        return Ok(taken);
    }
    let name = free_name(session, connection.name.as_str()).await?;
    let intent = Intent {
        kind: CreatedKind::Key,
        key: key.to_owned(),
        what: name.to_string(),
        at: session.now(),
    };
    session
        .store
        .connections()
        .update(&connection.name, session.now(), |kept| {
            kept.abandon(CreatedKind::Key, key);
            kept.intend(intent);
        })
        .await?;
    let taken = intended(session, name, origin, holder);
    certificates.insert(&taken).await?;
    Ok(taken)
}

/// Under these keys a certificate's name is written down before it is taken: for the wizard and for
/// renewals.
pub(crate) const FOR_WIZARD: &str = "certificate";
pub(crate) const FOR_RENEWAL: &str = "rotation";

/// The name that an intent takes, where it is of that kind.
pub(crate) fn name_taken(intent: &Intent) -> Option<CertificateName> {
    let of_name = [FOR_WIZARD, FOR_RENEWAL]
        .iter()
        .any(|key| intent.key.starts_with(key));
    (intent.kind == CreatedKind::Key && of_name)
        .then(|| intent.what.parse().ok())
        .flatten()
}

/// The names that interrupted runs took for a connection.
pub(crate) fn names_taken(connection: &Connection) -> impl Iterator<Item = CertificateName> {
    connection.intents.iter().filter_map(name_taken)
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

/// The public part of a certificate, as it is kept.
pub(crate) fn public_part(stored: &StoredCertificate) -> Result<&[u8], ConnectError> {
    stored.der.as_deref().ok_or_else(|| {
        ConnectError::rule(
            ProblemCode::CertificateNotFound,
            format!("the certificate `{}` was never completed", stored.name),
        )
    })
}

/// A certificate as an entry of an app, under a name.
pub(crate) fn new_key<'a>(certificate: &'a Certificate, name: &'a str) -> NewKey<'a> {
    let facts = certificate.facts();
    NewKey {
        der: certificate.der(),
        thumbprint: certificate.thumbprint(),
        display_name: name,
        start: facts.not_before,
        end: facts.not_after,
    }
}

/// What is asked of a connection that has no app yet.
fn incomplete(connection: &Connection) -> ConnectError {
    ConnectError::rule(
        ProblemCode::ConnectionIncomplete,
        format!(
            "the set-up of the connection `{}` has not come to its app yet",
            connection.name
        ),
    )
}

/// The pair of a certificate whose key is kept here.
pub(crate) async fn pair(
    session: &Session,
    stored: &StoredCertificate,
) -> Result<Arc<CertificateWithKey>, ConnectError> {
    crate::tester::read_key(session, stored)
        .await?
        .ok_or_else(|| {
            let name = &stored.name;
            if stored.holder == KeyHolder::Product {
                ConnectError::rule(
                    ProblemCode::CertificateOfProduct,
                    format!("the product holds the private key of the certificate `{name}`"),
                )
            } else {
                ConnectError::rule(
                    ProblemCode::CertificateKeyMissing,
                    format!(
                        "the private key of the certificate `{name}` is not in the secret store"
                    ),
                )
            }
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

/// Whether a certificate was made for a connection, was replaced, and is kept for reference only.
pub(crate) fn is_retired_of(stored: &StoredCertificate, connection: &ConnectionName) -> bool {
    let subject = format!("CN=Fairlead {connection}");
    stored.state == CertificateState::Retired
        && stored.used_by.is_empty()
        && stored
            .facts
            .as_ref()
            .is_some_and(|facts| facts.subject == subject)
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

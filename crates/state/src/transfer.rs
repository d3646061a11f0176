//! Connections move between machines: one connection as a file, with its certificates, and with
//! its secrets only where the whole file is encrypted under a passphrase.

use std::collections::BTreeMap;
use std::fmt;

use fairlead_domain::Secret;
use fairlead_domain::ids::ConnectionName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::certificate::StoredCertificate;
use crate::connection::Connection;
use crate::document::Document;
use crate::error::{DocumentDamage, StateError, TransferFault};
use crate::secrets::contents::Contents;
use crate::secrets::sealed::{self, Opener, SealFault};
use crate::secrets::{SecretId, SecretStore};
use crate::store::{Store, blocking};

const KIND: &str = "fairlead-connection";
const SCHEMA: u64 = 1;

/// A connection as the bytes of a file.
pub struct Exported {
    /// The file: readable JSON without secrets, or an age file in armor with them. Write it with
    /// [`crate::private::write_private`].
    pub bytes: Vec<u8>,
    /// The secrets that are in it.
    pub secrets: Vec<SecretId>,
    /// Those that belong to the connection and were not in the secret store.
    pub missing: Vec<SecretId>,
}

impl fmt::Debug for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exported")
            .field("bytes", &self.bytes.len())
            .field("secrets", &self.secrets)
            .field("missing", &self.missing)
            .finish()
    }
}

/// A connection that was read from a file and is not kept yet.
#[derive(Debug, Clone)]
pub struct Transfer {
    connection: Connection,
    certificates: Vec<StoredCertificate>,
    secrets: Contents,
}

#[derive(Serialize, Deserialize)]
struct Heading {
    schema: u64,
    kind: String,
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    #[serde(flatten)]
    heading: Heading,
    connection: Value,
    certificates: Vec<Value>,
    // Borrowed from the text, so that no copies are left behind.
    #[serde(borrow)]
    secrets: BTreeMap<&'a str, &'a str>,
}

/// Puts a connection into a file: with its secrets under a passphrase, or without any.
///
/// # Errors
/// [`StateError::ConnectionUnknown`]; [`TransferFault::PassphraseEmpty`]; those of the secret store.
pub async fn export(
    memory: &Store,
    name: &ConnectionName,
    with_secrets: Option<(&SecretStore, &Secret<String>)>,
) -> Result<Exported, StateError> {
    let connection = memory.connections().get(name).await?;
    let mut certificates = Vec::new();
    for name in named_certificates(&connection) {
        certificates.extend(memory.certificates().find(name).await?);
    }
    let mut transfer = Transfer {
        connection,
        certificates,
        secrets: Contents::default(),
    };
    let Some((store, passphrase)) = with_secrets else {
        let bytes = transfer.to_json(true)?.to_vec();
        return Ok(Exported {
            bytes,
            secrets: Vec::new(),
            missing: Vec::new(),
        });
    };
    if passphrase.expose().is_empty() {
        return Err(TransferFault::PassphraseEmpty.into());
    }
    let (mut secrets, mut missing) = (Vec::new(), Vec::new());
    for id in transfer.expected() {
        match store.get(&id).await? {
            Some(value) => {
                let bytes = Zeroizing::new(value.expose().clone());
                transfer.secrets.0.insert(id.to_string(), bytes);
                secrets.push(id);
            }
            None => missing.push(id),
        }
    }
    let passphrase = passphrase.clone();
    let bytes = blocking(move || {
        let plain = transfer.to_json(false)?;
        sealed::seal_as_text(&plain, &passphrase)
            .map(String::into_bytes)
            .map_err(|_| StateError::Interrupted)
    })
    .await?;
    Ok(Exported {
        bytes,
        secrets,
        missing,
    })
}

/// Reads an exported connection. Nothing is kept until [`Transfer::import`].
///
/// # Errors
/// [`StateError::Transfer`], which tells a missing passphrase, a wrong one, a damaged file, one of
/// a newer program and something else apart.
pub async fn read(
    bytes: Vec<u8>,
    passphrase: Option<Secret<String>>,
) -> Result<Transfer, StateError> {
    blocking(move || {
        let text = bytes.trim_ascii();
        if !sealed::is_sealed(text) {
            return Transfer::from_json(text);
        }
        let passphrase = passphrase.ok_or(TransferFault::PassphraseWanted)?;
        let plain =
            sealed::open(text, &Opener::Passphrase(passphrase)).map_err(|fault| match fault {
                SealFault::WrongOpener => TransferFault::Passphrase,
                SealFault::OtherKind(_) => TransferFault::NotATransfer,
                SealFault::Damaged(damage) => TransferFault::Damaged { damage },
            })?;
        Transfer::from_json(&plain)
    })
    .await
}

impl Transfer {
    /// The connection.
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Its certificates.
    pub fn certificates(&self) -> &[StoredCertificate] {
        &self.certificates
    }

    /// The secrets that came with it.
    pub fn secrets(&self) -> Vec<SecretId> {
        self.expected()
            .into_iter()
            .filter(|id| self.secrets.0.contains_key(&id.to_string()))
            .collect()
    }

    /// The secrets that belong to the connection and did not come with it.
    pub fn lacking(&self) -> Vec<SecretId> {
        let mut expected = self.expected();
        expected.retain(|id| !self.secrets.0.contains_key(&id.to_string()));
        expected
    }

    /// Keeps the connection, its certificates and its secrets here: the secrets first, the rest in
    /// one transaction, so that an interrupted import can be repeated.
    ///
    /// Only secrets that belong to this connection are taken, and none takes the place of the key
    /// of a certificate that is here already.
    ///
    /// # Errors
    /// [`StateError::ConnectionExists`]; [`StateError::CertificateExists`] for another certificate
    /// of the same name; [`StateError::OtherRealm`].
    pub async fn import(
        &self,
        memory: &Store,
        store: &SecretStore,
        now: Timestamp,
    ) -> Result<Connection, StateError> {
        let name = &self.connection.name;
        let (belongs, here) = (self.connection.realm(), memory.realm());
        if belongs != here {
            return Err(StateError::OtherRealm {
                name: name.clone(),
                belongs,
                here,
            });
        }
        if memory.connections().find(name).await?.is_some() {
            return Err(StateError::ConnectionExists { name: name.clone() });
        }
        let mut fresh = Vec::new();
        for certificate in &self.certificates {
            match memory.certificates().find(&certificate.name).await? {
                None => fresh.push(certificate),
                Some(there) if there.der == certificate.der => {}
                Some(there) => return Err(StateError::CertificateExists { name: there.name }),
            }
        }
        for id in self.secrets() {
            let known = self.certificates.iter().any(|certificate| {
                SecretId::certificate_key(&certificate.name) == id
                    && !fresh.iter().any(|fresh| fresh.name == certificate.name)
            });
            if known && store.get(&id).await?.is_some() {
                continue;
            }
            if let Some(bytes) = self.secrets.0.get(&id.to_string()) {
                store.put(&id, &Secret::new(bytes.to_vec())).await?;
            }
        }
        let mut connection = self.connection.clone();
        connection.updated_at = now;
        let mut change = memory.begin().await?;
        for certificate in fresh {
            memory
                .certificates()
                .insert_in(&mut change, certificate)
                .await?;
        }
        memory
            .connections()
            .insert_in(&mut change, &connection)
            .await?;
        memory.commit(change).await?;
        Ok(connection)
    }

    /// The secrets that may belong to the connection.
    fn expected(&self) -> Vec<SecretId> {
        let keys = self
            .certificates
            .iter()
            .filter(|certificate| certificate.secret_id.is_some())
            .map(|certificate| SecretId::certificate_key(&certificate.name));
        let name = &self.connection.name;
        let secret = self
            .connection
            .secret
            .as_ref()
            .map(|_| SecretId::client_secret(name));
        let account = self
            .connection
            .account
            .as_ref()
            .map(|_| SecretId::refresh_token(name));
        keys.chain(secret).chain(account).collect()
    }

    fn to_json(&self, for_people: bool) -> Result<Zeroizing<Vec<u8>>, StateError> {
        let shape = |cause: serde_json::Error| {
            StateError::from(TransferFault::Record {
                damage: DocumentDamage::shape(&cause),
            })
        };
        let value = |text: Result<String, DocumentDamage>| {
            let text = text.map_err(|damage| TransferFault::Record { damage })?;
            serde_json::from_str(&text).map_err(shape)
        };
        let encoded = self.secrets.encode();
        let size: usize = encoded
            .iter()
            .map(|(id, text)| id.len() + text.len() + 8)
            .sum();
        let envelope = Envelope {
            heading: Heading {
                schema: SCHEMA,
                kind: KIND.to_owned(),
            },
            connection: value(self.connection.to_text())?,
            certificates: self
                .certificates
                .iter()
                .map(|certificate| value(certificate.to_text()))
                .collect::<Result<_, _>>()?,
            secrets: encoded
                .iter()
                .map(|(id, text)| (*id, text.as_str()))
                .collect(),
        };
        // Room for the secrets behind what else there is, so that none is copied when it grows.
        let mut json = Zeroizing::new(Vec::with_capacity(size + 256 * 1024));
        if for_people {
            serde_json::to_writer_pretty(&mut *json, &envelope).map_err(shape)?;
        } else {
            serde_json::to_writer(&mut *json, &envelope).map_err(shape)?;
        }
        Ok(json)
    }

    fn from_json(text: &[u8]) -> Result<Self, StateError> {
        // No text of the parser is passed on: it may quote what it stumbled over.
        let foreign = |_| TransferFault::NotATransfer;
        let Heading { schema, kind } = serde_json::from_slice(text).map_err(foreign)?;
        if kind != KIND {
            return Err(TransferFault::NotATransfer.into());
        }
        if schema > SCHEMA {
            let damage = DocumentDamage::Newer {
                found: schema,
                known: SCHEMA,
            };
            return Err(TransferFault::Record { damage }.into());
        }
        let envelope: Envelope<'_> = serde_json::from_slice(text).map_err(foreign)?;
        let record = |damage| TransferFault::Record { damage };
        let connection = Connection::from_text(&envelope.connection.to_string()).map_err(record)?;
        let mut certificates = Vec::new();
        for value in envelope.certificates {
            let mut certificate =
                StoredCertificate::from_text(&value.to_string()).map_err(record)?;
            if !named_certificates(&connection).any(|name| *name == certificate.name) {
                return Err(TransferFault::NotATransfer.into());
            }
            // It names its own key, whatever the file says.
            certificate.secret_id = certificate
                .secret_id
                .map(|_| SecretId::certificate_key(&certificate.name));
            certificates.push(certificate);
        }
        let secrets =
            Contents::decode(envelope.secrets).map_err(|_| TransferFault::NotATransfer)?;
        Ok(Self {
            connection,
            certificates,
            secrets,
        })
    }
}

impl From<TransferFault> for StateError {
    fn from(fault: TransferFault) -> Self {
        Self::Transfer { fault }
    }
}

fn named_certificates(
    connection: &Connection,
) -> impl Iterator<Item = &fairlead_domain::ids::CertificateName> {
    connection
        .certificate
        .iter()
        .chain(&connection.previous_certificate)
}

use fairlead_domain::certificate::{CertificateFacts, Thumbprint};
use fairlead_domain::ids::{CertificateName, ConnectionName};
use fairlead_domain::profile::KeyHolder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Row, Sqlite, Transaction};

use crate::document::{Document, optional_base64};
use crate::error::StateError;
use crate::secrets::SecretId;
use crate::store::Store;

const TABLE: &str = "certificates";

/// Where a certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateOrigin {
    /// Fairlead made it.
    Made,
    /// It was given with its key.
    Imported,
    /// The product handed out the public file.
    Product,
}

/// How far a certificate has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateState {
    /// Its name is taken, its key perhaps made, the rest not known yet.
    Intended,
    /// It is there.
    Ready,
    /// It was replaced and is kept for reference.
    Retired,
}

/// A certificate. Its private key is in the secret store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCertificate {
    /// Its name.
    pub name: CertificateName,
    /// The certificate itself, once it is there.
    #[serde(with = "optional_base64")]
    pub der: Option<Vec<u8>>,
    /// What is known of it, once it is there.
    pub facts: Option<CertificateFacts>,
    /// Where it comes from.
    pub origin: CertificateOrigin,
    /// Who holds the private key.
    pub holder: KeyHolder,
    /// How far it has come.
    pub state: CertificateState,
    /// Under what its private key is in the secret store, unless it never was.
    pub secret_id: Option<SecretId>,
    /// When its name was taken.
    pub created_at: Timestamp,
    /// The connections that sign in with it, or did before a rotation that has not ended. The
    /// store finds this out on every reading; what is set here is not kept.
    #[serde(skip)]
    pub used_by: Vec<ConnectionName>,
}

impl Document for StoredCertificate {}

/// The certificates of a store. Names are compared without regard to letter case.
#[derive(Debug, Clone, Copy)]
pub struct Certificates<'a> {
    store: &'a Store,
}

impl<'a> Certificates<'a> {
    pub(crate) const fn new(store: &'a Store) -> Self {
        Self { store }
    }

    /// Keeps a new certificate, or the intent to make one.
    ///
    /// # Errors
    /// [`StateError::CertificateExists`].
    pub async fn insert(self, certificate: &StoredCertificate) -> Result<(), StateError> {
        let mut change = self.store.begin().await?;
        self.insert_in(&mut change, certificate).await?;
        self.store.commit(change).await
    }

    pub(crate) async fn insert_in(
        self,
        change: &mut Transaction<'static, Sqlite>,
        certificate: &StoredCertificate,
    ) -> Result<(), StateError> {
        let name = &certificate.name;
        if self.select(&mut **change, name).await?.is_some() {
            return Err(StateError::CertificateExists { name: name.clone() });
        }
        sqlx::query("INSERT INTO certificates (name, thumbprint, document) VALUES (?, ?, ?)")
            .bind(name.as_str())
            .bind(thumbprint(certificate))
            .bind(self.text_of(certificate)?)
            .execute(&mut **change)
            .await
            .map_err(|cause| self.store.fault(&cause))?;
        Ok(())
    }

    /// Completes an intended certificate: it is ready then.
    ///
    /// # Errors
    /// [`StateError::CertificateUnknown`].
    pub async fn fill(
        self,
        name: &CertificateName,
        der: Vec<u8>,
        facts: CertificateFacts,
    ) -> Result<StoredCertificate, StateError> {
        self.update(name, |certificate| {
            certificate.der = Some(der);
            certificate.facts = Some(facts);
            certificate.state = CertificateState::Ready;
        })
        .await
    }

    /// Reads a certificate, changes it and keeps it, all in one transaction. The name stays.
    ///
    /// # Errors
    /// [`StateError::CertificateUnknown`].
    pub async fn update(
        self,
        name: &CertificateName,
        change: impl FnOnce(&mut StoredCertificate) + Send,
    ) -> Result<StoredCertificate, StateError> {
        let mut transaction = self.store.begin().await?;
        let mut certificate = self.must_find_in(&mut transaction, name).await?;
        let kept = (certificate.name.clone(), certificate.used_by.clone());
        change(&mut certificate);
        (certificate.name, certificate.used_by) = kept;
        sqlx::query("UPDATE certificates SET thumbprint = ?, document = ? WHERE name = ?")
            .bind(thumbprint(&certificate))
            .bind(self.text_of(&certificate)?)
            .bind(name.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(|cause| self.store.fault(&cause))?;
        self.store.commit(transaction).await?;
        Ok(certificate)
    }

    /// The certificate of that name.
    ///
    /// # Errors
    /// [`StateError::CertificateUnknown`].
    pub async fn get(self, name: &CertificateName) -> Result<StoredCertificate, StateError> {
        self.find(name)
            .await?
            .ok_or_else(|| StateError::CertificateUnknown { name: name.clone() })
    }

    /// The certificate of that name, if there is one.
    pub async fn find(
        self,
        name: &CertificateName,
    ) -> Result<Option<StoredCertificate>, StateError> {
        self.select(self.store.reader(), name).await
    }

    /// The certificates of that thumbprint: a renewed name may hold the same one twice.
    pub async fn with_thumbprint(
        self,
        thumbprint: &Thumbprint,
    ) -> Result<Vec<StoredCertificate>, StateError> {
        let rows = sqlx::query(
            "SELECT name, document, used_by FROM certificates_and_uses \
             WHERE thumbprint = ? ORDER BY name",
        )
        .bind(thumbprint.as_str())
        .fetch_all(self.store.reader())
        .await
        .map_err(|cause| self.store.fault(&cause))?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    /// All certificates, by name.
    pub async fn list(self) -> Result<Vec<StoredCertificate>, StateError> {
        let rows =
            sqlx::query("SELECT name, document, used_by FROM certificates_and_uses ORDER BY name")
                .fetch_all(self.store.reader())
                .await
                .map_err(|cause| self.store.fault(&cause))?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    /// Removes a certificate that no connection uses, and returns it. Its private key stays in the
    /// secret store.
    ///
    /// # Errors
    /// [`StateError::CertificateUnknown`]; [`StateError::CertificateInUse`].
    pub async fn remove(self, name: &CertificateName) -> Result<StoredCertificate, StateError> {
        let mut change = self.store.begin().await?;
        let certificate = self.must_find_in(&mut change, name).await?;
        if !certificate.used_by.is_empty() {
            return Err(StateError::CertificateInUse {
                name: certificate.name,
                used_by: certificate.used_by,
            });
        }
        sqlx::query("DELETE FROM certificates WHERE name = ?")
            .bind(name.as_str())
            .execute(&mut *change)
            .await
            .map_err(|cause| self.store.fault(&cause))?;
        self.store.commit(change).await?;
        Ok(certificate)
    }

    async fn must_find_in(
        self,
        change: &mut Transaction<'static, Sqlite>,
        name: &CertificateName,
    ) -> Result<StoredCertificate, StateError> {
        self.select(&mut **change, name)
            .await?
            .ok_or_else(|| StateError::CertificateUnknown { name: name.clone() })
    }

    async fn select(
        self,
        from: impl Executor<'_, Database = Sqlite>,
        name: &CertificateName,
    ) -> Result<Option<StoredCertificate>, StateError> {
        let row =
            sqlx::query("SELECT name, document, used_by FROM certificates_and_uses WHERE name = ?")
                .bind(name.as_str())
                .fetch_optional(from)
                .await
                .map_err(|cause| self.store.fault(&cause))?;
        row.map(|row| self.read(&row)).transpose()
    }

    fn read(self, row: &SqliteRow) -> Result<StoredCertificate, StateError> {
        let fault = |cause| self.store.fault(&cause);
        let name: &str = row.try_get(0).map_err(fault)?;
        let document: &str = row.try_get(1).map_err(fault)?;
        let used_by: Option<&str> = row.try_get(2).map_err(fault)?;
        let mut certificate = StoredCertificate::from_text(document)
            .map_err(|damage| self.store.record(TABLE, name, damage))?;
        certificate.used_by = used_by
            .unwrap_or_default()
            .split(' ')
            .filter_map(|name| name.parse().ok())
            .collect();
        Ok(certificate)
    }

    fn text_of(self, certificate: &StoredCertificate) -> Result<String, StateError> {
        let name = certificate.name.as_str();
        certificate
            .to_text()
            .map_err(|damage| self.store.record(TABLE, name, damage))
    }
}

fn thumbprint(certificate: &StoredCertificate) -> Option<&str> {
    certificate
        .facts
        .as_ref()
        .map(|facts| facts.thumbprint.as_str())
}

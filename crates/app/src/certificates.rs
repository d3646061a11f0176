use std::path::Path;

use fairlead_connect::certificates::{self, Export, ExportFormat, RotateRequest, Rotated};
use fairlead_connect::{Attendant, ConnectError, Session};
use fairlead_domain::Secret;
use fairlead_domain::ids::{CertificateName, ConnectionName};
use fairlead_entra::certificate::{KeyBits, Lifetime, PfxEncryption};
use fairlead_state::connection::CloudChoice;
use fairlead_state::{Realm, StoredCertificate};

use crate::connections::Located;
use crate::open::App;

/// A certificate to be made.
#[derive(Debug)]
pub struct NewCertificate {
    /// Its name.
    pub name: CertificateName,
    /// The key's size.
    pub bits: KeyBits,
    /// How long it is valid.
    pub lifetime: Lifetime,
}

/// A file to be written.
#[derive(Debug)]
pub struct CertificateFile<'a> {
    /// The form.
    pub format: ExportFormat,
    /// For a PFX: how it is encrypted.
    pub encryption: PfxEncryption,
    /// For a PFX: its password.
    pub password: Option<&'a Secret<String>>,
    /// Where to.
    pub out: &'a Path,
    /// Whether a file that is there is replaced.
    pub overwrite: bool,
    /// Whether the private key stays here, or is the product's alone from now on.
    pub keep_key: bool,
}

impl App {
    /// Makes a certificate that belongs to no connection yet.
    pub async fn new_certificate(
        &self,
        new: &NewCertificate,
    ) -> Result<StoredCertificate, ConnectError> {
        let (session, _) = self.session(&self.cloud_choice()?).await?;
        certificates::new(&session, &new.name, new.bits, new.lifetime).await
    }

    /// Takes over a certificate with its key.
    pub async fn import_certificate(
        &self,
        name: &CertificateName,
        file: &[u8],
        password: Option<&Secret<String>>,
    ) -> Result<StoredCertificate, ConnectError> {
        let (session, _) = self.session(&self.cloud_choice()?).await?;
        certificates::import(&session, name, file, password).await
    }

    /// Every certificate, those of real connections first.
    pub async fn certificates(&self) -> Result<Vec<(Realm, StoredCertificate)>, ConnectError> {
        let mut all = Vec::new();
        for realm in self.realms() {
            let listed = self.store(realm).await?.certificates().list().await?;
            all.extend(listed.into_iter().map(|certificate| (realm, certificate)));
        }
        Ok(all)
    }

    /// A certificate by its name, or the one that the connection of that name uses.
    pub async fn certificate(
        &self,
        name: &str,
    ) -> Result<(StoredCertificate, Session), ConnectError> {
        let mut missing = None;
        for choice in self.choices(name).await? {
            let (session, _) = self.session(&choice).await?;
            match certificates::find(&session, name).await {
                Ok(found) => return Ok((found, session)),
                Err(error) => missing = Some(error),
            }
        }
        Err(missing.unwrap_or_else(|| {
            ConnectError::rule(
                fairlead_domain::problem::ProblemCode::CertificateNotFound,
                format!(
                    "there is no certificate `{name}`, and no connection of that name with one"
                ),
            )
        }))
    }

    /// The clouds in whose realm a certificate of a name may be: that of the connection of that name,
    /// else a cloud of each realm that holds one.
    async fn choices(&self, name: &str) -> Result<Vec<CloudChoice>, ConnectError> {
        if let Some(cloud) = self.named_cloud() {
            return Ok(vec![cloud.clone()]);
        }
        if let Ok(connection) = name.parse::<ConnectionName>()
            && let Ok(connection) = self.connection(&connection).await
        {
            return Ok(vec![connection.cloud]);
        }
        let mut choices = vec![self.cloud_choice()?];
        for (connection, _) in self.connections().await? {
            if App::is_simulated(&connection) {
                choices.push(connection.cloud);
                break;
            }
        }
        Ok(choices)
    }

    /// Writes a certificate or its key to a file.
    pub async fn export_certificate(
        &self,
        name: &str,
        file: &CertificateFile<'_>,
    ) -> Result<(), ConnectError> {
        let (stored, session) = self.certificate(name).await?;
        let export = Export {
            format: file.format,
            encryption: file.encryption,
            password: file.password,
            out: file.out,
            overwrite: file.overwrite,
        };
        certificates::export(&session, &stored, &export).await?;
        if !file.keep_key {
            certificates::forget_key(&session, &stored).await?;
        }
        Ok(())
    }

    /// Renews the certificate of a connection.
    pub async fn rotate(
        &self,
        name: &ConnectionName,
        request: &RotateRequest,
        attendant: &dyn Attendant,
    ) -> Result<Rotated, ConnectError> {
        let Located {
            session, subject, ..
        } = self.locate(name).await?;
        let rotated = certificates::rotate(&session, &subject.connection, request, attendant);
        Box::pin(rotated).await
    }
}

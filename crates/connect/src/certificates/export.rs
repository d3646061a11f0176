use std::path::Path;

use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_entra::certificate::{Certificate, PfxEncryption};
use fairlead_state::StoredCertificate;
use fairlead_state::private::write_private;

use super::{pair, public_part};
use crate::error::ConnectError;
use crate::session::Session;

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// The certificate alone, DER.
    Cer,
    /// The certificate alone, PEM.
    Pem,
    /// Certificate and private key, PKCS#12, under a password.
    Pfx,
    /// The private key, PKCS#8 PEM.
    Key,
}

/// What is to be exported, and how.
#[derive(Debug)]
pub struct Export<'a> {
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
}

/// Writes a file, mode 0600, into place by rename.
pub async fn export(
    session: &Session,
    stored: &StoredCertificate,
    export: &Export<'_>,
) -> Result<(), ConnectError> {
    let der = public_part(stored)?;
    match export.format {
        ExportFormat::Cer => write_private(export.out, der, export.overwrite)?,
        ExportFormat::Pem => {
            write_private(
                export.out,
                Certificate::from_der(der)?.pem().as_bytes(),
                export.overwrite,
            )?;
        }
        ExportFormat::Key => {
            let key = pair(session, stored).await?.key().pem();
            write_private(export.out, key.expose().as_bytes(), export.overwrite)?;
        }
        ExportFormat::Pfx => {
            let password = export.password.ok_or_else(|| {
                ConnectError::rule(
                    ProblemCode::InputMissing,
                    "a PFX holds the private key, so it needs a password",
                )
            })?;
            let pair = pair(session, stored).await?;
            let pfx = pair.pfx(stored.name.as_str(), password, export.encryption)?;
            write_private(export.out, pfx.expose(), export.overwrite)?;
        }
    }
    Ok(())
}

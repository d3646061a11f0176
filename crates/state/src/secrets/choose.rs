use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use super::encrypted_file::EncryptedFile;
use super::key::Key;
use super::keyring::Keyring;
use super::{Backend, SecretStore, StoreKind};
use crate::error::{KeyringFault, StateError};
use crate::store::{Store, blocking};

/// The key file that is made where none is named.
const KEY_BESIDE: &str = "secrets.key";

/// What was said about the secret store on the command line.
#[derive(Debug, Clone, Default)]
pub struct StoreRequest {
    /// `--secret-store`.
    pub kind: Option<StoreKind>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// `--passphrase-file`.
    pub passphrase_file: Option<PathBuf>,
}

/// Which store was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Which.
    pub which: StoreKind,
    /// Why, in one sentence.
    pub why: String,
}

/// Chooses the secret store: the one that is asked for; or the encrypted file where a key for it is
/// given or it already holds this configuration's secrets; or the keyring where it works; or the
/// encrypted file.
///
/// Where no key is given, the encrypted file is opened by `secrets.key` in the configuration
/// folder, which is made with mode 0600 when the first secret is kept.
///
/// # Errors
/// [`StateError::Keyring`] where the keyring was asked for and does not work; [`StateError::Key`],
/// [`StateError::Passphrase`] and [`StateError::StoreDamaged`] where there is an encrypted file and
/// it does not open; [`StateError::Conflict`] where the options exclude each other.
pub async fn choose(
    memory: &Store,
    request: StoreRequest,
) -> Result<(SecretStore, Chosen), StateError> {
    choose_with(memory, request, Keyring::of_system(memory.realm())).await
}

pub(super) async fn choose_with(
    memory: &Store,
    request: StoreRequest,
    keyring: impl Future<Output = Result<Keyring, KeyringFault>>,
) -> Result<(SecretStore, Chosen), StateError> {
    let keyed = match (&request.key_file, &request.passphrase_file) {
        (Some(_), Some(_)) => return Err(conflict("`--key-file`", "`--passphrase-file`")),
        (Some(_), None) => Some("`--key-file`"),
        (None, Some(_)) => Some("`--passphrase-file`"),
        (None, None) => None,
    };
    let file = memory.folder().join(memory.realm().secrets_file());
    let because = match (request.kind, keyed) {
        (Some(StoreKind::Keyring), Some(option)) => {
            return Err(conflict("`--secret-store keyring`", option));
        }
        (Some(StoreKind::Keyring), None) => {
            let keyring = working(keyring)
                .await
                .map_err(|fault| StateError::Keyring { fault })?;
            let why = "The keyring of this computer was asked for.".to_owned();
            return Ok(by_keyring(memory, keyring, why));
        }
        (Some(StoreKind::File), _) => "The encrypted file was asked for".to_owned(),
        (None, Some(option)) => format!("The encrypted file was chosen because {option} was given"),
        (None, None) if file.exists() && !holds_any(memory, StoreKind::Keyring).await? => {
            "The encrypted file was chosen because it holds this configuration's secrets already"
                .to_owned()
        }
        (None, None) => match working(keyring).await {
            Ok(keyring) => {
                let why = "The keyring of this computer was chosen because it works.".to_owned();
                return Ok(by_keyring(memory, keyring, why));
            }
            Err(fault) => format!(
                "The encrypted file was chosen because the keyring of this computer can't be used: \
                 {fault}"
            ),
        },
    };
    let key = match (request.key_file, request.passphrase_file) {
        (Some(key), _) => Key::File(key),
        (None, Some(phrase)) => {
            let sealed = file.clone();
            blocking(move || Key::from_passphrase_file(&sealed, &phrase)).await?
        }
        (None, None) => Key::Beside(memory.folder().join(KEY_BESIDE)),
    };
    let why = format!("{because}.");
    let opened = Arc::new(EncryptedFile::new(file, key));
    let checked = opened.clone();
    blocking(move || checked.check()).await?;
    let store = SecretStore::new(memory.clone(), Backend::File(opened));
    Ok((
        store,
        Chosen {
            which: StoreKind::File,
            why,
        },
    ))
}

async fn working(
    keyring: impl Future<Output = Result<Keyring, KeyringFault>>,
) -> Result<Keyring, KeyringFault> {
    let keyring = keyring.await?;
    keyring.probe().await?;
    Ok(keyring)
}

fn by_keyring(memory: &Store, keyring: Keyring, why: String) -> (SecretStore, Chosen) {
    let store = SecretStore::new(memory.clone(), Backend::Keyring(keyring));
    (
        store,
        Chosen {
            which: StoreKind::Keyring,
            why,
        },
    )
}

/// Whether this configuration has kept no secret yet, in either store.
///
/// # Errors
/// Those of the database.
pub async fn keeps_none(memory: &Store) -> Result<bool, StateError> {
    Ok(
        !holds_any(memory, StoreKind::File).await?
            && !holds_any(memory, StoreKind::Keyring).await?,
    )
}

async fn holds_any(memory: &Store, kind: StoreKind) -> Result<bool, StateError> {
    let held = super::Index::new(memory.clone()).of(kind).await?;
    Ok(!held.is_empty())
}

const fn conflict(first: &'static str, second: &'static str) -> StateError {
    StateError::Conflict { first, second }
}

use std::path::PathBuf;

use fairlead_domain::problem::ProblemCode;

use super::DocumentDamage;

/// Why the system's keyring did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringFault {
    /// Nothing of the kind answers.
    #[error("none answers ({detail})")]
    Absent {
        /// What the system said.
        detail: String,
    },
    /// It is locked, or nobody unlocked it.
    #[error("it is locked")]
    Locked,
    /// It took a value and did not give the same back.
    #[error("it did not keep what was written to it")]
    Forgetful,
    /// It did not answer in time, perhaps because it waits for a person.
    #[error("it did not answer within {seconds} s")]
    Silent {
        /// How long was waited.
        seconds: u64,
    },
    /// What it holds can't be read.
    #[error("the entry it holds can't be read")]
    Damaged,
    /// More than one entry has the same name.
    #[error("it holds more than one entry of the same name")]
    Ambiguous,
    /// It failed.
    #[error("it failed ({detail})")]
    Failed {
        /// What the system said.
        detail: String,
    },
}

impl KeyringFault {
    pub(crate) const fn code(&self) -> ProblemCode {
        match self {
            Self::Absent { .. } | Self::Forgetful | Self::Failed { .. } => {
                ProblemCode::StoreUnavailable
            }
            Self::Locked | Self::Silent { .. } => ProblemCode::StoreLocked,
            Self::Damaged | Self::Ambiguous => ProblemCode::StoreDamaged,
        }
    }
}

/// What is wrong with the key of the encrypted file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// It was made with a passphrase.
    #[error("it was made with a passphrase and none was given (`--passphrase-file`)")]
    PassphraseWanted,
    /// It was made with a key file.
    #[error("it was made with a key file and none was given (`--key-file`)")]
    KeyFileWanted,
    /// The key file is not there.
    #[error("the key file `{}` is not there", key.display())]
    Absent {
        /// The key file.
        key: PathBuf,
    },
    /// The file is no key file.
    #[error("`{}` is not a key file made by `fairlead secrets new-key`", key.display())]
    NotAKey {
        /// The file.
        key: PathBuf,
    },
    /// It was made with another key.
    #[error("the key in `{}` is not the one it was made with", key.display())]
    OtherKey {
        /// The key file.
        key: PathBuf,
    },
    /// The passphrase file is empty.
    #[error("`{}` holds no passphrase", key.display())]
    Empty {
        /// The file.
        key: PathBuf,
    },
}

/// In which way an encrypted file is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreDamage {
    /// It does not begin as an age file does.
    #[error("it is not an encrypted file")]
    NotEncrypted,
    /// Its header does not hold together.
    #[error("its header was changed")]
    Header,
    /// Its contents do not hold together, or end too soon.
    #[error("its contents were changed or cut off")]
    Contents,
    /// It demands more work than Fairlead's own files.
    #[error("it wants a work factor of {factor}, and Fairlead's files have at most {limit}")]
    Work {
        /// What it wants.
        factor: u8,
        /// What is allowed.
        limit: u8,
    },
    /// It was decrypted and holds something else.
    #[error("what it holds is not a list of secrets")]
    Shape,
}

/// Why an exported connection can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferFault {
    /// It is encrypted, and there is no passphrase.
    #[error("it is encrypted and no passphrase was given")]
    PassphraseWanted,
    /// It was to be encrypted under nothing.
    #[error("an empty passphrase protects nothing")]
    PassphraseEmpty,
    /// The passphrase is another.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// It is neither an export nor an encrypted one.
    #[error("it is not an exported connection")]
    NotATransfer,
    /// The encryption does not hold together.
    #[error("{damage}")]
    Damaged {
        /// In which way.
        damage: StoreDamage,
    },
    /// What it holds can't be read.
    #[error("{damage}")]
    Record {
        /// What is wrong with it.
        damage: DocumentDamage,
    },
}

impl TransferFault {
    pub(crate) const fn code(&self) -> ProblemCode {
        match self {
            Self::PassphraseWanted | Self::PassphraseEmpty | Self::Passphrase => {
                ProblemCode::TransferPassphrase
            }
            Self::Record {
                damage: DocumentDamage::Newer { .. },
            } => ProblemCode::TransferNewer,
            Self::NotATransfer | Self::Damaged { .. } | Self::Record { .. } => {
                ProblemCode::TransferUnreadable
            }
        }
    }
}

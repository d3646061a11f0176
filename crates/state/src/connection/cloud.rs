use std::fmt;

use fairlead_domain::cloud::{Cloud, without_accounts};
use serde::{Deserialize, Serialize};

use crate::config::Realm;
use crate::error::StateError;

/// The cloud of a connection, kept so that it is found again without the command line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum CloudChoice {
    /// One of Microsoft's.
    Named {
        /// Its name on the command line.
        name: String,
    },
    /// A simulated tenant.
    Simulated {
        /// Its name.
        name: String,
        /// Its cloud file, without the passwords in it: the file itself ends with the simulator.
        file: String,
    },
}

impl CloudChoice {
    /// One of Microsoft's clouds.
    ///
    /// # Errors
    /// [`StateError::Cloud`] where the name is of none.
    pub fn named(name: &str) -> Result<Self, StateError> {
        let cloud = Cloud::named(name).map_err(|cause| refused(name, &cause))?;
        Ok(Self::Named { name: cloud.name })
    }

    /// A simulated tenant, from the text of its cloud file.
    ///
    /// # Errors
    /// [`StateError::Cloud`] where the text is none.
    pub fn from_file_text(text: &str) -> Result<Self, StateError> {
        let cloud = Cloud::from_file_text(text).map_err(|cause| refused("file", &cause))?;
        let file = without_accounts(text).map_err(|cause| refused("file", &cause))?;
        Ok(Self::Simulated {
            name: cloud.name,
            file,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Named { name } | Self::Simulated { name, .. } => name,
        }
    }

    /// Its endpoints.
    ///
    /// # Errors
    /// [`StateError::Cloud`] where this program does not know the cloud any more.
    pub fn cloud(&self) -> Result<Cloud, StateError> {
        match self {
            Self::Named { name } => Cloud::named(name).map_err(|cause| refused(name, &cause)),
            Self::Simulated { name, file } => {
                Cloud::from_file_text(file).map_err(|cause| refused(name, &cause))
            }
        }
    }

    /// The world it belongs to.
    pub const fn realm(&self) -> Realm {
        match self {
            Self::Named { .. } => Realm::Real,
            Self::Simulated { .. } => Realm::Simulated,
        }
    }
}

/// Its name says enough.
impl fmt::Debug for CloudChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CloudChoice").field(&self.name()).finish()
    }
}

fn refused(name: &str, cause: &dyn fmt::Display) -> StateError {
    StateError::Cloud {
        name: name.to_owned(),
        cause: cause.to_string(),
    }
}

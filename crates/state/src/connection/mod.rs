//! Connections: a profile applied to a tenant, and how far the wizard has come with it.
//!
//! The record is made for being killed at any moment: what is about to be done is written down
//! first ([`Connection::intend`]), then done, then recorded ([`Connection::record`]). A start after
//! a kill looks up every intent by its key before it does it again.

mod cloud;
mod created;
mod progress;
mod table;

use std::collections::BTreeMap;

pub use cloud::CloudChoice;
pub use created::{CreatedKind, CreatedObject, Intent};
use fairlead_domain::ids::{
    CertificateName, ClientId, ConnectionName, DomainName, KeyId, ObjectId, ProfileId, TenantId,
    TenantRef, UserName,
};
use fairlead_domain::profile::{CredentialKind, KeyHolder, Owner, PermissionSet};
use fairlead_domain::remedy::StepId;
use jiff::Timestamp;
pub use progress::{ProductTest, StepRecord, StepStatus};
use serde::{Deserialize, Serialize};
pub use table::Connections;

use crate::config::Realm;
use crate::document::Document;

/// What is asked for when a connection is begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Its name.
    pub name: ConnectionName,
    /// The profile.
    pub profile: ProfileId,
    /// Whose app.
    pub owner: Owner,
    /// How it signs in.
    pub credential: CredentialKind,
    /// Which permissions.
    pub permissions: PermissionSet,
    /// In which cloud.
    pub cloud: CloudChoice,
    /// The tenant, as the person named it.
    pub tenant: TenantRef,
    /// Who holds the private key.
    pub key_holder: KeyHolder,
    /// The key of the app to be created, where one is: chosen now, so that a second start finds
    /// the app of the first.
    pub unique_name: Option<String>,
    /// The profile's inputs.
    pub inputs: BTreeMap<String, String>,
}

/// A connection. It holds no secret: those are in the secret store, under ids made from its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Its name. The store keeps it as it was inserted.
    pub name: ConnectionName,
    /// The profile.
    pub profile: ProfileId,
    /// Whose app.
    pub owner: Owner,
    /// How it signs in.
    pub credential: CredentialKind,
    /// Which permissions.
    pub permissions: PermissionSet,
    /// In which cloud.
    pub cloud: CloudChoice,
    /// The tenant, as the person named it.
    pub tenant: TenantRef,
    /// The tenant, once found.
    pub tenant_id: Option<TenantId>,
    /// The tenant's domain, once found.
    pub domain: Option<DomainName>,
    /// The `uniqueName` of the app to be created, decided before anything is created.
    ///
    /// <https://learn.microsoft.com/graph/api/application-upsert>
    pub unique_name: Option<String>,
    /// The app's client id.
    pub client_id: Option<ClientId>,
    /// The app registration's object id.
    pub app_object_id: Option<ObjectId>,
    /// The service principal's object id.
    pub principal_id: Option<ObjectId>,
    /// Whether the registration was there before: then it is never deleted.
    pub adopted: bool,
    /// The profile's inputs.
    pub inputs: BTreeMap<String, String>,
    /// The certificate it signs in with.
    pub certificate: Option<CertificateName>,
    /// The one before, while a rotation overlaps.
    pub previous_certificate: Option<CertificateName>,
    /// What is known of its client secret.
    pub secret: Option<SecretMeta>,
    /// The account it signs in as.
    pub account: Option<AccountMeta>,
    /// Who holds the private key.
    pub key_holder: KeyHolder,
    /// How far each step has come; a step that is not there is pending.
    pub steps: BTreeMap<StepId, StepRecord>,
    /// What is about to be created and may exist already.
    pub intents: Vec<Intent>,
    /// What was created, in order, so that exactly that can be undone.
    pub created: Vec<CreatedObject>,
    /// What the receiving product's own test said.
    pub product_test: Option<ProductTest>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is known of a client secret besides the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretMeta {
    /// Its id on the app, unless somebody else made it.
    pub key_id: Option<KeyId>,
    /// When it ends, where that is known.
    pub end: Option<Timestamp>,
    /// Its first characters, as Entra shows them (`hint`).
    pub hint: Option<String>,
}

/// The synchronisation account of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountMeta {
    /// Its sign-in name.
    pub user: UserName,
    /// Its object id, once it has signed in.
    pub object_id: Option<ObjectId>,
}

impl Connection {
    /// A connection of which nothing is done yet.
    pub fn new(wanted: Wanted, now: Timestamp) -> Self {
        Self {
            name: wanted.name,
            profile: wanted.profile,
            owner: wanted.owner,
            credential: wanted.credential,
            permissions: wanted.permissions,
            cloud: wanted.cloud,
            tenant: wanted.tenant,
            tenant_id: None,
            domain: None,
            unique_name: wanted.unique_name,
            client_id: None,
            app_object_id: None,
            principal_id: None,
            adopted: false,
            inputs: wanted.inputs,
            certificate: None,
            previous_certificate: None,
            secret: None,
            account: None,
            key_holder: wanted.key_holder,
            steps: BTreeMap::new(),
            intents: Vec::new(),
            created: Vec::new(),
            product_test: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The world it belongs to.
    pub const fn realm(&self) -> Realm {
        self.cloud.realm()
    }
}

impl Document for Connection {}

#[cfg(test)]
mod tests;

use fairlead_connect::wizard::undo::{forget, remove_everywhere};
use fairlead_connect::{Attendant, ConnectError, Session, Subject, handover};
use fairlead_domain::Secret;
use fairlead_domain::ids::ConnectionName;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::report::Report;
use fairlead_domain::values::HandOver;
use fairlead_state::transfer::{self, Transfer};
use fairlead_state::{Chosen, Connection, Realm, SecretId};

use crate::SignInOptions;
use crate::catalogue::profile_of;
use crate::open::App;

/// A connection that was found, with everything that a use case needs of it.
#[derive(Debug)]
pub struct Located {
    /// What the use case works with.
    pub session: Session,
    /// The connection and its profile.
    pub subject: Subject,
    /// Why the secret store was chosen.
    pub chosen: Chosen,
}

/// How far a connection is removed.
#[derive(Debug)]
pub enum Removal {
    /// From this computer.
    Here,
    /// From this computer and from the tenant: exactly what was created for it.
    Everywhere(SignInOptions),
}

impl App {
    /// Every connection, real ones first, each with its last report.
    pub async fn connections(&self) -> Result<Vec<(Connection, Option<Report>)>, ConnectError> {
        let mut all = Vec::new();
        for realm in self.realms() {
            let store = self.store(realm).await?;
            for connection in store.connections().list().await? {
                let report = store.reports().latest(&connection.name).await?;
                all.push((connection, report));
            }
        }
        Ok(all)
    }

    /// The connection of a name: in the realm of the cloud that was named, else the real one before the
    /// simulated.
    pub async fn connection(&self, name: &ConnectionName) -> Result<Connection, ConnectError> {
        for realm in self.realms() {
            let store = self.store(realm).await?;
            if let Some(mut connection) = store.connections().find(name).await? {
                // A simulated tenant may have another address each time it runs.
                if let Some(cloud) = self.named_cloud() {
                    Self::check_cloud(&connection, cloud.name())?;
                    connection.cloud = cloud.clone();
                }
                return Ok(connection);
            }
        }
        Err(ConnectError::rule(
            ProblemCode::ConnectionUnknown,
            format!("there is no connection `{name}`"),
        ))
    }

    fn check_cloud(connection: &Connection, wanted: &str) -> Result<(), ConnectError> {
        if connection.cloud.name() == wanted {
            return Ok(());
        }
        Err(ConnectError::rule(
            ProblemCode::ConnectionOtherCloud,
            format!(
                "the connection `{}` is of the cloud `{}`, not `{wanted}`",
                connection.name,
                connection.cloud.name()
            ),
        ))
    }

    /// A connection with everything that a use case needs of it.
    pub async fn locate(&self, name: &ConnectionName) -> Result<Located, ConnectError> {
        let connection = self.connection(name).await?;
        let (session, chosen) = self.session(&connection.cloud).await?;
        let profile = profile_of(&connection.profile)?;
        let cloud = session.cloud.clone();
        Ok(Located {
            session,
            subject: Subject::new(connection, profile, cloud)?,
            chosen,
        })
    }

    /// The hand-over sheet of a connection, with the title of its profile.
    pub async fn values(&self, name: &ConnectionName) -> Result<(HandOver, String), ConnectError> {
        let located = self.locate(name).await?;
        let sheet = handover::values(&located.session, &located.subject).await?;
        Ok((sheet, located.subject.profile.title.clone()))
    }

    /// What to send to the one who may consent.
    pub async fn consent_request(&self, name: &ConnectionName) -> Result<String, ConnectError> {
        Ok(handover::consent_request(&self.locate(name).await?.subject))
    }

    /// Removes a connection.
    pub async fn remove(
        &self,
        name: &ConnectionName,
        removal: Removal,
        attendant: &dyn Attendant,
    ) -> Result<(), ConnectError> {
        let Located {
            session, subject, ..
        } = self.locate(name).await?;
        match removal {
            Removal::Here => {
                let _lock = session.store.lock(name)?;
                forget(&session, &subject.connection).await
            }
            Removal::Everywhere(sign_in) => {
                remove_everywhere(&session, &subject.connection, sign_in, attendant).await
            }
        }
    }

    /// A connection as a file for another machine; with its secrets only under a passphrase.
    pub async fn export_connection(
        &self,
        name: &ConnectionName,
        passphrase: Option<&Secret<String>>,
    ) -> Result<transfer::Exported, ConnectError> {
        let Located { session, .. } = self.locate(name).await?;
        let with = passphrase.map(|passphrase| (&session.secrets, passphrase));
        Ok(transfer::export(&session.store, name, with).await?)
    }

    /// Reads an exported connection. Nothing is kept yet.
    pub async fn read_transfer(
        bytes: Vec<u8>,
        passphrase: Option<Secret<String>>,
    ) -> Result<Transfer, ConnectError> {
        Ok(transfer::read(bytes, passphrase).await?)
    }

    /// Takes over a connection from another machine; with the secrets of it that did not come along.
    pub async fn import_connection(
        &self,
        transfer: &Transfer,
    ) -> Result<(Connection, Vec<SecretId>), ConnectError> {
        let (session, _) = self.session(&transfer.connection().cloud).await?;
        let connection = transfer
            .import(&session.store, &session.secrets, session.now())
            .await?;
        let mut missing = Vec::new();
        for id in transfer.lacking() {
            if session.secrets.get(&id).await?.is_none() {
                missing.push(id);
            }
        }
        Ok((connection, missing))
    }

    /// Whether a connection is one of a simulated tenant.
    pub fn is_simulated(connection: &Connection) -> bool {
        connection.realm() == Realm::Simulated
    }
}

//! What a killed run may have created without recording it: looked for by what was written down before.
//! Reads may be behind; what was meant moments ago is waited for.

use fairlead_domain::ids::ObjectId;
use fairlead_graph::{Application, KeyCredential, PasswordCredential, ServicePrincipal};
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, CreatedObject, Intent};

use super::Removal;
use super::take_away::is_removal;
use crate::certificates::name_taken;
use crate::error::ConnectError;
use crate::wait::{Patience, until};
use crate::wizard::granted;

/// An intent, with the object that it led to.
type Found = (Intent, CreatedObject);

impl Removal<'_> {
    /// Records what is there of what was intended, as far as it does not go with an app of one's own.
    pub(super) async fn settle(
        &self,
        connection: Connection,
        own_app: bool,
    ) -> Result<Connection, ConnectError> {
        let mut found = Vec::new();
        for intent in connection.intents.iter().filter(|it| !is_removal(it)) {
            let object = match intent.kind {
                CreatedKind::Application => self.application(intent).await?,
                _ if own_app => None,
                CreatedKind::ServicePrincipal => self.principal(&connection, intent).await?,
                CreatedKind::Key => self.key(&connection, intent).await?,
                CreatedKind::Password => self.password(&connection, intent).await?,
                _ => None,
            };
            found.extend(object.map(|object| (intent.clone(), object)));
        }
        let connection = self.keep(&connection, found).await?;
        if own_app {
            return Ok(connection);
        }
        self.grants(connection).await
    }

    async fn keep(
        &self,
        connection: &Connection,
        found: Vec<Found>,
    ) -> Result<Connection, ConnectError> {
        self.change(connection, |kept| {
            for (intent, object) in found {
                kept.record(&intent.key, object);
            }
        })
        .await
    }

    /// As long as reads may be behind what was done at the time of an intent.
    fn patience(&self, intent: &Intent) -> Patience {
        Patience {
            limit: self.session.left_of_replication(intent.at),
            ..self.session.replication()
        }
    }

    async fn application(&self, intent: &Intent) -> Result<Option<CreatedObject>, ConnectError> {
        let graph = &self.graph;
        if !graph.application_exists(&intent.key, &intent.what).await? {
            return Ok(None);
        }
        let found: Option<Application> = until(
            self.session.replication(),
            "the app registration is visible",
            self.attendant,
            || async { Ok(graph.application_by_unique_name(&intent.key).await?) },
        )
        .await?;
        Ok(found.map(|application| object(intent, application.id.to_string(), None)))
    }

    async fn principal(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Option<CreatedObject>, ConnectError> {
        let Some(client) = connection.client_id else {
            return Ok(None);
        };
        let found: Option<ServicePrincipal> = until(
            self.patience(intent),
            "the enterprise application is visible",
            self.attendant,
            || async { Ok(self.graph.service_principal(client).await?) },
        )
        .await?;
        Ok(found.map(|principal| object(intent, principal.id.to_string(), None)))
    }

    /// A certificate on the app: intended by its thumbprint, or by its name before it was made.
    async fn key(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Option<CreatedObject>, ConnectError> {
        let thumbprint = match name_taken(intent) {
            None => intent.key.parse().ok(),
            Some(name) => {
                let stored = self.session.store.certificates().find(&name).await?;
                stored.and_then(|stored| Some(stored.facts?.thumbprint))
            }
        };
        let Some(thumbprint) = thumbprint else {
            return Ok(None);
        };
        let is_it = |key: &KeyCredential| key.thumbprint().as_ref() == Some(&thumbprint);
        let holds = |app: &Application| app.key_credentials.iter().any(is_it);
        let Some(app) = self.app_that(connection, intent, holds).await? else {
            return Ok(None);
        };
        let key = app.key_credentials.iter().find(|key| is_it(key));
        let id = key.and_then(|key| key.key_id);
        Ok(id.map(|id| object(intent, id.to_string(), Some(app.id))))
    }

    async fn password(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Option<CreatedObject>, ConnectError> {
        let is_it = |secret: &PasswordCredential| secret.display_name.as_ref() == Some(&intent.key);
        let holds = |app: &Application| app.password_credentials.iter().any(is_it);
        let Some(app) = self.app_that(connection, intent, holds).await? else {
            return Ok(None);
        };
        let secret = app.password_credentials.iter().find(|secret| is_it(secret));
        let id = secret.and_then(|secret| secret.key_id);
        Ok(id.map(|id| object(intent, id.to_string(), Some(app.id))))
    }

    /// The connection's app, once it holds what was intended.
    async fn app_that(
        &self,
        connection: &Connection,
        intent: &Intent,
        holds: impl Fn(&Application) -> bool,
    ) -> Result<Option<Application>, ConnectError> {
        let Some(id) = connection.app_object_id else {
            return Ok(None);
        };
        let look = || async {
            let application = self.graph.application_by_id(id).await?;
            Ok(application.filter(&holds))
        };
        let what = "it is seen what the app holds";
        until(self.patience(intent), what, self.attendant, look).await
    }

    /// Records the grants that were intended.
    async fn grants(&self, connection: Connection) -> Result<Connection, ConnectError> {
        let intents = connection.intents.iter();
        let newest = intents
            .filter(|intent| granted::is_grant(intent) && !is_removal(intent))
            .max_by_key(|intent| intent.at);
        let Some((newest, principal)) = newest.zip(connection.principal_id) else {
            return Ok(connection);
        };
        let look = || async {
            let assignments = self.graph.app_role_assignments(principal).await?;
            let grants = self.graph.permission_grants(principal).await?;
            let mut seen = connection.clone();
            let now = self.session.now();
            granted::record(&mut seen, principal, &assignments, &grants, now);
            Ok::<_, ConnectError>(seen)
        };
        let what = "it is seen what was granted";
        until(self.patience(newest), what, self.attendant, || async {
            let seen = look().await?;
            let mut left = seen.intents.iter().filter(|it| !is_removal(it));
            Ok((!left.any(granted::is_grant)).then_some(()))
        })
        .await?;
        let seen = look().await?;
        self.change(&connection, |kept| *kept = seen).await
    }
}

fn object(intent: &Intent, id: String, parent: Option<ObjectId>) -> CreatedObject {
    CreatedObject {
        kind: intent.kind,
        id,
        parent: parent.map(|parent| parent.to_string()),
        added: Vec::new(),
        what: intent.what.clone(),
        at: intent.at,
    }
}

//! The client secret: given, or made on the app and kept the moment it is shown.
//!
//! Its text is shown once. One whose text was lost on the way is useless and is taken off the app again:
//! it is known by the name that was written down before it was asked for. Reads may be behind, and show
//! it only when they show what was made after it; so it is looked for then.

use fairlead_domain::Secret;
use fairlead_domain::ids::{KeyId, ObjectId};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::Owner;
use fairlead_graph::{AddedPassword, Graph, PasswordCredential};
use fairlead_state::SecretId;
use fairlead_state::connection::{CreatedKind, CreatedObject, SecretMeta, StepStatus};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::app::not_visible;
use super::credential::Brought;
use super::run::Run;
use crate::certificates::day;
use crate::error::ConnectError;
use crate::wait::{Patience, until};

const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];
/// How long a secret that is made here lives: half a year.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_hours(180 * 24);
/// How often a secret is asked for when the answer that shows it is lost.
const ATTEMPTS: u32 = 4;

impl Run<'_> {
    pub(super) async fn secret_step(&mut self) -> Result<(), ConnectError> {
        let id = SecretId::client_secret(&self.subject.connection.name);
        if let Some(given) = self.request.secret.clone() {
            return self.keep_given(&id, &given).await;
        }
        if let Some(Brought::Secret(key)) = self.brought.take() {
            return self.see_secret(key).await;
        }
        if !self.holds_secret(&id).await? {
            let key = self.put_secret().await?;
            return self.see_secret(key).await;
        }
        let meta = self.subject.connection.secret.clone();
        let end = meta.as_ref().and_then(|meta| meta.end);
        let Some(key) = meta.and_then(|meta| meta.key_id) else {
            return self
                .end_step(StepStatus::AlreadyInPlace, describe(end))
                .await;
        };
        if let Some(on_app) = self.await_secret(key).await? {
            self.remove_strays(&on_app).await?;
            return self
                .end_step(StepStatus::AlreadyInPlace, describe(end))
                .await;
        }
        self.done("the app does not hold the kept secret any more; a new one is made");
        let key = self.put_secret().await?;
        self.see_secret(key).await
    }

    /// Whether a secret has to be made.
    pub(super) async fn needs_secret(&self) -> bool {
        let id = SecretId::client_secret(&self.subject.connection.name);
        self.request.secret.is_none() && matches!(self.holds_secret(&id).await, Ok(false))
    }

    /// Whether a secret is kept that is not over.
    async fn holds_secret(&self, id: &SecretId) -> Result<bool, ConnectError> {
        let now = self.session.now();
        let meta = self.subject.connection.secret.as_ref();
        let holds = meta.is_some_and(|meta| meta.end.is_none_or(|end| end > now));
        Ok(holds && self.session.secrets.get(id).await?.is_some())
    }

    async fn keep_given(
        &mut self,
        id: &SecretId,
        given: &Secret<String>,
    ) -> Result<(), ConnectError> {
        if given.expose().is_empty() {
            return Err(ConnectError::rule(
                ProblemCode::InputInvalid,
                "the given client secret is empty",
            ));
        }
        self.session
            .secrets
            .put(id, &Secret::new(given.expose().clone().into_bytes()))
            .await?;
        let hint: String = given.expose().chars().take(3).collect();
        let known = self
            .subject
            .connection
            .secret
            .clone()
            .filter(|meta| meta.hint.as_deref() == Some(&hint));
        let meta = known.unwrap_or(SecretMeta {
            key_id: None,
            end: None,
            hint: Some(hint),
        });
        self.change(|connection| connection.secret = Some(meta))
            .await?;
        self.end_step(StepStatus::Done, "given, kept in the secret store")
            .await
    }

    /// The secrets that are on the app, once they hold one of them. One that was made moments ago is
    /// waited for; `None` where it is not there.
    async fn await_secret(
        &mut self,
        key: KeyId,
    ) -> Result<Option<Vec<PasswordCredential>>, ConnectError> {
        let purpose = "see whether the secret is on the app";
        let graph = self.graph(&SCOPES, purpose).await?;
        let client = self.subject.connection.client_id;
        let client = client.ok_or_else(|| not_visible("the app registration"))?;
        let id = key.to_string();
        let mut created = self.subject.connection.created.iter();
        let made = created
            .find(|object| object.kind == CreatedKind::Password && object.id == id)
            .map(|object| object.at);
        let patience = Patience {
            limit: made.map_or_else(Default::default, |at| self.session.left_of_replication(at)),
            ..self.session.replication()
        };
        until(
            patience,
            "the secret is visible on the app",
            self.attendant,
            || async {
                let application = graph.application(client).await?;
                let secrets = application.map(|application| application.password_credentials);
                Ok(secrets.filter(|all| all.iter().any(|secret| secret.key_id == Some(key))))
            },
        )
        .await
    }

    /// A new secret, kept here, and not seen on the app yet.
    pub(super) async fn put_secret(&mut self) -> Result<KeyId, ConnectError> {
        let graph = self.graph(&SCOPES, "make a client secret").await?;
        let object = self.app_object()?;
        let (name, added) = self.add_secret(&graph, object).await?;
        let id = SecretId::client_secret(&self.subject.connection.name);
        let text = Secret::new(added.text.expose().clone().into_bytes());
        self.session.secrets.put(&id, &text).await?;
        let key = added.key_id;
        let meta = SecretMeta {
            key_id: Some(key),
            end: added.end,
            hint: added.hint,
        };
        let made = CreatedObject {
            kind: CreatedKind::Password,
            id: key.to_string(),
            parent: Some(object.to_string()),
            added: Vec::new(),
            what: "client secret".to_owned(),
            at: self.session.now(),
        };
        self.change(|connection| {
            connection.secret = Some(meta);
            connection.record(&name, made);
        })
        .await?;
        Ok(key)
    }

    async fn see_secret(&mut self, key: KeyId) -> Result<(), ConnectError> {
        let on_app = self
            .await_secret(key)
            .await?
            .ok_or_else(|| not_visible("the client secret"))?;
        self.remove_strays(&on_app).await?;
        let end = self.subject.connection.secret.as_ref();
        let end = end.and_then(|secret| secret.end);
        self.end_step(StepStatus::Done, describe(end)).await
    }

    /// Asks for a secret until its text arrives. Each one has a name of its own, written down before.
    async fn add_secret(
        &mut self,
        graph: &Graph,
        object: ObjectId,
    ) -> Result<(String, AddedPassword), ConnectError> {
        let end = self.session.now().saturating_add(LIFETIME);
        let end = end.unwrap_or(Timestamp::MAX);
        let mut attempt = 1;
        loop {
            let name = format!("Fairlead {}", &Uuid::new_v4().simple().to_string()[..8]);
            self.intend(CreatedKind::Password, &name, "client secret")
                .await?;
            let added = until(
                self.session.replication(),
                "the app takes a secret",
                self.attendant,
                || async { Ok(Some(graph.add_password(object, &name, end).await?)) },
            )
            .await;
            match added {
                Ok(Some(mut added)) => {
                    added.end = added.end.or(Some(end));
                    return Ok((name, added));
                }
                Ok(None) => return Err(not_visible("the app registration")),
                Err(ConnectError::Graph(error)) if error.may_be_done() && attempt < ATTEMPTS => {
                    self.done("the answer that shows the secret was lost; another one is made");
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes secrets off the app that nobody can know: those whose text was lost, and, on an app of
    /// Fairlead's own, those that were replaced.
    async fn remove_strays(&mut self, on_app: &[PasswordCredential]) -> Result<(), ConnectError> {
        let purpose = "take lost secrets off the app";
        let graph = self.graph(&SCOPES, purpose).await?;
        let object = self.app_object()?;
        let connection = &self.subject.connection;
        let current = connection.secret.as_ref().and_then(|secret| secret.key_id);
        let names: Vec<String> = connection
            .intents
            .iter()
            .filter(|intent| intent.kind == CreatedKind::Password)
            .map(|intent| intent.key.clone())
            .collect();
        let own = connection.owner == Owner::Fairlead;
        let replaced = |key: KeyId| {
            let id = key.to_string();
            let mut created = connection.created.iter();
            own && created.any(|it| it.kind == CreatedKind::Password && it.id == id)
        };
        let lost = |secret: &PasswordCredential| {
            let name = secret.display_name.as_ref();
            name.is_some_and(|name| names.contains(name))
        };
        let strays: Vec<KeyId> = on_app
            .iter()
            .filter_map(|secret| {
                let key = secret.key_id?;
                (Some(key) != current && (lost(secret) || replaced(key))).then_some(key)
            })
            .collect();
        for key in &strays {
            graph.remove_password(object, *key).await?;
            self.done("a secret that nobody knows was taken off the app");
        }
        self.change(|connection| {
            for name in &names {
                connection.abandon(CreatedKind::Password, name);
            }
            for key in &strays {
                connection.forget(CreatedKind::Password, &key.to_string());
            }
        })
        .await
    }
}

fn describe(end: Option<Timestamp>) -> String {
    end.map_or_else(
        || "in the secret store".to_owned(),
        |end| format!("in the secret store, ends on {}", day(end)),
    )
}

//! The client secret: given, or made on the app and kept the moment it is shown.

use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_state::SecretId;
use fairlead_state::connection::{CreatedKind, SecretMeta, StepStatus};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::app::not_visible;
use super::run::Run;
use crate::certificates::day;
use crate::error::ConnectError;
use crate::wait::until;

const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];
/// How long a secret that is made here lives: half a year.
const LIFETIME: SignedDuration = SignedDuration::from_hours(180 * 24);

impl Run<'_> {
    pub(super) async fn secret_step(&mut self) -> Result<(), ConnectError> {
        let id = SecretId::client_secret(&self.subject.connection.name);
        if let Some(given) = self.request.secret.clone() {
            return self.keep_given(&id, &given).await;
        }
        let kept = self.session.secrets.get(&id).await?.is_some();
        let meta = self.subject.connection.secret.clone();
        let over = meta
            .as_ref()
            .and_then(|meta| meta.end)
            .is_some_and(|end| end <= self.session.now());
        if let Some(meta) = meta.filter(|_| kept && !over) {
            if meta.key_id.is_none() || self.is_on_app(&meta).await? {
                return self
                    .end_step(StepStatus::AlreadyInPlace, describe(meta.end))
                    .await;
            }
            self.done("the app does not hold the kept secret any more; a new one is made");
        }
        self.make_secret(&id).await
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

    async fn is_on_app(&mut self, meta: &SecretMeta) -> Result<bool, ConnectError> {
        let graph = self
            .graph(&SCOPES, "see whether the secret is still on the app")
            .await?;
        let Some(client) = self.subject.connection.client_id else {
            return Ok(false);
        };
        let application = graph.application(client).await?;
        Ok(application.is_some_and(|application| {
            application
                .password_credentials
                .iter()
                .any(|password| password.key_id == meta.key_id)
        }))
    }

    async fn make_secret(&mut self, id: &SecretId) -> Result<(), ConnectError> {
        let graph = self.graph(&SCOPES, "make a client secret").await?;
        let (object, client) = self
            .subject
            .connection
            .app_object_id
            .zip(self.subject.connection.client_id)
            .ok_or_else(|| {
                ConnectError::rule(
                    ProblemCode::AppMissing,
                    "the app registration is not known yet",
                )
            })?;
        // A secret that was made by a run that was killed before it could keep the text is useless: it
        // is known by the name that was written down, and goes first.
        let intended: Vec<String> = self
            .subject
            .connection
            .intents
            .iter()
            .filter(|intent| intent.kind == CreatedKind::Password)
            .map(|intent| intent.key.clone())
            .collect();
        if !intended.is_empty() {
            let application = graph.application(client).await?;
            let orphans = application
                .iter()
                .flat_map(|application| &application.password_credentials)
                .filter(|password| {
                    password
                        .display_name
                        .as_ref()
                        .is_some_and(|name| intended.contains(name))
                });
            for key in orphans.filter_map(|password| password.key_id) {
                graph.remove_password(object, key).await?;
                self.done("a secret that an interrupted run left was removed");
            }
            self.change(|connection| {
                for name in &intended {
                    connection.abandon(CreatedKind::Password, name);
                }
            })
            .await?;
        }
        let name = format!("Fairlead {}", &Uuid::new_v4().simple().to_string()[..8]);
        self.intend(CreatedKind::Password, &name, "client secret")
            .await?;
        let end = self
            .session
            .now()
            .saturating_add(LIFETIME)
            .unwrap_or(Timestamp::MAX);
        let added = until(
            self.session.replication(),
            "the app takes a secret",
            self.attendant,
            || async { Ok(Some(graph.add_password(object, &name, end).await?)) },
        )
        .await?
        .ok_or_else(|| not_visible("the app registration"))?;
        self.session
            .secrets
            .put(id, &Secret::new(added.text.expose().clone().into_bytes()))
            .await?;
        let meta = SecretMeta {
            key_id: Some(added.key_id),
            end: added.end.or(Some(end)),
            hint: added.hint,
        };
        self.change(|connection| connection.secret = Some(meta))
            .await?;
        let parent = Some(object.to_string());
        self.created(
            CreatedKind::Password,
            &name,
            added.key_id.to_string(),
            parent,
            Vec::new(),
            "client secret",
        )
        .await?;
        self.end_step(StepStatus::Done, describe(added.end.or(Some(end))))
            .await
    }
}

fn describe(end: Option<Timestamp>) -> String {
    end.map_or_else(
        || "in the secret store".to_owned(),
        |end| format!("in the secret store, ends on {}", day(end)),
    )
}

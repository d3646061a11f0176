//! The app registration and its enterprise application: created once, whatever happens in between.

use fairlead_domain::ids::ClientId;
use fairlead_domain::problem::ProblemCode;
use fairlead_graph::{Application, Graph, NewApplication};
use fairlead_state::connection::{CreatedKind, StepStatus};

use super::repair::{display_name, required_resources};
use super::run::Run;
use crate::error::ConnectError;
use crate::tester::LOOPBACK;
use crate::wait::until;

/// What the administrator's sign-in needs to create an app.
const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];
const PURPOSE: &str = "create or repair the app registration";

impl Run<'_> {
    pub(super) async fn app_step(&mut self) -> Result<(), ConnectError> {
        let graph = self.graph(&SCOPES, PURPOSE).await?;
        let known = self.subject.connection.client_id;
        let (application, was_there) = match known {
            Some(client) => match self.known_application(&graph, client).await? {
                Some(application) => (application, true),
                None => (self.create_application(&graph).await?, false),
            },
            None => (self.create_application(&graph).await?, false),
        };
        let (id, client) = (application.id, application.app_id);
        self.change(|connection| {
            connection.app_object_id = Some(id);
            connection.client_id = Some(client);
        })
        .await?;
        let repaired = if was_there {
            self.repair_application(&graph, &application).await?
        } else {
            false
        };
        let made_principal = self.principal(&graph, client).await?;
        let status = if was_there && !repaired && !made_principal {
            StepStatus::AlreadyInPlace
        } else {
            StepStatus::Done
        };
        self.end_step(
            status,
            format!(
                "{} ({client})",
                application.display_name.unwrap_or_default()
            ),
        )
        .await
    }

    /// The app that the connection has already. One that was created moments ago may not be known
    /// everywhere yet; one in the recycle bin is brought back; one that is gone for good is made anew.
    async fn known_application(
        &mut self,
        graph: &Graph,
        client: ClientId,
    ) -> Result<Option<Application>, ConnectError> {
        if let Some(application) = graph.application(client).await? {
            return Ok(Some(application));
        }
        let object = self.subject.connection.app_object_id;
        let made = self
            .subject
            .connection
            .created
            .iter()
            .find(|object| object.kind == CreatedKind::Application);
        let fresh = made.is_some_and(|made| {
            self.session.now().duration_since(made.at) < jiff::SignedDuration::from_mins(5)
        });
        if fresh && graph.deleted_application(client).await?.is_none() {
            let found = self.visible_application(graph, client).await;
            if found.is_ok() {
                return found.map(Some);
            }
        }
        if let Some(deleted) = graph.deleted_application(client).await? {
            graph.restore_application(deleted.id).await?;
            self.done("the app registration was in the recycle bin and is restored");
            return self.visible_application(graph, client).await.map(Some);
        }
        if self.subject.connection.adopted {
            return Err(ConnectError::rule(
                ProblemCode::AppMissing,
                format!(
                    "there is no app registration with the client id `{client}` in this tenant"
                ),
            ));
        }
        self.done("the app registration is gone for good and is made anew");
        self.change(|connection| {
            connection.client_id = None;
            connection.app_object_id = None;
            connection.principal_id = None;
            if let Some(object) = object {
                connection.forget(CreatedKind::Application, &object.to_string());
            }
            connection
                .created
                .retain(|object| object.kind == CreatedKind::BootstrapGrant);
            connection.unique_name = Some(format!("fairlead-{}", uuid::Uuid::new_v4()));
        })
        .await?;
        Ok(None)
    }

    async fn create_application(&mut self, graph: &Graph) -> Result<Application, ConnectError> {
        let unique_name = self.subject.connection.unique_name.clone().ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::AppMissing,
                "the connection adopts an app, and that app is not there",
            )
        })?;
        let name = display_name(&self.subject);
        self.intend(CreatedKind::Application, &unique_name, &name)
            .await?;
        let new = NewApplication {
            display_name: name.clone(),
            required: required_resources(&self.subject),
            public_redirect_uris: vec![LOOPBACK.to_owned()],
            web_redirect_uris: self.subject.redirect_uris(),
            public_client: self.subject.is_account(),
        };
        let application = match graph.upsert_application(&unique_name, &new).await? {
            Some(application) => application,
            // It was there already: a run before this one made it.
            None => until(
                self.session.replication(),
                "the app registration is visible",
                self.attendant,
                || async { Ok(graph.application_by_unique_name(&unique_name).await?) },
            )
            .await?
            .ok_or_else(|| not_visible("the app registration"))?,
        };
        let id = application.id.to_string();
        self.created(
            CreatedKind::Application,
            &unique_name,
            id,
            None,
            Vec::new(),
            &name,
        )
        .await?;
        let client = application.app_id;
        self.change(|connection| {
            connection.app_object_id = Some(application.id);
            connection.client_id = Some(client);
        })
        .await?;
        self.done(format!("app registration `{name}` created"));
        self.visible_application(graph, client).await
    }

    async fn visible_application(
        &self,
        graph: &Graph,
        client: ClientId,
    ) -> Result<Application, ConnectError> {
        until(
            self.session.replication(),
            "the app registration is visible",
            self.attendant,
            || async { Ok(graph.application(client).await?) },
        )
        .await?
        .ok_or_else(|| not_visible("the app registration"))
    }

    /// The enterprise application, created where there is none; whether it was created.
    async fn principal(&mut self, graph: &Graph, client: ClientId) -> Result<bool, ConnectError> {
        if let Some(principal) = graph.service_principal(client).await? {
            let known = self.subject.connection.created.iter().any(|object| {
                object.kind == CreatedKind::ServicePrincipal
                    && object.id == principal.id.to_string()
            });
            let intended = self
                .subject
                .connection
                .intent(CreatedKind::ServicePrincipal, &client.to_string())
                .is_some();
            if intended && !known {
                self.record_principal(client, principal.id.to_string())
                    .await?;
            }
            self.change(|connection| connection.principal_id = Some(principal.id))
                .await?;
            return Ok(false);
        }
        let name = display_name(&self.subject);
        self.intend(CreatedKind::ServicePrincipal, &client.to_string(), &name)
            .await?;
        // The app may not be known yet where its enterprise application is made.
        until(
            self.session.replication(),
            "the enterprise application can be created",
            self.attendant,
            || async {
                graph.upsert_service_principal(client, &name).await?;
                Ok(Some(()))
            },
        )
        .await?
        .ok_or_else(|| not_visible("the app registration"))?;
        let principal = until(
            self.session.replication(),
            "the enterprise application is visible",
            self.attendant,
            || async { Ok(graph.service_principal(client).await?) },
        )
        .await?
        .ok_or_else(|| not_visible("the enterprise application"))?;
        self.record_principal(client, principal.id.to_string())
            .await?;
        self.change(|connection| connection.principal_id = Some(principal.id))
            .await?;
        self.done("enterprise application created");
        Ok(true)
    }

    async fn record_principal(&mut self, client: ClientId, id: String) -> Result<(), ConnectError> {
        let name = display_name(&self.subject);
        self.created(
            CreatedKind::ServicePrincipal,
            &client.to_string(),
            id,
            None,
            Vec::new(),
            &name,
        )
        .await
    }
}

/// Microsoft did not make something known in the time that is waited.
pub(crate) fn not_visible(what: &str) -> ConnectError {
    ConnectError::rule(
        ProblemCode::GraphNotReplicated,
        format!("{what} is not known everywhere yet; run the same command again later"),
    )
}

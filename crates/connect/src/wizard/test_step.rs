use std::sync::Arc;
use std::time::Duration;

use fairlead_domain::permission::PermissionKind;
use fairlead_domain::profile::CredentialKind;
use fairlead_domain::remedy::StepId;
use fairlead_entra::{AppCredential, TokenSource};
use fairlead_graph::Application;
use fairlead_state::SecretId;
use fairlead_state::connection::StepStatus;

use super::run::Run;
use crate::attendant::Event;
use crate::error::ConnectError;
use crate::tester::{
    TestRequest, Tested, carried, inspector_scopes, missing, read_key, read_text, test,
};
use crate::wait::{Patience, until};

impl Run<'_> {
    /// Tests the connection; nothing where there is nothing to test with yet.
    pub(super) async fn test_step(&mut self) -> Result<Option<Tested>, ConnectError> {
        let waiting = matches!(
            self.subject.connection.status(StepId::Permissions),
            StepStatus::Waiting { .. }
        );
        let effective = self.await_token(waiting).await?;
        if waiting && effective {
            // Somebody consented since: the app's own token shows it.
            self.step = StepId::Permissions;
            self.end_step(
                StepStatus::Done,
                "the token carries every permission needed",
            )
            .await?;
            self.step = StepId::Test;
        } else if waiting {
            self.end_step(StepStatus::Pending, "after the consent")
                .await?;
            return Ok(None);
        }
        let inspector = if self.request.inspects(self.subject.connection.owner) {
            let scopes = inspector_scopes(&self.subject);
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            let graph = self.graph(&scopes, "look at the tenant, read-only").await?;
            let name = self
                .administrator
                .as_ref()
                .map(crate::administrator::Administrator::name);
            Some((graph, name.unwrap_or_default()))
        } else {
            None
        };
        let request = TestRequest {
            inspector,
            ..TestRequest::default()
        };
        let attendant = self.attendant;
        let tell = |check: &fairlead_domain::check::CheckResult| {
            attendant.tell(Event::Checked(Box::new(check.clone())));
        };
        let tested = Box::pin(test(self.session, self.subject.clone(), request, &tell)).await?;
        let concern = tested.report.first_concern();
        let detail = if let Some(check) = concern {
            format!("{}: {}", check.id, check.detail)
        } else {
            let passed = tested.report.count(fairlead_domain::check::Verdict::Passed);
            format!("{} passed", crate::wait::counted(passed, "check"))
        };
        let status = if tested.report.verdict.needs_attention() {
            StepStatus::Pending
        } else {
            StepStatus::Done
        };
        self.end_step(status, detail).await?;
        Ok(Some(tested))
    }

    /// Waits until the connection's token carries every permission needed; whether it does. It is
    /// waited for only while the directory says that it should work: anything else is no matter of
    /// time, and is left to the tester, which explains it.
    async fn await_token(&self, waiting: bool) -> Result<bool, ConnectError> {
        let Some(source) = self.token_source().await? else {
            return Ok(!waiting);
        };
        let limit = if waiting {
            Duration::ZERO
        } else {
            self.session.patience
        };
        let patience = Patience {
            limit,
            ..self.session.replication()
        };
        let what = "the token carries the permissions";
        let carries = until(patience, what, self.attendant, || async {
            if self.token_is_complete(&source).await? {
                return Ok(Some(true));
            }
            match self.directory_agrees().await {
                Ok(true) => Ok(None),
                // Nothing was learned: the next question may be answered.
                Err(error) if error.is_unanswered() => Ok(None),
                Ok(false) | Err(_) => Ok(Some(false)),
            }
        })
        .await;
        if let Some(newest) = source
            .refresh_token()
            .await
            .filter(|_| self.subject.is_account())
        {
            let id = SecretId::refresh_token(&self.subject.connection.name);
            let bytes = fairlead_domain::Secret::new(newest.expose().clone().into_bytes());
            self.session.secrets.put(&id, &bytes).await?;
        }
        Ok(carries?.unwrap_or(false))
    }

    async fn token_is_complete(&self, source: &TokenSource) -> Result<bool, ConnectError> {
        let renewed = source.renewed(&self.subject.cloud.graph_resource);
        // Whatever stands in the way: the directory tells whether it is worth waiting for.
        let Ok(token) = renewed.await else {
            return Ok(false);
        };
        let Some(claims) = &token.claims else {
            return Ok(true);
        };
        let own: Vec<_> = self
            .subject
            .needed_references()
            .into_iter()
            .filter(|needed| (needed.kind == PermissionKind::Application) == claims.app_only)
            .collect();
        Ok(missing(&own, &carried(claims)).is_empty())
    }

    /// Whether the directory holds everything that a complete token needs: app, enterprise application,
    /// credential, grants. Where that can't be seen, waiting is not worth it.
    async fn directory_agrees(&self) -> Result<bool, ConnectError> {
        let administrator = self.administrator.as_ref();
        let Some(graph) = administrator.map(crate::administrator::Administrator::graph) else {
            return Ok(false);
        };
        let connection = &self.subject.connection;
        let (Some(client), Some(principal)) = (connection.client_id, connection.principal_id)
        else {
            return Ok(false);
        };
        let Some(application) = graph.application(client).await? else {
            return Ok(false);
        };
        if !self.holds_credential(&application).await? {
            return Ok(false);
        }
        let found = graph.service_principal(client).await?;
        let enabled = found.is_some_and(|found| found.account_enabled != Some(false));
        Ok(enabled && self.lacking(&graph, principal).await?.is_empty())
    }

    /// Whether the app holds the connection's credential, and it is not over.
    async fn holds_credential(&self, application: &Application) -> Result<bool, ConnectError> {
        let connection = &self.subject.connection;
        let now = self.session.now();
        let holds = |end: Option<jiff::Timestamp>| end.is_none_or(|end| end > now);
        match connection.credential {
            CredentialKind::Certificate => {
                let known = match &connection.certificate {
                    Some(name) => self.session.store.certificates().find(name).await?,
                    None => None,
                };
                Ok(known
                    .and_then(|known| known.der.zip(known.facts))
                    .is_some_and(|(der, facts)| {
                        let mut keys = application.key_credentials.iter();
                        keys.any(|key| key.is(&der, &facts.thumbprint) && holds(key.end_date_time))
                    }))
            }
            CredentialKind::Secret => Ok(connection.secret.as_ref().is_some_and(|secret| {
                let mut passwords = application.password_credentials.iter();
                passwords.any(|password| {
                    password.key_id == secret.key_id && holds(password.end_date_time)
                })
            })),
            // A sign-in that is refused does not mend itself.
            _ => Ok(false),
        }
    }

    async fn token_source(&self) -> Result<Option<TokenSource>, ConnectError> {
        let connection = &self.subject.connection;
        let Some(client) = connection.client_id else {
            return Ok(None);
        };
        let entra = self.entra()?;
        Ok(match connection.credential {
            CredentialKind::Certificate => {
                let stored = match &connection.certificate {
                    Some(name) => self.session.store.certificates().find(name).await?,
                    None => None,
                };
                let key = match &stored {
                    Some(stored) => read_key(self.session, stored).await?,
                    None => None,
                };
                key.map(|key| {
                    TokenSource::app(entra, client, AppCredential::Certificate(Arc::clone(&key)))
                })
            }
            CredentialKind::Secret => {
                read_text(self.session, &SecretId::client_secret(&connection.name))
                    .await?
                    .map(|secret| TokenSource::app(entra, client, AppCredential::Secret(secret)))
            }
            CredentialKind::Account => {
                read_text(self.session, &SecretId::refresh_token(&connection.name))
                    .await?
                    .map(|token| {
                        let scopes = crate::tester::account_scopes(&self.subject);
                        TokenSource::kept_user(entra, client, token, scopes)
                    })
            }
            CredentialKind::ServiceAccount | CredentialKind::Vendor => None,
        })
    }
}

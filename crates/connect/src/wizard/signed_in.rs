//! Acting as the administrator: signed in at the first look-up that needs it, with more scopes when a
//! later one needs more. What the bootstrap client is about to be granted is written down first.

use fairlead_domain::remedy::StepId;
use fairlead_entra::EntraError;
use fairlead_graph::Graph;
use fairlead_state::connection::StepStatus;

use super::run::Run;
use crate::administrator::Administrator;
use crate::attendant::Event;
use crate::bootstrap;
use crate::error::ConnectError;

impl Run<'_> {
    /// Graph as the administrator, with these scopes: signs in at the first call, asks for more when a
    /// step needs more.
    pub(super) async fn graph(
        &mut self,
        scopes: &[&str],
        purpose: &str,
    ) -> Result<Graph, ConnectError> {
        if let Some(administrator) = &self.administrator
            && administrator.holds(scopes)
        {
            return Ok(administrator.graph());
        }
        let known = bootstrap::is_noted(self.session, &self.subject.connection);
        let options = &self.request.sign_in;
        let noted = bootstrap::note(self.session, &self.subject.connection, options, scopes);
        if let Some(connection) = noted.await? {
            self.subject.connection = connection;
        }
        let signed_in = self.sign_in(scopes, purpose).await;
        if let Err(ConnectError::Entra(EntraError::Refused(_))) = &signed_in
            && !known
        {
            let name = self.subject.connection.name.clone();
            self.subject.connection = bootstrap::forget(self.session, &name).await?;
        }
        signed_in
    }

    async fn sign_in(&mut self, scopes: &[&str], purpose: &str) -> Result<Graph, ConnectError> {
        if let Some(administrator) = &mut self.administrator {
            administrator
                .ensure(scopes, purpose, self.attendant)
                .await?;
            return Ok(administrator.graph());
        }
        let administrator = Administrator::sign_in(
            self.session,
            &self.entra()?,
            self.request.sign_in.clone(),
            scopes,
            purpose,
            self.attendant,
        )
        .await?;
        let graph = administrator.graph();
        let roles = administrator.roles();
        let named = roles
            .iter()
            .map(|role| role.name())
            .collect::<Vec<_>>()
            .join(", ");
        let name = administrator.name();
        let detail = if named.is_empty() {
            name
        } else {
            format!("{name}, {named}")
        };
        let name = &self.subject.connection.name;
        self.subject.connection =
            bootstrap::note_user(self.session, name, administrator.object_id()).await?;
        self.administrator = Some(administrator);
        let now = self.session.now();
        self.change(|connection| {
            connection.note(StepId::SignIn, StepStatus::Done, Some(detail.clone()), now);
        })
        .await?;
        self.attendant.tell(Event::StepEnded {
            step: StepId::SignIn,
            status: StepStatus::Done,
            detail,
        });
        Ok(graph)
    }
}

use fairlead_domain::cloud::CloudKind;
use fairlead_domain::ids::TenantRef;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::Service;
use fairlead_entra::discover;
use fairlead_state::connection::StepStatus;

use super::run::Run;
use crate::error::ConnectError;

impl Run<'_> {
    /// Finds the tenant by the name that was given, without anyone signed in.
    pub(super) async fn tenant_step(&mut self) -> Result<(), ConnectError> {
        let cloud = &self.subject.cloud;
        if self.subject.profile.service == Service::Planner && !cloud.has_planner() {
            return Err(ConnectError::rule(
                ProblemCode::CloudWithoutPlanner,
                format!("the cloud `{}` has no Planner in its Graph", cloud.name),
            ));
        }
        let tenant = self.subject.connection.tenant.clone();
        let found = discover(&self.session.transport, cloud, &tenant).await?;
        if let Some(host) = &found.graph_host
            && cloud.kind != CloudKind::Simulated
            && host != cloud.graph.host()
        {
            return Err(ConnectError::rule(
                ProblemCode::EntraCloudMismatch,
                format!(
                    "the tenant is served by `{host}`, the chosen cloud's Graph is `{}`",
                    cloud.graph.host()
                ),
            ));
        }
        let before = self.subject.connection.tenant_id;
        if before.is_some_and(|before| before != found.tenant) {
            return Err(ConnectError::rule(
                ProblemCode::TenantChanged,
                format!(
                    "`{tenant}` leads to tenant `{}` now; the connection was made for another",
                    found.tenant
                ),
            ));
        }
        let domain = match tenant {
            TenantRef::Domain(domain) => Some(domain),
            TenantRef::Id(_) => self.subject.connection.domain.clone(),
        };
        self.change(|connection| {
            connection.tenant_id = Some(found.tenant);
            connection.domain = domain;
        })
        .await?;
        let status = if before.is_some() {
            StepStatus::AlreadyInPlace
        } else {
            StepStatus::Done
        };
        self.end_step(status, found.tenant.to_string()).await
    }
}

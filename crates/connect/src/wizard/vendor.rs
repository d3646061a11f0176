//! The vendor's app: consented on Microsoft's page, proved by what the directory holds then. Nothing is
//! created and nothing is taken away.

use std::collections::BTreeSet;
use std::time::Duration;

use fairlead_domain::ids::ClientId;
use fairlead_domain::permission::{PermissionRef, Resource};
use fairlead_domain::remedy::{Person, StepId};
use fairlead_entra::consent_link;
use fairlead_graph::{Graph, ServicePrincipal};
use fairlead_state::connection::StepStatus;

use super::request::ConsentWay;
use super::run::Run;
use crate::attendant::Event;
use crate::error::ConnectError;
use crate::handover::consent_request;
use crate::tester::missing;
use crate::wait::{Patience, until};

const SCOPES: [&str; 2] = ["Application.Read.All", "Directory.Read.All"];

/// Microsoft's own tenants: their enterprise applications appear by themselves and are no vendor's.
const MICROSOFT: [&str; 2] = [
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
];

impl Run<'_> {
    pub(super) async fn vendor_step(&mut self) -> Result<(), ConnectError> {
        let graph = self
            .graph(&SCOPES, "see the vendor's app in the tenant")
            .await?;
        let client = self.subject.connection.client_id;
        let found = match client {
            Some(client) => graph.service_principal(client).await?,
            None => None,
        };
        let (principal, was_there) = match found {
            Some(principal) => (Some(principal), true),
            None => (self.await_vendor(&graph, client).await?, false),
        };
        let Some(principal) = principal else {
            return Ok(());
        };
        self.change(|connection| {
            connection.client_id = Some(principal.app_id);
            connection.principal_id = Some(principal.id);
        })
        .await?;
        let name = principal.display_name.clone().unwrap_or_default();
        let status = if was_there {
            StepStatus::AlreadyInPlace
        } else {
            StepStatus::Done
        };
        self.end_step(status, format!("{name} ({})", principal.app_id))
            .await?;
        self.vendor_permissions(&graph, &principal, was_there).await
    }

    /// Opens the consent page, or names the button in the product, and waits for the enterprise
    /// application; `None` when it has to wait for a person.
    async fn await_vendor(
        &mut self,
        graph: &Graph,
        client: Option<ClientId>,
    ) -> Result<Option<ServicePrincipal>, ConnectError> {
        let before: BTreeSet<ClientId> = graph
            .service_principals()
            .await?
            .into_iter()
            .map(|principal| principal.app_id)
            .collect();
        for step in crate::handover::product_steps(&self.subject) {
            self.attendant.tell(Event::Note(step));
        }
        if self.request.consent == ConsentWay::Wait {
            let text = consent_request(&self.subject);
            self.wait_for(
                Person::PrivilegedRoleAdministrator,
                text,
                "the consent to the vendor's app",
            )
            .await?;
            return Ok(None);
        }
        if let Some(client) = client {
            self.open_vendor_consent(client)?;
        }
        let minutes = self.request.sign_in.limit.as_secs_f64() / 60.0;
        self.attendant.tell(Event::Note(format!(
            "The consent is waited for, for up to {minutes:.0} min; after that the same command goes on"
        )));
        let home = self.tenant()?.to_string();
        let patience = Patience {
            limit: self.request.sign_in.limit,
            ..self.session.replication()
        };
        let found = until(
            patience,
            "the vendor's app appears in the tenant",
            self.attendant,
            || async {
                if let Some(client) = client {
                    return Ok(graph.service_principal(client).await?);
                }
                let new: Vec<ServicePrincipal> = graph
                    .service_principals()
                    .await?
                    .into_iter()
                    .filter(|principal| !before.contains(&principal.app_id))
                    .filter(|principal| {
                        let owner = principal.app_owner_organization_id.map(|id| id.to_string());
                        owner.is_some_and(|owner| {
                            owner != home && !MICROSOFT.contains(&owner.as_str())
                        })
                    })
                    .collect();
                Ok(<[ServicePrincipal; 1]>::try_from(new)
                    .ok()
                    .map(|[only]| only))
            },
        )
        .await?;
        if found.is_none() {
            let text = consent_request(&self.subject);
            self.wait_for(
                Person::PrivilegedRoleAdministrator,
                text,
                "the consent to the vendor's app",
            )
            .await?;
        }
        Ok(found)
    }

    fn open_vendor_consent(&self, client: ClientId) -> Result<(), ConnectError> {
        let url = consent_link(
            &self.subject.cloud,
            self.tenant()?,
            client,
            &self.subject.cloud.graph_resource,
            None,
            None,
        );
        let purpose = "consent to the vendor's app";
        self.attendant.open(&url, purpose)?;
        self.attendant.tell(Event::BrowserOpened {
            url,
            purpose: purpose.to_owned(),
        });
        Ok(())
    }

    /// What the vendor's app was granted against what the product asks for.
    async fn vendor_permissions(
        &mut self,
        graph: &Graph,
        principal: &ServicePrincipal,
        was_there: bool,
    ) -> Result<(), ConnectError> {
        self.step = StepId::Permissions;
        self.attendant.tell(Event::StepBegan(StepId::Permissions));
        let needed = self.subject.needed_references();
        let look = || async {
            let held: Vec<PermissionRef> = graph
                .permission_grants(principal.id)
                .await?
                .iter()
                .flat_map(|grant| grant.scopes().map(str::to_owned).collect::<Vec<_>>())
                .map(|name| PermissionRef {
                    resource: Resource::Graph,
                    kind: fairlead_domain::permission::PermissionKind::Delegated,
                    name,
                })
                .collect();
            Ok::<_, ConnectError>(missing(&needed, &held))
        };
        // Microsoft makes the enterprise application and its grants in one go; they are seen within moments
        // of each other.
        let limit = if was_there {
            Duration::ZERO
        } else {
            Duration::from_secs(20)
        };
        let patience = Patience {
            limit,
            ..self.session.replication()
        };
        let lacking = until(
            patience,
            "the grants are visible",
            self.attendant,
            || async { Ok(look().await?.is_empty().then_some(())) },
        )
        .await?;
        if lacking.is_some() {
            self.end_step(
                StepStatus::AlreadyInPlace,
                format!("all {} granted", needed.len()),
            )
            .await?;
        } else {
            let names = look()
                .await?
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            let text = consent_request(&self.subject);
            self.wait_for(Person::PrivilegedRoleAdministrator, text, &names)
                .await?;
        }
        self.step = StepId::Credential;
        self.end_step(StepStatus::AlreadyInPlace, "the product's own")
            .await
    }
}

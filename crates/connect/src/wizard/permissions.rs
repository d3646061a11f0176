//! Permissions and consent: on Microsoft's page, through Graph, or by somebody else. What was granted
//! is read from the directory, never believed of a redirect.

use fairlead_domain::ids::ObjectId;
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_domain::problem::ProblemCode;
use fairlead_entra::EntraError;
use fairlead_graph::{ConsentType, Graph};
use fairlead_state::connection::StepStatus;

use super::app::not_visible;
use super::repair::names_of;
use super::request::ConsentWay;
use super::run::Run;
use crate::attendant::Event;
use crate::error::ConnectError;
use crate::handover::{consent_request, who_may_consent};
use crate::tester::ungranted;
use crate::wait::until;

/// Reading the app, its enterprise application and their application permissions.
const READ: [&str; 1] = ["Application.Read.All"];
/// Reading and writing delegated grants: nothing smaller reads them than `Directory.Read.All`.
const DELEGATED: [&str; 2] = [
    "Application.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
];
const APPLICATION: [&str; 2] = ["Application.Read.All", "AppRoleAssignment.ReadWrite.All"];
const LOOK_DELEGATED: [&str; 2] = ["Application.Read.All", "Directory.Read.All"];

impl Run<'_> {
    pub(super) async fn permissions_step(&mut self) -> Result<(), ConnectError> {
        let needed = self.subject.needed_references();
        if needed.is_empty() {
            return self
                .end_step(StepStatus::AlreadyInPlace, "none needed")
                .await;
        }
        let delegated = needed
            .iter()
            .any(|needed| needed.kind == PermissionKind::Delegated);
        let look: &[&str] = if delegated { &LOOK_DELEGATED } else { &READ };
        let graph = self.graph(look, "see what is granted").await?;
        let principal = self.principal_id()?;
        let lacking = self.lacking(&graph, principal).await?;
        if lacking.is_empty() {
            self.record_grants(&graph, principal).await?;
            return self
                .end_step(
                    StepStatus::AlreadyInPlace,
                    format!("all {} granted", needed.len()),
                )
                .await;
        }
        let names = lacking
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        match self.request.consent {
            ConsentWay::Wait => {
                let person = who_may_consent(&self.subject);
                return self
                    .wait_for(person, consent_request(&self.subject), &names)
                    .await;
            }
            ConsentWay::Browser => {
                self.intend_grants(&lacking).await?;
                if let Err(error) = self.consent_in_browser().await {
                    if matches!(&error, ConnectError::Entra(EntraError::Refused(_))) {
                        self.abandon_grants().await?;
                    }
                    return Err(error);
                }
            }
            ConsentWay::Grant => {
                self.intend_grants(&lacking).await?;
                if let Err(error) = self.grant(principal, &lacking).await {
                    if !error.is_forbidden() {
                        return Err(error);
                    }
                    self.record_grants(&graph, principal).await?;
                    // The signed-in administrator may not: somebody else has to.
                    let person = who_may_consent(&self.subject);
                    tracing::debug!(%error, "the grant was refused");
                    self.attendant.tell(Event::Note(format!(
                        "the signed-in account may not grant this; it takes {}",
                        person.title()
                    )));
                    return self
                        .wait_for(person, consent_request(&self.subject), &names)
                        .await;
                }
            }
        }
        self.bring_credential().await;
        let attendant = self.attendant;
        let this = &*self;
        until(self.session.replication(), "the grants are visible", attendant, || async {
            Ok(this.lacking(&graph, principal).await?.is_empty().then_some(()))
        })
        .await?
        .ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::ConsentMissing,
                format!("the consent page reported success, and the directory still does not hold {names}"),
            )
        })?;
        self.record_grants(&graph, principal).await?;
        self.end_step(StepStatus::Done, format!("granted: {names}"))
            .await
    }

    fn principal_id(&self) -> Result<ObjectId, ConnectError> {
        self.subject.connection.principal_id.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::PrincipalMissing,
                "the app has no enterprise application in this tenant",
            )
        })
    }

    /// The needed permissions that the directory does not grant for all.
    pub(super) async fn lacking(
        &self,
        graph: &Graph,
        principal: ObjectId,
    ) -> Result<Vec<PermissionRef>, ConnectError> {
        let needed = self.subject.needed_references();
        let mut held = Vec::new();
        if needed
            .iter()
            .any(|needed| needed.kind == PermissionKind::Application)
        {
            for assignment in graph.app_role_assignments(principal).await? {
                let kind = PermissionKind::Application;
                held.extend(
                    [Resource::Graph, Resource::Exchange]
                        .into_iter()
                        .filter_map(|resource| {
                            let permission =
                                catalogue().find_id(resource, kind, assignment.app_role_id)?;
                            Some(PermissionRef {
                                resource,
                                kind,
                                name: permission.name.clone(),
                            })
                        }),
                );
            }
        }
        if needed
            .iter()
            .any(|needed| needed.kind == PermissionKind::Delegated)
        {
            for grant in graph.permission_grants(principal).await? {
                if grant.consent_type == ConsentType::AllPrincipals {
                    held.extend(grant.scopes().map(|name| PermissionRef {
                        resource: Resource::Graph,
                        kind: PermissionKind::Delegated,
                        name: name.to_owned(),
                    }));
                }
            }
        }
        Ok(ungranted(&needed, &held))
    }

    async fn consent_in_browser(&mut self) -> Result<(), ConnectError> {
        let client = self
            .subject
            .connection
            .client_id
            .ok_or_else(|| not_visible("the app"))?;
        let entra = self.entra()?;
        let resource = self.subject.cloud.graph_resource.clone();
        let consent = entra.begin_admin_consent(client, &resource).await?;
        let purpose = "consent to the permissions";
        self.attendant.open(consent.url(), purpose)?;
        self.attendant.tell(Event::BrowserOpened {
            url: consent.url().clone(),
            purpose: purpose.to_owned(),
        });
        Ok(consent.finish(self.request.sign_in.limit).await?)
    }

    async fn grant(
        &mut self,
        principal: ObjectId,
        lacking: &[PermissionRef],
    ) -> Result<(), ConnectError> {
        let roles: Vec<&PermissionRef> = lacking
            .iter()
            .filter(|lacking| lacking.kind == PermissionKind::Application)
            .collect();
        if !roles.is_empty() {
            let graph = self
                .graph(&APPLICATION, "grant application permissions")
                .await?;
            for permission in roles {
                let resource = self.resource_principal(&graph, permission.resource).await?;
                let known = catalogue().find(permission.resource, &permission.name);
                let Some(role) = known.and_then(|known| known.application) else {
                    continue;
                };
                until(
                    self.session.replication(),
                    "the enterprise application can be granted to",
                    self.attendant,
                    || async {
                        graph.grant_app_role(principal, resource, role).await?;
                        Ok(Some(()))
                    },
                )
                .await?
                .ok_or_else(|| not_visible("the enterprise application"))?;
                self.done(format!("granted {permission}"));
            }
        }
        let scopes = names_of(&self.subject, PermissionKind::Delegated);
        if lacking
            .iter()
            .any(|lacking| lacking.kind == PermissionKind::Delegated)
        {
            let graph = self
                .graph(&DELEGATED, "grant delegated permissions")
                .await?;
            let resource = self.resource_principal(&graph, Resource::Graph).await?;
            let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
            until(
                self.session.replication(),
                "the enterprise application can be granted to",
                self.attendant,
                || async {
                    let granted = graph.grant_scopes(principal, resource, &names).await?;
                    Ok(granted.then_some(()))
                },
            )
            .await?
            .ok_or_else(|| not_visible("the enterprise application"))?;
            self.done(format!(
                "granted {} (delegated, for all users)",
                scopes.join(", ")
            ));
        }
        Ok(())
    }

    async fn resource_principal(
        &self,
        graph: &Graph,
        resource: Resource,
    ) -> Result<ObjectId, ConnectError> {
        graph
            .service_principal(resource.app_id())
            .await?
            .map(|principal| principal.id)
            .ok_or_else(|| {
                ConnectError::rule(
                    ProblemCode::PrincipalMissing,
                    format!(
                        "`{}` has no enterprise application in this tenant",
                        resource.name()
                    ),
                )
            })
    }
}

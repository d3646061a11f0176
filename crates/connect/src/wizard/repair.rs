//! What a registration has to look like, and bringing one that is there into that shape.

use fairlead_domain::permission::{PermissionKind, catalogue};
use fairlead_graph::{Application, Graph, RequiredAccess, RequiredResource};
use serde_json::{Map, Value, json};

use super::run::Run;
use crate::error::ConnectError;
use crate::subject::Subject;
use crate::tester::{LOOPBACK, leads_here, missing_of_profile, undeclared};

/// The name of the app that Fairlead creates for a connection.
pub(super) fn display_name(subject: &Subject) -> String {
    format!(
        "Fairlead {} ({})",
        subject.profile.title, subject.connection.name
    )
}

/// The permissions that the app has to declare.
pub(super) fn required_resources(subject: &Subject) -> Vec<RequiredResource> {
    let mut resources: Vec<RequiredResource> = Vec::new();
    for needed in subject.needed() {
        let Some(id) = catalogue()
            .find(needed.resource, &needed.name)
            .and_then(|found| found.id(needed.kind))
        else {
            continue;
        };
        let access = RequiredAccess {
            id,
            kind: needed.kind.wire_type().to_owned(),
        };
        let app_id = needed.resource.app_id();
        match resources
            .iter_mut()
            .find(|resource| resource.resource_app_id == app_id)
        {
            Some(resource) => resource.resource_access.push(access),
            None => resources.push(RequiredResource {
                resource_app_id: app_id,
                resource_access: vec![access],
            }),
        }
    }
    resources
}

impl Run<'_> {
    /// Changes what is wrong with a registration and leaves the rest; whether anything was changed.
    pub(super) async fn repair_application(
        &self,
        graph: &Graph,
        application: &Application,
    ) -> Result<bool, ConnectError> {
        let mut changes = Map::new();
        let mut said = Vec::new();
        if application.sign_in_audience.as_deref() != Some("AzureADMyOrg")
            && !self.subject.connection.adopted
        {
            changes.insert("signInAudience".to_owned(), json!("AzureADMyOrg"));
            said.push("limited to this tenant".to_owned());
        }
        let missing = undeclared(application, &self.subject.needed_references());
        if !missing.is_empty() {
            changes.insert(
                "requiredResourceAccess".to_owned(),
                json!(with_declared(application, &self.subject)),
            );
            let names = missing
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            said.push(format!("declares {names} now"));
        }
        for (platform, uris, what) in redirects(&self.subject, application) {
            changes.insert(platform.to_owned(), json!({ "redirectUris": uris }));
            said.push(what);
        }
        if self.subject.is_account() && application.is_fallback_public_client != Some(true) {
            changes.insert("isFallbackPublicClient".to_owned(), json!(true));
            said.push("public client flows allowed".to_owned());
        }
        if changes.is_empty() {
            return Ok(false);
        }
        graph
            .update_application(application.id, &Value::Object(changes))
            .await?;
        self.done(format!("app registration: {}", said.join("; ")));
        Ok(true)
    }
}

/// The platforms whose redirect URIs have to change, with what they are to be and how that is told.
fn redirects(
    subject: &Subject,
    application: &Application,
) -> Vec<(&'static str, Vec<String>, String)> {
    let here = |uris: &[String]| uris.iter().any(|uri| leads_here(uri));
    let public = application.public_redirect_uris();
    let mut web = application.web_redirect_uris().to_vec();
    let mut spa = application.spa_redirect_uris().to_vec();
    let mut changes = Vec::new();
    // A consent comes back on whichever platform; the code of an account's sign-in can be redeemed
    // without a secret on one alone.
    let elsewhere = here(&web) || here(&spa);
    if !here(public) && (subject.is_account() || !elsewhere) {
        let mut uris = public.to_vec();
        uris.push(LOOPBACK.to_owned());
        changes.push((
            "publicClient",
            uris,
            format!("redirect URI `{LOOPBACK}` added"),
        ));
        // Entra takes an address for one platform only.
        for (platform, uris) in [("web", &mut web), ("spa", &mut spa)] {
            let before = uris.len();
            uris.retain(|uri| uri != LOOPBACK);
            if uris.len() < before {
                let what =
                    format!("redirect URI `{LOOPBACK}` taken from the platform `{platform}`");
                changes.push((platform, uris.clone(), what));
            }
        }
    }
    let lacking = missing_of_profile(subject, application);
    if !lacking.is_empty() {
        let what = format!("redirect URIs added: {}", lacking.join(", "));
        web.extend(lacking);
        changes.push(("web", web, what));
    }
    changes
}

/// What the registration declares, with what is needed added.
fn with_declared(application: &Application, subject: &Subject) -> Vec<RequiredResource> {
    let mut resources = application.required_resource_access.clone();
    for wanted in required_resources(subject) {
        match resources
            .iter_mut()
            .find(|resource| resource.resource_app_id == wanted.resource_app_id)
        {
            Some(resource) => {
                for access in wanted.resource_access {
                    if !resource.resource_access.contains(&access) {
                        resource.resource_access.push(access);
                    }
                }
            }
            None => resources.push(wanted),
        }
    }
    resources
}

/// The names of the needed permissions of a kind, for Graph's grants.
pub(super) fn names_of(subject: &Subject, kind: PermissionKind) -> Vec<String> {
    subject
        .needed()
        .filter(|needed| needed.kind == kind)
        .map(|needed| needed.name.clone())
        .collect()
}

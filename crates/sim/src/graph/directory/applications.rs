//! App registrations.
//!
//! <https://learn.microsoft.com/graph/api/resources/application>

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::write::write;
use super::{credentials, object_id, one, owners, rights};
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::{Application, World};

/// An application as Graph shows it.
#[derive(Debug, Clone)]
pub(super) struct ApplicationView<'a> {
    world: &'a World,
    request: &'a Request<'a>,
    application: Application,
    /// Keys are shown whole.
    whole_keys: bool,
    /// The secret that was made along with it, shown this once.
    fresh_secret: bool,
}

impl<'a> ApplicationView<'a> {
    pub(super) const fn new(
        world: &'a World,
        request: &'a Request<'a>,
        application: Application,
    ) -> Self {
        Self {
            world,
            request,
            application,
            whole_keys: false,
            fresh_secret: false,
        }
    }

    fn platform(&self, name: &str, uris: &[String]) -> Value {
        let mut platform = match name {
            "web" => json!({
                "homePageUrl": null, "logoutUrl": null, "redirectUris": [],
                "implicitGrantSettings": {
                    "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false,
                },
                "redirectUriSettings": [],
            }),
            _ => json!({"redirectUris": []}),
        };
        if let (Some(platform), Some(Value::Object(kept))) =
            (platform.as_object_mut(), self.application.other.get(name))
        {
            platform.extend(
                kept.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        platform["redirectUris"] = json!(uris);
        platform
    }

    fn default(name: &str) -> Value {
        match name {
            "api" => json!({
                "acceptMappedClaims": null, "knownClientApplications": [],
                "requestedAccessTokenVersion": null, "oauth2PermissionScopes": [],
                "preAuthorizedApplications": [],
            }),
            "info" => json!({
                "logoUrl": null, "marketingUrl": null, "privacyStatementUrl": null,
                "supportUrl": null, "termsOfServiceUrl": null,
            }),
            "parentalControlSettings" => json!({
                "countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow",
            }),
            "verifiedPublisher" => json!({
                "displayName": null, "verifiedPublisherId": null, "addedDateTime": null,
            }),
            _ => Value::Null,
        }
    }

    fn credentials(&self, name: &str) -> Value {
        let now = self.world.now();
        let app = &self.application;
        if name == "keyCredentials" {
            let seen = app
                .key_credentials
                .iter()
                .filter(|key| key.visible_from <= now);
            return seen
                .map(|key| credentials::shown_key(key, self.whole_keys))
                .collect();
        }
        app.password_credentials
            .iter()
            .filter(|password| password.visible_from <= now || self.fresh_secret)
            .map(|password| credentials::shown_password(password, self.fresh_secret))
            .collect()
    }
}

impl Entity for ApplicationView<'_> {
    fn kind(&self) -> &'static str {
        "application"
    }

    fn property(&self, name: &str) -> Value {
        let app = &self.application;
        match name {
            "id" => json!(app.id),
            "appId" => json!(app.app_id),
            "displayName" => json!(app.display_name),
            "uniqueName" => json!(app.unique_name),
            "signInAudience" => json!(app.sign_in_audience),
            "identifierUris" => json!(app.identifier_uris),
            "publisherDomain" => json!(self.world.tenant.initial_domain),
            "createdDateTime" => json!(app.created),
            "deletedDateTime" => json!(app.deleted),
            "isFallbackPublicClient" => json!(app.is_fallback_public_client),
            "web" => self.platform(name, &app.web_redirect_uris),
            "spa" => self.platform(name, &app.spa_redirect_uris),
            "publicClient" => self.platform(name, &app.public_redirect_uris),
            "keyCredentials" | "passwordCredentials" => self.credentials(name),
            "requiredResourceAccess" => app
                .required_resource_access
                .iter()
                .map(|resource| {
                    let access: Vec<Value> = resource
                        .access
                        .iter()
                        .map(|(id, kind)| json!({"id": id, "type": kind}))
                        .collect();
                    json!({"resourceAppId": resource.resource_app_id, "resourceAccess": access})
                })
                .collect(),
            _ => match (app.other.get(name), Self::default(name)) {
                (Some(Value::Object(kept)), Value::Object(mut whole)) => {
                    whole.extend(
                        kept.iter()
                            .map(|(name, value)| (name.clone(), value.clone())),
                    );
                    Value::Object(whole)
                }
                (Some(kept), _) => kept.clone(),
                (None, default) => default,
            },
        }
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        match name {
            "owners" => Linked::Many(owners::of(self.world, self.request, self.application.id)),
            _ => Linked::Nothing,
        }
    }
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let path = request.endpoint.path;
    match (request.endpoint.method, path) {
        ("GET", "/applications") => all(world, request),
        ("POST", "/applications") => create(world, request, None),
        (_, path) if path.contains("/owners") => owners::serve(world, request),
        (_, path) if path.ends_with("/addPassword") => credentials::add_password(world, request),
        (_, path) if path.ends_with("/removePassword") => {
            credentials::remove_password(world, request)
        }
        (_, path) if path.ends_with("/addKey") => credentials::add_key(world, request),
        (_, path) if path.ends_with("/removeKey") => credentials::remove_key(world, request),
        ("GET", _) => {
            let application = find(world, request)?;
            let mut view = ApplicationView::new(world, request, application);
            let selected = request.options.select.iter().flatten();
            view.whole_keys = selected.into_iter().any(|name| name == "keyCredentials");
            one(request, &view, collection::APPLICATIONS.expand)
        }
        ("PATCH", _) => change(world, request),
        _ => delete(world, request),
    }
}

fn all(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let now = world.now();
    let seen = world.tenant.applications.iter();
    let views = seen
        .filter(|app| app.deleted.is_none() && app.visible_from <= now)
        .map(|app| ApplicationView::new(world, request, app.clone()))
        .collect();
    request.list(world, &List::of(&collection::APPLICATIONS, views))
}

/// Which application the path names.
fn named<'a>(world: &'a World, request: &Request<'_>) -> Result<Option<&'a Application>, Refusal> {
    let id = request.id();
    let path = request.endpoint.path;
    let mut live = world
        .tenant
        .applications
        .iter()
        .filter(|app| app.deleted.is_none());
    if path.starts_with("/applications(uniqueName=") {
        return Ok(live.find(|app| app.unique_name.as_deref() == Some(id)));
    }
    let wanted = object_id(id)?;
    if path.starts_with("/applications(appId=") {
        return Ok(live.find(|app| app.app_id == wanted));
    }
    Ok(live.find(|app| app.id == wanted))
}

/// The application of the path, where reads see it already.
pub(super) fn find(world: &World, request: &Request<'_>) -> Result<Application, Refusal> {
    let now = world.now();
    named(world, request)?
        .filter(|app| app.visible_from <= now)
        .cloned()
        .ok_or_else(|| Refusal::not_found(request.id()))
}

/// Keeps a changed application.
pub(super) fn keep(world: &mut World, application: Application) {
    let applications = &mut world.tenant.applications;
    match applications.iter_mut().find(|app| app.id == application.id) {
        Some(kept) => *kept = application,
        None => applications.push(application),
    }
}

fn create(
    world: &mut World,
    request: &Request<'_>,
    unique_name: Option<&str>,
) -> Result<Reply, Refusal> {
    rights::create_app(world, request)?;
    let now = world.now();
    let mut application = Application {
        id: Uuid::nil(),
        app_id: Uuid::nil(),
        home_tenant: world.tenant.id,
        display_name: String::new(),
        unique_name: None,
        // Microsoft's default is the widest audience.
        sign_in_audience: "AzureADandPersonalMicrosoftAccount".to_owned(),
        identifier_uris: Vec::new(),
        web_redirect_uris: Vec::new(),
        spa_redirect_uris: Vec::new(),
        public_redirect_uris: Vec::new(),
        is_fallback_public_client: None,
        required_resource_access: Vec::new(),
        key_credentials: Vec::new(),
        password_credentials: Vec::new(),
        other: Map::new(),
        created: now,
        visible_from: world.visible_from(),
        deleted: None,
        planted: Vec::new(),
    };
    if request.body["displayName"].is_null() {
        return Err(Refusal::rule(
            "A value is required for property 'displayName' of resource 'Application'.",
        ));
    }
    write(world, &mut application, &request.body)?;
    if let Some(name) = unique_name {
        application.unique_name = Some(name.to_owned());
    }
    refuse_taken_name(world, &application)?;
    inline_password(world, request, &mut application)?;
    application.id = world.tenant.new_guid();
    application.app_id = world.tenant.new_guid();
    credentials::number_keys(world, &mut application);
    owners::begin(world, request, application.id);
    keep(world, application.clone());
    let location = request.address(&format!("/applications/{}", application.id));
    let view = ApplicationView {
        fresh_secret: true,
        ..ApplicationView::new(world, request, application)
    };
    let object = show(&view, &Select::default());
    let mut reply = Reply::created(request.with_context(object), location);
    if unique_name.is_some() {
        reply = reply.header("preference-applied", "create-if-missing");
    }
    Ok(reply)
}

/// One secret may be asked for along with the app, by its name alone.
fn inline_password(
    world: &mut World,
    request: &Request<'_>,
    application: &mut Application,
) -> Result<(), Refusal> {
    let sent = request.body["passwordCredentials"].as_array();
    match sent.map(Vec::as_slice).unwrap_or_default() {
        [] => Ok(()),
        [one] if !request.prefers("create-if-missing") => {
            let password = credentials::new_password(world, one)?;
            application.password_credentials.push(password);
            Ok(())
        }
        _ => Err(Refusal::rule(
            "New password credentials must be generated with service action 'addPassword'.",
        )),
    }
}

pub(super) fn refuse_taken_name(world: &World, application: &Application) -> Result<(), Refusal> {
    let taken = application.unique_name.is_some()
        && world.tenant.applications.iter().any(|other| {
            other.id != application.id
                && other.deleted.is_none()
                && other.unique_name == application.unique_name
        });
    if taken {
        return Err(Refusal::state(
            "Another object with the same value for property uniqueName already exists.",
        ));
    }
    Ok(())
}

/// The application that is to be changed. By a unique name or with an app id it is found at once,
/// by its object id only when reads see it.
fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let upsert = request.prefers("create-if-missing");
    let by_name = request.endpoint.path.contains("(uniqueName=");
    let found = if request.endpoint.path.contains('(') {
        named(world, request)?.cloned()
    } else {
        Some(find(world, request)?)
    };
    let Some(mut application) = found else {
        if upsert && by_name {
            return create(world, request, Some(request.id()));
        }
        return Err(Refusal::not_found(request.id()));
    };
    rights::manage_app(world, request, application.id)?;
    for name in ["uniqueName", "passwordCredentials"] {
        if request.body.get(name).is_some() {
            return Err(Refusal::rule(format!(
                "Property '{name}' cannot be updated."
            )));
        }
    }
    let before = application.display_name.clone();
    write(world, &mut application, &request.body)?;
    credentials::number_keys(world, &mut application);
    let reply = Reply::no_content();
    if application.display_name != before {
        for principal in &mut world.tenant.service_principals {
            if principal.app_id == application.app_id {
                principal.display_name.clone_from(&application.display_name);
            }
        }
    }
    keep(world, application);
    Ok(if upsert {
        reply.header("preference-applied", "create-if-missing")
    } else {
        reply
    })
}

/// Into the recycle bin, its service principal along with it; its grants end.
fn delete(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let application = find(world, request)?;
    rights::manage_app(world, request, application.id)?;
    let now = world.now();
    if let Some(principal) = world.service_principal_of(application.app_id) {
        let id = principal.id;
        super::principals::remove(world, id, now);
    }
    keep(
        world,
        Application {
            deleted: Some(now),
            ..application
        },
    );
    Ok(Reply::no_content())
}

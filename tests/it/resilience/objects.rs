//! What is in the tenant beyond what was there when it began.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::automation::{Automation, MARKER};
use super::tenant::Tenant;

/// A key or a secret on an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Credential {
    pub(super) id: String,
    /// The SHA-1 thumbprint of a certificate, in hexadecimal; the hint of a secret.
    pub(super) mark: String,
}

/// An app registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct App {
    pub(super) id: String,
    pub(super) client: String,
    pub(super) unique_name: String,
    pub(super) keys: Vec<Credential>,
    pub(super) passwords: Vec<Credential>,
}

/// Objects that were created since the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Objects {
    pub(super) apps: Vec<App>,
    /// The client ids of enterprise applications, Microsoft's own sign-in client aside.
    pub(super) principals: Vec<String>,
    /// Application permissions: their ids.
    pub(super) roles: Vec<String>,
    /// Delegated grants: their scopes.
    pub(super) grants: Vec<String>,
    /// The same of Microsoft's own sign-in client.
    pub(super) bootstrap: Vec<String>,
}

/// What was there before.
#[derive(Debug, Clone)]
pub(super) struct Before {
    ids: BTreeSet<String>,
}

const APPS: &str = "/applications?$top=999&$select=id,appId,displayName,uniqueName";
const PRINCIPALS: &str = "/servicePrincipals?$top=999&$select=id,appId,displayName";
const GRANTS: &str = "/oauth2PermissionGrants?$top=999";

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

impl Before {
    pub(super) fn of(tenant: &Tenant) -> Self {
        let graph = Automation::of(tenant);
        let ids = [APPS, PRINCIPALS, GRANTS]
            .iter()
            .flat_map(|path| graph.list(path))
            .map(|object| text(&object, "id"))
            .collect();
        Self { ids }
    }

    fn without_known(&self, mut objects: Vec<Value>) -> Vec<Value> {
        objects.retain(|object| {
            !self.ids.contains(&text(object, "id")) && text(object, "displayName") != MARKER
        });
        objects
    }

    /// What came since, as reads show it once they show all of it.
    pub(super) fn beyond(&self, tenant: &Tenant) -> Objects {
        let graph = Automation::of(tenant);
        graph.settle();
        let sign_in = tenant.ready("bootstrap_client_id");
        let (bootstrap, principals): (Vec<_>, Vec<_>) = self
            .without_known(graph.list(PRINCIPALS))
            .into_iter()
            .partition(|principal| principal["appId"] == *sign_in);
        let of_bootstrap = |grant: &Value| {
            let mut all = bootstrap.iter();
            all.any(|principal| principal["id"] == grant["clientId"])
        };
        let (bootstrap, grants): (Vec<_>, Vec<_>) = self
            .without_known(graph.list(GRANTS))
            .into_iter()
            .partition(of_bootstrap);
        let roles = principals
            .iter()
            .flat_map(|principal| {
                let id = text(principal, "id");
                graph.list(&format!(
                    "/servicePrincipals/{id}/appRoleAssignments?$top=999"
                ))
            })
            .collect();
        let apps = self.without_known(graph.list(APPS));
        let texts = |objects: Vec<Value>, name: &str| -> Vec<String> {
            objects.iter().map(|object| text(object, name)).collect()
        };
        Objects {
            apps: apps.iter().map(|app| App::of(&graph, app)).collect(),
            principals: texts(principals, "appId"),
            roles: texts(roles, "appRoleId"),
            grants: texts(grants, "scope"),
            bootstrap: texts(bootstrap, "scope"),
        }
    }
}

impl App {
    fn of(graph: &Automation, app: &Value) -> Self {
        let id = text(app, "id");
        let select = "?$select=id,keyCredentials,passwordCredentials";
        let (_, whole) = graph.ask("GET", &format!("/applications/{id}{select}"), &Value::Null);
        let credentials = |name: &str, mark: fn(&Value) -> String| {
            let all = whole[name].as_array().cloned().unwrap_or_default();
            all.iter()
                .map(|credential| Credential {
                    id: text(credential, "keyId"),
                    mark: mark(credential),
                })
                .collect()
        };
        Self {
            client: text(app, "appId"),
            unique_name: text(app, "uniqueName"),
            keys: credentials("keyCredentials", thumbprint),
            passwords: credentials("passwordCredentials", |it| text(it, "hint")),
            id,
        }
    }

    /// The same from the one app that there is.
    pub(super) fn only(objects: &Objects) -> &Self {
        let [app] = objects.apps.as_slice() else {
            panic!("one app was to be there: {objects:#?}");
        };
        app
    }
}

/// The custom identifier of a key is its thumbprint's bytes in base64.
fn thumbprint(key: &Value) -> String {
    let bytes = STANDARD
        .decode(text(key, "customKeyIdentifier"))
        .unwrap_or_default();
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

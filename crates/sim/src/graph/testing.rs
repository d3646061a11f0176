//! A tenant for tests of Graph: tokens are made up, every answer is held against the tables.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::envelope::Envelope;
use crate::contract::{Found, check_shape, endpoints};
use crate::options::Options;
use crate::tenant::{Application, ServicePrincipal, World, accounts};
use crate::token::Claims;
use crate::wire::Incoming;

pub(super) const BASE: &str = "http://127.0.0.1:1";

/// What Graph answered.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
    pub(super) text: String,
}

impl Sent {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Who refused: empty where nobody did.
    pub(super) fn refused_by(&self) -> &str {
        self.header("x-simulated-refusal")
    }

    pub(super) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("no error")
    }

    pub(super) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    /// The items of a collection.
    pub(super) fn items(&self) -> &[Value] {
        self.body["value"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// A property of each item.
    pub(super) fn each(&self, name: &str) -> Vec<String> {
        let items = self.items().iter();
        items
            .map(|item| item[name].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(super) fn etag(&self) -> &str {
        self.body["@odata.etag"].as_str().unwrap_or_default()
    }

    pub(super) fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_default()
    }
}

/// A tenant and who asks it.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) world: World,
    /// Who asks.
    pub(super) claims: Claims,
    /// How long the last answer took.
    pub(super) took: std::time::Duration,
}

/// All application permissions that some operation takes.
fn every_role() -> Vec<String> {
    let mut all: Vec<String> = endpoints()
        .iter()
        .flat_map(|endpoint| endpoint.application.all())
        .chain(["Member.Read.Hidden"])
        .map(str::to_owned)
        .collect();
    all.sort();
    all.dedup();
    all
}

impl Graph {
    /// An app with every permission asks a tenant of the ordinary size.
    pub(super) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(super) fn with(options: Options) -> Self {
        let mut world = World::new(Options {
            clock: options
                .clock
                .or_else(|| "2026-11-22T10:00:00Z".parse().ok()),
            ..options
        });
        accounts::seed(&mut world.tenant);
        accounts::join_groups(&mut world.tenant);
        let claims = Claims {
            audience: "https://graph.microsoft.com".to_owned(),
            tenant: world.tenant.id,
            app: Uuid::nil(),
            object: Uuid::nil(),
            user: None,
            roles: Vec::new(),
            scopes: Vec::new(),
            expires: Timestamp::MAX,
            answers_challenges: false,
            token_id: String::new(),
        };
        let mut graph = Self {
            world,
            claims,
            took: std::time::Duration::ZERO,
        };
        graph.claims = graph.app(&[]);
        graph.claims.roles = every_role();
        graph
    }

    /// An app with these application permissions.
    pub(super) fn app(&mut self, roles: &[&str]) -> Claims {
        let (app_id, id) = self.register("Test", false);
        Claims {
            app: app_id,
            object: id,
            user: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            scopes: Vec::new(),
            ..self.claims.clone()
        }
    }

    /// Plants an app with a service principal: its app id, and the object id of the latter.
    pub(super) fn register(&mut self, name: &str, vendor: bool) -> (Uuid, Uuid) {
        let tenant = &mut self.world.tenant;
        let application = Application {
            id: tenant.new_guid(),
            app_id: tenant.new_guid(),
            home_tenant: tenant.id,
            display_name: name.to_owned(),
            unique_name: None,
            sign_in_audience: "AzureADMultipleOrgs".to_owned(),
            identifier_uris: Vec::new(),
            web_redirect_uris: Vec::new(),
            spa_redirect_uris: Vec::new(),
            public_redirect_uris: Vec::new(),
            is_fallback_public_client: None,
            required_resource_access: Vec::new(),
            key_credentials: Vec::new(),
            password_credentials: Vec::new(),
            other: Map::new(),
            created: tenant.created,
            visible_from: tenant.created,
            deleted: None,
            planted: Vec::new(),
        };
        let principal = ServicePrincipal {
            id: tenant.new_guid(),
            app_id: application.app_id,
            display_name: name.to_owned(),
            account_enabled: true,
            app_role_assignment_required: false,
            app_owner_organization_id: tenant.id,
            other: Map::new(),
            created: tenant.created,
            visible_from: tenant.created,
            deleted: None,
        };
        let ids = (application.app_id, principal.id);
        if vendor {
            self.world.vendor_apps.push(application);
        } else {
            tenant.applications.push(application);
            tenant.service_principals.push(principal);
        }
        ids
    }

    /// A named account, signed in to an app with these delegated permissions.
    pub(super) fn user(&mut self, name: &str, scopes: &[&str]) -> Claims {
        let app = self.app(&[]);
        let account = accounts::named(&self.world.tenant, name).unwrap();
        Claims {
            object: account.id,
            user: Some(account.id),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            ..app
        }
    }

    /// The same tenant, asked by somebody else.
    pub(super) fn ask(&mut self, claims: Claims) -> &mut Self {
        self.claims = claims;
        self
    }

    pub(super) fn get(&mut self, path: &str) -> Sent {
        self.send("GET", path, &[], None)
    }

    /// With `ConsistencyLevel: eventual`.
    pub(super) fn get_eventual(&mut self, path: &str) -> Sent {
        self.send("GET", path, &[("ConsistencyLevel", "eventual")], None)
    }

    pub(super) fn post(&mut self, path: &str, body: Value) -> Sent {
        self.send("POST", path, &[], Some(body))
    }

    pub(super) fn patch(&mut self, path: &str, body: Value) -> Sent {
        self.send("PATCH", path, &[], Some(body))
    }

    pub(super) fn patch_if(&mut self, path: &str, etag: &str, body: Value) -> Sent {
        self.send("PATCH", path, &[("If-Match", etag)], Some(body))
    }

    pub(super) fn delete(&mut self, path: &str) -> Sent {
        self.send("DELETE", path, &[], None)
    }

    /// Sends a request to a path below `/v1.0`, or to a whole address.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Sent {
        let mut all = HeaderMap::new();
        if body.is_some() {
            all.insert("content-type", HeaderValue::from_static("application/json"));
        }
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            all.insert(name, HeaderValue::from_str(value).unwrap());
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        self.send_raw(method, path, all, body)
    }

    pub(super) fn send_raw(
        &mut self,
        method: &str,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Sent {
        let path = path.strip_prefix(BASE).unwrap_or(path);
        let path = path.strip_prefix("/v1.0").unwrap_or(path);
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        let incoming = Incoming {
            method: Method::try_from(method).unwrap(),
            path: format!("/v1.0{path}"),
            query,
            headers,
            body,
            base: BASE.to_owned(),
        };
        let envelope = Envelope::of(&incoming, self.world.now());
        let claims = self.claims.clone();
        let begin = std::time::Instant::now();
        let answer = super::answer(&mut self.world, &claims, &incoming, &envelope);
        self.took = begin.elapsed();
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let sent = Sent {
            status: answer.status.as_u16(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            headers: answer.headers,
            text,
        };
        check(method, path, &sent);
        sent
    }

    /// All items of a collection, page by page.
    pub(super) fn all(&mut self, path: &str, headers: &[(&str, &str)]) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.send("GET", &path, headers, None);
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            items.extend(page.items().iter().cloned());
            next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
        }
        items
    }
}

/// Holds an answer against the tables.
fn check(method: &str, path: &str, sent: &Sent) {
    assert!(
        !sent.header("request-id").is_empty(),
        "every answer has a request id"
    );
    if sent.status >= 400 {
        assert!(sent.body["error"]["message"].is_string(), "{}", sent.text);
        assert!(!sent.refused_by().is_empty(), "every refusal says by whom");
        return;
    }
    let segments: Vec<String> = path
        .trim_start_matches('/')
        .split('/')
        .map(|segment| segment.replace("microsoft.graph.", "graph."))
        .collect();
    let Found::Endpoint(endpoint, _) = endpoints().find(method, &segments) else {
        return;
    };
    let answer = endpoint
        .answers
        .iter()
        .find(|(status, _)| *status == sent.status);
    let (_, ty) = answer.unwrap_or_else(|| panic!("{method} {path} answers {}", sent.status));
    let Some(ty) = ty.filter(|ty| ty.name != "int32") else {
        return;
    };
    let items = if ty.collection {
        sent.items()
    } else {
        std::slice::from_ref(&sent.body)
    };
    for item in items {
        let said = item["@odata.type"].as_str();
        let ty = said
            .and_then(|said| said.strip_prefix("#microsoft.graph."))
            .unwrap_or(ty.name);
        if let Err(mismatch) = check_shape(ty, item) {
            panic!("{method} {path}: {mismatch}\n{item:#}");
        }
    }
}

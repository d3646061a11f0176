//! The rules of the sign-in service, asked as clients ask them.

mod admin_consent;
mod assertions;
mod authorize;
mod client_credentials;
mod codes;
mod devices;
mod discovery;
mod refresh;

use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use http::{HeaderMap, Method};
use jiff::SignedDuration;
use rcgen::CertificateParams;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::BOOTSTRAP;
use super::{grant, handle};
use crate::options::Options;
use crate::tenant::{
    Account, Application, KeyCredential, PasswordCredential, RequiredResource, World, accounts,
    vendors,
};
use crate::token;
use crate::wire::{Answer, Incoming};

pub(crate) const BASE: &str = "http://127.0.0.1:1000";
pub(crate) const GRAPH: &str = "https://graph.microsoft.com/.default";
const LOOPBACK: &str = "http://localhost:40000";

/// A tenant with one app, and what it takes to ask as that app.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) app: Uuid,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Options {
            auto_consent: true,
            ..Options::default()
        })
    }

    pub(crate) fn with(options: Options) -> Self {
        let world = crate::server::world(options, &[BASE.to_owned()]).unwrap();
        let mut bench = Self {
            world,
            app: Uuid::nil(),
        };
        bench.app = bench.add_app();
        bench
    }

    pub(crate) fn add_app(&mut self) -> Uuid {
        let tenant = &mut self.world.tenant;
        let app = Application {
            id: tenant.new_guid(),
            app_id: tenant.new_guid(),
            home_tenant: tenant.id,
            display_name: "Planner reports".to_owned(),
            unique_name: None,
            sign_in_audience: "AzureADMyOrg".to_owned(),
            identifier_uris: Vec::new(),
            web_redirect_uris: Vec::new(),
            spa_redirect_uris: Vec::new(),
            public_redirect_uris: vec!["http://localhost".to_owned()],
            is_fallback_public_client: Some(true),
            required_resource_access: Vec::new(),
            key_credentials: Vec::new(),
            password_credentials: Vec::new(),
            other: serde_json::Map::new(),
            created: tenant.created,
            visible_from: tenant.created,
            deleted: None,
            planted: Vec::new(),
        };
        let id = app.app_id;
        tenant.applications.push(app);
        id
    }

    pub(crate) fn app(&mut self) -> &mut Application {
        let id = self.app;
        self.world
            .tenant
            .applications
            .iter_mut()
            .find(|app| app.app_id == id)
            .unwrap()
    }

    pub(crate) fn account(&mut self, name: &str) -> &mut Account {
        accounts::named_mut(&mut self.world.tenant, name).unwrap()
    }

    pub(crate) fn declare(&mut self, kind: PermissionKind, names: &[&str]) {
        let access = names
            .iter()
            .map(|name| {
                let permission = catalogue().find(Resource::Graph, name).unwrap();
                let id = permission.id(kind).unwrap().uuid();
                (id, kind.wire_type().to_owned())
            })
            .collect();
        self.app().required_resource_access.push(RequiredResource {
            resource_app_id: Resource::Graph.app_id().uuid(),
            access,
        });
    }

    /// The app's service principal, made where there is none.
    pub(crate) fn principal(&mut self) -> Uuid {
        grant::principal_for(&mut self.world, self.app)
    }

    pub(crate) fn grant_roles(&mut self, names: &[&str]) {
        let principal = self.principal();
        let ids: Vec<Uuid> = names
            .iter()
            .map(|name| {
                let permission = catalogue().find(Resource::Graph, name).unwrap();
                permission.id(PermissionKind::Application).unwrap().uuid()
            })
            .collect();
        grant::grant_roles(&mut self.world, principal, Resource::Graph, &ids);
    }

    pub(crate) fn grant_scopes(&mut self, names: &[&str]) {
        let principal = self.principal();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        grant::grant_scopes(&mut self.world, principal, Resource::Graph, None, &names);
    }

    pub(crate) fn add_secret(&mut self, text: &str, days: i64) {
        let now = self.world.now();
        let key_id = self.world.tenant.new_guid();
        self.app().password_credentials.push(PasswordCredential {
            key_id,
            display_name: None,
            hint: text.chars().take(3).collect(),
            secret: text.to_owned(),
            start: now - SignedDuration::from_hours(24 * 100),
            end: now + SignedDuration::from_hours(24 * days),
            visible_from: now,
        });
    }

    pub(crate) fn add_key(&mut self, der: &[u8], days: i64) {
        let now = self.world.now();
        let key_id = self.world.tenant.new_guid();
        self.app().key_credentials.push(KeyCredential {
            key_id,
            display_name: None,
            custom_key_identifier: None,
            start: now - SignedDuration::from_hours(24 * 100),
            end: now + SignedDuration::from_hours(24 * days),
            der: der.to_vec(),
            kind: "AsymmetricX509Cert".to_owned(),
            usage: "Verify".to_owned(),
            visible_from: now,
        });
    }

    pub(crate) fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Answer {
        self.get_with(path, query, HeaderMap::new())
    }

    pub(crate) fn get_with(
        &mut self,
        path: &str,
        query: &[(&str, &str)],
        headers: HeaderMap,
    ) -> Answer {
        let query = encode(query);
        let request = Incoming {
            method: Method::GET,
            path: path.replace("{tid}", &self.world.tenant.id.to_string()),
            query: (!query.is_empty()).then_some(query),
            headers,
            body: bytes::Bytes::new(),
            base: BASE.to_owned(),
        };
        handle(&mut self.world, &request).unwrap()
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, &[])
    }

    pub(crate) fn post_with(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        more: &[(&'static str, &str)],
    ) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(
            "content-type",
            http::HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        for (name, value) in more {
            headers.insert(*name, value.parse().unwrap());
        }
        let request = Incoming {
            method: Method::POST,
            path: path.replace("{tid}", &self.world.tenant.id.to_string()),
            query: None,
            headers,
            body: encode(form).into(),
            base: BASE.to_owned(),
        };
        handle(&mut self.world, &request).unwrap()
    }

    /// Asks the tenant's token endpoint; the client id is the app's where none is given.
    pub(crate) fn tokens(&mut self, form: &[(&str, &str)]) -> Result<Value, u64> {
        let id = self.app.to_string();
        let mut form = form.to_vec();
        if !form.iter().any(|(name, _)| *name == "client_id") {
            form.push(("client_id", &id));
        }
        body(&self.post("/{tid}/oauth2/v2.0/token", &form))
    }

    pub(crate) fn app_only(&mut self, secret: &str, scope: &str) -> Result<Value, u64> {
        self.tokens(&[
            ("grant_type", "client_credentials"),
            ("client_secret", secret),
            ("scope", scope),
        ])
    }

    pub(crate) fn roles_of(&self, tokens: &Value) -> Vec<String> {
        let token = tokens["access_token"].as_str().unwrap();
        token::verify(&self.world, token).unwrap().roles
    }

    pub(crate) fn scopes_of(&self, tokens: &Value) -> Vec<String> {
        let token = tokens["access_token"].as_str().unwrap();
        token::verify(&self.world, token).unwrap().scopes
    }

    /// Walks the authorize endpoint, and gives what came back to the app.
    pub(crate) fn authorize(&mut self, more: &[(&str, &str)]) -> Answer {
        let id = self.app.to_string();
        let mut query = vec![("response_type", "code"), ("redirect_uri", LOOPBACK)];
        if !more.iter().any(|(name, _)| *name == "client_id") {
            query.push(("client_id", &id));
        }
        query.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        query.extend_from_slice(more);
        self.get("/{tid}/oauth2/v2.0/authorize", &query)
    }

    pub(crate) fn code(&mut self, scope: &str) -> String {
        let answer = self.authorize(&[("scope", scope)]);
        back(&answer, "code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    pub(crate) fn redeem(&mut self, code: &str) -> Result<Value, u64> {
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", LOOPBACK),
        ])
    }

    /// Moves the tenant's date.
    pub(crate) fn later(&mut self, by: SignedDuration) {
        self.world.epoch_for_tests(by);
    }
}

fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The JSON of a success, or the first error code of a refusal.
pub(crate) fn body(answer: &Answer) -> Result<Value, u64> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    if answer.status.is_success() {
        return Ok(body);
    }
    let code = body["error_codes"][0].as_u64().unwrap();
    let text = body["error_description"].as_str().unwrap();
    assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    assert!(text.contains(body["trace_id"].as_str().unwrap()), "{text}");
    let expected = if body["error"] == "invalid_client" {
        401
    } else {
        400
    };
    assert_eq!(answer.status.as_u16(), expected, "{body}");
    Err(code)
}

/// A parameter of the redirect back to the app.
pub(crate) fn back(answer: &Answer, name: &str) -> Option<String> {
    let location = answer.headers.get("location")?.to_str().unwrap();
    let url = url::Url::parse(location).unwrap();
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// Entra's number in a redirect back to the app.
pub(crate) fn back_code(answer: &Answer) -> Option<u32> {
    let text = back(answer, "error_description")?;
    let digits: String = text
        .strip_prefix("AADSTS")?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The text of a page.
fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// A certificate and its key.
pub(crate) struct Signer {
    key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Signer {
    pub(crate) fn make() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der<'_> = key.as_der().unwrap();
        let pair = rcgen::KeyPair::try_from(pkcs8.as_ref()).unwrap();
        let der = CertificateParams::default()
            .self_signed(&pair)
            .unwrap()
            .der()
            .to_vec();
        Self { key, der }
    }

    /// The same for all tests: making a key takes its time.
    pub(crate) fn shared() -> &'static Self {
        static ONE: OnceLock<Signer> = OnceLock::new();
        ONE.get_or_init(Self::make)
    }

    pub(crate) fn x5t_s256(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, &self.der))
    }

    pub(crate) fn x5t(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der))
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let algorithm: &'static dyn RsaEncoding = if header["alg"] == "RS256" {
            &RSA_PKCS1_SHA256
        } else {
            &RSA_PSS_SHA256
        };
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                algorithm,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Header and claims of an assertion that is as it should be.
pub(crate) fn good_assertion(bench: &Bench, signer: &Signer) -> (Value, Value) {
    let now = bench.world.now().as_second();
    let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": signer.x5t_s256()});
    let claims = json!({
        "aud": format!("{BASE}/{}/oauth2/v2.0/token", bench.world.tenant.id),
        "iss": bench.app, "sub": bench.app, "jti": Uuid::new_v4(),
        "nbf": now, "iat": now, "exp": now + 600,
    });
    (header, claims)
}

fn bootstrap() -> String {
    BOOTSTRAP.to_string()
}

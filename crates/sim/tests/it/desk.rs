//! A client that knows nothing of Fairlead: forms, JSON, redirects by hand.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PSS_SHA256;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fairlead_sim::options::Options;
use fairlead_sim::{Ready, Running};
use reqwest::{Client, Method, Response, redirect};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const GRAPH: &str = "https://graph.microsoft.com/.default";
/// How long a key on an app lasts.
pub(crate) const DAYS: i64 = 170;

pub(crate) const LOOPBACK: &str = "http://localhost:43210";

pub(crate) fn client() -> Client {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// A tenant and a client of it.
pub(crate) struct Desk {
    pub(crate) running: Running,
    pub(crate) http: Client,
}

/// A status and a body.
pub(crate) type Answer = (u16, Value);

impl Desk {
    pub(crate) async fn open(options: Options) -> Self {
        Self {
            running: fairlead_sim::start(options).await.unwrap(),
            http: client(),
        }
    }

    /// A tenant where nobody has to be there, with these scenarios.
    pub(crate) async fn alone(scenarios: &[&str]) -> Self {
        Self::open(Options {
            auto_consent: true,
            scenarios: scenarios.iter().map(|name| (*name).to_owned()).collect(),
            ..Options::default()
        })
        .await
    }

    pub(crate) fn ready(&self) -> &Ready {
        self.running.ready()
    }

    pub(crate) fn login(&self, path: &str) -> String {
        format!("{}/{}{path}", self.ready().login, self.ready().tenant_id)
    }

    pub(crate) fn user(&self, name: &str) -> String {
        format!("{name}@{}", self.ready().domain)
    }

    pub(crate) async fn get(&self, url: &str, query: &[(&str, &str)]) -> Response {
        let mut url = url::Url::parse(url).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.http.get(url).send().await.unwrap()
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Response {
        let text = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(text)
            .send()
            .await
            .unwrap()
    }

    /// Asks the token endpoint.
    pub(crate) async fn tokens(&self, form: &[(&str, &str)]) -> Result<Value, u64> {
        let answer = self.post(&self.login("/oauth2/v2.0/token"), form).await;
        let good = answer.status().is_success();
        let body: Value = answer.json().await.unwrap();
        if good {
            Ok(body)
        } else {
            Err(body["error_codes"][0].as_u64().unwrap_or_default())
        }
    }

    /// Asks Graph.
    pub(crate) async fn graph(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let url = format!("{}/v1.0{path}", self.ready().graph);
        let mut request = self.http.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    pub(crate) async fn read(&self, token: &str, path: &str) -> Answer {
        self.graph(token, Method::GET, path, None).await
    }

    /// All items of a collection, or the status of the refusal.
    pub(crate) async fn list(&self, token: &str, path: &str) -> Result<Vec<Value>, u16> {
        let mut items = Vec::new();
        let mut path = path.to_owned();
        loop {
            let (status, mut body) = self.read(token, &path).await;
            if status != 200 {
                return Err(status);
            }
            items.append(body["value"].as_array_mut().unwrap());
            match body["@odata.nextLink"].as_str() {
                Some(next) => {
                    let root = format!("{}/v1.0", self.ready().graph);
                    next.strip_prefix(&root).unwrap().clone_into(&mut path);
                }
                None => return Ok(items),
            }
        }
    }

    /// The token of the app that may do everything.
    pub(crate) async fn automation(&self) -> String {
        let automation = &self.ready().automation;
        let tokens = self
            .tokens(&[
                ("grant_type", "client_credentials"),
                ("client_id", &automation.client_id.to_string()),
                ("client_secret", &automation.client_secret),
                ("scope", GRAPH),
            ])
            .await
            .unwrap();
        text(&tokens["access_token"])
    }

    /// Signs a user in through an app's loopback redirect, nobody being there.
    pub(crate) async fn signed_in(
        &self,
        client_id: &str,
        user: &str,
        scope: &str,
    ) -> Result<Value, String> {
        let answer = self
            .get(
                &self.login("/oauth2/v2.0/authorize"),
                &[
                    ("client_id", client_id),
                    ("response_type", "code"),
                    ("redirect_uri", LOOPBACK),
                    ("scope", scope),
                    ("login_hint", user),
                ],
            )
            .await;
        let code = back(&answer, "code")
            .ok_or_else(|| back(&answer, "error_description").unwrap_or_default())?;
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("code", &code),
            ("redirect_uri", LOOPBACK),
        ])
        .await
        .map_err(|code| code.to_string())
    }

    /// The administrator's read-only token.
    pub(crate) async fn inspector(&self) -> String {
        let scopes = "Application.Read.All Directory.Read.All Policy.Read.All Organization.Read.All \
                      LicenseAssignment.Read.All Group.Read.All User.Read.All";
        let id = self.ready().bootstrap_client_id.to_string();
        let tokens = self.signed_in(&id, &self.user("admin"), scopes).await;
        text(&tokens.expect("the inspector signs in")["access_token"])
    }

    /// The administrator's consent to everything that an app declares; whether it was given.
    pub(crate) async fn consent(&self, client_id: &str, redirect_uri: Option<&str>) -> bool {
        let mut query = vec![("client_id", client_id), ("scope", GRAPH)];
        query.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        let answer = self.get(&self.login("/v2.0/adminconsent"), &query).await;
        assert_eq!(back(&answer, "admin_consent").as_deref(), Some("True"));
        back(&answer, "error").is_none()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A parameter of the address that an answer leads to.
pub(crate) fn back(answer: &Response, name: &str) -> Option<String> {
    let location = answer.headers().get("location")?.to_str().unwrap();
    let url = url::Url::parse(location).ok()?;
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn whole_second(at: jiff::Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_second())
        .unwrap()
        .to_string()
}

/// A certificate and its key.
pub(crate) struct Signer {
    key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Signer {
    pub(crate) fn make() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let pair = rcgen::KeyPair::try_from(pkcs8.as_ref()).unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2060, 1, 1);
        let der = params.self_signed(&pair).unwrap().der().to_vec();
        Self { key, der }
    }

    /// As an entry of `keyCredentials`, lasting [`DAYS`] from `now`.
    pub(crate) fn entry(&self, now: jiff::Timestamp) -> Value {
        let end = now + jiff::SignedDuration::from_hours(24 * DAYS);
        json!({
            "type": "AsymmetricX509Cert",
            "usage": "Verify",
            "key": STANDARD.encode(&self.der),
            "displayName": "CN=probe",
            "startDateTime": whole_second(now),
            "endDateTime": whole_second(end),
        })
    }

    /// An assertion for a token endpoint.
    pub(crate) fn assertion(&self, client_id: &str, audience: &str, now: i64) -> String {
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &self.der));
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint});
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": Uuid::new_v4(),
            "nbf": now, "exp": now + 300,
        });
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(&RSA_PSS_SHA256, &random, text.as_bytes(), &mut signature)
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

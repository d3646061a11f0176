//! A connection as an administrator would make it by hand, up to its first token.

use std::sync::{Arc, OnceLock};

use fairlead_sim::Credential;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, LOOPBACK, Signer, text};

/// What a profile needs: application permissions, delegated permissions.
pub(crate) fn needs(profile: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match profile {
        "planner-backup" => (
            &[
                "Tasks.Read.All",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
                "Group-Conversation.Read.All",
                "Files.Read.All",
            ],
            &[
                "Tasks.Read",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
                "Group-Conversation.Read.All",
                "Files.Read.All",
            ],
        ),
        "planner-restore" => (
            &[
                "Tasks.ReadWrite.All",
                "GroupMember.ReadWrite.All",
                "Group.Create",
                "Sites.ReadWrite.All",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
            ],
            &[
                "Tasks.ReadWrite",
                "GroupMember.ReadWrite.All",
                "Sites.ReadWrite.All",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
            ],
        ),
        _ => (
            &["Tasks.Read.All", "GroupMember.Read.All", "User.Read.All"],
            &["Tasks.Read", "GroupMember.Read.All", "User.Read.All"],
        ),
    }
}

/// A connection.
pub(crate) struct Connection {
    pub(crate) profile: &'static str,
    pub(crate) credential: Credential,
    pub(crate) client_id: String,
    /// The registration's object id; empty for a vendor's app.
    pub(crate) object_id: String,
    pub(crate) signer: Arc<Signer>,
    /// Whether the set-up came as far as making a key.
    pub(crate) has_key: bool,
    pub(crate) secret: Option<(String, String)>,
    pub(crate) refresh_token: Option<String>,
}

/// One key for all connections: making one takes its time.
fn signer() -> Arc<Signer> {
    static ONE: OnceLock<Arc<Signer>> = OnceLock::new();
    Arc::clone(ONE.get_or_init(|| Arc::new(Signer::make())))
}

impl Connection {
    /// Names of the permissions that it works with.
    pub(crate) fn needed(&self) -> Vec<&'static str> {
        let (application, delegated) = needs(self.profile);
        match self.credential {
            Credential::Certificate | Credential::Secret => application.to_vec(),
            Credential::Account => delegated.to_vec(),
            Credential::Vendor => match self.profile {
                "planner-data-mart" => vec!["User.Read", "User.Read.All", "Group.ReadWrite.All"],
                "planner-backup" => {
                    vec!["Group.Read.All", "User.ReadBasic.All", "Directory.Read.All"]
                }
                _ => vec![
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Sites.ReadWrite.All",
                ],
            },
        }
    }

    pub(crate) fn is_app_only(&self) -> bool {
        matches!(
            self.credential,
            Credential::Certificate | Credential::Secret
        )
    }

    /// `requiredResourceAccess` as it should be.
    pub(crate) fn declaration(&self) -> Value {
        use fairlead_domain::permission::{PermissionKind, Resource, catalogue};

        let kind = if self.is_app_only() {
            PermissionKind::Application
        } else {
            PermissionKind::Delegated
        };
        let mut names = self.needed();
        if self.credential == Credential::Account {
            names.push("offline_access");
        }
        let access: Vec<Value> = names
            .iter()
            .map(|name| {
                let permission = catalogue().find(Resource::Graph, name).unwrap();
                json!({"id": permission.id(kind).unwrap(), "type": kind.wire_type()})
            })
            .collect();
        json!([{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": access}])
    }

    /// Sets everything up, up to and with the first token.
    pub(crate) async fn make(desk: &Desk, profile: &'static str, credential: Credential) -> Self {
        let mut connection = Self {
            profile,
            credential,
            client_id: String::new(),
            object_id: String::new(),
            signer: signer(),
            has_key: false,
            secret: None,
            refresh_token: None,
        };
        if credential == Credential::Vendor {
            let vendors = &desk.ready().vendors;
            let vendor = vendors.iter().find(|v| v.profile == profile).unwrap();
            connection.client_id = vendor.client_id.to_string();
            connection.set_up(desk).await;
            return connection;
        }
        let token = desk.automation().await;
        let app = json!({
            "displayName": format!("{profile} connection"),
            "signInAudience": "AzureADMyOrg",
            "publicClient": {"redirectUris": ["http://localhost"]},
            "isFallbackPublicClient": true,
            "requiredResourceAccess": connection.declaration(),
        });
        let (status, app) = desk
            .graph(&token, Method::POST, "/applications", Some(&app))
            .await;
        assert_eq!(status, 201, "{app}");
        connection.client_id = text(&app["appId"]);
        connection.object_id = text(&app["id"]);
        let body = json!({"appId": connection.client_id});
        let (status, body) = desk
            .graph(&token, Method::POST, "/servicePrincipals", Some(&body))
            .await;
        assert_eq!(status, 201, "{body}");
        connection.set_up(desk).await;
        connection
    }

    /// Consent, credential, and the first token: the one that defects are planted after.
    pub(crate) async fn set_up(&mut self, desk: &Desk) {
        let back = (self.credential != Credential::Vendor).then_some(LOOPBACK);
        // An app has its credential while somebody else is waited for, who may consent.
        if !desk.consent(&self.client_id, back).await && !self.is_app_only() {
            return;
        }
        let token = desk.automation().await;
        match self.credential {
            Credential::Certificate => {
                self.has_key = true;
                self.upload_key(desk, &token).await;
            }
            Credential::Secret => self.add_secret(desk, &token).await,
            Credential::Account => self.sign_in(desk).await,
            Credential::Vendor => {}
        }
        let _ = self.token(desk).await;
    }

    /// The app's keys are this connection's and no other; whether the tenant allows it.
    pub(crate) async fn upload_key(&self, desk: &Desk, token: &str) -> bool {
        let body = json!({"keyCredentials": [self.signer.entry(Timestamp::now())]});
        let path = format!("/applications/{}", self.object_id);
        let (status, _) = desk.graph(token, Method::PATCH, &path, Some(&body)).await;
        status == 204
    }

    /// A new secret, where the tenant allows one.
    pub(crate) async fn add_secret(&mut self, desk: &Desk, token: &str) {
        let path = format!("/applications/{}/addPassword", self.object_id);
        let body = json!({"passwordCredential": {"displayName": "probe"}});
        let (status, body) = desk.graph(token, Method::POST, &path, Some(&body)).await;
        self.secret = (status == 200).then(|| (text(&body["keyId"]), text(&body["secretText"])));
    }

    pub(crate) async fn sign_in(&mut self, desk: &Desk) {
        let scope = format!("{} offline_access", self.needed().join(" "));
        let tokens = desk
            .signed_in(&self.client_id, &desk.user("reports"), &scope)
            .await;
        self.refresh_token = tokens.ok().map(|tokens| text(&tokens["refresh_token"]));
    }

    /// A fresh access token.
    pub(crate) async fn token(&self, desk: &Desk) -> Result<String, u64> {
        let scopes = self.needed().join(" ");
        let id = ("client_id", self.client_id.as_str());
        let tokens = match self.credential {
            Credential::Certificate => {
                let endpoint = desk.login("/oauth2/v2.0/token");
                let now = Timestamp::now().as_second();
                let jwt = self.signer.assertion(&self.client_id, &endpoint, now);
                desk.tokens(&[
                    ("grant_type", "client_credentials"),
                    id,
                    ("scope", super::desk::GRAPH),
                    (
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ),
                    ("client_assertion", &jwt),
                ])
                .await?
            }
            Credential::Secret => {
                let secret = self.secret.as_ref().map_or("none", |(_, secret)| secret);
                desk.tokens(&[
                    ("grant_type", "client_credentials"),
                    id,
                    ("scope", super::desk::GRAPH),
                    ("client_secret", secret),
                ])
                .await?
            }
            Credential::Account => {
                let refresh = self.refresh_token.as_deref().unwrap_or("none");
                desk.tokens(&[
                    ("grant_type", "refresh_token"),
                    id,
                    ("refresh_token", refresh),
                    ("scope", &scopes),
                ])
                .await?
            }
            Credential::Vendor => return Err(0),
        };
        Ok(text(&tokens["access_token"]))
    }
}

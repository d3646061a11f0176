//! The administrator's own sign-in: for the acts of the wizard, step by step, and as the inspector,
//! read-only. Its tokens live in memory only.

use std::time::Duration;

use fairlead_domain::ids::{ClientId, ObjectId};
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::role::DirectoryRole;
use fairlead_entra::claims::Claims;
use fairlead_entra::{Entra, EntraError, SignInRequest, TokenSource, UserTokens};
use fairlead_graph::Graph;
use fairlead_state::Connection;

use crate::attendant::{Attendant, Event};
use crate::bootstrap;
use crate::error::ConnectError;
use crate::session::Session;

/// Where a user signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInWay {
    /// In the system's browser on this computer.
    Browser,
    /// On any device, with a code.
    DeviceCode,
}

/// How the administrator signs in.
#[derive(Debug, Clone)]
pub struct SignInOptions {
    /// Where.
    pub way: SignInWay,
    /// Through an app registration of the customer's instead of the bootstrap client.
    pub client: Option<ClientId>,
    /// The sign-in name, where it is known.
    pub login_hint: Option<String>,
    /// How long the browser is waited for.
    pub limit: Duration,
}

/// Someone who signed in to act on the tenant or to look at it.
#[derive(Debug)]
pub struct Administrator {
    entra: Entra,
    transport: fairlead_wire::Transport,
    client: ClientId,
    options: SignInOptions,
    tokens: TokenSource,
    claims: Claims,
    asked: Vec<String>,
}

impl Administrator {
    /// Signs in with scopes of Graph, named without the resource. `purpose` is shown to the person.
    pub async fn sign_in(
        session: &Session,
        entra: &Entra,
        options: SignInOptions,
        scopes: &[&str],
        purpose: &str,
        attendant: &dyn Attendant,
    ) -> Result<Self, ConnectError> {
        let client = options.client.unwrap_or(session.cloud.bootstrap_client);
        let asked: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let wanted = wire_scopes(&session.cloud.graph_resource, &asked);
        let tokens = sign_in_user(
            entra,
            client,
            options.way,
            options.limit,
            options.login_hint.as_deref(),
            &wanted,
            purpose,
            attendant,
        )
        .await?;
        let claims = verified_claims(entra, &tokens)?;
        let resource = session.cloud.graph_resource.clone();
        let tokens = TokenSource::user(entra.clone(), client, &resource, tokens, wanted);
        let administrator = Self {
            entra: entra.clone(),
            transport: session.transport.clone(),
            client,
            options,
            tokens,
            claims,
            asked,
        };
        administrator.check_scopes(scopes)?;
        Ok(administrator)
    }

    /// Makes sure that the sign-in has further scopes: silently where they were consented before, else
    /// by asking the person once more.
    pub async fn ensure(
        &mut self,
        scopes: &[&str],
        purpose: &str,
        attendant: &dyn Attendant,
    ) -> Result<(), ConnectError> {
        if self.holds(scopes) {
            return Ok(());
        }
        for scope in scopes {
            if !self.asked.iter().any(|asked| asked == scope) {
                self.asked.push((*scope).to_owned());
            }
        }
        let resource = self.entra.cloud().graph_resource.clone();
        let wanted = wire_scopes(&resource, &self.asked);
        let silent = match self.tokens.refresh_token().await {
            Some(refresh) => self
                .entra
                .refresh(self.client, &refresh, &wanted, None)
                .await
                .ok(),
            None => None,
        };
        let has_them = |tokens: &UserTokens| {
            tokens
                .access
                .claims
                .as_ref()
                .is_some_and(|claims| lacking(claims, scopes).is_empty())
        };
        let tokens = if let Some(tokens) = silent.filter(has_them) {
            tokens
        } else {
            let hint = self.claims.user.clone();
            sign_in_user(
                &self.entra,
                self.client,
                self.options.way,
                self.options.limit,
                hint.as_deref(),
                &wanted,
                purpose,
                attendant,
            )
            .await?
        };
        self.claims = verified_claims(&self.entra, &tokens)?;
        self.tokens = TokenSource::user(self.entra.clone(), self.client, &resource, tokens, wanted);
        self.check_scopes(scopes)
    }

    /// Whether the sign-in has these scopes, or broader ones.
    pub fn holds(&self, scopes: &[&str]) -> bool {
        lacking(&self.claims, scopes).is_empty()
    }

    fn check_scopes(&self, scopes: &[&str]) -> Result<(), ConnectError> {
        let lacking = lacking(&self.claims, scopes);
        if lacking.is_empty() {
            return Ok(());
        }
        Err(ConnectError::rule(
            ProblemCode::ConsentMissing,
            format!(
                "the sign-in of {} was not given {}",
                self.name(),
                lacking.join(", ")
            ),
        ))
    }

    /// Graph with the administrator's tokens.
    pub fn graph(&self) -> Graph {
        Graph::new(
            self.transport.clone(),
            self.entra.cloud().clone(),
            self.tokens.clone(),
        )
    }

    /// The sign-in name.
    pub fn name(&self) -> String {
        self.claims
            .user
            .clone()
            .unwrap_or_else(|| "a user without a name".to_owned())
    }

    /// The user's object id.
    pub fn object_id(&self) -> Option<ObjectId> {
        self.claims.object
    }

    /// The client that the sign-in went through.
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// The scopes of Graph that were asked for until now.
    pub fn asked(&self) -> &[String] {
        &self.asked
    }

    /// The active directory roles that Fairlead knows.
    pub fn roles(&self) -> Vec<DirectoryRole> {
        self.claims
            .directory_roles
            .iter()
            .filter_map(|id| DirectoryRole::of_template(*id))
            .collect()
    }
}

/// Microsoft Graph's scopes as a token request names them, with those that keep the sign-in.
fn wire_scopes(resource: &str, scopes: &[String]) -> Vec<String> {
    let mut wire: Vec<String> = scopes
        .iter()
        .map(|scope| format!("{resource}/{scope}"))
        .collect();
    wire.extend(["offline_access", "openid", "profile"].map(str::to_owned));
    wire
}

fn lacking(claims: &Claims, scopes: &[&str]) -> Vec<String> {
    let reference = |name: &str| PermissionRef {
        resource: Resource::Graph,
        kind: PermissionKind::Delegated,
        name: name.to_owned(),
    };
    let held: Vec<PermissionRef> = claims.scopes.iter().map(|name| reference(name)).collect();
    scopes
        .iter()
        .filter(|scope| {
            !held
                .iter()
                .any(|held| catalogue().satisfies(held, &reference(scope)))
        })
        .map(|scope| (*scope).to_owned())
        .collect()
}

/// The tenant of a sign-in is proved by its token, not by what the browser brought.
fn verified_claims(entra: &Entra, tokens: &UserTokens) -> Result<Claims, ConnectError> {
    let claims = tokens.access.claims.clone().ok_or_else(|| {
        ConnectError::rule(
            ProblemCode::TokenUnreadable,
            "the sign-in's token can't be read",
        )
    })?;
    if claims.tenant == Some(entra.tenant()) {
        return Ok(claims);
    }
    let came = claims
        .tenant
        .map_or_else(|| "none".to_owned(), |tenant| tenant.to_string());
    Err(ConnectError::rule(
        ProblemCode::TokenMismatch,
        format!(
            "the sign-in is of tenant `{came}`, the connection is for `{}`",
            entra.tenant()
        ),
    ))
}

/// How often a sign-in is begun when its answer was lost on the way: a code can be redeemed once.
const SIGN_INS: u32 = 3;

/// Signs a user in through a client, in the browser or with a code.
#[expect(
    clippy::too_many_arguments,
    reason = "each is another thing, and there are two callers"
)]
pub(crate) async fn sign_in_user(
    entra: &Entra,
    client: ClientId,
    way: SignInWay,
    limit: Duration,
    login_hint: Option<&str>,
    scopes: &[String],
    purpose: &str,
    attendant: &dyn Attendant,
) -> Result<UserTokens, ConnectError> {
    let request = SignInRequest {
        client,
        scopes: scopes.to_vec(),
        login_hint: login_hint.map(str::to_owned),
        choose_account: login_hint.is_none(),
        claims: None,
    };
    let mut number = 1;
    loop {
        let result = match way {
            SignInWay::Browser => in_browser(entra, &request, limit, purpose, attendant).await,
            SignInWay::DeviceCode => with_code(entra, &request, purpose, attendant).await,
        };
        match result? {
            Err(error) if number < SIGN_INS && was_lost(&error) => {
                attendant.tell(Event::Note(
                    "the answer to the sign-in was lost on the way; it begins again".to_owned(),
                ));
                number += 1;
            }
            other => return Ok(other?),
        }
    }
}

/// Whether a new sign-in helps: the redemption may have happened without its answer arriving, or what
/// was to be redeemed came too late.
fn was_lost(error: &EntraError) -> bool {
    match error {
        EntraError::CallbackTimeout { .. } | EntraError::Loopback { .. } => false,
        EntraError::Refused(refused) if refused.has_code(&[54_005, 70_008]) => true,
        error => error.is_unanswered(),
    }
}

/// What came of a sign-in that could be begun.
type Finished = Result<UserTokens, EntraError>;

async fn in_browser(
    entra: &Entra,
    request: &SignInRequest,
    limit: Duration,
    purpose: &str,
    attendant: &dyn Attendant,
) -> Result<Finished, ConnectError> {
    let sign_in = entra.begin_browser_sign_in(request).await?;
    attendant.open(sign_in.url(), purpose)?;
    attendant.tell(Event::BrowserOpened {
        url: sign_in.url().clone(),
        purpose: purpose.to_owned(),
    });
    Ok(sign_in.finish(limit).await)
}

async fn with_code(
    entra: &Entra,
    request: &SignInRequest,
    purpose: &str,
    attendant: &dyn Attendant,
) -> Result<Finished, ConnectError> {
    let sign_in = entra.begin_device_sign_in(request).await?;
    attendant.tell(Event::DeviceCode {
        code: sign_in.user_code().to_owned(),
        address: sign_in.verification_uri().to_owned(),
        purpose: purpose.to_owned(),
    });
    Ok(sign_in.finish().await)
}

/// Signs the inspector in for a connection.
pub async fn inspector(
    session: &Session,
    subject: &crate::Subject,
    options: SignInOptions,
    attendant: &dyn Attendant,
) -> Result<Administrator, ConnectError> {
    let scopes = crate::tester::inspector_scopes(subject);
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let purpose = "look at the tenant, read-only";
    for_connection(
        session,
        &subject.connection,
        options,
        &scopes,
        purpose,
        attendant,
    )
    .await
}

/// Signs an administrator in for a connection that is there, and keeps what that grants.
pub(crate) async fn for_connection(
    session: &Session,
    connection: &Connection,
    options: SignInOptions,
    scopes: &[&str],
    purpose: &str,
    attendant: &dyn Attendant,
) -> Result<Administrator, ConnectError> {
    let tenant = connection.tenant_id.ok_or_else(|| {
        ConnectError::rule(
            ProblemCode::ConnectionIncomplete,
            "the connection's tenant is not known yet",
        )
    })?;
    let noted = bootstrap::note(session, connection, &options, scopes).await?;
    let entra = session.entra(tenant);
    let administrator =
        Administrator::sign_in(session, &entra, options, scopes, purpose, attendant).await?;
    if noted.is_some() {
        bootstrap::note_user(session, &connection.name, administrator.object_id()).await?;
    }
    Ok(administrator)
}

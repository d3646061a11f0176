//! The connection tester: asks everything that can be asked of a connection, side by side, and says
//! what is known, what is not, and what repairs it. A look-up that could not be made is unknown.

mod checks;
mod facts;
mod look;
mod notices;
mod outcome;
mod runner;

use std::time::Instant;

use checks::CheckSpec;
use facts::{Facts, InspectorLooks, NetworkLooks, OwnLooks, Stored};
use fairlead_domain::check::{CheckResult, Identity, Verdict};
use fairlead_domain::ids::CheckId;
use fairlead_domain::profile::CredentialKind;
use fairlead_domain::report::{IdentityUsed, REPORT_SCHEMA, Report};
use fairlead_entra::{AppCredential, TokenSource};
use fairlead_graph::Graph;
use fairlead_state::SecretId;
use fairlead_wire::Spent;
pub use runner::{is_known, known_checks};

pub(crate) use checks::{
    LOOPBACK, carried, leads_here, missing, missing_of_profile, undeclared, ungranted,
};
pub(crate) use facts::{read_key, read_text};

use crate::error::ConnectError;
use crate::session::Session;
use crate::subject::Subject;

/// What is to be tested, and how far.
#[derive(Debug, Default)]
pub struct TestRequest {
    /// Only these checks; all where it is empty. What they need runs too, unreported.
    pub only: Vec<CheckId>,
    /// Graph as the inspector sees it, and who that is.
    pub inspector: Option<(Graph, String)>,
    /// Whether a plan may be created, changed and removed again.
    pub write_probe: bool,
    /// A key that proves an app whose own key the product holds.
    pub test_key: Option<AppCredential>,
}

/// A report, and what it took.
#[derive(Debug)]
pub struct Tested {
    /// The report.
    pub report: Report,
    /// The longest chain of dependent requests.
    pub chain: Spent,
}

/// The scopes of Graph that the inspector needs: read-only.
pub const INSPECTOR_SCOPES: [&str; 3] = ["User.Read", "Directory.Read.All", "Policy.Read.All"];

/// What the inspector needs besides for connections with an account: to see which groups hold plans.
pub const INSPECTOR_ACCOUNT_SCOPES: [&str; 2] = ["User.Read.All", "Tasks.Read"];

/// The scopes that the inspector of a connection needs.
pub fn inspector_scopes(subject: &Subject) -> Vec<String> {
    scopes_to_inspect(subject.is_account() || subject.is_vendor())
        .map(str::to_owned)
        .collect()
}

/// The same for a connection that is not made yet: with an account, or without.
pub(crate) fn scopes_to_inspect(account: bool) -> impl Iterator<Item = &'static str> {
    let besides = INSPECTOR_ACCOUNT_SCOPES
        .into_iter()
        .filter(move |_| account);
    INSPECTOR_SCOPES.into_iter().chain(besides)
}

/// Tests a connection and keeps the report. `tell` hears of each check as soon as it has its verdict.
pub async fn test(
    session: &Session,
    subject: Subject,
    request: TestRequest,
    tell: &(dyn Fn(&CheckResult) + Sync),
) -> Result<Tested, ConnectError> {
    let started = session.now();
    let began = Instant::now();
    let stored = Stored::read(session, &subject).await?;
    let test_key = request.test_key.as_ref().and_then(|key| match key {
        AppCredential::Certificate(pair) => Some(pair.certificate().clone()),
        AppCredential::Secret(_) => None,
    });
    let own = own_graph(session, &subject, &stored, request.test_key);
    let (inspector, inspector_name) = request.inspector.unzip();
    let facts = Facts {
        transport: session.transport.clone(),
        own,
        inspector,
        stored,
        test_key,
        write_probe: request.write_probe,
        network: NetworkLooks::default(),
        own_looks: OwnLooks::default(),
        inspector_looks: InspectorLooks::default(),
        subject,
    };
    let specs = runner::applicable(&facts, &request.only);
    let checks = runner::run(&facts, &specs, tell).await;
    keep_rotated(session, &facts).await?;
    let report = Report {
        schema: REPORT_SCHEMA,
        connection: facts.subject.connection.name.clone(),
        profile: facts.subject.profile.id.clone(),
        verdict: verdict_of(&specs, &checks),
        started,
        ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        identities: identities(&facts, inspector_name),
        notices: notices::of(&facts).await,
        checks,
    };
    session.store.reports().append(&report).await?;
    Ok(Tested {
        chain: facts.longest_chain(),
        report,
    })
}

/// The verdict of the whole. Where questions to the tenant were to be asked and nobody signed in to ask
/// any, nothing is known of the connection, however well this computer and the network are.
fn verdict_of(specs: &[(CheckSpec, bool)], checks: &[CheckResult]) -> Verdict {
    let verdict = Verdict::of_all(checks.iter().map(|check| check.verdict));
    let of_tenant = |check: &&CheckResult| {
        let mut specs = specs.iter();
        specs.any(|(spec, _)| spec.id == check.id.as_str() && spec.identity != Identity::Nobody)
    };
    let mut of_tenant = checks.iter().filter(of_tenant).peekable();
    let unproved =
        of_tenant.peek().is_some() && of_tenant.all(|check| check.verdict == Verdict::NotRun);
    if unproved && !verdict.needs_attention() {
        Verdict::Unknown
    } else {
        verdict
    }
}

/// Graph with the connection's own tokens, where there is something to get them with.
fn own_graph(
    session: &Session,
    subject: &Subject,
    stored: &Stored,
    test_key: Option<AppCredential>,
) -> Option<Graph> {
    let connection = &subject.connection;
    let entra = session.entra(connection.tenant_id?);
    let client = connection.client_id?;
    let source = match connection.credential {
        CredentialKind::Certificate => {
            let own = stored
                .key
                .as_ref()
                .and_then(|key| key.as_ref().ok())
                .cloned()
                .map(AppCredential::Certificate);
            TokenSource::app(entra, client, own.or(test_key)?)
        }
        CredentialKind::Secret => {
            let secret = stored.secret.as_ref()?.as_ref().ok()?.clone();
            TokenSource::app(entra, client, AppCredential::Secret(secret))
        }
        CredentialKind::Account => {
            let refresh = stored.refresh.as_ref()?.as_ref().ok()?.clone();
            TokenSource::kept_user(entra, client, refresh, account_scopes(subject))
        }
        CredentialKind::ServiceAccount | CredentialKind::Vendor => return None,
    };
    Some(Graph::new(
        session.transport.clone(),
        subject.cloud.clone(),
        source,
    ))
}

/// The scopes that an account signs in with.
pub(crate) fn account_scopes(subject: &Subject) -> Vec<String> {
    let resource = &subject.cloud.graph_resource;
    let mut scopes: Vec<String> = subject
        .needed()
        .filter(|permission| {
            !matches!(
                permission.name.as_str(),
                "openid" | "profile" | "email" | "offline_access"
            )
        })
        .map(|permission| format!("{resource}/{}", permission.name))
        .collect();
    scopes.extend(["offline_access", "openid", "profile"].map(str::to_owned));
    scopes
}

/// Entra gives a new refresh token with every use: the newest is kept.
async fn keep_rotated(session: &Session, facts: &Facts) -> Result<(), ConnectError> {
    let Some(graph) = facts.own.as_ref().filter(|_| facts.subject.is_account()) else {
        return Ok(());
    };
    let Some(newest) = graph.source().refresh_token().await else {
        return Ok(());
    };
    let unchanged =
        matches!(&facts.stored.refresh, Some(Ok(kept)) if kept.expose() == newest.expose());
    if unchanged {
        return Ok(());
    }
    let id = SecretId::refresh_token(&facts.subject.connection.name);
    let bytes = fairlead_domain::Secret::new(newest.expose().clone().into_bytes());
    session.secrets.put(&id, &bytes).await?;
    Ok(())
}

fn identities(facts: &Facts, inspector: Option<String>) -> Vec<IdentityUsed> {
    let connection = &facts.subject.connection;
    let own = facts.own.as_ref().map(|_| IdentityUsed {
        identity: Identity::Connection,
        name: match (&connection.account, connection.client_id) {
            (Some(account), _) => account.user.to_string(),
            (None, Some(client)) => format!("app {client}"),
            (None, None) => "app".to_owned(),
        },
    });
    let inspector = inspector.map(|name| IdentityUsed {
        identity: Identity::Inspector,
        name,
    });
    own.into_iter().chain(inspector).collect()
}

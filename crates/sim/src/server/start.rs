use std::fs::OpenOptions;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use fairlead_domain::ids::PermissionId;
use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use fairlead_domain::problem::ProblemCode;
use jiff::SignedDuration;
use tokio::net::TcpListener;

use super::AUTOMATION;
use super::listen::{self, Shared};
use super::observe::Observer;
use super::ready::Ready;
use super::request_log::RequestLog;
use super::running::Running;
use super::state_file::{self, StateFileError};
use super::throttle::Throttle;
use super::tls::{self, TlsError};
use crate::entra;
use crate::options::Options;
use crate::scenario;
use crate::tenant::{Application, PasswordCredential, RequiredResource, World, accounts, vendors};

/// Why a simulated tenant did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not this computer's alone.
    #[error(
        "`{0}` is no loopback address: a simulated tenant serves this computer alone, for example at `127.0.0.1:0`"
    )]
    NotLoopback(SocketAddr),
    /// The address can't be listened at.
    #[error("can't listen at `{address}`: {source}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// There is no scenario of that name.
    #[error("`{given}` is no scenario; `--scenario list` shows them all")]
    Scenario {
        /// What was asked for.
        given: String,
    },
    /// HTTPS can't be served.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The kept tenant can't be used.
    #[error(transparent)]
    State(#[from] StateFileError),
    /// The request log can't be opened.
    #[error("the request log `{path}` can't be opened: {source}")]
    RequestLog {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A rate of requests that is none.
    #[error("`{0}` is no rate: requests a second, more than 0")]
    Rate(f64),
}

impl StartError {
    /// The problem that a face shows for it.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::NotLoopback(_) | Self::Scenario { .. } | Self::Rate(_) => {
                ProblemCode::InputInvalid
            }
            Self::Listen { .. } => ProblemCode::NetworkRefused,
            Self::Tls(TlsError::File { .. }) | Self::RequestLog { .. } => {
                ProblemCode::FileUnwritable
            }
            Self::Tls(_) => ProblemCode::TlsCaFile,
            Self::State(StateFileError::Newer { .. }) => ProblemCode::StateNewer,
            Self::State(StateFileError::File { .. }) => ProblemCode::StateUnavailable,
            Self::State(StateFileError::Shape { .. }) => ProblemCode::StateDamaged,
            Self::State(StateFileError::Other { .. }) => ProblemCode::InputInvalid,
        }
    }
}

/// Starts a simulated tenant. It serves until [`Running::stop`] or until the [`Running`] is dropped.
pub async fn start(options: Options) -> Result<Running, StartError> {
    launch(options, None).await
}

/// As [`start`], with somebody who sees every exchange.
pub async fn start_observed(options: Options, observer: Observer) -> Result<Running, StartError> {
    launch(options, Some(observer)).await
}

async fn launch(options: Options, observer: Option<Observer>) -> Result<Running, StartError> {
    if !options.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(options.listen));
    }
    if let Some(unknown) = options
        .scenarios
        .iter()
        .find(|name| scenario::find(name).is_none())
    {
        return Err(StartError::Scenario {
            given: unknown.clone(),
        });
    }
    if let Some(rate) = options.throttle
        && !(rate.is_finite() && rate > 0.0)
    {
        return Err(StartError::Rate(rate));
    }
    let log = open_log(&options)?;
    let (tls, ca) = match &options.tls {
        Some(folder) => {
            let (acceptor, ca) = tls::acceptor(folder)?;
            (Some(acceptor), Some(ca))
        }
        None => (None, None),
    };
    let listening = |source| StartError::Listen {
        address: options.listen,
        source,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let bases = bases(address, tls.is_some());
    let world = world(options, &bases)?;
    let throttle = world
        .options
        .throttle
        .map(|rate| Mutex::new(Throttle::new(rate, Instant::now())));
    let ready = Ready::of(&world, &bases[0], ca);
    if let Some(path) = &world.options.state {
        state_file::keep(path, &world)?;
    }
    let shared = Arc::new(Shared {
        latency: world.options.latency,
        state: world.options.state.clone(),
        secure: tls.is_some(),
        address,
        world: Mutex::new(world),
        throttle,
        log,
        observer,
    });
    Ok(Running::new(
        ready,
        listen::serve(listener, tls, Arc::clone(&shared)),
        shared,
    ))
}

/// The names that the server is reached by; the first one stands in the ready line.
fn bases(address: SocketAddr, secure: bool) -> Vec<String> {
    let port = address.port();
    let scheme = if secure { "https" } else { "http" };
    let by_number = format!("{scheme}://{address}");
    let by_name = format!("{scheme}://localhost:{port}");
    if secure {
        vec![by_name, by_number]
    } else {
        vec![by_number, by_name]
    }
}

fn open_log(options: &Options) -> Result<Option<RequestLog>, StartError> {
    options
        .request_log
        .as_ref()
        .map(|path| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map(RequestLog::new)
                .map_err(|source| StartError::RequestLog {
                    path: path.clone(),
                    source,
                })
        })
        .transpose()
}

/// The tenant that is kept, or a new one with its accounts, the automation app and the scenarios.
pub(crate) fn world(mut options: Options, bases: &[String]) -> Result<World, StartError> {
    scenario::adjust(&mut options);
    let with_vendors = |mut world: World| {
        let created = world.tenant.created;
        world.vendor_apps = vendors::VENDORS
            .iter()
            .map(|vendor| vendor.application(bases, created))
            .collect();
        world
    };
    let kept = match &options.state {
        Some(path) => state_file::find(path)?.map(|kept| (path.clone(), kept)),
        None => None,
    };
    if let Some((path, (tenant, sign_in))) = kept {
        let differs = if tenant.seed != options.seed {
            Some(format!("seed {}", tenant.seed))
        } else if tenant.size != options.size {
            let size = tenant.size;
            Some(format!(
                "size groups={},plans={},tasks={},users={},rooms={}",
                size.groups, size.plans, size.tasks, size.users, size.rooms
            ))
        } else {
            None
        };
        if let Some(what) = differs {
            return Err(StateFileError::Other { path, what }.into());
        }
        let mut world = World::with_tenant(options, tenant);
        world.sign_in = sign_in;
        return Ok(with_vendors(world));
    }
    let mut world = World::new(options);
    accounts::seed(&mut world.tenant);
    add_automation(&mut world);
    scenario::plant_at_start(&mut world);
    Ok(with_vendors(world))
}

/// The app that tests look and change with: every application permission, one secret.
fn add_automation(world: &mut World) {
    let now = world.now();
    let access = |resource: Resource| {
        catalogue()
            .iter()
            .filter(move |permission| permission.resource == resource)
            .filter_map(|permission| permission.id(PermissionKind::Application))
            .map(PermissionId::uuid)
            .collect::<Vec<_>>()
    };
    let required = |resource: Resource| RequiredResource {
        resource_app_id: resource.app_id().uuid(),
        access: access(resource)
            .into_iter()
            .map(|id| (id, "Role".to_owned()))
            .collect(),
    };
    let secret = format!("sim~{}", entra::random_text(30));
    let app = Application {
        id: world.tenant.new_guid(),
        app_id: world.tenant.new_guid(),
        home_tenant: world.tenant.id,
        display_name: "Simulator automation".to_owned(),
        unique_name: Some(AUTOMATION.to_owned()),
        sign_in_audience: "AzureADMyOrg".to_owned(),
        identifier_uris: Vec::new(),
        web_redirect_uris: Vec::new(),
        spa_redirect_uris: Vec::new(),
        public_redirect_uris: Vec::new(),
        is_fallback_public_client: None,
        required_resource_access: vec![required(Resource::Graph), required(Resource::Exchange)],
        key_credentials: Vec::new(),
        password_credentials: vec![PasswordCredential {
            key_id: world.tenant.new_guid(),
            display_name: Some("automation".to_owned()),
            hint: secret.chars().take(3).collect(),
            secret,
            start: now,
            end: now
                .checked_add(SignedDuration::from_hours(24 * 365 * 50))
                .unwrap_or(now),
            visible_from: now,
        }],
        other: serde_json::Map::new(),
        created: now,
        visible_from: now,
        deleted: None,
        planted: Vec::new(),
    };
    let lag = std::mem::take(&mut world.options.lag);
    let app_id = app.app_id;
    world.tenant.applications.push(app);
    let principal = entra::principal_for(world, app_id);
    for resource in [Resource::Graph, Resource::Exchange] {
        entra::grant_roles(world, principal, resource, &access(resource));
    }
    world.options.lag = lag;
}

//! How a simulated tenant is started.

mod parse;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
pub use parse::OptionsError;

/// How a simulated tenant is started. [`Options::default`] is a healthy tenant on any free port.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: loopback only.
    pub listen: SocketAddr,
    /// Serve HTTPS with a certificate from a private CA made (or found) in this folder.
    pub tls: Option<PathBuf>,
    /// Names of scenarios; none is `healthy`.
    pub scenarios: Vec<String>,
    /// How much content the tenant has.
    pub size: Size,
    /// What the content is computed from.
    pub seed: u64,
    /// New apps, service principals and grants are seen only after this long.
    pub lag: Duration,
    /// How long every request takes at least.
    pub latency: Duration,
    /// The most items a page holds; `None` is Microsoft's own default for each collection.
    pub page_size: Option<usize>,
    /// Requests a second before 429.
    pub throttle: Option<f64>,
    /// Faults to inject.
    pub faults: Vec<Fault>,
    /// Features to refuse.
    pub refuse: Vec<Feature>,
    /// Where the tenant is kept and found again.
    pub state: Option<PathBuf>,
    /// The tenant's date at the start; the machine's where nothing is said.
    pub clock: Option<Timestamp>,
    /// Sign-in pages, consent pages and device codes approve themselves.
    pub auto_consent: bool,
    /// One JSON line a request goes here.
    pub request_log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            scenarios: Vec::new(),
            size: Size::default(),
            seed: 1,
            lag: Duration::ZERO,
            latency: Duration::ZERO,
            page_size: None,
            throttle: None,
            faults: Vec::new(),
            refuse: Vec::new(),
            state: None,
            clock: None,
            auto_consent: false,
            request_log: None,
        }
    }
}

/// How much content the tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Microsoft 365 groups.
    pub groups: u64,
    /// Plans, spread over the groups.
    pub plans: u64,
    /// Tasks, spread over the plans.
    pub tasks: u64,
    /// Ordinary users, besides the named accounts.
    pub users: u64,
    /// Rooms.
    pub rooms: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            groups: 20,
            plans: 50,
            tasks: 1000,
            users: 200,
            rooms: 12,
        }
    }
}

/// What goes wrong, and with which of every so many requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Every how-manieth request.
    pub every: u64,
}

/// What can go wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// 429 with `Retry-After` in seconds.
    Throttled,
    /// 429 with `Retry-After` as a date.
    ThrottledDate,
    /// 503 with `Retry-After`.
    Unavailable,
    /// 500.
    ServerError,
    /// 502 with an HTML page.
    BadGateway,
    /// 504.
    GatewayTimeout,
    /// The connection is reset before the act is done.
    ResetBefore,
    /// The act is done, then the connection is reset.
    ResetAfter,
    /// The act is done, the body is cut short.
    Truncate,
    /// 200 with a portal's HTML page instead of the act.
    Html,
    /// The answer comes after some seconds.
    Slow,
    /// 401: the access token is over.
    TokenExpires,
    /// 412 to a conditional write.
    PreconditionFailed,
    /// A next link that leads to a page that was there already.
    PageLoop,
    /// Some requests of a batch fail.
    BatchPartial,
}

/// A feature that a tenant may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// `$expand=details` on tasks.
    ExpandDetails,
    /// `$batch`.
    Batch,
    /// The beta endpoint.
    Beta,
    /// Configuration snapshots.
    ConfigurationSnapshots,
    /// Exchange's `InvokeCommand`.
    InvokeCommand,
}

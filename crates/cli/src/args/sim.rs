use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use fairlead_sim::options::{Fault, Feature, Options, Size};
use jiff::Timestamp;

const AFTER_HELP: &str = "\
Prints one line of JSON when it is ready: the file for `--cloud`, with accounts and passwords to sign in with. \
It answers as Microsoft's sign-in and Graph do, and refuses what they refuse. Ctrl-C ends it.

Examples:
  fairlead sim --auto-consent > cloud.json            then, in another terminal:
    fairlead --cloud cloud.json connect planner-data-mart --name trial --tenant contoso.example --yes
  fairlead sim --scenario list                        what can be wrong with a tenant
  fairlead sim --auto-consent --scenario certificate-expired > cloud.json
  fairlead sim --lag 30 --fault 503:1/7 > cloud.json  slow to spread news, and busy";

/// `fairlead sim`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SimArgs {
    /// Where to listen: loopback only; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Serve HTTPS with a certificate from a private CA made in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,
    /// What is wrong with the tenant or the app; may be repeated; `list` prints all of them
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<String>,
    /// How much there is: `groups=20,plans=50,tasks=1000,users=200,rooms=12`
    #[arg(long, value_name = "SIZES")]
    pub(crate) size: Option<Size>,
    /// What ids, names and passwords are computed from: the same number, the same tenant
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// New apps, service principals and grants are seen only after this long
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub(crate) lag: f64,
    /// How long every request takes at least
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// The most items a page holds
    #[arg(long, value_name = "N")]
    pub(crate) page_size: Option<usize>,
    /// Answer 429 to more requests a second than this
    #[arg(long, value_name = "RATE")]
    pub(crate) throttle: Option<f64>,
    /// A fault in one of N requests, such as `503:1/7`; may be repeated. Kinds: 429, 429-date, 500, 502, 503, 504, reset-before, reset-after, truncate, html, slow, token-expires, 412, page-loop, batch-partial
    #[arg(long, value_name = "KIND:1/N")]
    pub(crate) fault: Vec<Fault>,
    /// A feature that the tenant lacks: expand-details, batch, beta, configuration-snapshots, invoke-command; may be repeated
    #[arg(long, value_name = "FEATURE")]
    pub(crate) refuse: Vec<Feature>,
    /// Keep the tenant in this file and find it again
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The tenant's date, such as 2027-01-31T12:00:00Z; this computer's where nothing is said
    #[arg(long, value_name = "TIME")]
    pub(crate) clock: Option<Timestamp>,
    /// Sign-in pages, consent pages and device codes approve themselves
    #[arg(long)]
    pub(crate) auto_consent: bool,
    /// Write one JSON line a request to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) request_log: Option<PathBuf>,
}

impl SimArgs {
    /// The simulator's options.
    pub(crate) fn options(self) -> Options {
        Options {
            listen: self.listen,
            tls: self.tls,
            scenarios: self.scenario,
            size: self.size.unwrap_or_default(),
            seed: self.seed,
            lag: Duration::try_from_secs_f64(self.lag).unwrap_or_default(),
            latency: Duration::from_millis(self.latency),
            page_size: self.page_size,
            throttle: self.throttle,
            faults: self.fault,
            refuse: self.refuse,
            state: self.state,
            clock: self.clock,
            auto_consent: self.auto_consent,
            request_log: self.request_log,
        }
    }
}

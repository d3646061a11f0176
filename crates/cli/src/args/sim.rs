use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use fairlead_sim::options::{Fault, Feature, Options, Size};
use jiff::Timestamp;

/// `fairlead sim`.
#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// Where to listen: loopback only; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Serve HTTPS with a certificate from a private CA made in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,
    /// What is wrong with the tenant; may be repeated; `list` shows them all
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<String>,
    /// How much there is: `groups=20,plans=50,tasks=1000,users=200,rooms=12`
    #[arg(long, value_name = "SIZES")]
    pub(crate) size: Option<Size>,
    /// What the content is computed from
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
    /// Requests a second before 429
    #[arg(long, value_name = "RATE")]
    pub(crate) throttle: Option<f64>,
    /// A fault, such as `503:1/7`; may be repeated
    #[arg(long, value_name = "KIND:1/N")]
    pub(crate) fault: Vec<Fault>,
    /// A feature that the tenant lacks; may be repeated
    #[arg(long, value_name = "FEATURE")]
    pub(crate) refuse: Vec<Feature>,
    /// Keep the tenant in this file and find it again
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The tenant's date
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

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use fairlead_domain::cloud::{BaseUrl, Cloud};
use url::Url;

use crate::redact::redact_url;

/// Which proxy requests go through.
#[derive(Clone, Default)]
pub enum ProxyChoice {
    /// What the environment or the system says (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one for everything; its user name and password may stand in the address.
    Url(Url),
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("Environment"),
            Self::Direct => f.write_str("Direct"),
            Self::Url(url) => f.debug_tuple("Url").field(&redact_url(url)).finish(),
        }
    }
}

/// How the transport behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The only services that may be sent a bearer token.
    pub bearer_hosts: Vec<BaseUrl>,
    /// Further certificate authorities to trust, as a PEM file.
    pub ca: Option<PathBuf>,
    /// Which proxy.
    pub proxy: ProxyChoice,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from sending to the last byte.
    pub attempt_timeout: Duration,
    /// How long a call may take with all its repeats.
    pub call_timeout: Duration,
    /// How often a call is tried at most.
    pub attempts: u32,
    /// The first wait between attempts where the server names none; it doubles, with jitter.
    pub first_wait: Duration,
    /// The longest wait between attempts where the server names none.
    pub longest_wait: Duration,
    /// The most bytes of an answer that are read.
    pub body_limit: usize,
    /// The most requests at once to one host.
    pub concurrency: u32,
    /// Whether platform certificate authorities are needed: not for a tenant on plain loopback.
    pub needs_tls: bool,
}

impl Settings {
    /// The settings for a cloud.
    pub fn for_cloud(cloud: &Cloud) -> Self {
        Self {
            bearer_hosts: cloud.token_hosts().into_iter().cloned().collect(),
            ca: cloud.ca.clone(),
            proxy: ProxyChoice::Environment,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_mins(2),
            attempts: 6,
            first_wait: Duration::from_millis(400),
            longest_wait: Duration::from_secs(20),
            body_limit: 64 * 1024 * 1024,
            concurrency: 8,
            needs_tls: [&cloud.login, &cloud.graph]
                .into_iter()
                .any(BaseUrl::is_https),
        }
    }
}

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::settings::ProxyChoice;

/// The proxy that requests to an address go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyInUse {
    /// Scheme, host and port, without a password.
    pub address: String,
    /// Whether a user name and password are sent to it.
    pub authenticates: bool,
}

/// The proxy that requests to an address go through; `None` when they go straight.
pub fn proxy_for(choice: &ProxyChoice, url: &Url) -> Option<ProxyInUse> {
    Proxies::new(choice).of(url)
}

/// The rules as they were when they were read: reqwest reads the environment once as well.
#[derive(Debug)]
pub(crate) struct Proxies(Option<Matcher>);

impl Proxies {
    pub(crate) fn new(choice: &ProxyChoice) -> Self {
        Self(match choice {
            ProxyChoice::Direct => None,
            ProxyChoice::Environment => Some(Matcher::from_system()),
            ProxyChoice::Url(proxy) => Some(Matcher::builder().all(proxy.as_str()).build()),
        })
    }

    pub(crate) fn of(&self, url: &Url) -> Option<ProxyInUse> {
        let intercept = self.0.as_ref()?.intercept(&url.as_str().parse().ok()?)?;
        let uri = intercept.uri();
        let port = uri
            .port_u16()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Some(ProxyInUse {
            address: format!(
                "{}://{}{port}",
                uri.scheme_str().unwrap_or("http"),
                uri.host().unwrap_or_default()
            ),
            authenticates: intercept.basic_auth().is_some() || intercept.raw_auth().is_some(),
        })
    }
}

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use crate::ids::Malformed;

/// The root of a service: scheme, host and port, without a path. HTTPS, or HTTP on this computer's
/// loopback alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The address of a path below this root. `path` begins with `/` and may carry a query.
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        url.set_path(path);
        url.set_query(query);
        url
    }

    /// Scheme, host and port as text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The host's name.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The port, the scheme's own where none is written.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether connections to it are encrypted.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether an address lies on this very service: same scheme, host and port.
    pub fn covers(&self, url: &Url) -> bool {
        self.0.scheme() == url.scheme()
            && self.0.host() == url.host()
            && self.0.port_or_known_default() == url.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
    }
}

/// Whether an address is on this computer's loopback interface.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl FromStr for BaseUrl {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let refuse = || {
            Malformed::new(
                text,
                "the root of a service (https, or http on loopback; no path, no user)",
                "https://graph.microsoft.com",
            )
        };
        let url = Url::parse(text.trim()).map_err(|_| refuse())?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if secure && bare && url.has_host() {
            Ok(Self(url))
        } else {
            Err(refuse())
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        for good in [
            "https://graph.microsoft.com",
            "http://127.0.0.1:41234",
            "http://localhost:8080/",
            "http://[::1]:9",
        ] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in [
            "http://graph.microsoft.com",
            "http://127.0.0.1.evil.example",
            "ftp://127.0.0.1",
            "https://u:p@graph.microsoft.com",
            "https://graph.microsoft.com/v1.0",
            "graph.microsoft.com",
        ] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_service_covers_its_own_addresses_only() {
        let graph: BaseUrl = "https://graph.microsoft.com".parse().unwrap();
        assert!(
            graph.covers(&Url::parse("https://graph.microsoft.com:443/v1.0/users?$top=1").unwrap())
        );
        for foreign in [
            "https://graph.microsoft.com.evil.example/v1.0",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:444/",
            "https://user@graph.microsoft.com/",
        ] {
            assert!(!graph.covers(&Url::parse(foreign).unwrap()), "{foreign}");
        }
    }
}

use std::net::IpAddr;

use url::{Host, Url};

/// The address, if a page may link to it: https, or http on this computer, without user and password.
pub(super) fn safe(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = match url.host()? {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => IpAddr::V4(address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(address).is_loopback(),
    };
    let scheme = match url.scheme() {
        "https" => true,
        "http" => local,
        _ => false,
    };
    (scheme && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn only_https_and_this_computer_are_linked_to() {
        for good in [
            "https://entra.microsoft.com/#view/x",
            "http://127.0.0.1:41234/portal/#x",
            "http://localhost:80/",
            "http://[::1]:8080/",
        ] {
            assert!(safe(good).is_some(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript://%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "http://entra.microsoft.com/",
            "http://127.0.0.1.example.com/",
            "https://user:password@example.com/",
            "https://entra.microsoft.com@example.com/",
            "file:///etc/passwd",
            "//example.com",
            "https://",
            "",
        ] {
            assert!(safe(bad).is_none(), "{bad}");
        }
    }
}

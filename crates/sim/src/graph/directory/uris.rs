//! Addresses of an app: identifier URIs and redirect URIs.
//!
//! <https://learn.microsoft.com/entra/identity-platform/reply-url>,
//! <https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions>

use url::{Host, Url};

use crate::graph::refusal::Refusal;
use crate::tenant::{Application, World};

/// Refuses identifier URIs that fit no accepted pattern or are another app's, deleted or not.
pub(super) fn check_identifiers(world: &World, application: &Application) -> Result<(), Refusal> {
    let token_version = application.other.get("api");
    let spared = token_version.is_some_and(|api| api["requestedAccessTokenVersion"] == 2);
    for uri in &application.identifier_uris {
        let taken = world
            .tenant
            .applications
            .iter()
            .any(|other| other.id != application.id && other.identifier_uris.contains(uri));
        if taken {
            return Err(Refusal::state(
                "Another object with the same value for property identifierUris already exists.",
            ));
        }
        if !(is_accepted(world, application, uri) || spared && Url::parse(uri).is_ok()) {
            return Err(Refusal::rule(format!(
                "Failed to add identifier URI {uri}. All newly added URIs must contain a tenant \
                 verified domain, tenant ID, or app ID, as per the default tenant policy of your \
                 organization."
            )));
        }
    }
    Ok(())
}

fn is_accepted(world: &World, application: &Application, uri: &str) -> bool {
    let (app, tenant) = (application.app_id.to_string(), world.tenant.id.to_string());
    if uri.ends_with('/') {
        return false;
    }
    if let Some(rest) = uri.strip_prefix("api://") {
        let parts: Vec<&str> = rest.split('/').collect();
        return match parts.as_slice() {
            [only] => *only == app,
            [first, second] if *first == tenant => !second.is_empty(),
            [first, second] => *second == app && !first.is_empty(),
            _ => false,
        };
    }
    let Some(rest) = uri.strip_prefix("https://") else {
        return false;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let domain = &world.tenant.initial_domain;
    let below = host
        .strip_suffix(domain.as_str())
        .and_then(|sub| sub.strip_suffix('.'))
        .is_some_and(|sub| !sub.is_empty());
    below || (host == domain && !path.is_empty())
}

/// The platform that a redirect URI is registered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Web,
    Spa,
    PublicClient,
}

/// Refuses redirect URIs that break a rule.
pub(super) fn check_redirects(application: &Application) -> Result<(), Refusal> {
    let lists = [
        (Platform::Web, &application.web_redirect_uris),
        (Platform::Spa, &application.spa_redirect_uris),
        (Platform::PublicClient, &application.public_redirect_uris),
    ];
    let personal = application.sign_in_audience.contains("Personal");
    let all: Vec<&String> = lists.iter().flat_map(|(_, uris)| uris.iter()).collect();
    let most = if personal { 100 } else { 256 };
    if all.len() > most {
        return Err(Refusal::rule(format!(
            "The number of redirect URIs exceeds the limit of {most}."
        )));
    }
    for (at, uri) in all.iter().enumerate() {
        if all[..at].contains(uri) {
            return Err(refused(uri, "it is registered more than once"));
        }
    }
    for (platform, uris) in lists {
        for uri in uris {
            check_redirect(platform, uri, personal).map_err(|why| refused(uri, why))?;
        }
    }
    Ok(())
}

fn refused(uri: &str, why: &str) -> Refusal {
    Refusal::rule(format!(
        "The redirect URI '{uri}' specified in the request is invalid: {why}."
    ))
}

fn check_redirect(platform: Platform, uri: &str, personal: bool) -> Result<(), &'static str> {
    if uri.len() > 256 {
        return Err("it is longer than 256 characters");
    }
    if uri.contains(['!', '$', '\'', '(', ')', ',', ';', '*']) {
        return Err("it contains a character that is not supported");
    }
    if platform == Platform::PublicClient && uri == "urn:ietf:wg:oauth:2.0:oob" {
        return Ok(());
    }
    let url = Url::parse(uri).map_err(|_| "it is no absolute URI")?;
    if url.fragment().is_some() {
        return Err("it has a fragment");
    }
    if personal && url.query().is_some() {
        return Err("a query is supported for work and school accounts alone");
    }
    let loopback = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        _ => false,
    };
    match (url.scheme(), platform) {
        ("http", _) if !loopback => Err("http is accepted for localhost and 127.0.0.1 alone"),
        ("http" | "https", _) | (_, Platform::PublicClient) => Ok(()),
        _ => Err("only https, and http to loopback, are accepted on this platform"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_follow_the_rules_of_their_platform() {
        use Platform::{PublicClient, Spa, Web};
        for (platform, uri) in [
            (Web, "https://contoso.example/cb"),
            (Web, "http://localhost:8080/cb"),
            (Web, "https://contoso.example/cb?x=1"),
            (Spa, "http://localhost"),
            (PublicClient, "http://localhost"),
            (PublicClient, "http://127.0.0.1/cb"),
            (PublicClient, "msalapp://auth"),
            (PublicClient, "urn:ietf:wg:oauth:2.0:oob"),
        ] {
            assert_eq!(check_redirect(platform, uri, false), Ok(()), "{uri}");
        }
        let long = format!("https://contoso.example/{}", "a".repeat(250));
        for (platform, uri) in [
            (Web, "http://contoso.example/cb"),
            (Web, "http://[::1]/cb"),
            (Web, "contoso.example"),
            (Web, "https://contoso.example/#x"),
            (Web, "https://*.contoso.example/"),
            (Web, "https://contoso.example/a(b)"),
            (Web, "myapp://auth"),
            (Spa, "urn:ietf:wg:oauth:2.0:oob"),
            (Web, long.as_str()),
        ] {
            assert!(check_redirect(platform, uri, false).is_err(), "{uri}");
        }
        assert!(check_redirect(Web, "https://contoso.example/cb?x=1", true).is_err());
    }
}

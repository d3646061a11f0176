//! Redirect URIs: which of the registered ones is meant, and addresses to go back to.
//!
//! <https://learn.microsoft.com/entra/identity-platform/reply-url>

use url::Url;

use super::client::{Client, Platform};
use super::error::Refusal;

/// A redirect URI that may be trusted, and the platform it is registered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trusted {
    pub(crate) uri: String,
    pub(crate) platform: Platform,
}

fn registered(client: &Client) -> impl Iterator<Item = (&str, Platform)> {
    let app = &client.app;
    [
        (&app.public_redirect_uris, Platform::Public),
        (&app.spa_redirect_uris, Platform::Spa),
        (&app.web_redirect_uris, Platform::Web),
    ]
    .into_iter()
    .flat_map(|(uris, platform)| uris.iter().map(move |uri| (uri.as_str(), platform)))
}

/// Compares the redirect URI of a request with the registered ones. Without one in the request the
/// first registered one is meant.
pub(crate) fn trust(client: &Client, given: Option<&str>) -> Result<Trusted, Refusal> {
    let mut all = registered(client);
    let found = match given {
        None => all.next().map(|(uri, platform)| (uri.to_owned(), platform)),
        Some(given) => all
            .find(|(registered, _)| matches(registered, given))
            .map(|(_, platform)| (given.to_owned(), platform)),
    };
    if let Some((uri, platform)) = found {
        return Ok(Trusted { uri, platform });
    }
    if registered(client).next().is_none() {
        return Err(Refusal::new(
            500_113,
            "No reply address is registered for the application.",
        ));
    }
    Err(Refusal::new(
        50_011,
        format!(
            "The redirect URI '{}' specified in the request does not match the redirect URIs configured for the application '{}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
            given.unwrap_or_default(),
            client.app.app_id
        ),
    ))
}

/// As [`trust`], but further path segments behind a registered URI are accepted: the first version of
/// admin consent.
pub(crate) fn trust_prefix(client: &Client, given: Option<&str>) -> Result<Trusted, Refusal> {
    let refusal = match trust(client, given) {
        Ok(trusted) => return Ok(trusted),
        Err(refusal) => refusal,
    };
    let given = given.ok_or_else(|| refusal.clone())?;
    registered(client)
        .find(|(registered, _)| {
            given
                .strip_prefix(registered.trim_end_matches('/'))
                .is_some_and(|rest| rest.starts_with('/') && !rest.contains(".."))
        })
        .map(|(_, platform)| Trusted {
            uri: given.to_owned(),
            platform,
        })
        .ok_or(refusal)
}

/// Character for character, except that the port of `localhost` is ignored and that no path is the
/// same as `/`.
fn matches(registered: &str, given: &str) -> bool {
    if registered == given {
        return true;
    }
    let (Ok(registered), Ok(given)) = (Url::parse(registered), Url::parse(given)) else {
        return false;
    };
    let is_localhost = |url: &Url| url.scheme() == "http" && url.host_str() == Some("localhost");
    let bare = |url: &Url| url.path() == "/" && url.query().is_none();
    let same_root = registered.scheme() == given.scheme()
        && registered.host_str() == given.host_str()
        && given.username().is_empty()
        && given.password().is_none()
        && given.fragment().is_none();
    if is_localhost(&registered) && is_localhost(&given) {
        return same_root
            && registered.path() == given.path()
            && registered.query() == given.query();
    }
    same_root && registered.port() == given.port() && bare(&registered) && bare(&given)
}

/// Where the answer stands in the address that the browser is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

/// The address to go back to, with the answer in it. A URI without a path comes back with a slash.
pub(crate) fn address(uri: &str, mode: ResponseMode, answer: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(uri) else {
        return uri.to_owned();
    };
    match mode {
        ResponseMode::FormPost => {}
        ResponseMode::Query => {
            url.query_pairs_mut().extend_pairs(answer);
        }
        ResponseMode::Fragment => {
            let text = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(answer)
                .finish();
            url.set_fragment(Some(&text));
        }
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::client::lookup;
    use crate::options::Options;
    use crate::tenant::World;

    fn client(public: &[&str], web: &[&str], spa: &[&str]) -> Client {
        let world = World::new(Options::default());
        let mut client = lookup(&world, crate::entra::client::BOOTSTRAP).unwrap();
        let own = |uris: &[&str]| uris.iter().map(|uri| (*uri).to_owned()).collect();
        client.app.public_redirect_uris = own(public);
        client.app.web_redirect_uris = own(web);
        client.app.spa_redirect_uris = own(spa);
        client
    }

    fn platform(client: &Client, uri: &str) -> Result<Platform, u32> {
        trust(client, Some(uri))
            .map(|trusted| trusted.platform)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_port_of_localhost_is_ignored_and_nothing_else() {
        let client = client(&["http://localhost", "http://localhost/Path"], &[], &[]);
        for good in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:40123",
            "http://localhost:40123/",
            "http://localhost:1/Path",
        ] {
            assert_eq!(platform(&client, good), Ok(Platform::Public), "{good}");
        }
        for bad in [
            "http://127.0.0.1:40123",
            "http://127.0.0.1",
            "https://localhost:40123",
            "http://localhost:1/path",
            "http://localhost:1/Path/",
            "http://localhost:1/other",
            "http://localhost:1/?x=1",
            "http://localhost.evil.example",
            "http://user@localhost",
            "http://localhost#x",
        ] {
            assert_eq!(platform(&client, bad), Err(50_011), "{bad}");
        }
    }

    #[test]
    fn an_address_with_a_number_is_compared_with_its_port() {
        let client = client(&["http://127.0.0.1:5000/"], &[], &[]);
        assert_eq!(
            platform(&client, "http://127.0.0.1:5000"),
            Ok(Platform::Public)
        );
        assert_eq!(platform(&client, "http://127.0.0.1:5001"), Err(50_011));
    }

    #[test]
    fn the_platform_is_that_of_the_uri() {
        let client = client(
            &[],
            &["https://site.example/Login"],
            &["https://spa.example/"],
        );
        assert_eq!(
            platform(&client, "https://site.example/Login"),
            Ok(Platform::Web)
        );
        assert_eq!(platform(&client, "https://spa.example"), Ok(Platform::Spa));
        assert_eq!(platform(&client, "https://site.example/login"), Err(50_011));
        assert_eq!(
            platform(&client, "https://site.example/Login/"),
            Err(50_011)
        );
    }

    #[test]
    fn an_app_without_any_redirect_uri_is_told_apart() {
        let bare = client(&[], &[], &[]);
        assert_eq!(platform(&bare, "http://localhost"), Err(500_113));
        assert_eq!(trust(&bare, None).unwrap_err().code, 500_113);
    }

    #[test]
    fn only_the_first_version_of_admin_consent_takes_more_path() {
        let client = client(&[], &["https://site.example/app"], &[]);
        let longer = Some("https://site.example/app/more");
        assert_eq!(trust(&client, longer).unwrap_err().code, 50_011);
        assert!(trust_prefix(&client, longer).is_ok());
        assert!(trust_prefix(&client, Some("https://site.example/apple")).is_err());
        assert!(trust_prefix(&client, Some("https://site.example/app/../x")).is_err());
    }

    #[test]
    fn a_uri_without_a_path_comes_back_with_a_slash() {
        assert_eq!(
            address(
                "http://localhost:7071",
                ResponseMode::Query,
                &[("code", "a b")]
            ),
            "http://localhost:7071/?code=a+b"
        );
        assert_eq!(
            address(
                "https://x.example/y?z=1",
                ResponseMode::Query,
                &[("code", "c")]
            ),
            "https://x.example/y?z=1&code=c"
        );
        assert_eq!(
            address(
                "https://x.example/",
                ResponseMode::Fragment,
                &[("code", "c")]
            ),
            "https://x.example/#code=c"
        );
    }
}

//! The `scope` parameter: which permissions of which service are asked for.

use fairlead_domain::permission::{PermissionKind, Resource, catalogue};

use super::error::Refusal;

/// Scopes that belong to the sign-in itself (OpenID Connect).
const OIDC: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Requested {
    /// `openid`, `profile`, `email`, `offline_access`, as asked.
    pub(crate) oidc: Vec<String>,
    /// Services whose `/.default` is asked.
    pub(crate) defaults: Vec<Resource>,
    /// Delegated permissions by name, with their service.
    pub(crate) named: Vec<(Resource, String)>,
    /// The text that the first service was called by: what the token's `aud` becomes.
    pub(crate) audience: Option<String>,
}

/// The service and its name in `aud`, from what stands before a scope's name.
fn resource(prefix: &str) -> Option<(Resource, &'static str)> {
    match prefix.trim_end_matches('/') {
        "https://graph.microsoft.com" => Some((Resource::Graph, "https://graph.microsoft.com")),
        "00000003-0000-0000-c000-000000000000" => {
            Some((Resource::Graph, "00000003-0000-0000-c000-000000000000"))
        }
        "https://outlook.office365.com" => {
            Some((Resource::Exchange, "https://outlook.office365.com"))
        }
        "https://outlook.office.com" => Some((Resource::Exchange, "https://outlook.office.com")),
        "00000002-0000-0ff1-ce00-000000000000" => {
            Some((Resource::Exchange, "00000002-0000-0ff1-ce00-000000000000"))
        }
        _ => None,
    }
}

impl Requested {
    /// Reads a `scope` parameter. Every scope must exist as a delegated permission or be `/.default`.
    pub(crate) fn parse<'a>(
        scopes: impl IntoIterator<Item = &'a str>,
        tenant: &str,
        app: &str,
    ) -> Result<Self, Refusal> {
        let mut requested = Self::default();
        for scope in scopes {
            if OIDC.contains(&scope) {
                requested.oidc.push(scope.to_owned());
                continue;
            }
            let (resource, audience, name) = match scope.rsplit_once('/') {
                Some((prefix, name)) => {
                    let (resource, audience) =
                        resource(prefix).ok_or_else(|| unknown_resource(prefix, tenant))?;
                    (resource, audience, name)
                }
                None => (
                    Resource::Graph,
                    "00000003-0000-0000-c000-000000000000",
                    scope,
                ),
            };
            requested
                .audience
                .get_or_insert_with(|| audience.to_owned());
            if name == ".default" {
                if !requested.defaults.contains(&resource) {
                    requested.defaults.push(resource);
                }
                continue;
            }
            let exists = catalogue()
                .find(resource, name)
                .is_some_and(|permission| permission.id(PermissionKind::Delegated).is_some());
            if !exists {
                return Err(Refusal::new(
                    650_053,
                    format!(
                        "The application '{app}' asked for scope '{name}' that doesn't exist on the resource '{}'. Contact the app vendor.",
                        resource.app_id()
                    ),
                ));
            }
            if OIDC.contains(&name) {
                requested.oidc.push(name.to_owned());
            } else if !requested
                .named
                .iter()
                .any(|(r, n)| *r == resource && n == name)
            {
                requested.named.push((resource, name.to_owned()));
            }
        }
        if !requested.defaults.is_empty() && !requested.named.is_empty() {
            return Err(Refusal::new(
                70_011,
                "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes.",
            ));
        }
        Ok(requested)
    }

    /// The services asked for, without repetition, in the order of the request.
    pub(crate) fn resources(&self) -> Vec<Resource> {
        let mut resources = self.defaults.clone();
        for (resource, _) in &self.named {
            if !resources.contains(resource) {
                resources.push(*resource);
            }
        }
        resources
    }

    /// The one service a token request may be about; Graph where only the sign-in itself is asked for.
    pub(crate) fn one_resource(&self) -> Result<Resource, Refusal> {
        match self.resources().as_slice() {
            [] => Ok(Resource::Graph),
            [one] => Ok(*one),
            _ => Err(Refusal::new(
                700_022,
                "The provided value for the input parameter 'scope' isn't valid because it contains more than one resource. Scopes can belong to only one resource per token request.",
            )),
        }
    }

    pub(crate) fn has_oidc(&self, scope: &str) -> bool {
        self.oidc.iter().any(|asked| asked == scope)
    }

    /// Names of one service's permissions, with those of the sign-in where the service is Graph.
    pub(crate) fn names_on(&self, resource: Resource) -> Vec<String> {
        let named = self
            .named
            .iter()
            .filter(|(of, _)| *of == resource)
            .map(|(_, name)| name.clone());
        let oidc = self
            .oidc
            .iter()
            .filter(|_| resource == Resource::Graph)
            .cloned();
        named.chain(oidc).collect()
    }
}

/// The service that `{resource}/.default` of a request without a user means.
pub(crate) fn app_only<'a>(
    scopes: impl IntoIterator<Item = &'a str>,
    tenant: &str,
) -> Result<(Resource, String), Refusal> {
    let scopes: Vec<_> = scopes.into_iter().collect();
    let [scope] = scopes.as_slice() else {
        return Err(Refusal::new(
            70_011,
            format!(
                "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {} is not valid.",
                scopes.join(" ")
            ),
        ));
    };
    let Some(prefix) = scope.strip_suffix("/.default") else {
        return Err(Refusal::new(
            1_002_012,
            format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
            ),
        ));
    };
    let (resource, audience) = resource(prefix).ok_or_else(|| unknown_resource(prefix, tenant))?;
    Ok((resource, audience.to_owned()))
}

fn unknown_resource(prefix: &str, tenant: &str) -> Refusal {
    let prefix: String = prefix.chars().take(200).collect();
    Refusal::new(
        500_011,
        format!(
            "The resource principal named {prefix} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Requested, u32> {
        Requested::parse(text.split_ascii_whitespace(), "Contoso", "app")
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_bare_name_means_graph_and_its_id_becomes_the_audience() {
        let requested = parse("User.Read offline_access").unwrap();
        assert_eq!(requested.named, [(Resource::Graph, "User.Read".to_owned())]);
        assert_eq!(
            requested.audience.as_deref(),
            Some("00000003-0000-0000-c000-000000000000")
        );
        assert!(requested.has_oidc("offline_access"));
    }

    #[test]
    fn one_bad_scope_makes_the_whole_request_fail() {
        assert_eq!(parse("User.Read Tasks.Read.All"), Err(650_053));
        assert_eq!(parse("User.Read Task.Read"), Err(650_053));
        assert_eq!(parse("https://graph.microsoft.us/User.Read"), Err(500_011));
    }

    #[test]
    fn default_stands_alone() {
        assert_eq!(
            parse("https://graph.microsoft.com/.default openid").map(|r| r.defaults),
            Ok(vec![Resource::Graph])
        );
        assert_eq!(
            parse("https://graph.microsoft.com/.default User.Read"),
            Err(70_011)
        );
    }

    #[test]
    fn a_token_is_for_one_resource() {
        let two = parse("User.Read https://outlook.office365.com/EWS.AccessAsUser.All").unwrap();
        assert_eq!(two.one_resource().unwrap_err().code, 700_022);
        assert_eq!(parse("openid").unwrap().one_resource(), Ok(Resource::Graph));
    }

    #[test]
    fn an_app_alone_asks_for_default_of_one_known_resource() {
        let ask = |text: &str| {
            app_only(text.split_ascii_whitespace(), "Contoso")
                .map(|(resource, _)| resource)
                .map_err(|refusal| refusal.code)
        };
        assert_eq!(
            ask("https://graph.microsoft.com/.default"),
            Ok(Resource::Graph)
        );
        assert_eq!(
            ask("https://outlook.office365.com/.default"),
            Ok(Resource::Exchange)
        );
        assert_eq!(
            ask("https://graph.microsoft.com/Tasks.Read.All"),
            Err(1_002_012)
        );
        assert_eq!(ask("https://graph.microsoft.us/.default"), Err(500_011));
        assert_eq!(
            ask("https://graph.microsoft.com/.default https://outlook.office365.com/.default"),
            Err(70_011)
        );
    }
}

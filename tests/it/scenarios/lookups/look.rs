//! One look-up: who asks, and for what.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_sim::Ready;
use serde_json::Value;

/// Graph's own app id, the same in every tenant.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Whose token a request carries, or who asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Nobody,
    Connection,
    Inspector,
}

/// A kind of look-up: every request with this path, whichever objects it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look {
    pub(super) who: Who,
    /// The path with `{id}` for what changes from tenant to tenant.
    pub(super) path: String,
    /// Whether it is asked inside of a batch.
    pub(super) together: bool,
}

impl Look {
    /// The look-up of a request that stands by itself.
    pub(super) fn of(ready: &Ready, path: &str, authorization: Option<&str>, body: &[u8]) -> Self {
        let app = match authorization {
            Some(header) => app_of_token(header),
            None => app_of_form(body),
        };
        let who = match app {
            None => Who::Nobody,
            Some(app) if app == ready.bootstrap_client_id.to_string() => Who::Inspector,
            Some(_) => Who::Connection,
        };
        Self {
            who,
            path: template(path),
            together: false,
        }
    }

    /// The look-up of a request inside of this one.
    pub(super) fn inside(&self, url: &str) -> Self {
        let path = url.split('?').next().unwrap_or_default();
        Self {
            who: self.who,
            path: template(&format!("/v1.0{path}")),
            together: true,
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let together = if self.together { ", in a batch" } else { "" };
        write!(f, "{:?}: {}{together}", self.who, self.path)
    }
}

fn app_of_token(header: &str) -> Option<String> {
    let payload = header.strip_prefix("Bearer ")?.split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims["appid"].as_str().map(str::to_owned)
}

fn app_of_form(body: &[u8]) -> Option<String> {
    let form = std::str::from_utf8(body).ok()?;
    let mut fields = form.split('&').filter_map(|field| field.split_once('='));
    fields
        .find(|(name, _)| *name == "client_id")
        .map(|(_, value)| value.to_owned())
}

/// The path without what it names: ids, names of people, and what stands behind a collection that is
/// named by other keys than ids.
fn template(path: &str) -> String {
    let mut named = false;
    let parts: Vec<String> = path
        .split('/')
        .map(|part| {
            let is_name = std::mem::replace(
                &mut named,
                matches!(part, "plans" | "tasks" | "buckets" | "users" | "groups"),
            );
            part_template(part, is_name)
        })
        .collect();
    parts.join("/")
}

fn part_template(part: &str, is_name: bool) -> String {
    if let Some((collection, key)) = part.split_once("(appId='") {
        let key = if key.starts_with(GRAPH) {
            "{graph}"
        } else {
            "{id}"
        };
        return format!("{collection}(appId='{key}')");
    }
    let is_id = part.len() == 36 && part.matches('-').count() == 4;
    if is_id || is_name || part.contains(".example") {
        "{id}".to_owned()
    } else {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_what_is_asked_and_not_of_whom() {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        for (path, wanted) in [
            (
                format!("/v1.0/groups/{id}/planner/plans"),
                "/v1.0/groups/{id}/planner/plans",
            ),
            (
                "/v1.0/planner/plans/xqQg5/tasks".to_owned(),
                "/v1.0/planner/plans/{id}/tasks",
            ),
            (
                "/v1.0/users/a%40b.c/memberOf".to_owned(),
                "/v1.0/users/{id}/memberOf",
            ),
            (
                format!("/v1.0/servicePrincipals(appId='{GRAPH}')"),
                "/v1.0/servicePrincipals(appId='{graph}')",
            ),
            (
                format!("/v1.0/servicePrincipals(appId='{id}')"),
                "/v1.0/servicePrincipals(appId='{id}')",
            ),
            ("/contoso.example/v2.0/x".to_owned(), "/{id}/v2.0/x"),
            ("/v1.0/groups".to_owned(), "/v1.0/groups"),
        ] {
            assert_eq!(template(&path), wanted);
        }
    }
}

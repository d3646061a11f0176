//! Who may ask for what.

use http::StatusCode;
use uuid::Uuid;

use super::refusal::{Layer, Refusal};
use crate::contract::Endpoint;
use crate::tenant::World;
use crate::token::Claims;
use crate::wire::Incoming;

/// 401, with where a token is to be had.
pub(super) fn unauthenticated(request: &Incoming, why: &str) -> Refusal {
    Refusal::new(
        Layer::Permission,
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        why,
    )
    .header(
        "www-authenticate",
        format!(
            "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", \
             client_id=\"00000003-0000-0000-c000-000000000000\"",
            request.base
        ),
    )
}

/// Refuses a caller that the tenant does not have any more.
pub(super) fn known_caller(world: &World, claims: &Claims) -> Result<(), Refusal> {
    let unknown = |what: &str| {
        Err(Refusal::new(
            Layer::State,
            StatusCode::UNAUTHORIZED,
            "Authorization_IdentityNotFound",
            format!("The identity of the calling {what} could not be established."),
        ))
    };
    if claims.tenant != world.tenant.id {
        return unknown("tenant");
    }
    match claims.user {
        Some(user) if world.tenant.person(user).is_none() => unknown("user"),
        None if world
            .tenant
            .service_principals
            .iter()
            .all(|principal| principal.id != claims.object || principal.deleted.is_some()) =>
        {
            unknown("application")
        }
        _ => Ok(()),
    }
}

/// What part of Graph an operation belongs to: each says no in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Workload {
    Directory,
    Planner,
    Exchange,
    SharePoint,
}

fn workload(path: &str) -> Workload {
    if path.contains("/planner/") {
        Workload::Planner
    } else if path.contains("/threads") {
        Workload::Exchange
    } else if path.ends_with("/drive") || path.contains("/sites/") {
        Workload::SharePoint
    } else {
        Workload::Directory
    }
}

/// 403 of Planner. Its code is an empty text.
pub(super) fn planner_denied() -> Refusal {
    Refusal::new(
        Layer::Permission,
        StatusCode::FORBIDDEN,
        "",
        "You do not have the required permissions to access this item.",
    )
}

/// 403 of Exchange.
pub(super) fn exchange_denied() -> Refusal {
    Refusal::new(
        Layer::Permission,
        StatusCode::FORBIDDEN,
        "ErrorAccessDenied",
        "Access is denied. Check credentials and try again.",
    )
}

fn denied(path: &str) -> Refusal {
    match workload(path) {
        Workload::Directory => Refusal::denied(),
        Workload::Planner => planner_denied(),
        Workload::Exchange => exchange_denied(),
        Workload::SharePoint => Refusal::new(
            Layer::Permission,
            StatusCode::FORBIDDEN,
            "accessDenied",
            "Access denied",
        ),
    }
}

/// Holds the permissions of the token against those of the operation. An app rolls its own keys
/// without any: there the handler asks, when it knows whose keys they are.
pub(super) fn permitted(endpoint: &Endpoint, claims: &Claims) -> Result<(), Refusal> {
    let rolls = endpoint.path.ends_with("/addKey") || endpoint.path.ends_with("/removeKey");
    if rolls && claims.user.is_none() {
        return Ok(());
    }
    permitted_fully(endpoint, claims)
}

/// The same without exception.
pub(super) fn permitted_fully(endpoint: &Endpoint, claims: &Claims) -> Result<(), Refusal> {
    if endpoint.path.starts_with("/me") && claims.user.is_none() {
        return Err(Refusal::new(
            Layer::Permission,
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "/me request is only valid with delegated authentication flow.",
        ));
    }
    let (wanted, held) = if claims.user.is_some() {
        (&endpoint.delegated, &claims.scopes)
    } else {
        (&endpoint.application, &claims.roles)
    };
    let holds = |name: &str| held.iter().any(|held| held == name);
    // Two wanted together are listed side by side: one is named, the other is any of the rest.
    let allowed = match endpoint.needs {
        Some(needed) => holds(needed) && wanted.all().any(|name| name != needed && holds(name)),
        None => wanted.all().any(holds),
    };
    if allowed {
        Ok(())
    } else {
        Err(denied(endpoint.path))
    }
}

/// Whether the token carries one of these permissions of its kind.
pub(super) fn holds_any(claims: &Claims, names: &[&str]) -> bool {
    let held = if claims.user.is_some() {
        &claims.scopes
    } else {
        &claims.roles
    };
    held.iter().any(|held| names.contains(&held.as_str()))
}

/// Whether the signed-in user has one of these directory roles, active.
pub(super) fn has_role(world: &World, user: Uuid, roles: &[Uuid]) -> bool {
    let held = world.tenant.roles_of(user);
    held.iter().any(|role| roles.contains(role))
}

//! Microsoft Graph: paths, query options, properties, permissions, and the resources behind them.
//!
//! A request passes, in this order: the scenario, the token, the published contract (path, method,
//! query options, headers, shape of the body), the permissions of the token, the documented rules
//! beyond the contract, the state of the tenant. Whoever refuses it first names itself in the
//! header `x-simulated-refusal`, which tests may read and clients may not.

mod access;
mod batch;
mod directory;
mod envelope;
mod odata;
mod planner;
mod refusal;
mod request;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use envelope::{Content, Envelope, Reply};
use http::StatusCode;
pub(crate) use refusal::{Layer, Refusal};
use request::Request;

use crate::options::{FaultKind, Feature};
use crate::tenant::World;
use crate::token::{self, Claims};
use crate::wire::{Answer, Incoming};

/// What the token must be for.
const AUDIENCES: [&str; 3] = [
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    "00000003-0000-0000-c000-000000000000",
];

/// Answers a request to `/v1.0/…` or `/beta/…`.
pub(crate) fn handle(world: &mut World, request: &Incoming) -> Answer {
    let envelope = Envelope::of(request, world.now());
    let below = below_version(&request.path).map_or(request.path.as_str(), |(_, below)| below);
    if let Some(answer) = crate::scenario::intercept(world, request, below) {
        return answer;
    }
    match authenticate(world, request) {
        Ok(claims) => answer(world, &claims, request, &envelope),
        Err(refusal) => envelope.refuse(&refusal),
    }
}

/// What Graph would send for a fault that the server injects: an error body in Graph's shape.
pub(crate) fn fault(world: &World, request: &Incoming, refusal: &Refusal) -> Answer {
    Envelope::of(request, world.now()).refuse(refusal)
}

/// Answers for a token that was verified.
fn answer(world: &mut World, claims: &Claims, request: &Incoming, envelope: &Envelope) -> Answer {
    let answered = match below_version(&request.path) {
        Some((Version::V1, below)) if is_batch(below) => batch::serve(world, claims, request),
        Some((Version::V1, below)) => serve(world, claims, request, below),
        Some((Version::Beta, below)) => Err(no_beta(world, below)),
        None => Err(Refusal::contract("Invalid version.")),
    };
    match answered {
        Ok(reply) => envelope.send(reply),
        Err(refusal) => envelope.refuse(&refusal),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V1,
    Beta,
}

fn below_version(path: &str) -> Option<(Version, &str)> {
    let version = |prefix, version| Some((version, path.strip_prefix(prefix)?));
    version("/v1.0", Version::V1)
        .or_else(|| version("/beta", Version::Beta))
        .filter(|(_, below)| below.starts_with('/'))
}

fn is_batch(below: &str) -> bool {
    request::segments(below) == ["$batch"]
}

fn no_beta(world: &World, below: &str) -> Refusal {
    if world.options.refuse.contains(&Feature::Beta) {
        return Refusal::new(
            Layer::State,
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "The beta endpoint is blocked for this tenant.",
        );
    }
    let segment = below.split('/').nth(1).unwrap_or_default();
    Refusal::contract(format!("Resource not found for the segment '{segment}'."))
}

fn authenticate(world: &World, request: &Incoming) -> Result<Claims, Refusal> {
    let header = request.header("authorization").unwrap_or_default();
    let bearer = header
        .split_once(' ')
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
        .map(|(_, token)| token.trim());
    let Some(bearer) = bearer else {
        return Err(access::unauthenticated(request, "Access token is empty."));
    };
    let claims = token::verify(world, bearer)
        .map_err(|token::Refused(why)| access::unauthenticated(request, why))?;
    accept(world, request, &claims)?;
    Ok(claims)
}

/// A good token must be for Graph, not over yet, and of somebody that the tenant still has.
fn accept(world: &World, request: &Incoming, claims: &Claims) -> Result<(), Refusal> {
    if !AUDIENCES.contains(&claims.audience.as_str()) {
        return Err(access::unauthenticated(
            request,
            "Access token validation failure. Invalid audience.",
        ));
    }
    if claims.expires <= world.now() {
        return Err(access::unauthenticated(
            request,
            "Lifetime validation failed, the token is expired.",
        ));
    }
    access::known_caller(world, claims)
}

/// Answers one request: a single one, or one inside a batch.
fn serve(
    world: &mut World,
    claims: &Claims,
    incoming: &Incoming,
    below: &str,
) -> Result<Reply, Refusal> {
    let mut request = Request::read(incoming, below, claims)?;
    access::permitted(request.endpoint, claims)?;
    request.check_rules()?;
    let mut reply = if request.endpoint.path.contains("/planner/") {
        planner::serve(world, &request)?
    } else {
        directory::serve(world, &request)?
    };
    if let Content::Page(page, _) = &mut reply.body
        && page.next.is_some()
        && world.faults.due(FaultKind::PageLoop)
    {
        page.next = Some(page.again.clone());
    }
    Ok(reply)
}

//! The token endpoint: `POST /{tenant}/oauth2/v2.0/token`.

mod app_only;
mod assertion;
mod code;
mod credential;
mod device;
mod password;
mod refresh;
mod user;

pub(crate) use device::start as device_code;
use serde_json::Value;

use super::client::{self, Client};
use super::directory::Authority;
use super::error::Refusal;
use super::issue::ClaimsRequest;
use super::params::Params;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// A token request whose tenant and client are known.
struct Asking<'a> {
    request: &'a Incoming,
    params: Params,
    authority: Authority,
    client: Client,
    claims: ClaimsRequest,
}

/// Answers a token request.
pub(crate) fn answer(world: &mut World, request: &Incoming, segment: &str) -> Answer {
    let now = world.now();
    world.sign_in.prune(now);
    match tokens(world, request, segment) {
        Ok(body) => Answer::json(http::StatusCode::OK, &body)
            .header("cache-control", "no-store, no-cache")
            .header("pragma", "no-cache"),
        Err(refusal) => refusal.answer(world, request),
    }
}

fn tokens(world: &mut World, request: &Incoming, segment: &str) -> Result<Value, Refusal> {
    let params = Params::of_form(request)?;
    let grant = params.need("grant_type")?.to_owned();
    let known = [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "password",
        device::GRANT,
        "device_code",
    ];
    if !known.contains(&grant.as_str()) {
        let shown: String = grant.chars().take(80).collect();
        return Err(Refusal::new(
            70_003,
            format!("The app requested an unsupported grant type '{shown}'."),
        ));
    }
    if params.get("resource").is_some() {
        return Err(Refusal::new(
            901_002,
            "The 'resource' request parameter isn't supported.",
        ));
    }
    let authority = Authority::of(world, segment)?;
    if grant == "client_credentials" {
        app_only::needs_a_tenant(authority)?;
    }
    let (basic_id, _) = credential::basic(request).unwrap_or_default();
    let client_id = match params.get("client_id") {
        Some(id) => id.to_owned(),
        None if !basic_id.is_empty() => basic_id,
        None => params.need("client_id")?.to_owned(),
    };
    let client = client::find(world, &client_id, authority)?;
    match grant.as_str() {
        "client_credentials" => {}
        "authorization_code" if authority == Authority::OtherTenant => {
            return Err(Refusal::new(
                700_005,
                "The provided authorization code is intended to use against another tenant, thus rejected.",
            ));
        }
        _ => authority.takes_our_accounts()?,
    }
    let asking = Asking {
        request,
        claims: ClaimsRequest::parse(params.get("claims")),
        params,
        authority,
        client,
    };
    match grant.as_str() {
        "client_credentials" => app_only::tokens(world, &asking),
        "authorization_code" => code::tokens(world, &asking),
        "refresh_token" => refresh::tokens(world, &asking),
        "password" => password::tokens(world, &asking),
        _ => device::tokens(world, &asking),
    }
}

//! Entra: discovery, sign-in, consent, tokens.

mod client;
mod consent;
mod directory;
mod discovery;
mod error;
mod flow;
mod grant;
mod issue;
mod key;
mod memory;
mod page;
mod params;
mod redirect;
mod scope;
mod stranger;
#[cfg(test)]
pub(crate) mod tests;
mod token;

pub(crate) use client::BOOTSTRAP;
pub(crate) use error::correlation_id;
pub(crate) use grant::{
    declared, grant_roles, grant_scopes, preconsent_bootstrap, principal_for, roles,
};
use http::{Method, StatusCode};
pub(crate) use issue::verify as verify_access_token;
pub(crate) use memory::{Memory, random_text};
pub(crate) use page::document;
use uuid::Uuid;

pub(crate) use stranger::certificate as stranger_certificate;

use self::error::Refusal;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// Answers a request to the sign-in service; `None` where it has no such page.
pub(crate) fn handle(world: &mut World, request: &Incoming) -> Option<Answer> {
    let path = percent_encoding::percent_decode_str(&request.path)
        .decode_utf8()
        .ok()?
        .into_owned();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let answer = route(world, request, &parts)?;
    Some(dress(request, answer))
}

fn route(world: &mut World, request: &Incoming, parts: &[&str]) -> Option<Answer> {
    let get = request.method == Method::GET || request.method == Method::HEAD;
    let reading = |answer: &dyn Fn() -> Answer| if get { answer() } else { not_allowed() };
    Some(match *parts {
        [tenant, "v2.0", ".well-known", "openid-configuration"] => {
            reading(&|| discovery::openid(world, request, tenant))
        }
        [tenant, "discovery", "v2.0", "keys"] => {
            reading(&|| discovery::keys(world, request, tenant))
        }
        ["common", "discovery", "instance"] => reading(&|| discovery::instance(world, request)),
        ["common", realm, user] if realm.eq_ignore_ascii_case("userrealm") => {
            reading(&|| discovery::user_realm(world, request, user))
        }
        [tenant, "oauth2", "v2.0", "token"] => token::answer(world, request, tenant),
        [tenant, "oauth2", "v2.0", "devicecode"] => token::device_code(world, request, tenant),
        ["oauth2", "v2.0", "token" | "devicecode"] => Refusal::new(
            90_019,
            "No tenant-identifying information found in either the request or implied by any provided credentials.",
        )
        .answer(world, request),
        [tenant, "oauth2", "v2.0", "authorize"] => flow::authorize(world, request, tenant),
        [_, "oauth2", "v2.0", "logout"] => signed_out(),
        [tenant, "v2.0", "adminconsent"] if get => {
            flow::admin_consent(world, request, tenant, flow::Version::V2)
        }
        [tenant, "adminconsent"] if get => {
            flow::admin_consent(world, request, tenant, flow::Version::V1)
        }
        ["devicelogin"] | [_, "oauth2", "deviceauth"] => flow::device_page(world, request),
        ["common", "login"] => flow::acted(world, request),
        ["error"] if get => about_error(request),
        _ => return None,
    })
}

fn not_allowed() -> Answer {
    Answer::empty(StatusCode::METHOD_NOT_ALLOWED).header("allow", "GET, HEAD")
}

fn signed_out() -> Answer {
    document(
        "Signed out",
        &maud::html! {
            h1 { "You signed out of your account" }
            p { "It's a good idea to close all browser windows." }
        },
    )
    .header(
        "set-cookie",
        "ESTSAUTHPERSISTENT=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    )
}

/// The page that `error_uri` leads to.
fn about_error(request: &Incoming) -> Answer {
    let params = params::Params::of_query(request);
    let code: String = params
        .get("code")
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .take(10)
        .collect();
    document(
        "Error details",
        &maud::html! {
            h1 { "AADSTS" (code) }
            p { "At Microsoft this page explains the error." }
            p { a href={ "https://login.microsoftonline.com/error?code=" (code) } { "Look it up there" } }
        },
    )
}

/// The headers that every answer of the sign-in service has.
fn dress(request: &Incoming, answer: Answer) -> Answer {
    let answer = if answer.headers.contains_key("x-ms-request-id") {
        answer
    } else {
        answer.header("x-ms-request-id", &Uuid::new_v4().to_string())
    };
    let answer = answer
        .header("x-ms-ests-server", "2.1.99999.9 - SIMULATED ProdSlices")
        .header("x-ms-srs", "1.P");
    if request.header("return-client-request-id") == Some("true") {
        answer.header("client-request-id", &correlation_id(request))
    } else {
        answer
    }
}

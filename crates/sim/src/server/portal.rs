//! The simulated portal, and the pages of the vendors' products.

use http::{Method, StatusCode};
use maud::html;

use crate::entra::document;
use crate::scenario;
use crate::tenant::{World, vendors};
use crate::wire::{Answer, Incoming};

/// Answers a request to the portal or to a vendor's page; `None` where there is none.
pub(super) fn handle(world: &mut World, request: &Incoming) -> Option<Answer> {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match *parts {
        [""] => Some(redirect("/portal")),
        ["portal", "repair"] if request.method == Method::POST => Some(repair(world, request)),
        ["portal", ..] => Some(portal(world)),
        ["vendor", profile] => vendor(world, request, profile),
        ["vendor", profile, "consented"] => consented(request, profile),
        _ => None,
    }
}

fn redirect(to: &str) -> Answer {
    Answer::empty(StatusCode::SEE_OTHER).header("location", to)
}

fn portal(world: &World) -> Answer {
    let active = world
        .options
        .scenarios
        .iter()
        .filter_map(|name| scenario::find(name));
    document(
        "Simulated portal",
        &html! {
            h1 { "This is the simulated portal" }
            p { "At Microsoft the page would be here that the link means. The simulated tenant keeps its settings without a portal: they are read and changed through its Microsoft Graph." }
            h2 { "Tenant" }
            p { (world.tenant.initial_domain) br; small { (world.tenant.id) } }
            h2 { "Date" }
            p { (world.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()) }
            h2 { "Scenarios" }
            @if world.options.scenarios.is_empty() { p { "healthy: nothing is wrong" } }
            ul {
                @for scenario in active {
                    li {
                        strong { (scenario.name) } ": " (scenario.title)
                        @if scenario::can_be_repaired_here(world, scenario.name) {
                            form method="post" action="/portal/repair" {
                                input type="hidden" name="scenario" value=(scenario.name);
                                div.acts { button type="submit" { "Repair" } }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn repair(world: &mut World, request: &Incoming) -> Answer {
    let named = form_urlencoded::parse(&request.body)
        .find(|(name, _)| name == "scenario")
        .map(|(_, value)| value.into_owned());
    match named {
        Some(name) if scenario::repair(world, &name) => redirect("/portal"),
        _ => {
            let mut answer = document(
                "Nothing to repair",
                &html! { h1 { "Nothing to repair" } p { "No such scenario holds here." } },
            );
            answer.status = StatusCode::NOT_FOUND;
            answer
        }
    }
}

fn vendor(world: &World, request: &Incoming, profile: &str) -> Option<Answer> {
    let vendor = vendors::of_profile(profile)?;
    let mut link = url::Url::parse(&format!(
        "{}/{}/v2.0/adminconsent",
        request.base, world.tenant.id
    ))
    .ok()?;
    link.query_pairs_mut().extend_pairs([
        ("client_id", vendor.client_id.to_string().as_str()),
        (
            "redirect_uri",
            &format!("{}/vendor/{profile}/consented", request.base),
        ),
        ("scope", "https://graph.microsoft.com/.default"),
        ("state", "vendor"),
    ]);
    Some(document(
        vendor.name,
        &html! {
            h1 { (vendor.name) }
            p { "This stands for the settings page of a vendor's product. Its button asks an administrator for consent." }
            p { a.button href=(link) { "Grant consent" } }
            p { small { "Client ID: " (vendor.client_id) } }
        },
    ))
}

fn consented(request: &Incoming, profile: &str) -> Option<Answer> {
    let vendor = vendors::of_profile(profile)?;
    let query = request.query.as_deref().unwrap_or_default();
    let error = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "error_description" || name == "error")
        .map(|(_, value)| value.into_owned());
    let title = if error.is_some() {
        "The consent was not given"
    } else {
        "The consent has arrived"
    };
    Some(document(
        title,
        &html! {
            h1 { (title) }
            p { (vendor.name) " was told by the sign-in service." }
            @if let Some(error) = error { p.bad { (error) } }
            p { "This page is the vendor's: Fairlead hears nothing of it and looks for itself. You may close this window." }
        },
    ))
}

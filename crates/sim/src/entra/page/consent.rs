use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use maud::{Markup, html};

use super::layout::document;
use crate::entra::client::Client;
use crate::entra::error::{Ids, Refusal};
use crate::tenant::Account;
use crate::wire::Answer;

/// One permission that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) resource: Resource,
    pub(crate) kind: PermissionKind,
    pub(crate) name: String,
}

impl Asked {
    fn title(&self) -> &str {
        catalogue()
            .find(self.resource, &self.name)
            .map_or(self.name.as_str(), |permission| permission.title.as_str())
    }
}

fn list(asked: &[Asked]) -> Markup {
    html! {
        ul {
            @for permission in asked {
                li {
                    (permission.title()) br;
                    code {
                        (permission.name) " · " (permission.resource.name()) " · "
                        @match permission.kind {
                            PermissionKind::Application => "application: without a signed-in user",
                            PermissionKind::Delegated => "delegated: as the signed-in user",
                        }
                    }
                }
            }
        }
    }
}

fn heading(client: &Client, account: &Account) -> Markup {
    html! {
        p.soft { (account.user_principal_name) }
        h1 { "Permissions requested" }
        p { strong { (client.app.display_name) } br; span.soft { "Published by " (client.publisher()) } }
    }
}

/// Asks for consent: for oneself, or (`whole_tenant`) for everybody. An administrator who consents for
/// himself may tick the same.
pub(crate) fn consent(
    flow: &str,
    action: &str,
    client: &Client,
    account: &Account,
    asked: &[Asked],
    whole_tenant: bool,
    may_tick: bool,
) -> Answer {
    document(
        "Permissions requested",
        &html! {
            (heading(client, account))
            @if whole_tenant {
                p { strong { "Review for your organisation" } }
            }
            p { "This app would like to:" }
            (list(asked))
            @if whole_tenant {
                p { "If you accept, this app will get access to the specified resources for all users in your organisation. No one else will be prompted to review these permissions." }
            } @else {
                p { "Accepting these permissions means that you allow this app to use your data. You can change these permissions later." }
            }
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                @if may_tick {
                    label.tick { input type="checkbox" name="everybody" value="yes"; span { "Consent on behalf of your organisation" } }
                }
                div.acts {
                    button type="submit" name="act" value="cancel" { "Cancel" }
                    button.main type="submit" name="act" value="accept" { "Accept" }
                }
            }
            p { small { "Client ID: " (client.app.app_id) } }
        },
    )
}

/// Says that this person may not consent, what would have been asked, and the way back.
pub(crate) fn needs_admin(
    flow: &str,
    action: &str,
    client: &Client,
    account: &Account,
    asked: &[Asked],
    refusal: &Refusal,
    ids: &Ids,
) -> Answer {
    document(
        "Need admin approval",
        &html! {
            p.soft { (account.user_principal_name) }
            h1 { "Need admin approval" }
            p { strong { (client.app.display_name) } }
            p { (refusal.text) }
            h2 { "What it asks for" }
            (list(asked))
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                div.acts {
                    button type="submit" name="act" value="other" { "Sign in with another account" }
                    button type="submit" name="act" value="cancel" { "Return to the application without granting consent" }
                }
            }
            p { strong { "AADSTS" (refusal.code) } }
            p { small {
                "Client ID: " (client.app.app_id) br;
                "Trace ID: " (ids.trace) br;
                "Correlation ID: " (ids.correlation) br;
                "Timestamp: " (ids.timestamp)
            } }
        },
    )
}

/// Asks whether the sign-in on another device was meant.
pub(crate) fn device_confirm(
    flow: &str,
    action: &str,
    client: &Client,
    account: &Account,
) -> Answer {
    document(
        "Are you trying to sign in?",
        &html! {
            p.soft { (account.user_principal_name) }
            h1 { "Are you trying to sign in to " (client.app.display_name) "?" }
            p { "Only continue if you downloaded the app from a store or website that you trust, and if the code is from a device of yours." }
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                div.acts {
                    button type="submit" name="act" value="cancel" { "Cancel" }
                    button.main type="submit" name="act" value="confirm" { "Continue" }
                }
            }
        },
    )
}

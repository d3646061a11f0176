use http::StatusCode;
use maud::{Markup, html};

use super::layout::document;
use crate::entra::error::Refusal;
use crate::tenant::Account;
use crate::wire::Answer;

fn problem(refusal: Option<&Refusal>) -> Markup {
    html! {
        @if let Some(refusal) = refusal {
            p.bad role="alert" { (refusal.text) " (AADSTS" (refusal.code) ")" }
        }
    }
}

/// Asks who signs in, with which password.
pub(crate) fn user_and_password(
    flow: &str,
    action: &str,
    app: &str,
    hint: Option<&str>,
    refusal: Option<&Refusal>,
) -> Answer {
    document(
        "Sign in",
        &html! {
            h1 { "Sign in" }
            p.soft { "to continue to " strong { (app) } }
            (problem(refusal))
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                label for="login" { "User name" }
                input #login type="email" name="login" value=[hint] autocomplete="username"
                    autofocus[hint.is_none()] required spellcheck="false";
                label for="passwd" { "Password" }
                input #passwd type="password" name="passwd" autocomplete="current-password"
                    autofocus[hint.is_some()] required;
                div.acts {
                    button type="submit" name="act" value="cancel" formnovalidate { "Cancel" }
                    button.main type="submit" name="act" value="sign-in" { "Sign in" }
                }
            }
            p { small { "The accounts of this tenant stand in the line that the simulator printed when it started." } }
        },
    )
}

/// Asks which account to go on with, where one is signed in already.
pub(crate) fn pick(flow: &str, action: &str, app: &str, account: &Account) -> Answer {
    document(
        "Pick an account",
        &html! {
            h1 { "Pick an account" }
            p.soft { "to continue to " strong { (app) } }
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                button.row type="submit" name="act" value="pick" {
                    strong { (account.display_name) } br; (account.user_principal_name)
                }
                button.row type="submit" name="act" value="other" { "Use another account" }
            }
        },
    )
}

/// Asks for the second factor.
pub(crate) fn second_factor(flow: &str, action: &str, account: &Account) -> Answer {
    document(
        "Approve sign-in request",
        &html! {
            h1 { "Approve sign-in request" }
            p { (account.user_principal_name) }
            p { "Your organisation asks for a second factor. At Microsoft a notification would now go to a phone; here, approving it is this button." }
            form method="post" action=(action) {
                input type="hidden" name="flow" value=(flow);
                div.acts {
                    button type="submit" name="act" value="cancel" { "Deny" }
                    button.main type="submit" name="act" value="approve" { "Approve" }
                }
            }
        },
    )
}

/// Asks for the code that a device shows.
pub(crate) fn device_code(given: Option<&str>, refused: bool) -> Answer {
    let mut answer = document(
        "Enter code",
        &html! {
            h1 { "Enter code" }
            p { "Enter the code displayed on your app or device." }
            @if refused {
                p.bad role="alert" { "That code didn't work. Check the code and try again. (AADSTS70018)" }
            }
            form method="post" action="/common/oauth2/deviceauth" {
                label for="otc" { "Code" }
                input #otc type="text" name="otc" value=[given] autocomplete="off" autofocus required
                    spellcheck="false";
                div.acts { button.main type="submit" { "Next" } }
            }
            p { small { "Don't enter codes from sources that you don't trust." } }
        },
    );
    answer.status = StatusCode::OK;
    answer
}

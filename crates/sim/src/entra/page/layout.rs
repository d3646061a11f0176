use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::entra::error::{Ids, Refusal};
use crate::wire::Answer;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1b1f;--soft:#5b5b66;--paper:#fff;--ground:#eef1f6;--line:#c9ced8;--act:#0b5cad;--on-act:#fff;--bad:#a4262c;--note:#fff4ce;--note-ink:#4b3a00}
@media(prefers-color-scheme:dark){:root{--ink:#f3f3f5;--soft:#b8bac4;--paper:#23242a;--ground:#15161a;--line:#4a4d57;--act:#62aef2;--on-act:#0c1622;--bad:#ff99a4;--note:#3b3213;--note-ink:#ffe9a8}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;background:var(--ground);color:var(--ink);font:16px/1.5 'Segoe UI',system-ui,sans-serif}
.note{width:100%;padding:.5rem 1rem;text-align:center;background:var(--note);color:var(--note-ink);font-size:.875rem}
main{width:min(28rem,calc(100% - 2rem));margin:8vh 0 2rem;padding:2.25rem;background:var(--paper);border:1px solid var(--line);border-radius:10px;box-shadow:0 2px 10px rgb(0 0 0/.08)}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;font-weight:600}
h2{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.5rem 0}
.soft,small{color:var(--soft)}
small{font-size:.8125rem;overflow-wrap:anywhere}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
label.tick{display:flex;gap:.5rem;align-items:start;font-weight:400}
input[type=text],input[type=email],input[type=password]{width:100%;padding:.55rem .65rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:6px}
.acts{display:flex;flex-wrap:wrap;gap:.6rem;justify-content:flex-end;margin-top:1.5rem}
button,.button{font:inherit;padding:.5rem 1.25rem;border-radius:6px;border:1px solid var(--soft);background:transparent;color:inherit;cursor:pointer;text-decoration:none}
button.main{background:var(--act);border-color:var(--act);color:var(--on-act);font-weight:600}
button.row{display:block;width:100%;text-align:left;margin:.4rem 0;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
a{color:var(--act)}
.bad{color:var(--bad)}
ul{padding-left:1.2rem;margin:.5rem 0}
li{margin:.35rem 0;overflow-wrap:anywhere}
li code{font-size:.8125rem;color:var(--soft)}
";

/// A page with the common frame.
pub(crate) fn document(title: &str, body: &Markup) -> Answer {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                div.note role="note" { "Simulated tenant: nothing here reaches Microsoft" }
                main { (body) }
            }
        }
    };
    Answer::with(
        StatusCode::OK,
        "text/html; charset=utf-8",
        markup.into_string(),
    )
    .header("cache-control", "no-store, no-cache")
    .header("x-content-type-options", "nosniff")
    .header("x-frame-options", "DENY")
    .header("referrer-policy", "no-referrer")
}

/// A page that tells why the sign-in service refuses, with the ids that its support asks for, and the
/// way back to the app where there is one.
pub(crate) fn message(title: &str, refusal: &Refusal, ids: &Ids, back: Option<&str>) -> Answer {
    document(
        title,
        &html! {
            h1 { (title) }
            p { (refusal.text) }
            p { strong { "AADSTS" (refusal.code) } }
            p { small {
                "Trace ID: " (ids.trace) br;
                "Correlation ID: " (ids.correlation) br;
                "Timestamp: " (ids.timestamp)
            } }
            @if let Some(back) = back {
                p { a href=(back) { "Return to the application" } }
            }
        },
    )
}

/// `response_mode=form_post`: the answer as a form that a person can send where nothing does it.
pub(crate) fn form_post(address: &str, answer: &[(&str, &str)]) -> Answer {
    document(
        "Continue",
        &html! {
            h1 { "Continue to the application" }
            form method="post" action=(address) {
                @for (name, value) in answer {
                    input type="hidden" name=(name) value=(value);
                }
                div.acts { button.main type="submit" { "Continue" } }
            }
        },
    )
}

use fairlead_domain::remedy::Remedy;
use maud::{Markup, html};

use super::link;
use super::prose::{letter, linked, phrase};
use crate::show::clean;
use crate::show::words::up_to;

/// What to do, in the order in which it is best tried.
pub(super) fn list(remedies: &[Remedy]) -> Markup {
    html! {
        ul.remedies role="list" {
            @for remedy in remedies { li { (one(remedy)) } }
        }
    }
}

fn one(remedy: &Remedy) -> Markup {
    let title = html! { strong { (phrase(remedy.title())) } };
    match remedy {
        Remedy::OpenPage {
            page, url, menu, ..
        } => {
            let menu = menu.as_deref().unwrap_or_else(|| page.menu());
            html! {
                @match url.as_deref().map(|url| (link::safe(url), url)) {
                    Some((Some(url), _)) => {
                        a href=(url) rel="noreferrer noopener" { (phrase(remedy.title())) }
                    }
                    Some((None, url)) => { (title) " " code { (clean::line(url)) } }
                    None => (title),
                }
                p.menu {
                    @for (at, part) in menu.split(" > ").enumerate() {
                        @if at > 0 { span.then aria-hidden="true" { " › " } span.unseen { " then " } }
                        (clean::line(part))
                    }
                }
            }
        }
        Remedy::RunCommand { command, .. } => html! {
            (title)
            pre.command { code {
                @for (at, line) in clean::lines(command).enumerate() {
                    @if at > 0 { "\n" }
                    @for (at, word) in line.split(' ').enumerate() {
                        @if at > 0 { " " }
                        span { (word) }
                    }
                }
            } }
        },
        Remedy::GoToStep { step, .. } => html! {
            (title) " " span.aside { "in the step “" (step.title()) "”" }
        },
        Remedy::GrantPermission {
            permission,
            permission_kind,
            ..
        } => html! {
            (title)
            @if !remedy.title().contains(permission.as_str()) {
                ": " code { (clean::line(permission)) } " (" (permission_kind) ")"
            }
        },
        Remedy::SendTo { person, text, .. } => html! {
            (title) " " span.aside { "to " (person.title()) }
            (letter(text))
        },
        Remedy::Wait { seconds, .. } => html! {
            (title) " " span.aside { (up_to(*seconds)) }
        },
        Remedy::ByHand { text, .. } => html! {
            (title)
            @for line in clean::lines(text).filter(|line| !line.is_empty()) { p { (linked(&line)) } }
        },
    }
}

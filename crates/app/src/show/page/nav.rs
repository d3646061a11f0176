use fairlead_domain::check::{CheckResult, Verdict};
use maud::{Markup, html};

use super::connection::Shown;
use super::{icon, tone};
use crate::show::mark::Mark;
use crate::show::words::{by_category, category};

/// The way through the page, with the verdict of each category.
pub(super) fn nav(shown: &[Shown<'_>]) -> Markup {
    html! {
        @if !shown.is_empty() {
            nav aria-label="On this page" {
                @for connection in shown {
                    @if shown.len() > 1 {
                        p { a href={ "#" (connection.id("name")) } { (connection.name) } }
                    }
                    ul {
                        @for (id, title) in connection.sections() {
                            li {
                                a href={ "#" (connection.id(id)) } { (title) }
                                @if id == "checks" { (categories(connection)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn categories(connection: &Shown<'_>) -> Markup {
    html! {
        ul {
            @for (name, checks) in connection.report.iter().flat_map(|report| by_category(report)) {
                @let mark = whole(&checks);
                li {
                    a href={ "#" (connection.id(&format!("on-{name}"))) } {
                        span class=(tone(mark)) { (icon::icon(mark.name())) }
                        (category(name))
                        span.unseen { ", " (mark.word()) }
                    }
                }
            }
        }
    }
}

fn whole(checks: &[&CheckResult]) -> Mark {
    Verdict::of_all(checks.iter().map(|check| check.verdict)).into()
}

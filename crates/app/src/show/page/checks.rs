use fairlead_domain::check::CheckResult;
use maud::{Markup, html};

use super::connection::Shown;
use super::evidence::value;
use super::icon;
use super::prose::{markdown, phrase};
use super::remedy;
use crate::show::about::{about, answerer};
use crate::show::clean;
use crate::show::evidence::{Evidence, label};
use crate::show::mark::Mark;
use crate::show::words::{by_category, category, check_took, counts, found, needs, tallied};

impl Shown<'_> {
    /// The checks of the test, by category.
    pub(super) fn checks(&self) -> Markup {
        let Some(report) = self.report else {
            return html! {};
        };
        html! {
            @for (name, checks) in by_category(report) {
                div.category {
                    div.over {
                        h4 id=(self.id(&format!("on-{name}"))) { (category(name)) }
                        p.aside { (tallies(&checks)) }
                    }
                    div.panel.rows {
                        @for check in checks { (self.check(check)) }
                    }
                }
            }
        }
    }

    fn check(&self, check: &CheckResult) -> Markup {
        html! {
            details.check id=(self.id(&format!("check-{}", check.id))) open[check.verdict.needs_attention()] {
                summary {
                    (icon::icon("chevron"))
                    (icon::mark(Mark::from(check.verdict), check.verdict.word()))
                    span.text {
                        span.title { (clean::line(&check.title)) }
                        span.detail { (phrase(&found(check))) }
                    }
                    span.took { (check_took(check).unwrap_or_default()) }
                }
                (body(check))
            }
        }
    }
}

fn body(check: &CheckResult) -> Markup {
    let evidence = Evidence::of(check);
    let about = about(check.id.as_str());
    html! {
        dl.facts {
            @if let Some(why) = &evidence.why { div { dt { "Why" } dd { (phrase(why)) } } }
            @if !check.remedies.is_empty() {
                div { dt { "What to do" } dd { (remedy::list(&check.remedies)) } }
            }
            @if !check.needs.is_empty() { div { dt { "Needs" } dd { (clean::line(&needs(check))) } } }
            @if let Some(code) = evidence.code { div { dt { "Problem" } dd { code { (clean::line(code)) } } } }
            @for (name, seen) in &evidence.seen {
                div { dt { (clean::line(&label(name))) } dd { (value(seen)) } }
            }
            @for (name, id) in &evidence.ids {
                div { dt { (name) } dd { code { (clean::line(id)) } } }
            }
            @if let Some(about) = about {
                div { dt { "What is asked" } dd { (markdown(about.asks)) } }
                div { dt { "Answered by" } dd { (answerer(about.answered_by)) } }
            }
            div { dt { "Check" } dd { code { (check.id) } } }
        }
    }
}

fn tallies(checks: &[&CheckResult]) -> String {
    let parts: Vec<String> = counts(checks)
        .into_iter()
        .map(|(verdict, count)| tallied(verdict, count))
        .collect();
    parts.join(", ")
}

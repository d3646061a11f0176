use fairlead_domain::check::{CheckResult, Identity};
use fairlead_domain::report::Report;
use fairlead_wire::Spent;
use maud::{Markup, html};

use super::connection::Shown;
use super::prose::phrase;
use super::{icon, tone};
use crate::show::clean;
use crate::show::mark::Mark;
use crate::show::words::{
    capital, counts, meaning, needing, spent, tallied, tally, took_ms, unproved,
};

impl Shown<'_> {
    /// The checks that need attention.
    pub(super) fn concerns(&self) -> Vec<&CheckResult> {
        self.report
            .iter()
            .flat_map(|report| &report.checks)
            .filter(|check| check.verdict.needs_attention())
            .collect()
    }

    /// The verdict with its figures, and what was tested, when and as whom.
    pub(super) fn summary(&self) -> Markup {
        html! {
            div class={ "panel verdict " (tone(self.mark)) } {
                div.said {
                    p.word { (icon::icon(self.mark.name())) span { (capital(self.mark.word())) } }
                    p { (self.sentence()) }
                }
                @if let Some(report) = self.report {
                    ul.counts role="list" aria-label="Checks by verdict" {
                        @for (verdict, count) in counts(&report.checks.iter().collect::<Vec<_>>()) {
                            li class=(tone(verdict.into())) {
                                (icon::icon(Mark::from(verdict).name()))
                                span { (tallied(verdict, count)) }
                            }
                        }
                    }
                    @let unproved = unproved(report);
                    @if !unproved.is_empty() {
                        ul.unproved {
                            @for (need, checks) in &unproved {
                                li { "Not proved: " (needing(checks.len(), &clean::line(need))) "." }
                            }
                        }
                    }
                }
            }
            dl.facts.about {
                div { dt { "Connection" } dd { (self.name) } }
                div { dt { "Profile" } dd { (clean::line(self.profile_title)) " " code { (self.profile) } } }
                @if let Some(tenant) = &self.tenant {
                    div {
                        dt { "Tenant" }
                        dd {
                            (clean::line(tenant))
                            @if let Some(id) = self.tenant_id { br; code { (id) } }
                        }
                    }
                }
                @if let Some(report) = self.report { (tested(report, self.chain)) }
            }
        }
    }

    /// What the verdict means, in a sentence.
    fn sentence(&self) -> String {
        let unfinished = self
            .steps
            .iter()
            .find(|step| Mark::from(&step.status) == self.mark && self.mark != Mark::Passed);
        match (self.report, unfinished) {
            (_, Some(step)) if self.mark == Mark::Failed => {
                format!("The step “{}” failed.", step.step.title())
            }
            (_, Some(step)) if self.mark == Mark::Waiting => {
                format!("The step “{}” waits for a person.", step.step.title())
            }
            _ if self.problem.is_some() => "The set-up came to an end before its end.".to_owned(),
            (Some(report), _) => meaning(report).to_owned(),
            (None, _) => "The connection was not tested.".to_owned(),
        }
    }

    /// What needs attention, each with a link to the check.
    pub(super) fn attention(&self) -> Markup {
        html! {
            ul.panel.rows.attention role="list" {
                @for check in self.concerns() {
                    li {
                        (icon::mark(check.verdict.into(), check.verdict.word()))
                        div.text {
                            a href={ "#" (self.id(&format!("check-{}", check.id))) } { (clean::line(&check.title)) }
                            span.detail { (phrase(&check.detail)) }
                        }
                    }
                }
            }
        }
    }
}

fn tested(report: &Report, chain: Option<Spent>) -> Markup {
    html! {
        div {
            dt { "Answered by" }
            dd {
                @if report.identities.is_empty() { "nobody’s token" }
                @for (at, used) in report.identities.iter().enumerate() {
                    @if at > 0 { br; }
                    (clean::line(&used.name)) " " span.aside { (role(used.identity)) }
                }
            }
        }
        div { dt { "Tested" } dd { (icon::time(report.started)) } }
        div {
            dt { "Took" }
            dd {
                (took_ms(report.ms))
                @if let Some(chain) = chain {
                    br;
                    span.aside { "Longest chain of dependent requests: " span.once { (spent(chain)) } }
                }
            }
        }
    }
}

const fn role(identity: Identity) -> &'static str {
    match identity {
        Identity::Nobody => "without a sign-in",
        Identity::Connection => "for the connection",
        Identity::Inspector => "as inspector",
    }
}

/// The connections of a page that has several. Its roles are written out as those of
/// [`values::table`](super::values::table) are.
pub(super) fn overview(shown: &[Shown<'_>]) -> Markup {
    html! {
        section aria-labelledby="overview" {
            h2 id="overview" { "Connections" }
            table.overview role="table" {
                caption.unseen { "The connections of this report with their verdicts" }
                thead role="rowgroup" {
                    tr role="row" {
                        th scope="col" role="columnheader" { "Connection" }
                        th scope="col" role="columnheader" { "Profile" }
                        th scope="col" role="columnheader" { "Verdict" }
                        th scope="col" role="columnheader" { "Checks" }
                    }
                }
                tbody role="rowgroup" {
                    @for shown in shown {
                        tr role="row" {
                            th scope="row" role="rowheader" { a href={ "#" (shown.id("name")) } { (shown.name) } }
                            td role="cell" { (clean::line(shown.profile_title)) }
                            td role="cell" { (icon::mark(shown.mark, shown.mark.word())) }
                            td role="cell" { (shown.report.map_or_else(|| "none".to_owned(), tally)) }
                        }
                    }
                }
            }
        }
    }
}

use fairlead_domain::ids::TenantId;
use fairlead_domain::problem::Problem;
use fairlead_domain::report::Report;
use fairlead_domain::values::HandOver;
use fairlead_wire::Spent;
use maud::{Markup, html};

use super::{prose, steps, values};
use crate::show::clean;
use crate::show::mark::Mark;
use crate::show::walk::{ReportExtra, WalkedConnection, WalkedStep};
use crate::show::words::capital;

/// One connection as a page shows it, wherever it comes from.
pub(super) struct Shown<'a> {
    /// Which of the page's connections it is, from 1.
    pub(super) number: usize,
    pub(super) name: &'a str,
    pub(super) profile: &'a str,
    pub(super) profile_title: &'a str,
    pub(super) tenant: Option<String>,
    pub(super) tenant_id: Option<TenantId>,
    pub(super) mark: Mark,
    pub(super) steps: &'a [WalkedStep],
    pub(super) problem: Option<&'a Problem>,
    pub(super) report: Option<&'a Report>,
    pub(super) chain: Option<Spent>,
    pub(super) values: Option<&'a HandOver>,
}

impl<'a> Shown<'a> {
    pub(super) fn of_report(report: &'a Report, extra: &ReportExtra<'a>) -> Self {
        Self {
            number: 1,
            name: report.connection.as_str(),
            profile: report.profile.as_str(),
            profile_title: extra.profile_title.unwrap_or(report.profile.as_str()),
            tenant: extra.tenant.map(str::to_owned),
            tenant_id: None,
            mark: report.verdict.into(),
            steps: &[],
            problem: None,
            report: Some(report),
            chain: extra.chain,
            values: None,
        }
    }

    pub(super) fn of_walked(number: usize, walked: &'a WalkedConnection) -> Self {
        let named = walked.tenant.to_string();
        let domain = walked.domain.as_ref().map(ToString::to_string);
        let name = domain.unwrap_or(named);
        Self {
            number,
            name: walked.name.as_str(),
            profile: walked.profile.as_str(),
            profile_title: &walked.profile_title,
            tenant_id: walked.tenant_id.filter(|id| id.to_string() != name),
            tenant: Some(name),
            mark: Mark::of_walked(walked),
            steps: &walked.steps,
            problem: walked.problem.as_ref(),
            report: walked.report.as_ref(),
            chain: walked.chain,
            values: walked.values.as_ref(),
        }
    }

    /// An id of the page: names repeat from connection to connection.
    pub(super) fn id(&self, name: &str) -> String {
        let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        format!("c{}-{plain}", self.number)
    }

    /// The sections of the page about it, each with its id and title, in their order.
    pub(super) fn sections(&self) -> Vec<(&'static str, &'static str)> {
        [
            ("summary", "Summary", true),
            ("problem", "What stood in the way", self.problem.is_some()),
            ("attention", "Needs attention", !self.concerns().is_empty()),
            ("steps", "Steps", !self.steps.is_empty()),
            ("checks", "Checks", self.report.is_some()),
            ("values", "Values to hand over", self.values.is_some()),
            ("notices", "Notices", self.has_notices()),
        ]
        .into_iter()
        .filter(|(_, _, there)| *there)
        .map(|(id, title, _)| (id, title))
        .collect()
    }

    fn has_notices(&self) -> bool {
        self.report.is_some_and(|report| !report.notices.is_empty())
    }

    pub(super) fn article(&self) -> Markup {
        html! {
            article.connection aria-labelledby=(self.id("name")) {
                h2 id=(self.id("name")) {
                    (clean::line(self.profile_title)) " " span.aside { (self.name) }
                }
                @for (id, title) in self.sections() {
                    section aria-labelledby={ (self.id(id)) " " (self.id("name")) } {
                        @if id == "summary" {
                            h3.unseen id=(self.id(id)) { (title) }
                        } @else {
                            h3 id=(self.id(id)) { (title) }
                        }
                        (self.section(id))
                    }
                }
            }
        }
    }

    fn section(&self, id: &str) -> Markup {
        match id {
            "summary" => self.summary(),
            "problem" => {
                html! { @if let Some(problem) = self.problem { (steps::problem(problem)) } }
            }
            "attention" => self.attention(),
            "steps" => steps::list(self.steps),
            "checks" => self.checks(),
            "values" => html! { @if let Some(sheet) = self.values { (values::table(sheet)) } },
            _ => self.notices(),
        }
    }

    fn notices(&self) -> Markup {
        html! {
            p.aside { "Worth knowing; they change no verdict." }
            ul.notices {
                @for notice in self.report.iter().flat_map(|report| &report.notices) {
                    li { (prose::linked(&capital(&notice.text))) }
                }
            }
        }
    }
}

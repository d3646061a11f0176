use std::collections::BTreeMap;

use fairlead_domain::problem::Problem;
use fairlead_state::connection::StepStatus;
use maud::{Markup, html};

use super::icon;
use super::prose::{letter, phrase};
use super::remedy;
use crate::show::evidence::ids_of;
use crate::show::mark::{Mark, step_word};
use crate::show::walk::WalkedStep;
use crate::show::words::{capital, took};

/// The steps of the wizard in their order.
pub(super) fn list(steps: &[WalkedStep]) -> Markup {
    html! {
        ol.steps role="list" {
            @for step in steps { (one(step)) }
        }
    }
}

fn one(step: &WalkedStep) -> Markup {
    html! {
        li {
            div.line {
                (icon::mark(Mark::from(&step.status), step_word(&step.status)))
                span.title { (step.step.title()) }
                @if let Some(time) = step.took { span.took { (took(time)) } }
            }
            @if !step.detail.is_empty() { p.detail { (phrase(&step.detail)) } }
            @if let StepStatus::Failed { code, .. } = &step.status {
                p.aside { "Problem " code { (code) } }
            }
            @if !step.done.is_empty() {
                ul.done { @for done in &step.done { li { (phrase(done)) } } }
            }
            @if let StepStatus::Waiting { person, text, since } = &step.status {
                p { "Send this to " (person.title()) ". It waits since " (icon::time(*since)) "." }
                (letter(text))
            }
        }
    }
}

/// What ended a run before its end.
pub(super) fn problem(problem: &Problem) -> Markup {
    let problem = problem.clone().fill(&BTreeMap::new());
    html! {
        div.panel.problem.is-failed {
            p.what { (icon::icon(Mark::Failed.name())) span { (phrase(&capital(&problem.what))) } }
            dl.facts {
                div { dt { "Problem" } dd { code { (problem.code) } " " (phrase(&problem.title)) } }
                @if !problem.why.is_empty() { div { dt { "Why" } dd { (phrase(&problem.why)) } } }
                @if !problem.remedies.is_empty() {
                    div { dt { "What to do" } dd { (remedy::list(&problem.remedies)) } }
                }
                @if problem.retry_helps { div { dt { "Again" } dd { "Trying again can help." } } }
                @for (name, value) in ids_of(&problem) {
                    div { dt { (name) } dd { code { (value) } } }
                }
            }
        }
    }
}

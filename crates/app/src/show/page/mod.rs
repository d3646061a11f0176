//! Reports and hand-over sheets as pages: one file each, without scripts and without anything that is
//! fetched from elsewhere.

mod checks;
mod connection;
mod evidence;
mod frame;
mod icon;
mod link;
mod nav;
mod prose;
mod remedy;
mod steps;
mod summary;
mod values;

use connection::Shown;
use fairlead_domain::report::Report;
use fairlead_domain::values::HandOver;
use frame::Frame;
use maud::html;

use super::clean;
use super::mark::Mark;
use super::sheet::{SIMULATED, SheetAbout};
use super::walk::{ReportExtra, Walk};
use super::words::{counted, took};

/// The report of one test as a page.
pub fn report_html(report: &Report, extra: &ReportExtra<'_>) -> String {
    let shown = Shown::of_report(report, extra);
    let frame = Frame {
        title: format!("Test of {}", report.connection),
        kind: "Connection test",
        banner: extra.simulated.then_some(BANNER),
        generated: extra.generated,
        version: extra.version,
    };
    let meta = html! { "Tested " (icon::time(report.started)) };
    let shown = [shown];
    frame.page(&meta, &nav::nav(&shown), &shown[0].article())
}

/// The whole way of one or more connections as a page: steps, test, values.
pub fn walk_html(walk: &Walk<'_>) -> String {
    let shown: Vec<Shown<'_>> = walk
        .connections
        .iter()
        .enumerate()
        .map(|(at, walked)| Shown::of_walked(at + 1, walked))
        .collect();
    let frame = Frame {
        title: clean::line(walk.title).into_owned(),
        kind: "Set-up and test",
        banner: walk.simulated.then_some(BANNER),
        generated: walk.generated,
        version: walk.version,
    };
    let meta = html! {
        (counted(shown.len(), "connection"))
        @if let Some(time) = walk.took { ", set up and tested in " span.once { (took(time)) } }
        " · " (icon::time(walk.generated))
    };
    let body = html! {
        @if shown.len() > 1 { (summary::overview(&shown)) }
        @for shown in &shown { (shown.article()) }
        @if shown.is_empty() { p { "No connection was begun." } }
    };
    frame.page(&meta, &nav::nav(&shown), &body)
}

/// A hand-over sheet as a page.
pub(super) fn sheet_html(sheet: &HandOver, about: &SheetAbout<'_>) -> String {
    let frame = Frame {
        title: format!("{}: {}", clean::line(about.title), sheet.connection),
        kind: "Hand-over sheet",
        banner: about.simulated.then_some(SIMULATED),
        generated: about.generated,
        version: about.version,
    };
    let meta = html! {
        @if let Some(tenant) = about.tenant { "Tenant " (clean::line(tenant)) " · " }
        (icon::time(about.generated))
    };
    let body = html! {
        section aria-labelledby="values" {
            h2 id="values" { "Values to hand over" }
            (values::table(sheet))
        }
    };
    frame.page(&meta, &html! {}, &body)
}

const BANNER: &str = "Simulated tenant: nothing left this computer";

/// The class of a mark's colour.
fn tone(mark: Mark) -> String {
    format!("is-{}", mark.name())
}

use std::fmt::Write as _;

use fairlead_domain::check::{CheckResult, Verdict};
use fairlead_domain::report::Report;
use fairlead_wire::Spent;

use super::check::verdict_column;
use super::layout::{Lead, paragraph};
use super::problem::ids;
use super::remedy::hints;
use crate::show::clean;
use crate::show::evidence::Evidence;
use crate::show::palette::{TextStyle, paint};
use crate::show::words::{meaning, needing, spent, tally, took_ms, unproved};

/// The summary that closes a test: each check that needs attention with its reason and remedies, what
/// was not proved and why, the notices, and last the verdict.
pub fn report_text(report: &Report, style: &TextStyle) -> String {
    let palette = style.palette;
    let mut out = String::new();
    let concerns = report
        .checks
        .iter()
        .filter(|check| check.verdict.needs_attention());
    for check in concerns {
        out.push_str(&concern(check, style));
        out.push('\n');
    }
    for (need, checks) in unproved(report) {
        let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
        let text = format!("{}: {}", needing(checks.len(), &need), ids.join(", "));
        out.push_str(&paragraph(
            Lead::new(0, "not run: ", palette.not_run),
            &text,
            style,
        ));
    }
    if report.verdict == Verdict::Unknown && report.first_concern().is_none() {
        let lead = Lead::new(0, "unknown: ", palette.unknown);
        out.push_str(&paragraph(lead, meaning(report), style));
    }
    if report.checks.iter().any(needs_inspector) {
        let text = format!(
            "Sign in as inspector to prove them too: `fairlead test {} --inspect`",
            report.connection
        );
        out.push_str(&paragraph(
            Lead::new(0, "hint: ", palette.hint),
            &text,
            style,
        ));
    }
    for notice in &report.notices {
        let lead = Lead::new(0, "notice: ", palette.faint);
        out.push_str(&paragraph(lead, &notice.text, style));
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    let verdict = paint(palette.verdict(report.verdict), report.verdict.word());
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{}: {verdict} ({}) in {}",
        paint(palette.strong, report.connection.as_str()),
        tally(report),
        took_ms(report.ms)
    );
    out
}

/// How long a test took, and its longest chain of dependent requests (`test --verbose`).
pub fn timing_text(report: &Report, chain: Option<Spent>) -> String {
    let chain = chain.map_or_else(|| "not measured".to_owned(), spent);
    format!(
        "time: {}\nlongest chain of dependent requests: {chain}\n",
        took_ms(report.ms)
    )
}

fn needs_inspector(check: &CheckResult) -> bool {
    check.needs.iter().any(|need| need == "inspector")
}

fn concern(check: &CheckResult, style: &TextStyle) -> String {
    let palette = style.palette;
    let evidence = Evidence::of(check);
    let mut out = format!(
        "{} {}: {}\n",
        verdict_column(check, style),
        paint(palette.strong, check.id.as_str()),
        clean::line(&check.title)
    );
    out.push_str(&paragraph(Lead::none(2), &check.detail, style));
    if let Some(why) = &evidence.why {
        out.push_str(&paragraph(Lead::new(2, "why: ", palette.faint), why, style));
    }
    if let Some(code) = evidence.code {
        let lead = Lead::new(2, "code: ", palette.faint);
        out.push_str(&paragraph(lead, &format!("`{code}`"), style));
    }
    out.push_str(&ids(&evidence.ids, 2, "ids: ", style));
    out.push_str(&hints(&check.remedies, 2, style));
    out
}

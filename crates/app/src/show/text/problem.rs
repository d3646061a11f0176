use std::collections::BTreeMap;

use fairlead_domain::problem::Problem;

use super::layout::{Lead, paragraph};
use super::remedy::hints;
use crate::show::evidence::ids_of;
use crate::show::palette::TextStyle;

/// A problem: what happened, its code, why such a thing happens, the ids by which Microsoft finds the
/// request again, and what to do. What nobody filled in stands in angle brackets.
pub fn problem_text(problem: &Problem, style: &TextStyle) -> String {
    let palette = style.palette;
    let problem = problem.clone().fill(&BTreeMap::new());
    let mut out = paragraph(
        Lead::new(0, "error: ", palette.failed),
        &problem.what,
        style,
    );
    let code = format!("`{}`, {}", problem.code, problem.title);
    out.push_str(&paragraph(
        Lead::new(2, "code: ", palette.faint),
        &code,
        style,
    ));
    if !problem.why.is_empty() {
        let lead = Lead::new(2, "why:  ", palette.faint);
        out.push_str(&paragraph(lead, &problem.why, style));
    }
    out.push_str(&ids(&ids_of(&problem), 2, "ids:  ", style));
    let hints = hints(&problem.remedies, 0, style);
    if !hints.is_empty() || problem.retry_helps {
        out.push('\n');
        out.push_str(&hints);
    }
    if problem.retry_helps {
        let lead = Lead::new(0, "hint: ", palette.hint);
        out.push_str(&paragraph(lead, "Trying again can help", style));
    }
    out
}

/// Status, ids and time in one paragraph; nothing where there are none.
pub(super) fn ids(
    ids: &[(&'static str, String)],
    indent: usize,
    label: &str,
    style: &TextStyle,
) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let text: Vec<String> = ids
        .iter()
        .map(|(name, value)| match *name {
            "HTTP status" => format!("{name} {value}"),
            "Time" => value.clone(),
            name => format!("{} `{value}`", name.to_lowercase()),
        })
        .collect();
    paragraph(
        Lead::new(indent, label, style.palette.faint),
        &text.join(", "),
        style,
    )
}

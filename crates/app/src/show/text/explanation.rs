use std::collections::BTreeMap;

use fairlead_domain::problem::{Explanation, Found, Problem};

use super::layout::{Lead, paragraph};
use super::problem::ids;
use super::remedy::hints;
use crate::show::evidence::named;
use crate::show::palette::TextStyle;

/// What a pasted text means (`fairlead explain`): each code that was recognised with its meaning and
/// remedies, then the ids that Microsoft's support asks for. What only the case at hand knows stands
/// in angle brackets.
pub fn explanation_text(explanations: &[Explanation], found: &Found, style: &TextStyle) -> String {
    let mut parts: Vec<String> = explanations
        .iter()
        .map(|explanation| explained(explanation, found, style))
        .collect();
    if parts.is_empty() {
        parts.push(paragraph(
            Lead::none(0),
            "no code was recognised in this text; an error code such as `AADSTS700016`, or the whole \
             error message, says more",
            style,
        ));
    }
    let ids = ids(
        &named(None, &found.ids, found.at),
        0,
        "in the text: ",
        style,
    );
    if !ids.is_empty() {
        parts.push(ids);
    }
    parts.join("\n")
}

fn explained(explanation: &Explanation, found: &Found, style: &TextStyle) -> String {
    let palette = style.palette;
    let mut problem = Problem::new(explanation.code, "").with_ids(found.ids.clone());
    problem.at = found.at;
    let problem = problem.fill(&BTreeMap::new());
    let code = explanation.code.to_string();
    let title = if explanation.known {
        problem.title.clone()
    } else {
        format!("not in Fairlead's catalogue. {}", problem.title)
    };
    let mut out = paragraph(
        Lead::new(0, &format!("{code}: "), palette.strong),
        &title,
        style,
    );
    if !explanation.matched.eq_ignore_ascii_case(&code) {
        let text = format!("`{}`", explanation.matched);
        let lead = Lead::new(2, "recognised by: ", palette.faint);
        out.push_str(&paragraph(lead, &text, style));
    }
    if !problem.why.is_empty() {
        out.push_str(&paragraph(Lead::none(2), &problem.why, style));
    }
    if problem.retry_helps {
        out.push_str(&paragraph(Lead::none(2), "Trying again can help.", style));
    }
    out.push_str(&hints(&problem.remedies, 2, style));
    out
}

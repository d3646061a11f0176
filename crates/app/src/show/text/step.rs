use std::fmt::Write as _;

use fairlead_domain::remedy::{Person, StepId};

use super::layout::{Lead, NO_BREAK, block, pad, paragraph};
use crate::show::mark::{Mark, step_word};
use crate::show::palette::TextStyle;
use crate::show::walk::WalkedStep;
use crate::show::words::took;

/// Columns of a step's title: the longest is "Permissions and consent".
const TITLE: usize = 23;

/// A step that came to its end: shape, title, status, what came of it, time.
pub fn step_line(step: &WalkedStep, style: &TextStyle) -> String {
    let mark = Mark::from(&step.status);
    let label = format!("{} {}  ", mark.symbol(), pad(step.step.title(), TITLE));
    let mut text = step_word(&step.status).to_owned();
    if !step.detail.is_empty() {
        text.push_str(": ");
        text.push_str(&step.detail);
    }
    if let Some(time) = step.took {
        // Writing to a String cannot fail.
        let _ = write!(text, " ({})", took(time).replace(' ', NO_BREAK));
    }
    paragraph(Lead::new(0, &label, style.palette.mark(mark)), &text, style)
}

/// What to send to whom, where a step waits for a person.
pub fn waiting_text(step: StepId, person: Person, text: &str, style: &TextStyle) -> String {
    let (step, person) = (step.title(), person.title());
    let lead = Lead::new(0, "waiting: ", style.palette.waiting);
    let what = format!("the step \"{step}\" needs {person}; send this:");
    let mut out = paragraph(lead, &what, style);
    out.push('\n');
    out.push_str(&block(2, text));
    out
}

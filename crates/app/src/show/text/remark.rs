use super::layout::{Lead, block, paragraph};
use crate::show::palette::TextStyle;

/// How far what belongs to a step is indented below it.
const BELOW: usize = 4;

/// A remark within a step.
pub fn remark_text(text: &str, style: &TextStyle) -> String {
    paragraph(Lead::none(BELOW), text, style)
}

/// What a person is asked to open. The address is never broken, so that it can be copied.
pub fn address_text(purpose: &str, address: &str, style: &TextStyle) -> String {
    let text = format!("To {purpose}, open this address in a browser on this computer:");
    let lead = paragraph(Lead::none(BELOW), &text, style);
    format!("{lead}{}", block(BELOW, address))
}

/// What a person is asked to enter on another device.
pub fn device_code_text(purpose: &str, address: &str, code: &str, style: &TextStyle) -> String {
    let text = format!("To {purpose}, open {address} on any device and enter the code `{code}`");
    paragraph(Lead::none(BELOW), &text, style)
}

/// A question of a profile, with an example of an answer.
pub fn question_text(question: &str, example: &str, style: &TextStyle) -> String {
    let question = paragraph(Lead::none(0), question, style);
    let example = paragraph(Lead::none(2), &format!("For example `{example}`"), style);
    format!("{question}{example}")
}

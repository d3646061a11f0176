//! The referee itself: it takes what Microsoft's documentation shows, and finds what is wrong.

use std::fs;

use fairlead_tests::workspace;
use serde_json::Value;

use super::referee::{Referee, Verdict};

/// Where the referee finds something wrong: `request`, `answer`, `inner request`, …
fn found(verdict: &Verdict) -> String {
    let sides = [("request", &verdict.request), ("answer", &verdict.answer)];
    let sides = sides.into_iter().filter(|(_, reasons)| !reasons.is_empty());
    let mut found: Vec<String> = sides.map(|(side, _)| side.to_owned()).collect();
    for inner in verdict.inner.iter().map(self::found) {
        if !inner.is_empty() {
            found.push(format!("inner {inner}"));
        }
    }
    found.join(" and ")
}

#[test]
fn the_referee_takes_what_is_documented_and_finds_what_is_wrong() {
    let Some(referee) = Referee::appointed() else {
        return;
    };
    let judges = workspace().join("tests").join("judges");
    let samples = judges.join("contract").join("samples.jsonl");
    let samples = fs::read_to_string(samples).expect("the samples are there");
    let samples: Vec<Value> = samples
        .lines()
        .map(|line| serde_json::from_str(line).expect("a sample is JSON"))
        .collect();
    let good = samples.iter().filter(|sample| sample["wrong"].is_null());
    assert!(
        good.count() >= 10 && samples.len() >= 50,
        "{}",
        samples.len()
    );

    let mut astray = Vec::new();
    for (sample, verdict) in samples.iter().zip(referee.judge(&samples)) {
        let wanted = sample["wrong"].as_str().unwrap_or_default();
        let found = found(&verdict);
        if found != wanted {
            let what = sample["what"].as_str().unwrap_or_default();
            let reasons = verdict.reasons();
            astray.push(format!(
                "{what}: found `{found}`, wanted `{wanted}`: {reasons:?}"
            ));
        }
    }
    assert!(astray.is_empty(), "{}", astray.join("\n"));
}

use std::collections::{BTreeSet, HashMap};

use super::*;
use crate::shared_data;

mod commands;

fn all() -> impl Iterator<Item = &'static Entry> {
    sections().flat_map(|section| section.entries)
}

/// Every text of an entry that people read.
fn texts(entry: &Entry) -> Vec<&str> {
    let mut texts = vec![entry.title.as_str(), entry.cause.as_str()];
    for remedy in &entry.remedies {
        texts.push(remedy.title());
        match remedy {
            Remedy::RunCommand { command: text, .. }
            | Remedy::SendTo { text, .. }
            | Remedy::ByHand { text, .. }
            | Remedy::GrantPermission {
                permission: text, ..
            } => texts.push(text),
            Remedy::OpenPage { .. } | Remedy::GoToStep { .. } | Remedy::Wait { .. } => {}
        }
    }
    texts
}

#[test]
fn every_own_code_has_exactly_one_entry_and_no_entry_is_without_a_code() {
    let mut seen = BTreeSet::new();
    for entry in all() {
        let code: ProblemCode = entry.code.parse().unwrap();
        assert!(seen.insert(code), "{code} is described twice");
    }
    for code in ProblemCode::OWN {
        assert!(seen.contains(code), "{code} is not described");
    }
}

#[test]
fn every_number_of_the_facts_has_an_entry_and_says_the_same_of_a_retry() {
    let Some(facts) = shared_data("aadsts.json") else {
        return;
    };
    for fact in facts.as_array().unwrap() {
        let number = u32::try_from(fact["number"].as_u64().unwrap()).unwrap();
        assert!(is_known(ProblemCode::Aadsts(number)), "{number}");
        // Unchanged, a wrong clock stays wrong: the facts mean a retry after it was set.
        let retry = fact["autoRetry"] == true && number != 500_133;
        assert_eq!(
            entry(ProblemCode::Aadsts(number)).retry_helps,
            retry,
            "{number}"
        );
    }
    let described = all()
        .filter(|entry| entry.code.starts_with("AADSTS"))
        .count();
    assert_eq!(described, facts.as_array().unwrap().len());
}

#[test]
fn the_sentences_are_our_own() {
    let Some(facts) = shared_data("aadsts.json") else {
        return;
    };
    let facts: HashMap<&str, &serde_json::Value> = facts
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| (fact["code"].as_str().unwrap(), fact))
        .collect();
    for entry in all() {
        let Some(fact) = facts.get(entry.code.as_str()) else {
            continue;
        };
        for (text, key) in texts(entry)
            .iter()
            .flat_map(|text| [(text, "cause"), (text, "remedy")])
        {
            for sentence in fact[key].as_str().unwrap().split_inclusive(['.', ';', ':']) {
                let sentence = sentence.trim();
                let long = sentence.split(' ').count() > 4;
                assert!(
                    !long || !text.contains(sentence),
                    "{}: {sentence}",
                    entry.code
                );
            }
        }
    }
}

#[test]
fn the_voice_is_calm() {
    for entry in all() {
        for text in texts(entry) {
            let lower = text.to_lowercase();
            for word in ["please", "simply", "!", "oops", "sorry", "obviously", "  "] {
                assert!(
                    !lower.contains(word),
                    "{}: `{word}` in `{text}`",
                    entry.code
                );
            }
        }
        assert!(
            !entry.title.ends_with('.'),
            "{}: {}",
            entry.code,
            entry.title
        );
        assert!(entry.title.len() <= 80, "{}: {}", entry.code, entry.title);
        assert!(
            entry.cause.ends_with('.'),
            "{}: {}",
            entry.code,
            entry.cause
        );
        assert!(entry.cause.len() >= 40, "{}: {}", entry.code, entry.cause);
    }
}

#[test]
fn every_problem_has_a_remedy_with_a_title_of_one_line() {
    for entry in all() {
        assert!(
            !entry.remedies.is_empty(),
            "{} leaves people alone",
            entry.code
        );
        for remedy in &entry.remedies {
            let title = remedy.title();
            assert!((2..=110).contains(&title.len()), "{}: {title}", entry.code);
            assert!(
                !title.ends_with('.') && !title.contains('\n'),
                "{}: {title}",
                entry.code
            );
            if let Remedy::Wait { seconds, .. } = remedy {
                assert!((10..=900).contains(seconds), "{}: {seconds} s", entry.code);
            }
        }
    }
}

#[test]
fn every_placeholder_is_a_known_one() {
    for entry in all() {
        for text in texts(entry) {
            for name in text.split('{').skip(1) {
                let name = name.split_once('}').map(|(name, _)| name);
                assert!(
                    name.is_some_and(|name| PLACEHOLDERS.contains(&name)),
                    "{}: {{{name:?}}} in `{text}`",
                    entry.code
                );
            }
        }
    }
}

#[test]
fn every_placeholder_is_described_and_used() {
    let readme = include_str!("../../../data/README.md");
    for name in PLACEHOLDERS {
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
    }
    assert!(PLACEHOLDERS.is_sorted());
}

#[test]
fn every_part_of_the_catalogue_has_entries() {
    for section in sections() {
        assert!(!section.entries.is_empty(), "{}", section.title);
    }
}

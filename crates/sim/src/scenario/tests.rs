use std::collections::BTreeSet;

use fairlead_domain::check::Verdict;

use super::{scenarios, table};

#[test]
fn every_scenario_has_a_name_of_its_own_and_a_title() {
    let mut seen = BTreeSet::new();
    for scenario in scenarios() {
        let is_plain = |it: char| it.is_ascii_lowercase() || it == '-';
        assert!(scenario.name.chars().all(is_plain), "{}", scenario.name);
        assert!(!scenario.title.is_empty(), "{}", scenario.name);
        assert!(
            seen.insert(scenario.name),
            "{} is there twice",
            scenario.name
        );
    }
}

#[test]
fn what_a_scenario_promises_agrees_with_itself() {
    for scenario in scenarios() {
        for promised in &scenario.expect {
            let is_found = promised.check.is_some();
            assert_eq!(promised.exit, u8::from(is_found), "{}", scenario.name);
            assert_eq!(
                promised.verdict != Verdict::Passed,
                is_found,
                "{}",
                scenario.name
            );
        }
    }
}

#[test]
fn no_find_is_hidden_behind_another() {
    for definition in table::all() {
        for (at, find) in definition.finds.iter().enumerate() {
            let hides = |before: &super::definition::Find| {
                let profiles = before.profiles.is_empty() || before.profiles == find.profiles;
                profiles && before.with & find.with == find.with
            };
            assert!(
                !definition.finds[..at].iter().any(hides),
                "{}: {} is never found",
                definition.name,
                find.check
            );
        }
    }
}

//! What is known of a check besides its result: what it asks, in the words of `docs/checks.md`, and
//! whose token answers it.

use std::collections::HashMap;
use std::sync::LazyLock;

use fairlead_connect::tester::known_checks;
use fairlead_domain::check::Identity;

const PAGE: &str = include_str!("../../../../docs/checks.md");

/// What is known of a check.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// What it asks and when it fails, as Markdown. Who answers is not said in it.
    pub(super) asks: &'static str,
    /// Whose token answers.
    pub(super) answered_by: Identity,
}

/// What is known of a check; nothing of one that another version of Fairlead made.
pub(super) fn about(id: &str) -> Option<About> {
    static ALL: LazyLock<HashMap<&'static str, About>> = LazyLock::new(|| {
        let asks: HashMap<&str, &str> = PAGE
            .split("\n### ")
            .skip(1)
            .filter_map(|part| part.split_once('\n'))
            .map(|(id, text)| (id, without_answerer(up_to_heading(text).trim())))
            .collect();
        known_checks()
            .into_iter()
            .filter_map(|(id, _, answered_by)| {
                let asks = *asks.get(id)?;
                Some((id, About { asks, answered_by }))
            })
            .collect()
    });
    ALL.get(id).copied()
}

fn up_to_heading(text: &str) -> &str {
    text.split_once("\n#").map_or(text, |(before, _)| before)
}

fn without_answerer(text: &str) -> &str {
    if text.starts_with("Answered by ") {
        text.split_once(". ").map_or("", |(_, rest)| rest)
    } else {
        text
    }
}

/// Whose token, in words.
pub(super) const fn answerer(identity: Identity) -> &'static str {
    match identity {
        Identity::Nobody => "this computer, without a sign-in",
        Identity::Connection => "the connection's own token",
        Identity::Inspector => "the inspector (the administrator's read-only sign-in)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_described_in_a_sentence_that_does_not_repeat_who_answers() {
        for (id, _, identity) in known_checks() {
            let about = about(id).unwrap_or_else(|| panic!("{id} is not described"));
            assert_eq!(about.answered_by, identity, "{id}");
            assert!(
                about.asks.ends_with('.') && about.asks.len() > 20,
                "{id}: {}",
                about.asks
            );
            assert!(!about.asks.contains("Answered by"), "{id}: {}", about.asks);
            assert!(!about.asks.contains('#'), "{id}: {}", about.asks);
        }
        assert!(about("network.nothing").is_none());
    }

    #[test]
    fn the_page_describes_the_known_checks_in_their_order_and_no_other() {
        let mut category = "";
        let mut described = Vec::new();
        for line in PAGE.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                category = title;
            }
            if let Some(id) = line.strip_prefix("### ") {
                assert_eq!(id.split_once('.').map(|(first, _)| first), Some(category));
                described.push(id);
            }
        }
        let known: Vec<&str> = known_checks().into_iter().map(|(id, ..)| id).collect();
        assert_eq!(described, known);
    }
}

//! Order hints: what a client sends to move something, and what the service makes of it.
//!
//! <https://learn.microsoft.com/graph/api/resources/planner-order-hint-format>

use crate::graph::refusal::Refusal;

/// The hint that the service computes from one that a client sent: `"PREVIOUS NEXT!"`, where each
/// of the two may be empty or such a hint itself. A value as it was received is refused.
pub(super) fn place(sent: &str) -> Result<String, Refusal> {
    compute(sent).ok_or_else(|| {
        Refusal::rule(format!(
            "The order hint '{sent}' is invalid: '<previous> <next>!' is expected."
        ))
    })
}

fn compute(sent: &str) -> Option<String> {
    let printable = sent.bytes().all(|byte| (32..=126).contains(&byte));
    if !printable || !sent.ends_with('!') {
        return None;
    }
    // Postfix: a space ends an operand, an exclamation mark puts something between the last two.
    let mut operands: Vec<String> = vec![String::new()];
    for letter in sent.chars() {
        match letter {
            ' ' => operands.push(String::new()),
            '!' => {
                let next = operands.pop()?;
                let previous = operands.pop()?;
                operands.push(between(&previous, &next));
            }
            other => operands.last_mut()?.push(other),
        }
    }
    let place = operands.pop()?;
    operands.is_empty().then_some(place)
}

const LEAST: u8 = b'!';
const BEYOND: u8 = 127;

/// A text between two others in ordinal order; an empty one is no bound. Where the two stand the
/// wrong way round, the text comes behind the first.
pub(super) fn between(previous: &str, next: &str) -> String {
    let low = previous.as_bytes();
    let high = if next > previous {
        next.as_bytes()
    } else {
        &[]
    };
    let (mut low_binds, mut high_binds) = (true, !high.is_empty());
    let mut text = Vec::new();
    for at in 0.. {
        let least = if low_binds {
            low.get(at).copied().unwrap_or(LEAST)
        } else {
            LEAST
        };
        let most = if high_binds {
            high.get(at).copied().unwrap_or(BEYOND)
        } else {
            BEYOND
        };
        let middle = least + most.saturating_sub(least) / 2;
        if middle > least && middle < most {
            text.push(middle);
            // Nothing could come before a text that ends with the least letter.
            if middle > LEAST + 1 {
                break;
            }
            (low_binds, high_binds) = (false, false);
            continue;
        }
        let letter = if least == LEAST { most } else { least };
        low_binds &= low.get(at) == Some(&letter);
        high_binds &= high.get(at) == Some(&letter);
        text.push(letter.clamp(LEAST + 1, BEYOND - 1));
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_placed_where_it_was_asked_for() {
        let only = compute(" !").unwrap();
        assert!(!only.is_empty() && !only.contains([' ', '!']));
        assert!(compute(" 5637!").unwrap().as_str() < "5637");
        assert!(compute("5637 !").unwrap().as_str() > "5637");
        let middle = compute("5637 adhg!").unwrap();
        assert!("5637" < middle.as_str() && middle.as_str() < "adhg");
    }

    #[test]
    fn hints_can_be_put_together() {
        let before = compute(" 5637!").unwrap();
        let after = compute("5637 adhg!").unwrap();
        let composed = compute(" 5637! 5637 adhg!!").unwrap();
        assert!(before < composed && composed < after);
    }

    #[test]
    fn what_is_no_new_hint_is_refused() {
        for sent in [
            "",
            "5637",
            "8585269235419217847Pj",
            "!",
            "a b",
            "a b c!",
            "a b!!",
            "å !",
            " !!",
        ] {
            assert_eq!(compute(sent), None, "`{sent}`");
        }
    }

    #[test]
    fn there_is_always_room_in_front_between_and_behind() {
        let (mut first, mut last) = (between("", ""), between("", ""));
        let (mut low, mut high) = ("8585A".to_owned(), "8585B".to_owned());
        for round in 0..300 {
            let before = between("", &first);
            assert!(before < first, "`{before}` before `{first}`");
            first = before;
            let after = between(&last, "");
            assert!(after > last, "`{after}` behind `{last}`");
            last = after;
            let middle = between(&low, &high);
            assert!(low < middle && middle < high, "`{low}` `{middle}` `{high}`");
            if round % 2 == 0 {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}

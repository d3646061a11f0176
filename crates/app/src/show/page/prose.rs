//! Sentences: what stands in backticks becomes code, and where it is wanted, addresses become links.

use maud::{Markup, html};

use super::link;
use crate::show::clean;

/// A sentence without links, also for places that are links or buttons themselves.
pub(super) fn phrase(text: &str) -> Markup {
    let text = clean::line(text);
    html! {
        @for (code, part) in spans(&text) {
            @if code { code { (part) } } @else { (part) }
        }
    }
}

/// A description in Markdown as `docs/checks.md` has it: code and stress.
pub(super) fn markdown(text: &str) -> Markup {
    html! {
        @for (code, part) in spans(&clean::line(text)) {
            @if code { code { (part) } } @else {
                @for (at, part) in part.split('*').enumerate() {
                    @if at % 2 == 1 { em { (part) } } @else { (part) }
                }
            }
        }
    }
}

/// A sentence of Fairlead's own, with its addresses as links.
pub(super) fn linked(text: &str) -> Markup {
    let text = clean::line(text);
    html! {
        @for (code, part) in spans(&text) {
            @if code { code { (part) } } @else { (addresses(part)) }
        }
    }
}

/// A letter: its lines stay, its addresses are links.
pub(super) fn letter(text: &str) -> Markup {
    let lines: Vec<_> = clean::lines(text).collect();
    html! {
        pre.letter {
            @for (at, line) in lines.iter().enumerate() {
                @if at > 0 { "\n" }
                (addresses(line))
            }
        }
    }
}

fn addresses(text: &str) -> Markup {
    html! {
        @for word in text.split_inclusive(char::is_whitespace) {
            @let bare = word.trim_end();
            @let address = bare.trim_end_matches([',', '.', ';', ':', ')', '"', '\'', '>']);
            @if let Some(url) = link::safe(address) {
                a href=(url) rel="noreferrer noopener" { (address) }
                (word[address.len()..])
            } @else {
                (word)
            }
        }
    }
}

/// The parts of a text, and whether each stood in backticks. One without its fellow is itself.
fn spans(text: &str) -> Vec<(bool, &str)> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`').filter(|(code, _)| !code.is_empty())
        else {
            break;
        };
        spans.push((false, before));
        spans.push((true, code));
        rest = behind;
    }
    spans.push((false, rest));
    spans.retain(|(_, part)| !part.is_empty());
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_become_code_and_a_single_one_stays() {
        assert_eq!(
            phrase("the app `<b>` has 1 ` left").into_string(),
            "the app <code>&lt;b&gt;</code> has 1 ` left"
        );
        assert_eq!(phrase("``").into_string(), "``");
    }

    #[test]
    fn an_address_in_a_sentence_is_linked_and_its_full_stop_is_not() {
        assert_eq!(
            linked("Open https://a.example/x, or javascript:alert(1).").into_string(),
            "Open <a href=\"https://a.example/x\" rel=\"noreferrer noopener\">https://a.example/x</a>, \
             or javascript:alert(1)."
        );
        assert_eq!(
            linked("(see \"https://a.example/\"onmouseover=\"x)").into_string(),
            "(see &quot;https://a.example/&quot;onmouseover=&quot;x)"
        );
    }

    #[test]
    fn a_letter_keeps_its_lines() {
        assert_eq!(
            letter("Dear you,\n\n<b>\n").into_string(),
            "<pre class=\"letter\">Dear you,\n\n&lt;b&gt;</pre>"
        );
    }
}

//! Texts from outside, made harmless for whoever reads them.

use std::borrow::Cow;

/// A text as one line: line breaks and tabs are spaces, control characters and those that turn the
/// reading direction are shown as U+FFFD.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if text.contains(is_harmful) {
        Cow::Owned(text.trim_end().chars().map(one_line).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text whose lines stay: other control characters are shown as U+FFFD.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.trim_end().lines().map(line)
}

fn one_line(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_harmful(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Control characters drive a terminal; directional overrides make a text read as another one.
///
/// <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_drives_no_terminal_and_hides_no_reading_direction() {
        assert_eq!(line("as it is: é 漢 –"), "as it is: é 漢 –");
        assert_eq!(
            line("red \u{1b}[31m\u{9b}1m\nnext\tcell \u{202e}gpj.exe\r\n"),
            "red \u{fffd}[31m\u{fffd}1m next cell \u{fffd}gpj.exe"
        );
    }

    #[test]
    fn the_lines_of_a_letter_stay_lines() {
        let letter: Vec<_> = lines("Dear\u{7}\r\n\n  you\n\n").collect();
        assert_eq!(letter, ["Dear\u{fffd}", "", "  you"]);
    }
}

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::show::clean;
use crate::show::palette::{TextStyle, paint};

/// Narrower terminals are left to break lines themselves.
const NARROWEST: usize = 40;

/// Joins two words that stay on one line.
pub(crate) const NO_BREAK: &str = "\u{a0}";

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// A text filled up with spaces to so many columns.
pub(crate) fn pad(text: &str, to: usize) -> String {
    format!("{text}{:1$}", "", to.saturating_sub(columns(text)))
}

/// A text cut to so many columns, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, to: usize) -> String {
    if columns(text) <= to {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let mut longer = kept.clone();
        longer.push(c);
        if columns(&longer) >= to {
            break;
        }
        kept = longer;
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// What a paragraph begins with.
#[derive(Clone, Copy)]
pub(crate) struct Lead<'a> {
    /// How far it is indented.
    pub(super) indent: usize,
    /// Its first words, with the space behind them.
    pub(super) label: &'a str,
    /// Their style.
    pub(super) style: Style,
}

impl<'a> Lead<'a> {
    pub(crate) const fn new(indent: usize, label: &'a str, style: Style) -> Self {
        Self {
            indent,
            label,
            style,
        }
    }

    /// A paragraph without first words.
    pub(crate) const fn none(indent: usize) -> Self {
        Self::new(indent, "", Style::new())
    }

    /// Where the lines behind the first begin.
    pub(crate) fn hanging(self) -> usize {
        self.indent + columns(self.label)
    }
}

/// A paragraph, broken between words to the width of the terminal. What stands in backticks, and what
/// a no-break space joins, stays in one piece.
pub(crate) fn paragraph(lead: Lead<'_>, text: &str, style: &TextStyle) -> String {
    let text = clean::line(text);
    let hanging = lead.hanging();
    let room = style
        .width
        .filter(|width| *width >= NARROWEST)
        .map_or(usize::MAX, |width| width.saturating_sub(hanging).max(20));
    let mut out = format!("{:1$}", "", lead.indent);
    out.push_str(&paint(lead.style, lead.label));
    let mut used = 0;
    for piece in pieces(&text) {
        let size = columns(piece);
        if used > 0 && used + 1 + size > room {
            out.push('\n');
            // Writing to a String cannot fail.
            let _ = write!(out, "{:hanging$}", "");
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(&piece.replace(NO_BREAK, " "));
        used += size;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out
}

/// Lines as they stand, indented.
pub(crate) fn block(indent: usize, text: &str) -> String {
    clean::lines(text)
        .map(|line| match line.as_ref() {
            "" => "\n".to_owned(),
            line => format!("{:indent$}{line}\n", ""),
        })
        .collect()
}

/// The words of a text; what stands in backticks is one.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '`';
        c == ' ' && !quoted
    })
    .filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::palette::Palette;

    #[test]
    fn a_paragraph_breaks_between_words_and_never_within_backticks() {
        let style = TextStyle::terminal(Palette::plain(), 40);
        let text = "the key is gone; run `fairlead certificate rotate reports` to make another one";
        insta::assert_snapshot!(paragraph(Lead::new(2, "why: ", Style::new()), text, &style), @r"
          why: the key is gone; run
               `fairlead certificate rotate reports`
               to make another one
        ");
        let one_line = paragraph(Lead::none(0), text, &TextStyle::plain());
        assert_eq!(one_line, format!("{text}\n"));
    }

    #[test]
    fn a_text_is_cut_and_filled_by_columns_not_by_letters() {
        assert_eq!(cut("計画と予定の一覧", 9), "計画と予…");
        assert_eq!(cut("short", 9), "short");
        assert_eq!(columns(&pad("計画", 6)), 6);
        assert_eq!(cut("a word and more", 8), "a word…");
    }
}

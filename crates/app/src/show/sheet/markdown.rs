use std::fmt::Write as _;

use fairlead_domain::values::HandOver;

use super::{SIMULATED, SheetAbout};
use crate::show::clean;

/// A table of GitHub's Markdown: <https://github.github.com/gfm/#tables-extension->
pub(super) fn markdown(sheet: &HandOver, about: &SheetAbout<'_>) -> String {
    let mut out = format!(
        "# {}: {}\n\n",
        prose(about.title),
        prose(sheet.connection.as_str())
    );
    // Writing to a String cannot fail.
    if let Some(tenant) = about.tenant {
        let _ = writeln!(out, "Tenant {}\n", prose(tenant));
    }
    if about.simulated {
        let _ = writeln!(out, "**{SIMULATED}**\n");
    }
    out.push_str("| Field | Value | Name |\n| --- | --- | --- |\n");
    for value in &sheet.values {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            prose(&value.label),
            code(&value.value),
            code(&value.name)
        );
    }
    out
}

/// A text in which no sign has a meaning in Markdown.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for c in clean::line(text).chars() {
        if c.is_ascii_punctuation() && !",.:;'\"()/%?=-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A value as code, letter by letter as it is: the fence is longer than any run of backticks in it.
/// A table's cell has one line, so that each line of the value is code of its own; and its bars are
/// escaped, which counts inside code too.
fn code(text: &str) -> String {
    let lines: Vec<String> = clean::lines(text)
        .map(|line| match line.as_ref() {
            "" => String::new(),
            line => fenced(line),
        })
        .collect();
    lines.join("<br>")
}

fn fenced(line: &str) -> String {
    let longest = line
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let line = line.replace('|', "\\|");
    if line.starts_with(['`', ' ']) || line.ends_with(['`', ' ']) {
        format!("{fence} {line} {fence}")
    } else {
        format!("{fence}{line}{fence}")
    }
}

#[cfg(test)]
mod tests {
    use super::{code, prose};

    #[test]
    fn a_value_is_code_as_it_stands_and_ends_no_cell() {
        assert_eq!(code("a|b"), r"`a\|b`");
        assert_eq!(code("`quoted` text"), "`` `quoted` text ``");
        assert_eq!(code("one\ntwo"), "`one`<br>`two`");
        assert_eq!(code(""), "");
    }

    #[test]
    fn a_label_is_plain_text() {
        assert_eq!(
            prose("[Client](javascript:x) *ID* <b> a|b"),
            r"\[Client\](javascript:x) \*ID\* \<b\> a\|b"
        );
    }
}

//! The catalogue as a page for people: `docs/problems.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Entry;
use super::catalogue::sections;
use crate::remedy::{self, Remedy};

const HEAD: &str = "# Problems

What Fairlead reports when something goes wrong: the code, what it is, why it happens, and what to do. \
`fairlead explain CODE`, or `fairlead explain` with a pasted error message, prints the same.

This page is written from the catalogue in `crates/domain/data`; a test keeps it so. Words in angle \
brackets, such as `<connection>`, stand for the values of the case at hand, which Fairlead fills in \
where it knows them.
";

/// The page, in Markdown. Every code has an anchor of its own name.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for section in sections() {
        line(&mut page, &format!("\n## {}", section.title));
        for entry in section.entries {
            describe(entry, &mut page);
        }
    }
    page
}

fn describe(entry: &Entry, page: &mut String) {
    let code = &entry.code;
    line(page, &format!("\n<a id=\"{code}\"></a>\n\n### {code}\n"));
    line(
        page,
        &format!("**{}.** {}", prose(&entry.title), prose(&entry.cause)),
    );
    if entry.retry_helps {
        line(page, "\nTrying again can help.");
    }
    line(page, "");
    for remedy in &entry.remedies {
        line(page, &item(remedy));
    }
}

fn item(remedy: &Remedy) -> String {
    let title = prose(remedy.title());
    match remedy {
        Remedy::OpenPage { page, .. } => format!("- {title}: {}", page.menu()),
        Remedy::RunCommand { command, .. } => format!("- {title}: `{}`", code(command)),
        Remedy::GoToStep { step, .. } => format!("- {title} (step \"{}\")", step.title()),
        Remedy::GrantPermission {
            permission,
            permission_kind,
            ..
        } => format!("- {title}: `{}` ({permission_kind})", code(permission)),
        Remedy::SendTo { person, text, .. } => {
            let quoted: Vec<String> = text
                .trim_end()
                .lines()
                .map(|text| format!("  > {}  ", prose(text)).trim_end().to_owned())
                .collect();
            format!("- {title} ({}):\n\n{}", person.title(), quoted.join("\\\n"))
        }
        Remedy::Wait { seconds, .. } => match seconds {
            60 => format!("- {title} (up to a minute)"),
            0..120 => format!("- {title} (up to {seconds} seconds)"),
            _ => format!("- {title} (up to {} minutes)", seconds.div_ceil(60)),
        },
        Remedy::ByHand { text, .. } if text.is_empty() => format!("- {title}"),
        Remedy::ByHand { text, .. } => format!("- {title}: {}", prose(text)),
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}

/// A command as it is shown: placeholders as `<name>`.
fn code(text: &str) -> String {
    remedy::fill(text, &BTreeMap::new())
}

/// A sentence as it is shown: placeholders as code, so that Markdown does not take them for tags.
fn prose(text: &str) -> String {
    let marked: BTreeMap<&str, String> = super::PLACEHOLDERS
        .iter()
        .map(|name| (*name, format!("`<{}>`", name.replace('_', "-"))))
        .collect();
    remedy::fill(text, &marked)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::page;

    #[test]
    fn the_page_of_problems_is_the_catalogues() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems.md");
        let page = page();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        let different = page
            .lines()
            .zip(written.lines().chain(std::iter::repeat("")))
            .enumerate()
            .find(|(_, (ours, theirs))| ours != theirs);
        if let Some((index, (ours, theirs))) = different {
            panic!(
                "docs/problems.md, line {}: `{theirs}` should be `{ours}`; UPDATE_DOCS=1 rewrites the page",
                index + 1
            );
        }
        assert_eq!(
            page.len(),
            written.len(),
            "docs/problems.md has lines that are not the catalogue's"
        );
    }
}

//! The hand-over sheet: the values to type into the receiving product (DESIGN section 7).

mod markdown;

use std::fmt::Write as _;

use fairlead_domain::values::HandOver;
use jiff::Timestamp;
use serde_json::json;

use super::clean;
use super::page::sheet_html;
use super::text::pad;

/// In which form a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SheetFormat {
    /// Columns, for a terminal or a mail.
    Text,
    /// A table in GitHub's Markdown, for a ticket or a wiki.
    Markdown,
    /// The versioned JSON of DESIGN section 7.
    Json,
    /// A page to print or to send.
    Html,
}

/// What a sheet says besides its values.
#[derive(Debug, Clone)]
pub struct SheetAbout<'a> {
    /// The profile's name on screen.
    pub title: &'a str,
    /// The tenant's name or id, for people.
    pub tenant: Option<&'a str>,
    /// Whether the tenant is a simulated one.
    pub simulated: bool,
    /// When the sheet is made.
    pub generated: Timestamp,
    /// Fairlead's version.
    pub version: &'a str,
}

/// The sheet, ready to print or to keep. JSON holds nothing but the sheet itself.
pub fn hand_over(sheet: &HandOver, format: SheetFormat, about: &SheetAbout<'_>) -> String {
    match format {
        SheetFormat::Text => text(sheet, about),
        SheetFormat::Markdown => markdown::markdown(sheet, about),
        SheetFormat::Json => format!("{:#}\n", json!(sheet)),
        SheetFormat::Html => sheet_html(sheet, about),
    }
}

/// Said on every sheet of a simulated tenant: its values work nowhere else.
pub(super) const SIMULATED: &str = "Simulated tenant: these values work nowhere else";

fn text(sheet: &HandOver, about: &SheetAbout<'_>) -> String {
    let mut out = format!("{}: {}\n", clean::line(about.title), sheet.connection);
    // Writing to a String cannot fail.
    if let Some(tenant) = about.tenant {
        let _ = writeln!(out, "Tenant {}", clean::line(tenant));
    }
    if about.simulated {
        let _ = writeln!(out, "{SIMULATED}");
    }
    out.push('\n');
    let labels: Vec<_> = sheet
        .values
        .iter()
        .map(|value| clean::line(&value.label))
        .collect();
    let longest = labels.iter().map(|label| super::text::columns(label)).max();
    let indent = longest.unwrap_or_default() + 2;
    for (value, label) in sheet.values.iter().zip(&labels) {
        let mut lines = clean::lines(&value.value);
        let first = lines.next().unwrap_or_default();
        out.push_str(pad(label, indent).as_str());
        out.push_str(&first);
        out.push('\n');
        for line in lines {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
    if sheet.values.is_empty() {
        out.push_str("no values to hand over\n");
    }
    out
}

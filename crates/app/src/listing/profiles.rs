use std::fmt::Write as _;

use fairlead_domain::profile::{CredentialKind, Owner, Profile, Variant};
use fairlead_state::Realm;

use super::table::{row, table};
use crate::show::text::{Lead, paragraph};
use crate::show::{TextStyle, paint};

/// The list of profiles.
pub fn profiles_text(profiles: &[Profile], style: &TextStyle) -> String {
    let rows: Vec<_> = profiles
        .iter()
        .map(|profile| row(profile.id.as_str(), profile.summary.as_str()))
        .collect();
    table(None, &rows, style)
}

/// The list of what a simulated tenant can suffer from: names and titles.
pub fn scenarios_text<'a>(
    scenarios: impl Iterator<Item = (&'a str, &'a str)>,
    style: &TextStyle,
) -> String {
    let rows: Vec<_> = scenarios.map(|(name, title)| row(name, title)).collect();
    table(None, &rows, style)
}

/// Where the secrets of each world are, and why there.
pub fn secrets_text(places: &[(Realm, String, String)], style: &TextStyle) -> String {
    let mut text = String::new();
    for (realm, place, why) in places {
        let label = format!("{realm} connections: ");
        let lead = Lead::new(0, &label, style.palette.strong);
        text.push_str(&paragraph(lead, place, style));
        text.push_str(&paragraph(Lead::none(2), why, style));
    }
    text
}

/// A profile: what it asks of the tenant and of the person, and how it is connected.
pub fn profile_text(profile: &Profile, style: &TextStyle) -> String {
    let strong = style.palette.strong;
    let plain = |text: &str| paragraph(Lead::none(0), text, style);
    let mut text = format!(
        "{}: {}\n",
        paint(strong, profile.id.as_str()),
        profile.title
    );
    text.push_str(&plain(&profile.summary));
    if let Some(guide) = &profile.guide {
        text.push_str(&plain(&format!("Read from: {guide}")));
    }
    if !profile.bundle.is_empty() {
        let names: Vec<_> = profile.bundle.iter().map(ToString::to_string).collect();
        text.push_str(&plain(&format!("In order: {}", names.join(", "))));
    }
    for (number, variant) in profile.variants.iter().enumerate() {
        let way = way(variant, number == 0);
        let _ = writeln!(text, "\n{}", paint(strong, &way));
        let _ = writeln!(text, "  {}", options(variant));
        let rows: Vec<[String; 3]> = variant
            .permissions
            .iter()
            .map(|permission| {
                [
                    format!("  {}", permission.name),
                    permission.kind.to_string(),
                    permission.reason.clone(),
                ]
            })
            .collect();
        text.push_str(&table(None, &rows, style));
    }
    if !profile.inputs.is_empty() {
        let _ = writeln!(
            text,
            "\n{}",
            paint(strong, "Questions (`--set NAME=VALUE` answers them)")
        );
        let rows: Vec<_> = profile
            .inputs
            .iter()
            .map(|input| {
                row(
                    &format!("  {}", input.name),
                    format!("{} For example `{}`", sentence(&input.label), input.example),
                )
            })
            .collect();
        text.push_str(&table(None, &rows, style));
    }
    if !profile.notices.is_empty() {
        let _ = writeln!(text, "\n{}", paint(strong, "Worth knowing"));
        for notice in &profile.notices {
            let lead = Lead::new(2, "- ", anstyle::Style::new());
            text.push_str(&paragraph(lead, &notice.text, style));
        }
    }
    text
}

/// A label as a sentence: another one follows it.
fn sentence(label: &str) -> String {
    let end = if label.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{label}{end}")
}

/// Whose app and which credential, in words.
fn way(variant: &Variant, default: bool) -> String {
    let app = match variant.owner {
        Owner::Fairlead => "Fairlead's own app",
        Owner::Customer => "an app of yours, for the product",
        Owner::Vendor => "the vendor's app",
    };
    let kinds: Vec<&str> = variant
        .credentials
        .iter()
        .filter_map(|kind| match kind {
            CredentialKind::Certificate => Some("a certificate"),
            CredentialKind::Secret => Some("a client secret"),
            CredentialKind::Account => Some("a signed-in account"),
            CredentialKind::ServiceAccount => Some("a service account"),
            CredentialKind::Vendor => None,
        })
        .collect();
    let with = if kinds.is_empty() {
        String::new()
    } else {
        format!(", with {}", kinds.join(" or "))
    };
    let default = if default { " (the default)" } else { "" };
    format!("Through {app}{with}{default}")
}

/// The options of `connect` that choose a way.
fn options(variant: &Variant) -> String {
    if variant.owner == Owner::Vendor {
        return "--app vendor".to_owned();
    }
    let kinds: Vec<_> = variant
        .credentials
        .iter()
        .map(|kind| format!("--credential {}", kind.as_str()))
        .collect();
    kinds.join(" or ")
}

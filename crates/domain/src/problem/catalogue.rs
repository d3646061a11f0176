use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ProblemCode;
use crate::remedy::Remedy;

#[cfg(test)]
mod tests;

/// What the catalogue says of a code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The code as text.
    pub code: String,
    /// What it is, in a few words.
    pub title: String,
    /// Why it happens.
    pub cause: String,
    /// Whether trying again, unchanged, can help.
    #[serde(default)]
    pub retry_helps: bool,
    /// What to do about it.
    #[serde(default, rename = "remedy")]
    pub remedies: Vec<Remedy>,
}

/// A part of the catalogue: what the codes of one area mean.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// What the codes are about.
    pub title: &'static str,
    /// The codes, in the order they are described.
    pub entries: &'static [Entry],
}

/// The placeholders that a text of the catalogue may hold in braces; `data/README.md` says what
/// each stands for.
pub const PLACEHOLDERS: &[&str] = &[
    "account",
    "certificate",
    "check",
    "client_id",
    "code",
    "connection",
    "correlation_id",
    "domain",
    "file",
    "host",
    "permission",
    "principal_id",
    "profile",
    "request_id",
    "seconds",
    "tenant",
    "tenant_id",
    "thumbprint",
    "time",
    "trace_id",
    "url",
];

macro_rules! texts {
    ($($title:literal: $file:literal,)+) => {
        [$(($title, include_str!(concat!("../../data/", $file, ".toml"))),)+]
    };
}

/// Every text of the catalogue, under the title of its area.
const TEXTS: [(&str, &str); 20] = texts! {
    "The way to Microsoft": "problems/network",
    "Answers over HTTP": "problems/http",
    "Microsoft Graph": "problems/graph",
    "Signing in": "problems/entra",
    "Roles, consent and apps": "problems/consent",
    "Certificates, secrets and accounts": "problems/credential",
    "What the connection tester finds": "problems/check",
    "What Fairlead keeps": "problems/state",
    "What was asked for": "problems/request",
    "AADSTS: the app": "aadsts/app",
    "AADSTS: consent": "aadsts/consent",
    "AADSTS: certificates and secrets": "aadsts/credential",
    "AADSTS: the tenant": "aadsts/tenant",
    "AADSTS: the person or account": "aadsts/user",
    "AADSTS: Conditional Access and second factors": "aadsts/conditional_access",
    "AADSTS: sign-ins that ended": "aadsts/token",
    "AADSTS: device codes": "aadsts/device_code",
    "AADSTS: the form of the request": "aadsts/protocol",
    "AADSTS: single sign-on with SAML": "aadsts/saml",
    "AADSTS: passing trouble at Microsoft": "aadsts/transient",
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    problem: Vec<Entry>,
}

struct Catalogue {
    entries: Vec<Entry>,
    sections: Vec<(&'static str, Range<usize>)>,
    by_code: HashMap<ProblemCode, usize>,
}

#[expect(
    clippy::expect_used,
    reason = "the texts are part of the program and a test reads them"
)]
fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let mut entries = Vec::new();
        let mut sections = Vec::new();
        for (title, text) in TEXTS {
            let start = entries.len();
            let file: File = toml::from_str(text).expect("the catalogue is well formed");
            entries.extend(file.problem);
            sections.push((title, start..entries.len()));
        }
        let code = |entry: &Entry| entry.code.parse().expect("the catalogue names known codes");
        let by_code = entries.iter().map(code).zip(0..).collect();
        Catalogue {
            entries,
            sections,
            by_code,
        }
    });
    &CATALOGUE
}

/// What the catalogue says of a code. An `AADSTS` number that it does not hold gets the entry of
/// `entra.unknown-code`, which says where Microsoft explains it.
#[expect(
    clippy::expect_used,
    reason = "a test proves that every own code has an entry"
)]
pub fn entry(code: ProblemCode) -> &'static Entry {
    let catalogue = catalogue();
    catalogue
        .by_code
        .get(&code)
        .or_else(|| catalogue.by_code.get(&ProblemCode::EntraUnknownCode))
        .map(|index| &catalogue.entries[*index])
        .expect("the catalogue is total")
}

/// Whether the catalogue holds a code itself.
pub(super) fn is_known(code: ProblemCode) -> bool {
    catalogue().by_code.contains_key(&code)
}

/// The whole catalogue, by area.
pub fn sections() -> impl Iterator<Item = Section> {
    let catalogue = catalogue();
    catalogue.sections.iter().map(|(title, range)| Section {
        title,
        entries: &catalogue.entries[range.clone()],
    })
}

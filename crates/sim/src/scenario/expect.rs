use std::sync::OnceLock;

use fairlead_domain::check::Verdict;
use serde::Serialize;

use super::definition::{ACCOUNT, CERTIFICATE, Definition, SECRET, VENDOR};
use super::table;

/// A scenario as `fairlead sim --scenario list` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is wrong, in a sentence.
    pub title: &'static str,
    /// What a test finds, for each profile and credential.
    pub expect: Vec<Expectation>,
}

/// What the test of a connection finds, with an inspector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expectation {
    /// The profile.
    pub profile: &'static str,
    /// The credential.
    pub credential: Credential,
    /// The verdict of the whole test.
    pub verdict: Verdict,
    /// The first check, in the order of `docs/checks.md`, that is a warning, failed or unknown.
    pub check: Option<&'static str>,
    /// The exit code.
    pub exit: u8,
}

/// How a connection signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Credential {
    /// A certificate on the app.
    Certificate,
    /// A client secret on the app.
    Secret,
    /// A synchronisation account.
    Account,
    /// The vendor's own, through the vendor's app.
    Vendor,
}

/// The profiles that scenarios are about, and whether a vendor's app exists for each.
const PROFILES: [(&str, bool); 4] = [
    ("planner-data-mart", true),
    ("planner-backup", true),
    ("planner-restore", true),
    ("planner-replication", false),
];

const CREDENTIALS: [(Credential, u8); 4] = [
    (Credential::Certificate, CERTIFICATE),
    (Credential::Secret, SECRET),
    (Credential::Account, ACCOUNT),
    (Credential::Vendor, VENDOR),
];

/// Every scenario, with what a tester should find.
pub fn scenarios() -> &'static [Scenario] {
    static ALL: OnceLock<Vec<Scenario>> = OnceLock::new();
    ALL.get_or_init(|| {
        table::all()
            .map(|definition| Scenario {
                name: definition.name,
                title: definition.title,
                expect: expectations(definition),
            })
            .collect()
    })
}

fn expectations(definition: &Definition) -> Vec<Expectation> {
    let mut list = Vec::new();
    for (profile, has_vendor) in PROFILES {
        for (credential, bit) in CREDENTIALS {
            if credential == Credential::Vendor && !has_vendor {
                continue;
            }
            let found = definition.finds.iter().find(|find| {
                find.with & bit != 0
                    && (find.profiles.is_empty() || find.profiles.contains(&profile))
            });
            list.push(Expectation {
                profile,
                credential,
                verdict: found.map_or(Verdict::Passed, |find| find.verdict),
                check: found.map(|find| find.check),
                exit: u8::from(found.is_some()),
            });
        }
    }
    list
}

//! Somebody who does what the report says, in its order, until the test is green.

use std::collections::BTreeSet;

use fairlead_domain::check::{CheckResult, Verdict};
use fairlead_domain::remedy::Remedy;

use super::case::Case;
use super::finding::Finding;
use super::portal::{Opened, Portal};
use super::tenant::Tenant;

/// How many remedies are carried out before it is said that they repair nothing.
const MOST: usize = 10;

/// Carries out what the report proposes until the test is green.
pub(super) fn carry_out(case: Case, tenant: &Tenant, found: &Finding) -> Result<(), String> {
    let mut obedient = Obedient {
        case,
        tenant,
        repaired: false,
        done: Vec::new(),
        tried: BTreeSet::new(),
    };
    let mut last = obedient.next(found)?;
    while last.verdict() != Some(Verdict::Passed) || last.exit != 0 {
        if obedient.done.len() >= MOST {
            return Err(obedient.complain("what the report proposes does not repair it", &last));
        }
        last = obedient.next(&last)?;
    }
    Ok(())
}

struct Obedient<'a> {
    case: Case,
    tenant: &'a Tenant,
    /// Whether what Graph has no means for has been repaired.
    repaired: bool,
    done: Vec<String>,
    tried: BTreeSet<String>,
}

/// What came of a remedy.
enum Did {
    /// A command was run; it may repair more once something else has been repaired.
    Ran,
    /// Something changed in the tenant.
    Changed,
    /// What the next remedy of the same check asks for is there.
    Prepared,
    /// There is nothing to do for it, or it was done.
    Nothing,
}

impl Obedient<'_> {
    /// Carries out the next remedy, and tests again.
    fn next(&mut self, found: &Finding) -> Result<Finding, String> {
        let concerns: Vec<&CheckResult> = found
            .checks()
            .iter()
            .filter(|check| check.verdict.needs_attention())
            .collect();
        for check in concerns {
            for remedy in &check.remedies {
                let mark = format!("{}: {remedy:?}", check.id);
                if self.tried.contains(&mark) {
                    continue;
                }
                match self.follow(check, remedy)? {
                    Did::Nothing | Did::Prepared => continue,
                    Did::Ran => {}
                    // What was tried before may help now.
                    Did::Changed => self.tried.clear(),
                }
                self.tried.insert(mark);
                self.done.push(format!("{}: {}", check.id, shown(remedy)));
                return Ok(self.case.test(self.tenant));
            }
        }
        Err(self.complain("nothing that the report proposes is left", found))
    }

    fn complain(&self, what: &str, found: &Finding) -> String {
        let done = self.done.join("\n      - ");
        format!(
            "{}: {what}; done:\n      - {done}\n    found {found}",
            self.case
        )
    }

    fn follow(&mut self, check: &CheckResult, remedy: &Remedy) -> Result<Did, String> {
        Ok(match remedy {
            Remedy::RunCommand { command, .. } => self.command(command),
            Remedy::GrantPermission {
                permission,
                permission_kind,
                ..
            } => {
                self.portal(check).grant(permission, *permission_kind)?;
                Did::Changed
            }
            Remedy::OpenPage { page, .. } => match self.portal(check).open(*page)? {
                Opened::Changed => Did::Changed,
                Opened::Looked => Did::Nothing,
                Opened::Beyond => self.repair(),
                Opened::Secret(secret) => {
                    let written = std::fs::write(self.tenant.folder().join(SECRET_FILE), secret);
                    written.map_err(|error| error.to_string())?;
                    Did::Prepared
                }
            },
            Remedy::SendTo { .. } | Remedy::Wait { .. } | Remedy::ByHand { .. } => self.repair(),
            Remedy::GoToStep { .. } => Did::Nothing,
        })
    }

    fn portal<'a>(&self, check: &'a CheckResult) -> Portal<'a> {
        let app = self.tenant.client_id(super::case::NAME);
        let account = self.tenant.user(super::case::ACCOUNT);
        Portal::of(self.tenant.ready(), app, account, check)
    }

    /// What a person in a portal does, or time, beyond Graph.
    fn repair(&mut self) -> Did {
        if self.repaired || !self.tenant.repair(self.case.scenario) {
            return Did::Nothing;
        }
        self.repaired = true;
        Did::Changed
    }

    fn command(&mut self, command: &str) -> Did {
        let Some(words) = command.strip_prefix("fairlead ") else {
            // The system's own: its clock.
            return self.repair();
        };
        if words.starts_with("--cloud ") {
            // There is no other cloud here that the tenant could be found in.
            return self.repair();
        }
        let changes = ["connect ", "certificate rotate "].iter();
        let asks_others = words.contains("--consent wait");
        let is_elsewhere = words.contains("--app ");
        if !changes.clone().any(|it| words.starts_with(it)) || asks_others || is_elsewhere {
            return Did::Nothing;
        }
        let secret = self.tenant.folder().join(SECRET_FILE);
        // Whoever has no secret can't hand one over.
        if words.contains("<file>") && !secret.is_file() {
            return Did::Nothing;
        }
        let ended = self.case.run(self.tenant, words, &secret);
        // What it prints goes to the person that it waits for, and it goes on when that one has acted.
        let waits = ended.stdout.contains(r#""status":"waiting""#);
        if waits && matches!(self.repair(), Did::Changed) {
            self.case.run(self.tenant, words, &secret);
        }
        Did::Ran
    }
}

const SECRET_FILE: &str = "secret.txt";

fn shown(remedy: &Remedy) -> String {
    match remedy {
        Remedy::RunCommand { command, .. } => format!("`{command}`"),
        other => other.title().to_owned(),
    }
}

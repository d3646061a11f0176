//! One way to connect: a profile with a credential, on a tenant where a scenario holds.

use std::fmt;
use std::path::Path;

use fairlead_sim::{Credential, Expectation};
use fairlead_tests::{Ended, Program};

use super::finding::Finding;
use super::tenant::Tenant;

/// The name of every connection here.
pub(super) const NAME: &str = "x";

/// The synchronisation account of the simulated tenant.
pub(super) const ACCOUNT: &str = "reports";

#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) scenario: &'static str,
    pub(super) profile: &'static str,
    pub(super) credential: Credential,
}

impl Case {
    pub(super) const fn of(scenario: &'static str, expectation: &Expectation) -> Self {
        Self {
            scenario,
            profile: expectation.profile,
            credential: expectation.credential,
        }
    }

    pub(super) fn tenant(self) -> Tenant {
        Tenant::with(&[self.scenario])
    }

    /// The command that connects, and nothing that says how somebody signs in.
    fn command(self, tenant: &Tenant) -> Vec<String> {
        let domain = &tenant.ready().domain;
        let mut words = vec![
            "connect",
            self.profile,
            "--name",
            NAME,
            "--tenant",
            domain,
            "--yes",
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
        let account = format!("synchronisation_account={}", tenant.user(ACCOUNT));
        match self.credential {
            Credential::Certificate => {
                words.extend(["--credential", "certificate"].map(str::to_owned));
            }
            Credential::Secret => words.extend(["--credential", "secret"].map(str::to_owned)),
            Credential::Account => {
                words.extend(["--credential", "account", "--set", &account].map(str::to_owned));
            }
            Credential::Vendor => {
                let mut vendors = tenant.ready().vendors.iter();
                let app = vendors.find(|vendor| vendor.profile == self.profile);
                let app = app.expect("the profile has a vendor").client_id;
                words.extend(["--app".to_owned(), format!("vendor:{app}")]);
                words.extend(["--set".to_owned(), account]);
            }
        }
        words
    }

    /// Connects, with nobody there.
    pub(super) fn connect(self, tenant: &Tenant) -> Ended {
        let command = self.command(tenant);
        let program = tenant.fairlead(command.iter().map(String::as_str));
        self.unattended(program)
            .args(["--patience", "2", "--browser-timeout", "3"])
            .run()
    }

    /// Tests as the administrator would.
    pub(super) fn test(self, tenant: &Tenant) -> Finding {
        let program = tenant.fairlead(["test", NAME, "--inspect"]);
        Finding::of(&self.unattended(program).run())
    }

    /// Runs a command as a report words it, without the program's name. `<file>` is a file with a
    /// client secret.
    pub(super) fn run(self, tenant: &Tenant, words: &str, secret: &Path) -> Ended {
        let secret = secret.display().to_string();
        let words: Vec<&str> = words
            .split(' ')
            .map(|word| if word == "<file>" { &secret } else { word })
            .collect();
        let signs_in = words.contains(&"--sign-in");
        let connects = words.first() == Some(&"connect");
        let program = tenant.fairlead(words);
        let program = if signs_in {
            program
                .arg("--browser")
                .arg(env!("CARGO_BIN_EXE_fairlead-test-browser"))
        } else {
            self.unattended(program)
        };
        let program = if connects {
            program.args(["--yes", "--patience", "2"])
        } else {
            program
        };
        program.args(["--browser-timeout", "3"]).run()
    }

    /// Where the tenant lets codes in, by code; a browser opens what the vendor's consent needs.
    fn unattended(self, program: Program) -> Program {
        let way = if self.scenario == "device-code-blocked" {
            "browser"
        } else {
            "device-code"
        };
        program
            .args(["--sign-in", way, "--browser"])
            .arg(env!("CARGO_BIN_EXE_fairlead-test-browser"))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {}",
            self.scenario,
            self.profile,
            word(self.credential)
        )
    }
}

/// The credential's word.
const fn word(credential: Credential) -> &'static str {
    match credential {
        Credential::Certificate => "certificate",
        Credential::Secret => "secret",
        Credential::Account => "account",
        Credential::Vendor => "vendor",
    }
}

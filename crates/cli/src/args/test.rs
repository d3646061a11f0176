use std::path::PathBuf;

use clap::Args;

use super::SignInArgs;

const AFTER_HELP: &str = "\
Exit code 0 when nothing needs attention, 1 when a check is warning, failed or unknown. Checks that need the \
inspector are `not run` without one: `--inspect` signs an administrator in to answer them, read-only.

Examples:
  fairlead test reports                              with the connection's own sign-in
  fairlead test reports --inspect                    also with the administrator's
  fairlead test reports --check token.issued         one check, with what it needs
  fairlead test --all --output json                  every connection, for a program
  fairlead test reports --inspect --report report.html";

/// `fairlead test`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TestArgs {
    /// The connection
    #[arg(required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Test every connection
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
    /// Only this check, by its id (docs/checks.md lists them); may be repeated
    #[arg(long = "check", value_name = "ID")]
    pub(crate) checks: Vec<String>,
    /// Also look, read-only as the administrator, at what the app may not see
    #[arg(long)]
    pub(crate) inspect: bool,
    /// Also prove writing: create a plan of its own, change it and remove it again
    #[arg(long)]
    pub(crate) write_probe: bool,
    /// With `--inspect`: prove an app whose key the product holds with a key that is valid for an hour
    #[arg(long, requires = "inspect")]
    pub(crate) test_key: bool,
    /// Write the report as an HTML page; with `--all`, one page for each connection
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

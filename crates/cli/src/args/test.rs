use std::path::PathBuf;

use clap::Args;

use super::SignInArgs;

/// `fairlead test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The connection
    #[arg(required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Test every connection
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
    /// Only this check; may be repeated (see docs/checks.md)
    #[arg(long = "check", value_name = "ID")]
    pub(crate) checks: Vec<String>,
    /// Also look, read-only as the administrator, at what the app may not see
    #[arg(long)]
    pub(crate) inspect: bool,
    /// Create a plan of its own, change it and remove it again
    #[arg(long)]
    pub(crate) write_probe: bool,
    /// With `--inspect`: prove an app whose key the product holds with a key that is valid for an hour
    #[arg(long, requires = "inspect")]
    pub(crate) test_key: bool,
    /// Write the report as a page
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

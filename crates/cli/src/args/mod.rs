//! The command line as it is written: DESIGN section 7.

mod certificate;
mod connect;
mod connections;
mod sim;
mod test;

use std::path::PathBuf;

pub(crate) use certificate::{
    CertificateCommand, ExportArgs, FormatArg, NewArgs, PfxArg, RotateArgs, WayArg, YesNoArg,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub(crate) use connect::{ConnectArgs, ConsentArg, CredentialArg, PermissionsArg};
pub(crate) use connections::ConnectionsCommand;
pub(crate) use sim::SimArgs;
pub(crate) use test::TestArgs;

/// Connects Microsoft Planner to the products that work with it, proves that the connection works,
/// and hands over what they need.
#[derive(Debug, Parser)]
#[command(
    name = "fairlead",
    version,
    arg_required_else_help = true,
    after_help = "Begin with `fairlead demo --headless`, which walks the whole way on a simulated tenant.\n\
                  Exit codes: 0 all well; 1 the situation failed; 2 it could not run."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The configuration folder
    #[arg(long, value_name = "DIR", env = "FAIRLEAD_CONFIG", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// `global`, `us-gov-l4`, `us-gov-l5`, `china`, or the file that `fairlead sim` prints
    #[arg(long, value_name = "NAME|FILE", global = true)]
    pub(crate) cloud: Option<String>,
    /// Where secrets are kept; the system's keyring where it works
    #[arg(long, value_name = "STORE", global = true)]
    pub(crate) secret_store: Option<StoreArg>,
    /// The key file of the encrypted secret store (see `fairlead secrets new-key`)
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        conflicts_with = "passphrase_file"
    )]
    pub(crate) key_file: Option<PathBuf>,
    /// A file with the passphrase of the encrypted secret store
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    pub(crate) output: OutputArg,
    /// Say more: every request with its ids, and what a test took
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Show no progress
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputArg {
    /// For people
    Text,
    /// For programs; every answer has `"schema":1`
    Json,
}

/// A secret store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreArg {
    /// The operating system's keyring
    Keyring,
    /// A file encrypted by age
    File,
}

/// Where a person signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignInArg {
    /// In the system's browser
    Browser,
    /// On any device, with a code
    DeviceCode,
}

/// How the administrator signs in.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Signing in")]
pub(crate) struct SignInArgs {
    /// Where the administrator signs in; in a browser where there is a display
    #[arg(long, value_name = "WAY")]
    pub(crate) sign_in: Option<SignInArg>,
    /// Sign in through this app registration instead of Microsoft Graph Command Line Tools
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) sign_in_client: Option<String>,
    /// The administrator's sign-in name
    #[arg(long, value_name = "USER")]
    pub(crate) login_hint: Option<String>,
    /// The command that opens a page (its address is the last argument), or `print`
    #[arg(long, value_name = "COMMAND|print")]
    pub(crate) browser: Option<String>,
    /// How long a browser is waited for, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub(crate) browser_timeout: u64,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Walk the whole way on a simulated tenant
    Demo {
        /// Without a person: everything approves itself
        #[arg(long)]
        headless: bool,
        /// Write an HTML report of the walk
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Run a simulated tenant on this computer's loopback
    Sim(Box<SimArgs>),
    /// What can be connected
    Profiles {
        #[command(subcommand)]
        command: Option<ProfilesCommand>,
    },
    /// Set a connection up, or go on where the last run stopped
    Connect(Box<ConnectArgs>),
    /// The connections of this computer
    Connections {
        #[command(subcommand)]
        command: Option<ConnectionsCommand>,
    },
    /// Test a connection
    Test(Box<TestArgs>),
    /// The values to type into the receiving product
    Values {
        /// The connection
        name: String,
        /// The form of the sheet
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: SheetArg,
    },
    /// Certificates: make, list, show, import, export, renew
    Certificate {
        #[command(subcommand)]
        command: Option<CertificateCommand>,
    },
    /// What a code or a pasted error means, and what to do
    Explain {
        /// The code or the error; `-` reads it from standard input
        #[arg(required = true, num_args = 1.., value_name = "TEXT")]
        text: Vec<String>,
    },
    /// A support text about a connection, without secrets
    Diagnostics {
        /// The connection
        name: String,
        /// Leave out the tenant's id and names
        #[arg(long)]
        mask: bool,
    },
    /// Where secrets are kept
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// The form of a hand-over sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetArg {
    Text,
    Markdown,
    Json,
    Html,
}

/// What can be connected.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfilesCommand {
    /// List the profiles
    List,
    /// Show one profile: permissions with reasons, questions, values
    Show {
        /// Its id
        id: String,
    },
}

/// Where secrets are kept.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Make a key file for the encrypted secret store
    NewKey {
        /// Where to
        file: PathBuf,
    },
    /// Say where secrets are kept, and why there
    Where,
    /// Move every secret to another store
    Move {
        /// The store to move to
        #[arg(long, value_name = "STORE")]
        to: StoreArg,
        /// The new store's key file
        #[arg(long, value_name = "FILE", conflicts_with = "to_passphrase_file")]
        to_key_file: Option<PathBuf>,
        /// A file with the new store's passphrase
        #[arg(long, value_name = "FILE")]
        to_passphrase_file: Option<PathBuf>,
    },
}

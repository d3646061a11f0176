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

const AFTER_HELP: &str = "\
Begin with:
  fairlead demo --headless                walks the whole way on a simulated tenant
  fairlead profiles                       what can be connected
  fairlead connect planner-data-mart --name reports --tenant contoso.com --plan
                                          what connecting would do, without doing it

Results go to standard output, everything else to standard error.
Exit codes: 0 all well; 1 the situation failed (a check, a missing consent); 2 it could not run.";

/// Connects Microsoft Planner to the products that work with it, proves that the connection works,
/// and hands over what they need.
#[derive(Debug, Parser)]
#[command(
    name = "fairlead",
    version,
    arg_required_else_help = true,
    after_help = AFTER_HELP
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
    /// The folder in which Fairlead keeps connections, reports and, without a keyring, secrets; where nothing is said, the one that the variable `FAIRLEAD_CONFIG` names, else the system's place for it
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Which of Microsoft's clouds: `global` (where nothing is said), `us-gov-l4`, `us-gov-l5`, `china`; or the file with the line that `fairlead sim` prints
    #[arg(long, value_name = "NAME|FILE", global = true)]
    pub(crate) cloud: Option<String>,
    /// Where secrets are kept; where nothing is said, the system's keyring if it works, else the file
    #[arg(long, value_name = "STORE", global = true)]
    pub(crate) secret_store: Option<StoreArg>,
    /// The key file that opens the encrypted secret store (`fairlead secrets new-key` makes one)
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        conflicts_with = "passphrase_file"
    )]
    pub(crate) key_file: Option<PathBuf>,
    /// A file whose first line is the passphrase that opens the encrypted secret store
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    pub(crate) output: OutputArg,
    /// Say more on standard error: every request with its ids, and what a test took
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
    /// Walk the whole way on a simulated tenant: nothing leaves this computer, nothing is kept
    #[command(after_help = "\
Examples:
  fairlead demo                                      you sign in and consent, as an administrator would
  fairlead demo --headless --report demo.html        everything approves itself; writes a page to look at")]
    Demo {
        /// Without a person: everything approves itself
        #[arg(long)]
        headless: bool,
        /// Write an HTML report of the walk
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Run a simulated tenant on this computer, to try everything without a tenant
    Sim(Box<SimArgs>),
    /// What can be connected, and what each connection asks for
    #[command(after_help = "\
Examples:
  fairlead profiles                                  lists them
  fairlead profiles show planner-data-mart           permissions with reasons, questions, notes")]
    Profiles {
        #[command(subcommand)]
        command: Option<ProfilesCommand>,
    },
    /// Set a connection up, or go on where the last run stopped
    Connect(Box<ConnectArgs>),
    /// The connections of this computer: list, show, remove, export, import
    #[command(after_help = "\
Examples:
  fairlead connections                               lists them with their last test
  fairlead connections show reports                  ids, steps, what was created in the tenant
  fairlead connections remove reports --everywhere   takes it away here and in the tenant
  fairlead connections export reports --out reports.connection --transfer-passphrase-file passphrase.txt
  fairlead connections import reports.connection --transfer-passphrase-file passphrase.txt")]
    Connections {
        #[command(subcommand)]
        command: Option<ConnectionsCommand>,
    },
    /// Test a connection: every question with its verdict, and what to do
    Test(Box<TestArgs>),
    /// The values to type into the receiving product
    #[command(after_help = "\
Examples:
  fairlead values reports                             as text
  fairlead values reports --format html > sheet.html  as a page to print or to send")]
    Values {
        /// The connection
        name: String,
        /// The form of the sheet; text where nothing is said
        #[arg(long, value_name = "FORMAT")]
        format: Option<SheetArg>,
    },
    /// Certificates: make, list, show, import, export, renew
    Certificate {
        #[command(subcommand)]
        command: Option<CertificateCommand>,
    },
    /// What a code or a pasted error means, and what to do
    #[command(after_help = "\
Exit code 0 when a code was recognised, 1 when none was.

Examples:
  fairlead explain AADSTS700016
  fairlead explain \"AADSTS50105: Your administrator has configured the application ...\"
  fairlead explain - < error.txt")]
    Explain {
        /// The code or the error; `-` reads it from standard input
        #[arg(required = true, num_args = 1.., value_name = "TEXT")]
        text: Vec<String>,
    },
    /// A text about a connection to send to support, without secrets
    Diagnostics {
        /// The connection
        name: String,
        /// Also leave out the tenant's id and names
        #[arg(long)]
        mask: bool,
    },
    /// Where secrets are kept: say where, move them, make a key file
    #[command(after_help = "\
Examples:
  fairlead secrets                                    where they are, and why there
  fairlead secrets new-key /etc/fairlead/secrets.key  a key file for a server without a keyring
  fairlead secrets move --to keyring                  into the keyring of this computer")]
    Secrets {
        #[command(subcommand)]
        command: Option<SecretsCommand>,
    },
    /// Completions for a shell
    #[command(after_help = "\
Examples:
  fairlead completions bash > ~/.local/share/bash-completion/completions/fairlead
  fairlead completions zsh > ~/.zfunc/_fairlead")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// The form of a hand-over sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetArg {
    /// Columns, for a terminal or a mail
    Text,
    /// A table, for a ticket or a wiki
    Markdown,
    /// For programs
    Json,
    /// A page
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
        /// The file to write; one that is there is not replaced
        file: PathBuf,
    },
    /// Say where secrets are kept, and why there
    Where,
    /// Move every secret to the other store, or to the same file under another key
    Move {
        /// The store to move to; the other one where nothing is said
        #[arg(long, value_name = "STORE")]
        to: Option<StoreArg>,
        /// The new store's key file
        #[arg(long, value_name = "FILE", conflicts_with = "to_passphrase_file")]
        to_key_file: Option<PathBuf>,
        /// A file whose first line is the new store's passphrase
        #[arg(long, value_name = "FILE")]
        to_passphrase_file: Option<PathBuf>,
    },
}

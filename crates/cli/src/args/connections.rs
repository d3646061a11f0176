use std::path::PathBuf;

use clap::Subcommand;

use super::SignInArgs;

/// The connections of this computer.
#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionsCommand {
    /// List the connections
    List,
    /// Show one connection: its steps, what was created for it, its last test
    Show {
        /// Its name
        name: String,
    },
    /// Remove a connection from this computer
    Remove {
        /// Its name
        name: String,
        /// Also remove, in the tenant, exactly what was created for it
        #[arg(long)]
        everywhere: bool,
        /// Don't ask before removing
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        sign_in: Box<SignInArgs>,
    },
    /// Write a connection to a file for another machine
    Export {
        /// Its name
        name: String,
        /// The file to write; standard output where nothing is said
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        /// The passphrase that protects its secrets, first line of a file or of standard input (`-`); without one no secrets are written
        #[arg(long, value_name = "FILE|-")]
        transfer_passphrase_file: Option<String>,
    },
    /// Take over a connection from a file of another machine
    Import {
        /// The file
        file: PathBuf,
        /// Its passphrase, first line of a file or of standard input (`-`)
        #[arg(long, value_name = "FILE|-")]
        transfer_passphrase_file: Option<String>,
    },
}

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::SignInArgs;

/// Certificates.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A command that takes a certificate's name also takes the name of a connection: the certificate that it uses.

Examples:
  fairlead certificate                               lists them
  fairlead certificate export reports --format cer --out reports.cer
  fairlead certificate export reports --format pfx --out reports.pfx --password-file password.txt
  fairlead certificate rotate reports                renews: new beside old, proved, old removed
  fairlead certificate rotate reports --keep-old     the same command again removes the old one")]
pub(crate) enum CertificateCommand {
    /// Make a certificate that belongs to no connection yet
    New(NewArgs),
    /// List the certificates
    List,
    /// Show one certificate
    Show {
        /// The connection that uses it, or the certificate
        name: String,
    },
    /// Take over a certificate with its key, from a .pfx or .pem file
    Import {
        /// The name to keep it under
        name: String,
        /// The file
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// The file's password, first line of a file or of standard input (`-`)
        #[arg(long, value_name = "FILE|-")]
        password_file: Option<String>,
    },
    /// Write a certificate or its key to a file with mode 0600
    Export(ExportArgs),
    /// Renew the certificate of a connection
    #[command(after_help = "\
The new certificate goes onto the app beside the old one, is proved by a sign-in, and only then the old one is \
taken off. Where the product holds the key too, the old one stays until the same command is run again.")]
    Rotate(Box<RotateArgs>),
}

/// `fairlead certificate new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The name to keep it under
    pub(crate) name: String,
    /// The key's size: 2048, 3072 or 4096
    #[arg(long, value_name = "BITS", default_value_t = 2048)]
    pub(crate) bits: u32,
    /// How many days it is valid
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    pub(crate) days: u32,
}

/// `fairlead certificate export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The connection that uses it, or the certificate
    pub(crate) name: String,
    /// What the file holds
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: FormatArg,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How a PFX is encrypted
    #[arg(long, value_name = "KIND", default_value = "modern")]
    pub(crate) pfx_encryption: PfxArg,
    /// The password that a PFX gets, first line of a file or of standard input (`-`)
    #[arg(long, value_name = "FILE|-")]
    pub(crate) password_file: Option<String>,
    /// Whether the private key stays here, or is the product's alone from now on
    #[arg(long, value_name = "yes|no", default_value = "yes")]
    pub(crate) keep_key: YesNoArg,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `yes` or `no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum YesNoArg {
    /// It stays
    Yes,
    /// It is forgotten here once the file is written
    No,
}

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// The certificate alone (DER), to upload to an app
    Cer,
    /// The certificate alone (PEM)
    Pem,
    /// Certificate and private key under a password (PKCS#12)
    Pfx,
    /// The private key alone, in clear (PKCS#8 PEM)
    Key,
}

/// How a PFX is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PfxArg {
    /// AES-256 and SHA-256
    Modern,
    /// 3DES and SHA-1, for Windows Server 2016, Azure App Service and older software
    Compatible,
}

/// `fairlead certificate rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    /// The connection
    pub(crate) connection: String,
    /// The new key's size: 2048, 3072 or 4096
    #[arg(long, value_name = "BITS", default_value_t = 2048)]
    pub(crate) bits: u32,
    /// How many days the new certificate is valid
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    pub(crate) days: u32,
    /// Who puts it on the app
    #[arg(long, value_name = "WHO", default_value = "auto")]
    pub(crate) by: WayArg,
    /// Leave the old certificate on the app; the next `rotate` takes it away
    #[arg(long, conflicts_with = "remove_old")]
    pub(crate) keep_old: bool,
    /// Take the old certificate off the app as soon as the new one is proved
    #[arg(long)]
    pub(crate) remove_old: bool,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

/// Who renews a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WayArg {
    /// The app itself where its key still works, else the administrator
    Auto,
    /// The administrator
    Admin,
    /// The app itself, proving that it has the old key
    #[value(name = "self")]
    Own,
}

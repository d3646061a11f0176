use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::SignInArgs;

/// Certificates.
#[derive(Debug, Subcommand)]
pub(crate) enum CertificateCommand {
    /// Make a certificate that belongs to no connection yet
    New(NewArgs),
    /// List the certificates
    List,
    /// Show one certificate, by its name or that of the connection that uses it
    Show {
        /// The certificate or the connection
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
    /// Renew the certificate of a connection: the new one beside the old one, proved, then the old one removed
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
    /// The certificate, or the connection that uses it
    pub(crate) name: String,
    /// `cer` and `pem` are the certificate alone, `pfx` has the key under a password, `key` is the key alone
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: FormatArg,
    /// Where to
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How a PFX is encrypted: `compatible` for Windows Server 2016 and older
    #[arg(long, value_name = "KIND", default_value = "modern")]
    pub(crate) pfx_encryption: PfxArg,
    /// The PFX's password, first line of a file or of standard input (`-`)
    #[arg(long, value_name = "FILE|-")]
    pub(crate) password_file: Option<String>,
    /// Whether the private key stays here after it was handed to a product
    #[arg(long, value_name = "yes|no", default_value = "yes")]
    pub(crate) keep_key: YesNoArg,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `yes` or `no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum YesNoArg {
    Yes,
    No,
}

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    Cer,
    Pem,
    Pfx,
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

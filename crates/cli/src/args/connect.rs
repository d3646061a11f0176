use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use fairlead_app::AppChoice;

use super::SignInArgs;

const AFTER_HELP: &str = "\
A run that was stopped, or that waits for a person, goes on with the same command: what is in place stays.

Examples:
  What would be done, without doing it:
    fairlead connect planner-data-mart --name reports --tenant contoso.com --plan
  Connect, sign in and consent in the browser:
    fairlead connect planner-data-mart --name reports --tenant contoso.com
  On a server without a display, and without questions:
    fairlead connect planner-data-mart --name reports --tenant contoso.com --sign-in device-code --yes
  Somebody else has to consent; write what to send them:
    fairlead connect planner-data-mart --name reports --tenant contoso.com --consent wait --request-file consent.txt
  An app registration that is there, with the public certificate of the product:
    fairlead connect planner-replication --name sync --tenant contoso.com --app 11111111-2222-4333-8444-555555555555 --certificate product.cer
  The vendor's own app:
    fairlead connect planner-data-mart --name mart --tenant contoso.com --app vendor --set synchronisation_account=sync@contoso.com
  Without a tenant, in another terminal than `fairlead sim --auto-consent > cloud.json`:
    fairlead --cloud cloud.json connect planner-data-mart --name trial --tenant contoso.example --yes";

/// `fairlead connect`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ConnectArgs {
    /// What is connected: a profile's id (`fairlead profiles` lists them)
    pub(crate) profile: String,
    /// The name to keep the connection under: letters, digits, `.`, `-`, `_`
    #[arg(long)]
    pub(crate) name: String,
    /// The tenant: its directory (tenant) id, or one of its domains
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: String,
    /// Whose app: `new`, the client id of an app registration that is there, `vendor`, or `vendor:CLIENT_ID`; the profile's default where nothing is said
    #[arg(long, value_name = "APP")]
    pub(crate) app: Option<AppArg>,
    /// How the connection signs in; the profile's default where nothing is said
    #[arg(long, value_name = "KIND")]
    pub(crate) credential: Option<CredentialArg>,
    /// `new`, `none`, or a file: .pfx or .pem with its key, .cer of a product that holds the key
    #[arg(long, value_name = "new|none|FILE", default_value = "new")]
    pub(crate) certificate: String,
    /// The size of a new key: 2048, 3072 or 4096
    #[arg(long, value_name = "BITS", default_value_t = 2048)]
    pub(crate) bits: u32,
    /// How many days a new certificate is valid
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    pub(crate) days: u32,
    /// How the permissions are consented; where nothing is said, `browser`, or `grant` with a device code
    #[arg(long, value_name = "WAY")]
    pub(crate) consent: Option<ConsentArg>,
    /// Which permissions are asked for
    #[arg(long, value_name = "SET", default_value = "product")]
    pub(crate) permissions: PermissionsArg,
    /// An answer to a question of the profile (`fairlead profiles show PROFILE`); may be repeated
    #[arg(long = "set", value_name = "INPUT=VALUE")]
    pub(crate) set: Vec<String>,
    /// The password of the certificate's file, first line of a file or of standard input (`-`)
    #[arg(long, value_name = "FILE|-")]
    pub(crate) password_file: Option<String>,
    /// A client secret that is there already, first line of a file or of standard input (`-`)
    #[arg(long, value_name = "FILE|-")]
    pub(crate) secret_file: Option<String>,
    /// Also look, read-only as the administrator, at what the app may not see
    #[arg(long)]
    pub(crate) inspect: bool,
    /// How long Microsoft is waited for at most until something is known everywhere; 180 where nothing is said
    #[arg(long, value_name = "SECONDS")]
    pub(crate) patience: Option<u64>,
    /// Print what would be created or changed, and change nothing
    #[arg(long)]
    pub(crate) plan: bool,
    /// Don't ask before changing anything
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Where a step waits for a person: write what to send them to this file, or to standard output (`-`)
    #[arg(long, value_name = "FILE|-")]
    pub(crate) request_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

/// Whose app, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AppArg(pub(crate) AppChoice);

impl FromStr for AppArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let client = |text: &str| {
            text.parse()
                .map_err(|cause: fairlead_domain::ids::Malformed| cause.to_string())
        };
        Ok(Self(match text.split_once(':') {
            Some(("vendor", id)) => AppChoice::Vendor(Some(client(id)?)),
            _ if text == "new" => AppChoice::New,
            _ if text == "vendor" => AppChoice::Vendor(None),
            _ => AppChoice::Existing(client(text)?),
        }))
    }
}

/// How a connection signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialArg {
    /// With a certificate on the app
    Certificate,
    /// With a client secret on the app
    Secret,
    /// As a signed-in account
    Account,
    /// As an account of Exchange on premises
    ServiceAccount,
}

/// How permissions are consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConsentArg {
    /// On Microsoft's consent page, in the browser
    Browser,
    /// By the signed-in administrator, through Graph
    Grant,
    /// By somebody else: prints what to send them
    Wait,
}

/// Which permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PermissionsArg {
    /// What the product's guide asks for
    Product,
    /// What would be least today, where the product accepts it
    Least,
}

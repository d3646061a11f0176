use serde::{Deserialize, Serialize};

/// A step of the wizard, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepId {
    /// Find the tenant by its name.
    Tenant,
    /// The administrator signs in.
    SignIn,
    /// Create, adopt or await the app.
    App,
    /// Declare and consent the permissions.
    Permissions,
    /// The certificate, secret or account.
    Credential,
    /// The connection tester.
    Test,
    /// The hand-over sheet.
    Values,
}

impl StepId {
    /// All steps, in order.
    pub const ALL: [Self; 7] = [
        Self::Tenant,
        Self::SignIn,
        Self::App,
        Self::Permissions,
        Self::Credential,
        Self::Test,
        Self::Values,
    ];

    /// The step's name in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::SignIn => "sign-in",
            Self::App => "app",
            Self::Permissions => "permissions",
            Self::Credential => "credential",
            Self::Test => "test",
            Self::Values => "values",
        }
    }

    /// The step's title on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tenant => "Find the tenant",
            Self::SignIn => "Sign in",
            Self::App => "App registration",
            Self::Permissions => "Permissions and consent",
            Self::Credential => "Credential",
            Self::Test => "Test the connection",
            Self::Values => "Values to hand over",
        }
    }
}

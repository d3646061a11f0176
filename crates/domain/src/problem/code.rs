use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

#[cfg(test)]
mod tests;

/// A text that is no problem code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a problem code")]
pub struct UnknownCode(pub String);

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)+) => {
        /// The stable code of a problem.
        ///
        /// Fairlead's own are words; Entra's are its numbers; a limit of Planner keeps Microsoft's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            /// `AADSTS` and a number, as Entra gives it.
            Aadsts(u32),
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl ProblemCode {
            /// Every code of Fairlead's own.
            pub const OWN: &'static [Self] = &[$(Self::$variant,)+];

            fn own_text(self) -> Option<&'static str> {
                match self {
                    Self::Aadsts(_) => None,
                    $(Self::$variant => Some($text),)+
                }
            }
        }
    };
}

codes! {
    // The way to Microsoft.
    NetworkDns = "network.dns",
    NetworkRefused = "network.refused",
    NetworkUnreachable = "network.unreachable",
    NetworkTimeout = "network.timeout",
    NetworkReset = "network.reset",
    ProxyUnreachable = "proxy.unreachable",
    ProxyAuthentication = "proxy.authentication",
    ProxyRefused = "proxy.refused",
    TlsUntrusted = "tls.untrusted",
    TlsName = "tls.name",
    TlsExpired = "tls.expired",
    TlsNotYetValid = "tls.not-yet-valid",
    TlsHandshake = "tls.handshake",
    TlsNoRoots = "tls.no-roots",
    TlsCaFile = "tls.ca-file",
    ClockSkew = "clock.skew",
    // HTTP itself.
    HttpThrottled = "http.throttled",
    HttpServerError = "http.server-error",
    HttpTruncated = "http.truncated",
    HttpNotJson = "http.not-json",
    HttpShape = "http.shape",
    HttpUnexpectedStatus = "http.unexpected-status",
    HttpTooLarge = "http.too-large",
    HttpForeignHost = "http.foreign-host",
    // Microsoft Graph.
    GraphUnauthorized = "graph.unauthorized",
    GraphClaimsChallenge = "graph.claims-challenge",
    GraphForbidden = "graph.forbidden",
    GraphNotFound = "graph.not-found",
    GraphBadRequest = "graph.bad-request",
    GraphConflict = "graph.conflict",
    GraphPreconditionFailed = "graph.precondition-failed",
    GraphGone = "graph.gone",
    GraphLocked = "graph.locked",
    GraphPaymentRequired = "graph.payment-required",
    GraphNotReplicated = "graph.not-replicated",
    GraphCredentialPolicy = "graph.credential-policy",
    GraphKeyLifetime = "graph.key-lifetime",
    GraphQuota = "graph.quota",
    GraphPageLoop = "graph.page-loop",
    GraphPlannerLimit = "graph.planner-limit",
    // Entra.
    EntraUnknownCode = "entra.unknown-code",
    EntraAnswer = "entra.answer",
    EntraInvalidClient = "entra.invalid-client",
    EntraInvalidGrant = "entra.invalid-grant",
    EntraUnauthorizedClient = "entra.unauthorized-client",
    EntraInteractionRequired = "entra.interaction-required",
    EntraStateMismatch = "entra.state-mismatch",
    EntraCallbackTimeout = "entra.callback-timeout",
    EntraCallbackPort = "entra.callback-port",
    EntraBrowser = "entra.browser",
    EntraConsentTenant = "entra.consent-tenant",
    EntraCloudMismatch = "entra.cloud-mismatch",
    TokenMismatch = "token.mismatch",
    TokenUnreadable = "token.unreadable",
    // The tenant.
    TenantChanged = "tenant.changed",
    TenantDomain = "tenant.domain",
    CloudWithoutPlanner = "cloud.without-planner",
    LicencePlanner = "licence.planner",
    LicenceAccountPlanner = "licence.account-planner",
    LicenceAccountMailbox = "licence.account-mailbox",
    // Roles and consent.
    RoleMissing = "role.missing",
    RoleNotActive = "role.not-active",
    ConsentMissing = "consent.missing",
    ConsentWithoutRoles = "consent.without-roles",
    ConsentNotEffective = "consent.not-effective",
    ConsentDeclined = "consent.declined",
    PermissionSurplus = "permission.surplus",
    WaitingForPerson = "waiting.person",
    AppMissing = "app.missing",
    AppDeleted = "app.deleted",
    AppAmbiguous = "app.ambiguous",
    AppVendorUnknown = "app.vendor-unknown",
    AppIdentifierUri = "app.identifier-uri",
    AppIdentifierUriRefused = "app.identifier-uri-refused",
    AppRedirect = "app.redirect",
    AppAudience = "app.audience",
    AppUndeclared = "app.undeclared",
    AppPublicClient = "app.public-client",
    AppStrayCredential = "app.stray-credential",
    PrincipalMissing = "principal.missing",
    PrincipalDisabled = "principal.disabled",
    // Credentials.
    CertificateUnreadable = "certificate.unreadable",
    CertificatePassword = "certificate.password",
    CertificateNotRsa = "certificate.not-rsa",
    CertificateWeak = "certificate.weak",
    CertificateExpired = "certificate.expired",
    CertificateEndsSoon = "certificate.ends-soon",
    CertificateNotYetValid = "certificate.not-yet-valid",
    CertificateKeyMissing = "certificate.key-missing",
    CertificateOfProduct = "certificate.of-product",
    CertificateKeyMismatch = "certificate.key-mismatch",
    CertificateNotFound = "certificate.not-found",
    CertificateExists = "certificate.exists",
    CertificateInUse = "certificate.in-use",
    CertificateNotOnApp = "certificate.not-on-app",
    RotationNotProved = "certificate.rotation-not-proved",
    SecretMissing = "secret.missing",
    SecretExpired = "secret.expired",
    SecretEndsSoon = "secret.ends-soon",
    SecretNotOnApp = "secret.not-on-app",
    AccountMissing = "account.missing",
    AccountMismatch = "account.mismatch",
    AccountGuest = "account.guest",
    InspectorMissing = "inspector.missing",
    // Planner.
    PlannerHiddenMembers = "planner.hidden-members",
    PlannerNotAMember = "planner.not-a-member",
    PlannerNoSuchGroup = "planner.no-such-group",
    PlannerNotOwner = "planner.not-owner",
    PlannerPlansRefused = "planner.plans-refused",
    PlannerProbeLeft = "planner.probe-left",
    // What Fairlead keeps.
    StateUnavailable = "state.unavailable",
    StateNewer = "state.newer",
    StateDamaged = "state.damaged",
    StateBusy = "state.busy",
    StoreUnavailable = "store.unavailable",
    StoreLocked = "store.locked",
    StoreKeyMissing = "store.key-missing",
    StorePassphrase = "store.passphrase",
    StoreDamaged = "store.damaged",
    FileUnreadable = "file.unreadable",
    FileUnwritable = "file.unwritable",
    FileExists = "file.exists",
    TransferPassphrase = "transfer.passphrase",
    TransferUnreadable = "transfer.unreadable",
    TransferNewer = "transfer.newer",
    // What was asked for.
    ConnectionUnknown = "connection.unknown",
    ConnectionExists = "connection.exists",
    ConnectionIncomplete = "connection.incomplete",
    ConnectionOtherCloud = "connection.other-cloud",
    ProfileUnknown = "profile.unknown",
    ProfileInvalid = "profile.invalid",
    ProfileUnsupported = "profile.unsupported",
    CloudInvalid = "cloud.invalid",
    CommandUsage = "command.usage",
    InputMissing = "input.missing",
    InputInvalid = "input.invalid",
    ConfirmationMissing = "confirmation.missing",
    CheckUnknown = "check.unknown",
    CheckTimeout = "check.timeout",
    Cancelled = "cancelled",
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.own_text()) {
            (_, Some(text)) => f.pad(text),
            (Self::Aadsts(number), None) => f.pad(&format!("AADSTS{number}")),
            (_, None) => Ok(()),
        }
    }
}

impl FromStr for ProblemCode {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        if let Some(number) = text
            .strip_prefix("AADSTS")
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
        {
            return Ok(Self::Aadsts(number));
        }
        Self::OWN
            .iter()
            .find(|code| code.own_text() == Some(text))
            .copied()
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

use serde::{Deserialize, Serialize};

/// What the tenant's policies say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policies {
    /// The default app management policy.
    pub(crate) apps: AppPolicy,
    /// Members may register apps (`allowedToCreateApps`).
    pub(crate) users_may_register_apps: bool,
    /// Members may consent to permissions that do not need an administrator.
    pub(crate) users_may_consent: bool,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            apps: AppPolicy::default(),
            users_may_register_apps: true,
            users_may_consent: true,
        }
    }
}

/// What the default app management policy restricts; nothing at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppPolicy {
    /// `passwordAddition`: no client secrets.
    pub(crate) passwords_forbidden: bool,
    /// `passwordLifetime`: the most days a secret lasts.
    pub(crate) password_days: Option<u32>,
    /// `asymmetricKeyLifetime`: the most days a certificate's entry lasts.
    pub(crate) key_days: Option<u32>,
}

impl AppPolicy {
    /// Whether the policy restricts anything.
    pub(crate) const fn is_enabled(&self) -> bool {
        self.passwords_forbidden || self.password_days.is_some() || self.key_days.is_some()
    }
}

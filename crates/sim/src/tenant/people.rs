use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What stands between an account and its sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AccountState {
    Ready,
    Disabled,
    PasswordExpired,
    MfaRequired,
}

/// A named account: one that signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) user_principal_name: String,
    pub(crate) display_name: String,
    pub(crate) password: String,
    pub(crate) state: AccountState,
    pub(crate) guest: bool,
    /// Template ids of active directory roles.
    pub(crate) roles: Vec<Uuid>,
    /// Template ids of roles that could be activated (PIM) but are not.
    pub(crate) eligible_roles: Vec<Uuid>,
    /// Service plans that its licences enable.
    pub(crate) service_plans: Vec<Uuid>,
}

use fairlead_domain::Secret;
use jiff::{SignedDuration, Timestamp};

use crate::claims::Claims;

/// A token for one resource.
#[derive(Debug, Clone)]
pub struct AccessToken {
    token: Secret<String>,
    /// When it ends, by the clock of the one who asked.
    pub expires: Timestamp,
    /// What it says of itself; `None` for a token that can't be read.
    pub claims: Option<Claims>,
}

impl AccessToken {
    pub(crate) fn new(
        token: String,
        now: Timestamp,
        lifetime: Option<std::time::Duration>,
    ) -> Self {
        let lifetime = lifetime
            .and_then(|lifetime| SignedDuration::try_from(lifetime).ok())
            .unwrap_or(SignedDuration::from_mins(5));
        Self {
            claims: Claims::read(&token),
            expires: now.saturating_add(lifetime).unwrap_or(Timestamp::MAX),
            token: Secret::new(token),
        }
    }

    /// The token itself, for a call.
    pub const fn secret(&self) -> &Secret<String> {
        &self.token
    }

    /// Whether it still holds for a while.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires.duration_since(now) > SignedDuration::from_mins(2)
    }
}

/// What a user's sign-in yields.
#[derive(Debug, Clone)]
pub struct UserTokens {
    /// The access token.
    pub access: AccessToken,
    /// What gets the next one without the user, where `offline_access` was asked.
    pub refresh: Option<Secret<String>>,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
}

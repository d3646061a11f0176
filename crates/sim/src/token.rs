//! Access tokens as both services see them: Entra issues, Graph verifies.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tenant::World;

/// What a verified access token says.
#[derive(Debug, Clone)]
pub(crate) struct Claims {
    /// The resource it is for.
    pub(crate) audience: String,
    pub(crate) tenant: Uuid,
    /// The client id of the app it was issued to.
    pub(crate) app: Uuid,
    /// `oid`: the service principal when app-only, else the user.
    pub(crate) object: Uuid,
    /// The user, where there is one.
    pub(crate) user: Option<Uuid>,
    /// Application permissions by name; empty for a user's token.
    pub(crate) roles: Vec<String>,
    /// Delegated permissions by name; empty for an app-only token.
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Timestamp,
    /// `uti`: which token it is.
    pub(crate) token_id: String,
    /// `xms_cc`: the client can answer a claims challenge.
    pub(crate) answers_challenges: bool,
}

/// Why a token is refused: Graph answers 401 with code `InvalidAuthenticationToken` and this text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) &'static str);

/// Verifies signature, issuer, lifetime; the audience is the caller's to compare.
pub(crate) fn verify(world: &World, bearer: &str) -> Result<Claims, Refused> {
    crate::entra::verify_access_token(world, bearer)
}

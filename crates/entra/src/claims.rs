//! What a token says of itself, read for diagnosis only: Graph's access tokens are officially opaque,
//! so nothing is granted or refused by them here.
//!
//! <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fairlead_domain::ids::{ClientId, ObjectId, RoleTemplateId, TenantId};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

/// How a client proved itself to get the token (`appidacr`, `azpacr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientProof {
    /// It is a public client: nothing.
    None,
    /// A client secret.
    Secret,
    /// A certificate.
    Certificate,
}

/// The claims of an access token that matter for a diagnosis. What is missing or malformed is `None`
/// or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `aud`.
    pub audience: Option<String>,
    /// `tid`.
    pub tenant: Option<TenantId>,
    /// `appid` (v1) or `azp` (v2).
    pub app: Option<ClientId>,
    /// `appidacr` or `azpacr`.
    pub proof: Option<ClientProof>,
    /// `roles`: application permissions.
    pub roles: Vec<String>,
    /// `scp`: delegated permissions.
    pub scopes: Vec<String>,
    /// `wids`: directory roles of the signed-in user.
    pub directory_roles: Vec<RoleTemplateId>,
    /// `idtyp` is `app`, or there are no scopes and no user.
    pub app_only: bool,
    /// `oid`.
    pub object: Option<ObjectId>,
    /// `upn`, `preferred_username` or `unique_name`.
    pub user: Option<String>,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `exp`.
    pub expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Raw {
    aud: Option<String>,
    tid: Option<String>,
    appid: Option<String>,
    azp: Option<String>,
    appidacr: Option<String>,
    azpacr: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    scp: Option<String>,
    #[serde(default)]
    wids: Vec<String>,
    idtyp: Option<String>,
    oid: Option<String>,
    upn: Option<String>,
    preferred_username: Option<String>,
    unique_name: Option<String>,
    nbf: Option<i64>,
    exp: Option<i64>,
}

impl Claims {
    /// Reads the claims of a JWT without verifying it; `None` where the text is not a readable JWT.
    pub fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let payload = parts.nth(1)?;
        let raw: Raw = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let scopes: Vec<String> = raw
            .scp
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let user = raw.upn.or(raw.preferred_username).or(raw.unique_name);
        Some(Self {
            audience: raw.aud,
            tenant: raw.tid.and_then(|text| text.parse().ok()),
            app: raw.appid.or(raw.azp).and_then(|text| text.parse().ok()),
            proof: raw
                .appidacr
                .or(raw.azpacr)
                .and_then(|text| match text.as_str() {
                    "0" => Some(ClientProof::None),
                    "1" => Some(ClientProof::Secret),
                    "2" => Some(ClientProof::Certificate),
                    _ => None,
                }),
            app_only: raw.idtyp.as_deref() == Some("app")
                || raw.idtyp.is_none() && scopes.is_empty() && user.is_none(),
            roles: raw.roles,
            scopes,
            directory_roles: raw
                .wids
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
            object: raw.oid.and_then(|text| text.parse().ok()),
            user,
            not_before: raw
                .nbf
                .and_then(|seconds| Timestamp::from_second(seconds).ok()),
            expires: raw
                .exp
                .and_then(|seconds| Timestamp::from_second(seconds).ok()),
        })
    }
}

/// The claims that a resource demands before it goes on (continuous access evaluation): what stands
/// behind `claims=` in a `WWW-Authenticate` with `error="insufficient_claims"`, decoded. The next
/// token request carries them.
///
/// <https://learn.microsoft.com/entra/identity-platform/claims-challenge>
pub fn claims_challenge(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(http::header::WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter(|value| value.contains("insufficient_claims"))
        .find_map(|value| {
            let (_, rest) = value.split_once("claims=\"")?;
            let encoded = rest.split('"').next()?;
            let decoded = STANDARD
                .decode(encoded)
                .or_else(|_| URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')));
            String::from_utf8(decoded.ok()?)
                .ok()
                .filter(|text| text.starts_with('{'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn an_app_only_token_of_graph_is_read() {
        let claims = Claims::read(&token(
            r#"{"aud":"https://graph.microsoft.com","tid":"11111111-2222-4333-8444-555555555555",
            "appid":"21111111-2222-4333-8444-555555555555","appidacr":"2","roles":["Tasks.Read.All"],"idtyp":"app","exp":1795255200}"#,
        ))
        .unwrap();
        assert!(claims.app_only);
        assert_eq!(claims.proof, Some(ClientProof::Certificate));
        assert_eq!(claims.roles, ["Tasks.Read.All"]);
        assert_eq!(claims.expires.unwrap().as_second(), 1_795_255_200);
    }

    #[test]
    fn a_users_token_is_not_app_only() {
        let claims = Claims::read(&token(
            r#"{"scp":"Tasks.Read User.Read","upn":"a@b.example","azp":"x"}"#,
        ))
        .unwrap();
        assert!(!claims.app_only);
        assert_eq!(claims.scopes, ["Tasks.Read", "User.Read"]);
        assert_eq!(claims.app, None, "a malformed id is no id");
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in ["", "a.b", "a.%.c", "opaque", &token("[]")] {
            assert_eq!(Claims::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_claims_challenge_is_decoded() {
        let mut headers = HeaderMap::new();
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        let value = format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.example/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{}\"",
            STANDARD.encode(claims)
        );
        headers.insert("www-authenticate", value.parse().unwrap());
        assert_eq!(claims_challenge(&headers).as_deref(), Some(claims));
        headers.insert(
            "www-authenticate",
            "Bearer error=\"invalid_token\"".parse().unwrap(),
        );
        assert_eq!(claims_challenge(&headers), None);
    }
}

//! Access tokens and id tokens.
//!
//! Graph and Exchange are given tokens of the first format (`ver` 1.0, `appid`).
//! <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>

use std::collections::BTreeSet;

use fairlead_domain::permission::Resource;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::client::Client;
use super::grant;
use super::memory::random_text;
use crate::scenario::Defect;
use crate::tenant::{Account, World};
use crate::token::{Claims, Refused};

/// How long a token can be used after it was handed out, in seconds.
pub(crate) const LIFE: i64 = 3599;

/// Tokens begin this long before they are handed out, for clocks that are behind.
const BACKDATED: SignedDuration = SignedDuration::from_mins(5);

/// In `wids` of every ordinary member.
const MEMBER_ROLE: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// How the app proved who it is (`appidacr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// It did not: a public client.
    None,
    Secret,
    Certificate,
}

/// What a request's `claims` parameter says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ClaimsRequest {
    /// The client can answer claims challenges (`cp1`).
    pub(crate) cae: bool,
    /// It answers one.
    pub(crate) answers: bool,
}

impl ClaimsRequest {
    /// Reads the parameter; what is no JSON object asks for nothing.
    pub(crate) fn parse(text: Option<&str>) -> Self {
        let value: Value = text
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let access = &value["access_token"];
        let cae = access["xms_cc"]["values"].as_array().is_some_and(|values| {
            values
                .iter()
                .filter_map(Value::as_str)
                .any(|value| value.eq_ignore_ascii_case("cp1"))
        });
        Self {
            cae,
            answers: access["nbf"].is_object() || access["acrs"].is_object(),
        }
    }
}

/// What a token is to say besides who asks.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'a> {
    pub(crate) client: &'a Client,
    pub(crate) resource: Resource,
    /// The `aud`.
    pub(crate) audience: &'a str,
    pub(crate) method: Method,
    pub(crate) claims: ClaimsRequest,
}

/// An issued access token with the permissions that are in it.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) token: String,
    /// Names of roles or scopes.
    pub(crate) permissions: Vec<String>,
}

fn common(world: &mut World, subject: &Subject<'_>) -> Map<String, Value> {
    let now = world.now();
    let begins = now.saturating_sub(BACKDATED).unwrap_or(now).as_second();
    let token_id = random_text(16);
    if subject.claims.answers {
        world.sign_in.answered.insert(token_id.clone(), now);
    }
    let mut claims = Map::new();
    let tenant = world.tenant.id;
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("aud", subject.audience.into());
    put("iss", format!("https://sts.windows.net/{tenant}/").into());
    put("iat", begins.into());
    put("nbf", begins.into());
    put("exp", (now.as_second() + LIFE).into());
    put("aio", random_text(24).into());
    put(
        "app_displayname",
        subject.client.app.display_name.as_str().into(),
    );
    put("appid", subject.client.app.app_id.to_string().into());
    put(
        "appidacr",
        match subject.method {
            Method::None => "0",
            Method::Secret => "1",
            Method::Certificate => "2",
        }
        .into(),
    );
    put("rh", format!("1.{}", random_text(24)).into());
    put("tenant_region_scope", "EU".into());
    put("tid", tenant.to_string().into());
    put("uti", token_id.into());
    put("ver", "1.0".into());
    if subject.claims.cae {
        put("xms_cc", json!(["CP1"]));
    }
    claims
}

/// An app-only token. It is issued with whatever is granted, also with nothing: then without `roles`.
pub(crate) fn app_token(world: &mut World, subject: &Subject<'_>, principal: Uuid) -> Issued {
    let mut roles = grant::roles(world, principal, subject.resource);
    if world.tenant.defects.contains(&Defect::RoleNotInToken) {
        roles.pop();
    }
    let mut claims = common(world, subject);
    claims.insert(
        "idp".into(),
        format!("https://sts.windows.net/{}/", world.tenant.id).into(),
    );
    claims.insert("idtyp".into(), "app".into());
    claims.insert("oid".into(), principal.to_string().into());
    claims.insert("sub".into(), principal.to_string().into());
    claims.insert(
        "wids".into(),
        json!(["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]),
    );
    if !roles.is_empty() {
        claims.insert("roles".into(), json!(roles));
    }
    Issued {
        token: world.sign_in.key.sign(&Value::Object(claims)),
        permissions: roles,
    }
}

/// A user's token with all permissions that the app has for this user on the service.
pub(crate) fn user_token(
    world: &mut World,
    subject: &Subject<'_>,
    account: &Account,
    mfa: bool,
    scopes: &BTreeSet<String>,
) -> Issued {
    // `offline_access` is about refresh tokens and never in an access token.
    let scopes: Vec<String> = scopes
        .iter()
        .filter(|name| *name != "offline_access")
        .cloned()
        .collect();
    let wids = wids(world, account);
    let mut claims = common(world, subject);
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("acct", i32::from(account.guest).into());
    put("acr", "1".into());
    put(
        "amr",
        if mfa {
            json!(["pwd", "mfa"])
        } else {
            json!(["pwd"])
        },
    );
    put("idtyp", "user".into());
    put("ipaddr", "127.0.0.1".into());
    put("name", account.display_name.as_str().into());
    put("oid", account.id.to_string().into());
    put("scp", scopes.join(" ").into());
    put(
        "sub",
        pairwise(account.id, subject.client.app.app_id).into(),
    );
    put("unique_name", account.user_principal_name.as_str().into());
    put("upn", account.user_principal_name.as_str().into());
    put("wids", wids);
    Issued {
        token: world.sign_in.key.sign(&Value::Object(claims)),
        permissions: scopes,
    }
}

/// The id token of a sign-in (OpenID Connect Core section 2).
pub(crate) fn id_token(
    world: &World,
    base: &str,
    client: &Client,
    account: &Account,
    nonce: Option<&str>,
) -> String {
    let now = world.now();
    let begins = now.saturating_sub(BACKDATED).unwrap_or(now).as_second();
    let mut claims = json!({
        "aud": client.app.app_id,
        "iss": format!("{base}/{}/v2.0", world.tenant.id),
        "iat": begins,
        "nbf": begins,
        "exp": now.as_second() + LIFE,
        "name": account.display_name,
        "oid": account.id,
        "preferred_username": account.user_principal_name,
        "rh": format!("1.{}", random_text(24)),
        "sub": pairwise(account.id, client.app.app_id),
        "tid": world.tenant.id,
        "uti": random_text(16),
        "ver": "2.0",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    world.sign_in.key.sign(&claims)
}

fn wids(world: &World, account: &Account) -> Value {
    let roles = world.tenant.roles_of(account.id);
    let mut wids: Vec<String> = roles.iter().map(Uuid::to_string).collect();
    if !account.guest {
        wids.push(MEMBER_ROLE.to_owned());
    }
    json!(wids)
}

/// A user's id as one app sees it, and no other.
fn pairwise(account: Uuid, app: Uuid) -> String {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let hash = digest(&SHA256, format!("{account} {app}").as_bytes());
    URL_SAFE_NO_PAD.encode(hash)
}

/// Verifies signature, tenant and lifetime of an access token.
pub(crate) fn verify(world: &World, bearer: &str) -> Result<Claims, Refused> {
    let claims = world.sign_in.key.verify(bearer).ok_or(Refused(
        "Access token validation failure. Invalid signature.",
    ))?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let id = |name: &str| Uuid::parse_str(text(name)).unwrap_or_default();
    let second = |name: &str| claims[name].as_i64().unwrap_or_default();
    let now = world.now().as_second();
    if id("tid") != world.tenant.id || text("ver") != "1.0" {
        return Err(Refused("Access token validation failure. Invalid issuer."));
    }
    if second("exp") <= now {
        return Err(Refused("Lifetime validation failed, the token is expired."));
    }
    if second("nbf") > now {
        return Err(Refused(
            "Lifetime validation failed, the token is not yet valid.",
        ));
    }
    let list = |name: &str| {
        claims[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect()
    };
    let is_user = text("idtyp") == "user";
    Ok(Claims {
        audience: text("aud").to_owned(),
        tenant: id("tid"),
        app: id("appid"),
        object: id("oid"),
        user: is_user.then(|| id("oid")),
        roles: list("roles"),
        scopes: text("scp")
            .split_ascii_whitespace()
            .map(str::to_owned)
            .collect(),
        expires: Timestamp::from_second(second("exp")).unwrap_or_default(),
        token_id: text("uti").to_owned(),
        answers_challenges: !claims["xms_cc"].is_null(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_says_that_it_answers_challenges() {
        let cp1 = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
        let answer = r#"{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"values":["CP1"]}}}"#;
        let of = |text| ClaimsRequest::parse(Some(text));
        assert_eq!(
            of(cp1),
            ClaimsRequest {
                cae: true,
                answers: false
            }
        );
        assert_eq!(
            of(answer),
            ClaimsRequest {
                cae: true,
                answers: true
            }
        );
        assert_eq!(of("nonsense"), ClaimsRequest::default());
        assert_eq!(ClaimsRequest::parse(None), ClaimsRequest::default());
    }
}

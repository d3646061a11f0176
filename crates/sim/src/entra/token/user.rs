//! The tokens of a user's sign-in, whichever grant asked for them.

use std::collections::BTreeSet;

use fairlead_domain::permission::Resource;
use serde_json::{Value, json};

use super::Asking;
use crate::entra::client::{self, Origin};
use crate::entra::consent;
use crate::entra::error::Refusal;
use crate::entra::flow;
use crate::entra::grant;
use crate::entra::issue::{self, LIFE, Method, Subject};
use crate::entra::memory::{RefreshToken, SignIn, random_text};
use crate::entra::scope::Requested;
use crate::scenario;
use crate::tenant::{Account, World};

/// Issues access, refresh and id token for a sign-in.
///
/// The access token carries every permission that the app has for this user on the one service, not
/// only those asked for now; what is asked for now must be among them.
pub(super) fn tokens(
    world: &mut World,
    asking: &Asking<'_>,
    mut sign_in: SignIn,
    method: Method,
    nonce: Option<&str>,
) -> Result<Value, Refusal> {
    let client = &asking.client;
    let account = flow::by_id(world, sign_in.account)
        .cloned()
        .ok_or_else(|| {
            Refusal::new(
                50_034,
                "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.",
            )
        })?;
    flow::may_sign_in(&account)?;
    if flow::needs_second_factor(&account) && !sign_in.mfa {
        return Err(flow::second_factor_needed(client));
    }
    consent::policies_allow(world, client, &account)?;
    let now_asked: Vec<String> = asking.params.words("scope").map(str::to_owned).collect();
    let asked = if now_asked.is_empty() {
        let first = consent::requested(world, client, &sign_in.scopes)?;
        // A sign-in may have asked for several services; without a scope the first one is meant.
        first_resource(first)
    } else {
        consent::requested(world, client, &now_asked)?
    };
    consent::allowed_resources(client, &asked)?;
    let resource = asked.one_resource()?;
    let effective = effective(world, asking, &sign_in, &account, resource)?;
    let about_sign_in = ["openid", "profile", "email", "offline_access"];
    let lacking = asked
        .names_on(resource)
        .into_iter()
        .find(|name| !effective.contains(name) && !about_sign_in.contains(&name.as_str()));
    let empty = effective
        .iter()
        .all(|name| about_sign_in.contains(&name.as_str()));
    let only_sign_in = asked.named.is_empty() && asked.defaults.is_empty();
    if lacking.is_some() || (empty && !only_sign_in) {
        return Err(consent::not_consented(client));
    }
    let audience = asked.audience.clone().unwrap_or_else(|| {
        fairlead_domain::permission::Resource::Graph
            .app_id()
            .to_string()
    });
    let subject = Subject {
        client,
        resource,
        audience: &audience,
        method,
        claims: asking.claims,
    };
    let issued = issue::user_token(world, &subject, &account, sign_in.mfa, &effective);
    let mut body = json!({
        "token_type": "Bearer",
        "scope": shown_scopes(resource, &audience, &issued.permissions),
        "expires_in": LIFE,
        "ext_expires_in": LIFE,
        "access_token": issued.token,
    });
    let wants =
        |name: &str| asked.has_oidc(name) || sign_in.scopes.iter().any(|scope| scope == name);
    if wants("openid") {
        body["id_token"] =
            issue::id_token(world, &asking.request.base, client, &account, nonce).into();
    }
    if asking.params.get("client_info").is_some() {
        body["client_info"] = client_info(world, &account).into();
    }
    if wants("offline_access") {
        let now = world.now();
        let token = format!("1.{}", random_text(72));
        sign_in.fresh.retain(|fresh| fresh.until > now);
        let kept = RefreshToken {
            issued: now,
            last_used: now,
            sign_in,
        };
        world.sign_in.refresh_tokens.insert(token.clone(), kept);
        body["refresh_token"] = token.into();
    }
    if client.origin != Origin::Microsoft {
        scenario::user_token_issued(world, client.app.app_id, account.id, &issued.permissions);
    }
    Ok(body)
}

fn first_resource(mut asked: Requested) -> Requested {
    if let Some(first) = asked.resources().first().copied() {
        asked.defaults.retain(|resource| *resource == first);
        asked.named.retain(|(resource, _)| *resource == first);
    }
    asked
}

/// What the app may do for this user: what the directory shows, and what was consented to in this very
/// sign-in and is on its way there.
fn effective(
    world: &World,
    asking: &Asking<'_>,
    sign_in: &SignIn,
    account: &Account,
    resource: Resource,
) -> Result<BTreeSet<String>, Refusal> {
    let Some(principal) = client::principal(world, asking.client.app.app_id) else {
        if asking.client.origin == Origin::Tenant {
            client::app_only_principal(world, &asking.client)?;
        }
        return Err(consent::not_consented(&asking.client));
    };
    let mut names = grant::scopes(world, principal.id, resource, account.id);
    let now = world.now();
    let fresh = sign_in
        .fresh
        .iter()
        .filter(|fresh| fresh.resource == resource && fresh.until > now)
        .map(|fresh| fresh.name.clone());
    names.extend(fresh);
    if asking.client.origin == Origin::Microsoft && resource == Resource::Graph {
        names.extend(["openid", "profile", "email"].map(str::to_owned));
    }
    Ok(names)
}

/// Scopes as the token response shows them: with the service's name in front, those of the sign-in
/// without.
fn shown_scopes(resource: Resource, audience: &str, names: &[String]) -> String {
    let prefix = if audience.starts_with("https:") {
        format!("{audience}/")
    } else if resource == Resource::Graph {
        String::new()
    } else {
        format!("{audience}/")
    };
    names
        .iter()
        .map(|name| {
            if ["openid", "profile", "email"].contains(&name.as_str()) {
                name.clone()
            } else {
                format!("{prefix}{name}")
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// What Microsoft's own libraries ask for beside the tokens: who signed in, where.
fn client_info(world: &World, account: &Account) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let info = json!({"uid": account.id, "utid": world.tenant.id});
    URL_SAFE_NO_PAD.encode(info.to_string())
}

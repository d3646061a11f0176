//! What the sign-in service says about itself and about tenants, before anybody signs in.

use serde_json::{Value, json};

use super::directory::{Authority, OTHER_TENANT};
use super::error::Refusal;
use super::params::Params;
use crate::scenario::Defect;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// OpenID Connect discovery, with what Microsoft adds.
pub(crate) fn openid(world: &World, request: &Incoming, segment: &str) -> Answer {
    match document(world, &request.base, segment) {
        Ok(body) => Answer::json(http::StatusCode::OK, &body)
            .header("access-control-allow-origin", "*")
            .header("cache-control", "max-age=86400, private"),
        Err(refusal) => refusal.answer(world, request),
    }
}

fn document(world: &World, base: &str, segment: &str) -> Result<Value, Refusal> {
    let authority = Authority::of(world, segment)?;
    let (named, issuer) = match authority {
        Authority::Tenant => (world.tenant.id.to_string(), world.tenant.id.to_string()),
        Authority::OtherTenant => (OTHER_TENANT.to_string(), OTHER_TENANT.to_string()),
        Authority::Common => ("common".to_owned(), "{tenantid}".to_owned()),
        Authority::Organizations => ("organizations".to_owned(), "{tenantid}".to_owned()),
        Authority::Consumers => (
            "consumers".to_owned(),
            "9188040d-6c67-4c5b-b112-36a304b66dad".to_owned(),
        ),
    };
    let elsewhere = authority.is_one_tenant() && world.tenant.defects.contains(&Defect::OtherCloud);
    let (cloud, graph) = if elsewhere {
        ("microsoftonline.us", "graph.microsoft.us")
    } else {
        ("microsoftonline.com", "graph.microsoft.com")
    };
    let region = match authority {
        Authority::Tenant | Authority::OtherTenant if elsewhere => json!("USGov"),
        Authority::Tenant | Authority::OtherTenant => json!("EU"),
        _ => Value::Null,
    };
    Ok(json!({
        "token_endpoint": format!("{base}/{named}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/{named}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{base}/{issuer}/v2.0"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "authorization_endpoint": format!("{base}/{named}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/{named}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/{named}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "tenant_region_scope": region,
        "cloud_instance_name": cloud,
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": graph,
        "rbac_url": "https://pas.windows.net",
    }))
}

/// The keys that tokens are signed with (RFC 7517).
pub(crate) fn keys(world: &World, request: &Incoming, segment: &str) -> Answer {
    if let Err(refusal) = Authority::of(world, segment) {
        return refusal.answer(world, request);
    }
    let issuer = format!("{}/{}/v2.0", request.base, world.tenant.id);
    let body = json!({"keys": [world.sign_in.key.jwk(&issuer)]});
    Answer::json(http::StatusCode::OK, &body).header("access-control-allow-origin", "*")
}

/// Instance discovery: which hosts are the same cloud. Microsoft's libraries ask it first.
pub(crate) fn instance(world: &World, request: &Incoming) -> Answer {
    let host = request
        .base
        .split_once("://")
        .map_or(request.base.as_str(), |(_, host)| host);
    Answer::json(
        http::StatusCode::OK,
        &json!({
            "tenant_discovery_endpoint":
                format!("{}/{}/v2.0/.well-known/openid-configuration", request.base, world.tenant.id),
            "api-version": "1.1",
            "metadata": [{
                "preferred_network": host,
                "preferred_cache": host,
                "aliases": [host],
            }],
        }),
    )
}

/// Home realm discovery: whether a user's domain is federated. None is, here.
pub(crate) fn user_realm(world: &World, request: &Incoming, user: &str) -> Answer {
    let user = percent_encoding::percent_decode_str(user).decode_utf8_lossy();
    let domain = user.rsplit_once('@').map_or("", |(_, domain)| domain);
    let known = domain.eq_ignore_ascii_case(&world.tenant.initial_domain);
    let version = Params::of_query(request)
        .get("api-version")
        .unwrap_or("1.0")
        .to_owned();
    let body = if known {
        json!({
            "ver": version,
            "account_type": "Managed",
            "domain_name": domain,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_audience_urn": "urn:federation:MicrosoftOnline",
        })
    } else {
        json!({
            "ver": version,
            "account_type": "Unknown",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_audience_urn": "urn:federation:MicrosoftOnline",
        })
    };
    Answer::json(http::StatusCode::OK, &body)
}

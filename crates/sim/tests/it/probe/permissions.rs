use std::collections::BTreeSet;

use fairlead_domain::check::Verdict::{Failed, Warning};
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_sim::Credential;

use super::{Found, verdict_of};
use crate::desk::{Desk, claims, text};
use crate::planted::Connection;

pub(super) async fn token(
    desk: &Desk,
    connection: &Connection,
    found: &mut Found,
) -> Option<String> {
    let has_credential = match connection.credential {
        Credential::Certificate => connection.has_key,
        Credential::Secret => connection.secret.is_some(),
        Credential::Account => connection.refresh_token.is_some(),
        Credential::Vendor => false,
    };
    if !has_credential {
        return None;
    }
    let token = connection.token(desk).await;
    if !found.expect("token.issued", token.is_ok(), Failed) {
        return None;
    }
    let token = token.unwrap();
    let claims = claims(&token);
    let held: BTreeSet<String> = if connection.is_app_only() {
        let roles = claims["roles"].as_array().cloned().unwrap_or_default();
        roles.iter().map(text).collect()
    } else {
        text(&claims["scp"]).split(' ').map(str::to_owned).collect()
    };
    found
        .expect("token.permissions", covers(connection, &held), Failed)
        .then_some(token)
}

fn kind(connection: &Connection) -> PermissionKind {
    if connection.is_app_only() {
        PermissionKind::Application
    } else {
        PermissionKind::Delegated
    }
}

fn reference(connection: &Connection, name: &str) -> PermissionRef {
    PermissionRef {
        resource: Resource::Graph,
        kind: kind(connection),
        name: name.to_owned(),
    }
}

fn covers(connection: &Connection, held: &BTreeSet<String>) -> bool {
    connection.needed().iter().all(|needed| {
        held.iter().any(|name| {
            catalogue().satisfies(&reference(connection, name), &reference(connection, needed))
        })
    })
}

pub(super) async fn grants(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    principal: &str,
    found: &mut Found,
) {
    let (roles, scopes) = match held(desk, inspector, principal).await {
        Ok(held) => held,
        Err(status) => {
            found.say("permissions.granted", verdict_of(status));
            return;
        }
    };
    let (mine, other) = if connection.is_app_only() {
        (&roles, &scopes)
    } else {
        (&scopes, &roles)
    };
    found.expect("permissions.granted", covers(connection, mine), Failed);
    if connection.credential == Credential::Vendor {
        return;
    }
    let about_sign_in = ["openid", "profile", "email", "offline_access"];
    let surplus = mine.iter().any(|name| {
        !about_sign_in.contains(&name.as_str())
            && !connection.needed().iter().any(|needed| {
                catalogue().satisfies(&reference(connection, name), &reference(connection, needed))
            })
    });
    found.expect("permissions.surplus", !surplus && other.is_empty(), Warning);
}

/// Names of the roles and of the delegated permissions (for all users) that a service principal has.
async fn held(
    desk: &Desk,
    token: &str,
    principal: &str,
) -> Result<(BTreeSet<String>, BTreeSet<String>), u16> {
    let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
    let roles = desk
        .list(token, &path)
        .await?
        .iter()
        .filter_map(|assignment| {
            let id = text(&assignment["appRoleId"]).parse().ok()?;
            let kind = PermissionKind::Application;
            let permission = catalogue().find_id(Resource::Graph, kind, id)?;
            Some(permission.name.clone())
        })
        .collect();
    let path = format!("/servicePrincipals/{principal}/oauth2PermissionGrants");
    let scopes = desk
        .list(token, &path)
        .await?
        .iter()
        .filter(|grant| grant["consentType"] == "AllPrincipals")
        .flat_map(|grant| {
            let scope = text(&grant["scope"]);
            scope
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    Ok((roles, scopes))
}

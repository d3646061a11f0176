//! Who may consent to what, and what is not consented to yet.
//!
//! <https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent>

use fairlead_domain::permission::{Resource, catalogue};
use fairlead_domain::role::DirectoryRole;
use serde_json::json;

use super::client::{self, Client, Origin};
use super::error::Refusal;
use super::flow::roles as flow_roles;
use super::grant::{self, Declared};
use super::memory::Fresh;
use super::scope::Requested;
use crate::scenario::Defect;
use crate::tenant::{Account, World};

/// A delegated permission by service and name.
pub(crate) type Delegated = (Resource, String);

/// Reads the scopes of an app.
pub(crate) fn requested(
    world: &World,
    client: &Client,
    scopes: &[String],
) -> Result<Requested, Refusal> {
    Requested::parse(
        scopes.iter().map(String::as_str),
        &world.tenant.id.to_string(),
        &client.app.display_name,
    )
}

/// Microsoft's own client may ask Graph alone: nobody can widen what it is pre-authorized for.
pub(crate) fn allowed_resources(client: &Client, requested: &Requested) -> Result<(), Refusal> {
    if client.origin != Origin::Microsoft {
        return Ok(());
    }
    match requested
        .resources()
        .into_iter()
        .find(|resource| *resource != Resource::Graph)
    {
        None => Ok(()),
        Some(resource) => Err(Refusal::new(
            65_002,
            format!(
                "Consent between first party application '{}' and first party resource '{}' must be configured via preauthorization.",
                client.app.app_id,
                resource.app_id()
            ),
        )),
    }
}

/// Conditional Access, the enterprise application's switch, and its assignments.
pub(crate) fn policies_allow(
    world: &World,
    client: &Client,
    account: &Account,
) -> Result<(), Refusal> {
    let theirs = client.origin != Origin::Microsoft;
    if theirs && world.tenant.defects.contains(&Defect::UsersBlocked) {
        return Err(blocked_by_policy());
    }
    let Some(principal) = client::principal(world, client.app.app_id) else {
        return Ok(());
    };
    client::enabled(client, principal)?;
    let now = world.now();
    let assigned = world.tenant.app_role_assignments.iter().any(|assignment| {
        assignment.principal_id == account.id
            && assignment.resource_id == principal.id
            && assignment.visible_from <= now
    });
    if principal.app_role_assignment_required && !assigned {
        return Err(Refusal::new(
            50_105,
            format!(
                "Your administrator has configured the application {} to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
                client.shown(),
                account.user_principal_name
            ),
        ));
    }
    Ok(())
}

/// A Conditional Access policy says no.
pub(crate) fn blocked_by_policy() -> Refusal {
    Refusal::new(
        53_003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    )
    .suberror("message_only")
    .claims(&json!({"access_token": {"capolids": {"essential": true, "values": ["5f0c9d5e-6d41-4f5c-9d7b-0d1b5a1f3c11"]}}}))
}

/// Nobody consented, and no page can be shown to ask.
pub(crate) fn not_consented(client: &Client) -> Refusal {
    Refusal::new(
        65_001,
        format!(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an interactive authorization request for this user and resource.",
            client.app.app_id, client.app.display_name
        ),
    )
    .suberror("consent_required")
}

/// What a user's sign-in still needs consent to. `/.default` asks for nothing where anything is
/// granted already, else for all that the registration declares.
pub(crate) fn missing(
    world: &World,
    client: &Client,
    account: &Account,
    requested: &Requested,
    ask_again: bool,
) -> Result<Vec<Delegated>, Refusal> {
    let principal = client::principal(world, client.app.app_id).map(|principal| principal.id);
    let granted = |resource| match principal {
        Some(principal) => grant::scopes(world, principal, resource, account.id),
        None => std::collections::BTreeSet::new(),
    };
    let declared = grant::declared(&client.app.required_resource_access);
    let mut missing = Vec::new();
    for resource in &requested.defaults {
        let there = granted(*resource);
        let listed = declared
            .iter()
            .filter(|entry| entry.resource == *resource)
            .flat_map(|entry| entry.scopes.iter());
        if there.is_empty() && listed.clone().next().is_none() {
            return Err(Refusal::new(
                650_057,
                format!(
                    "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {}({}). Resource value from request: {}.",
                    client.app.app_id,
                    client.app.display_name,
                    resource.app_id()
                ),
            ));
        }
        if there.is_empty() || ask_again {
            missing.extend(listed.map(|name| (*resource, name.clone())));
        }
    }
    let mut named: Vec<Delegated> = requested.named.clone();
    if client.origin != Origin::Microsoft {
        named.extend(
            requested
                .oidc
                .iter()
                .map(|name| (Resource::Graph, name.clone())),
        );
    }
    for (resource, name) in named {
        let covered = granted(resource).contains(&name) && !ask_again;
        let listed = missing.iter().any(|(r, n)| *r == resource && *n == name);
        if !covered && !listed {
            missing.push((resource, name));
        }
    }
    // Only the sign-in itself, beside permissions that are granted, is never worth a page.
    let about_sign_in = |(resource, name): &Delegated| {
        *resource == Resource::Graph
            && ["openid", "profile", "email", "offline_access"].contains(&name.as_str())
    };
    if !granted(Resource::Graph).is_empty() && missing.iter().all(about_sign_in) && !ask_again {
        missing.clear();
    }
    Ok(missing)
}

/// Whether somebody without an administrator's role may consent to all of it for himself.
pub(crate) fn user_may(
    world: &World,
    client: &Client,
    missing: &[Delegated],
) -> Result<(), Refusal> {
    let needs_admin = missing.iter().any(|(resource, name)| {
        !catalogue()
            .find(*resource, name)
            .is_some_and(|permission| permission.user_consent)
    });
    if needs_admin {
        return Err(admin_needed(client));
    }
    if !world.tenant.policies.users_may_consent {
        return Err(Refusal::new(
            90_095,
            format!(
                "Admin consent is required for '{}'. Users may not consent to apps in this organisation; a request can be sent to an administrator.",
                client.app.display_name
            ),
        ));
    }
    Ok(())
}

fn admin_needed(client: &Client) -> Refusal {
    Refusal::new(
        90_094,
        format!(
            "{} needs permission to access resources in your organisation that only an admin can grant. Ask an admin to grant permission to this app before you can use it.",
            client.app.display_name
        ),
    )
}

/// Whether an account may consent to this for the whole tenant.
pub(crate) fn admin_may(
    world: &World,
    client: &Client,
    account: &Account,
    wanted: &[Declared],
) -> Result<(), Refusal> {
    let graph_roles = wanted
        .iter()
        .any(|entry| entry.resource == Resource::Graph && !entry.roles.is_empty());
    let enough: fn(DirectoryRole) -> bool = if graph_roles {
        DirectoryRole::may_consent_to_application_permissions
    } else {
        DirectoryRole::may_consent_to_delegated_permissions
    };
    if flow_roles(world, account).any(enough) {
        Ok(())
    } else {
        Err(admin_needed(client))
    }
}

/// Writes a user's consent down, and says what is effective in this sign-in already.
pub(crate) fn store(
    world: &mut World,
    client: &Client,
    account: &Account,
    missing: &[Delegated],
    whole_tenant: bool,
) -> Vec<Fresh> {
    let principal = grant::ensure_principal(world, client);
    let user = (!whole_tenant).then_some(account.id);
    for resource in crate::tenant::resource::SERVICES {
        let names: Vec<String> = missing
            .iter()
            .filter(|(of, _)| *of == resource)
            .map(|(_, name)| name.clone())
            .collect();
        grant::grant_scopes(world, principal, resource, user, &names);
    }
    let until = world.visible_from();
    crate::scenario::consented(world, client.app.app_id);
    missing
        .iter()
        .map(|(resource, name)| Fresh {
            resource: *resource,
            name: name.clone(),
            until,
        })
        .collect()
}

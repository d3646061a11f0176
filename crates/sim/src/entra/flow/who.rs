//! Who signs in, and whether this account may.

use fairlead_domain::ids::RoleTemplateId;
use fairlead_domain::role::DirectoryRole;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Flow, Purpose};
use crate::entra::client::{Client, Origin};
use crate::entra::error::Refusal;
use crate::entra::params::Params;
use crate::tenant::{Account, AccountState, World, accounts};

/// So many wrong passwords in a row lock an account.
const TRIES: u32 = 10;

/// For so long.
const LOCKED: SignedDuration = SignedDuration::from_mins(1);

pub(crate) fn by_id(world: &World, id: Uuid) -> Option<&Account> {
    world
        .tenant
        .accounts
        .iter()
        .find(|account| account.id == id)
}

pub(crate) fn by_name<'a>(world: &'a World, name: &str) -> Option<&'a Account> {
    world.tenant.accounts.iter().find(|account| {
        account
            .user_principal_name
            .eq_ignore_ascii_case(name.trim())
    })
}

fn not_there(name: &str, world: &World) -> Refusal {
    let name: String = name.chars().take(100).collect();
    Refusal::new(
        50_034,
        format!(
            "The user account {name} does not exist in the {} directory. To sign into this application, the account must be added to the directory.",
            world.tenant.id
        ),
    )
}

/// Who signs in where nobody is there to say: the one who is hinted at; for Microsoft's own client and
/// for admin consent the administrator; else the synchronisation account.
pub(crate) fn without_a_person(
    world: &World,
    flow: &Flow,
    client: &Client,
) -> Result<Uuid, Refusal> {
    if let Some(hint) = &flow.hint {
        return by_name(world, hint)
            .map(|account| account.id)
            .ok_or_else(|| not_there(hint, world));
    }
    let name =
        if client.origin == Origin::Microsoft || matches!(flow.purpose, Purpose::AdminConsent(_)) {
            accounts::ADMIN
        } else {
            accounts::REPORTS
        };
    accounts::named(&world.tenant, name)
        .map(|account| account.id)
        .ok_or_else(|| not_there(name, world))
}

/// The account of a typed name and password.
pub(crate) fn by_password(world: &mut World, params: &Params) -> Result<Uuid, Refusal> {
    let name = params.get("login").or_else(|| params.get("username"));
    let password = params.get("passwd").or_else(|| params.get("password"));
    let name = name.unwrap_or_default();
    let now = world.now();
    let account = by_name(world, name)
        .cloned()
        .ok_or_else(|| not_there(name, world))?;
    let (count, last) = world
        .sign_in
        .failures
        .get(&account.id)
        .copied()
        .unwrap_or((0, now));
    if count >= TRIES && now.duration_since(last) < LOCKED {
        return Err(Refusal::new(
            50_053,
            "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
        ));
    }
    if password != Some(account.password.as_str()) {
        world.sign_in.failures.insert(account.id, (count + 1, now));
        return Err(Refusal::new(
            50_126,
            "Error validating credentials due to invalid username or password.",
        ));
    }
    world.sign_in.failures.remove(&account.id);
    Ok(account.id)
}

/// Whether an account that is who it says may sign in at all.
pub(crate) fn may_sign_in(account: &Account) -> Result<(), Refusal> {
    match account.state {
        AccountState::Disabled => Err(Refusal::new(50_057, "The user account is disabled.")),
        AccountState::PasswordExpired => Err(Refusal::new(50_055, "The password is expired.")),
        AccountState::Ready | AccountState::MfaRequired => Ok(()),
    }
}

pub(crate) fn needs_second_factor(account: &Account) -> bool {
    account.state == AccountState::MfaRequired
}

/// A second factor is needed and nobody is there to give it.
pub(crate) fn second_factor_needed(client: &Client) -> Refusal {
    Refusal::new(
        50_076,
        format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{}'.",
            client.app.app_id
        ),
    )
    .suberror("basic_action")
    .claims(&serde_json::json!({"access_token": {"capolids": {"essential": true, "values": ["5f0c9d5e-6d41-4f5c-9d7b-0d1b5a1f3c11"]}}}))
}

/// Active directory roles of an account, as far as they matter here.
pub(crate) fn roles(world: &World, account: &Account) -> impl Iterator<Item = DirectoryRole> {
    world
        .tenant
        .roles_of(account.id)
        .into_iter()
        .filter_map(|id| DirectoryRole::of_template(RoleTemplateId::new(id)))
}

use uuid::Uuid;

use super::{before, days};
use crate::tenant::{Account, AccountState, World, accounts};

fn account(world: &mut World, id: Uuid) -> Option<&mut Account> {
    world
        .tenant
        .accounts
        .iter_mut()
        .find(|account| account.id == id)
}

pub(in crate::scenario) fn disable_account(world: &mut World, id: Uuid) {
    set_state(world, id, AccountState::Disabled);
}

pub(in crate::scenario) fn expire_password(world: &mut World, id: Uuid) {
    set_state(world, id, AccountState::PasswordExpired);
}

pub(in crate::scenario) fn require_second_factor(world: &mut World, id: Uuid) {
    set_state(world, id, AccountState::MfaRequired);
}

fn set_state(world: &mut World, id: Uuid, state: AccountState) {
    if let Some(account) = account(world, id) {
        account.state = state;
    }
}

pub(in crate::scenario) fn make_guest(world: &mut World, id: Uuid) {
    if let Some(account) = account(world, id) {
        account.guest = true;
    }
}

pub(in crate::scenario) fn delete_account(world: &mut World, id: Uuid) {
    let accounts = &mut world.tenant.accounts;
    if let Some(at) = accounts.iter().position(|account| account.id == id) {
        let account = accounts.remove(at);
        world.sign_in.removed.push(account);
    }
}

pub(in crate::scenario) fn revoke_sessions(world: &mut World, id: Uuid) {
    let now = world.now();
    world.sign_in.revoked.insert(id, now);
}

pub(in crate::scenario) fn age_refresh_tokens(world: &mut World, id: Uuid) {
    let long_ago = before(world.now(), days(100));
    for token in world.sign_in.refresh_tokens.values_mut() {
        if token.sign_in.account == id {
            token.issued = long_ago;
            token.last_used = long_ago;
        }
    }
}

/// The accounts' sign-ins are as they were.
pub(in crate::scenario) fn mend_accounts(world: &mut World) {
    let removed = std::mem::take(&mut world.sign_in.removed);
    world.tenant.accounts.extend(removed);
    for account in &mut world.tenant.accounts {
        if account.user_principal_name.starts_with(accounts::REPORTS) {
            account.state = AccountState::Ready;
            account.guest = false;
        }
    }
}

//! The named accounts: those that sign in.

use fairlead_domain::role::DirectoryRole;
use uuid::Uuid;

use super::groups::Group;
use super::{Account, AccountState, Tenant, World};

/// The service plan of Planner that basic licences hold (`PROJECTWORKMANAGEMENT`).
pub(crate) const PLANNER_PLAN: Uuid = uuid::uuid!("b737dad2-2f6c-4c65-90e3-ca563267e8b9");

/// The service plan that gives a mailbox (`EXCHANGE_S_ENTERPRISE`).
pub(crate) const MAILBOX_PLAN: Uuid = uuid::uuid!("efb87545-963c-4e0d-99df-69c6916d9eb0");

/// The administrator of the ready line.
pub(crate) const ADMIN: &str = "admin";

/// The synchronisation account: a member of every Microsoft 365 group.
pub(crate) const REPORTS: &str = "reports";

struct Seed {
    name: &'static str,
    display_name: &'static str,
    role: Option<DirectoryRole>,
    eligible: Option<DirectoryRole>,
    state: AccountState,
    guest: bool,
    licensed: bool,
    note: &'static str,
}

const fn person(name: &'static str, display_name: &'static str, note: &'static str) -> Seed {
    Seed {
        name,
        display_name,
        role: None,
        eligible: None,
        state: AccountState::Ready,
        guest: false,
        licensed: true,
        note,
    }
}

const fn administrator(
    name: &'static str,
    display_name: &'static str,
    role: DirectoryRole,
    note: &'static str,
) -> Seed {
    Seed {
        role: Some(role),
        licensed: false,
        ..person(name, display_name, note)
    }
}

const SEEDS: [Seed; 12] = [
    administrator(
        ADMIN,
        "Ada Administrator",
        DirectoryRole::GlobalAdministrator,
        "may do everything; who is signed in by itself with --auto-consent",
    ),
    administrator(
        "second.admin",
        "Selma Second",
        DirectoryRole::GlobalAdministrator,
        "a second Global Administrator",
    ),
    administrator(
        "privileged",
        "Priya Privileged",
        DirectoryRole::PrivilegedRoleAdministrator,
        "may consent to everything, but not create apps where members may not",
    ),
    administrator(
        "cloudapp",
        "Clara Cloud",
        DirectoryRole::CloudApplicationAdministrator,
        "may create apps and consent, except to Microsoft Graph application permissions",
    ),
    administrator(
        "reader",
        "Rita Reader",
        DirectoryRole::GlobalReader,
        "may read the whole directory",
    ),
    Seed {
        eligible: Some(DirectoryRole::GlobalAdministrator),
        licensed: false,
        ..person(
            "eligible",
            "Elif Eligible",
            "Global Administrator as an eligible role that is not active",
        )
    },
    person("member", "Max Member", "an ordinary member"),
    person(
        REPORTS,
        "Reports Synchronisation",
        "the synchronisation account: member of every Microsoft 365 group",
    ),
    person("newcomer", "Nora Newcomer", "a member of no group"),
    Seed {
        guest: true,
        licensed: false,
        ..person(
            "pia_fabrikam.example#EXT#",
            "Pia Partner",
            "a guest from another tenant",
        )
    },
    Seed {
        state: AccountState::Disabled,
        ..person("former", "Fred Former", "a disabled account")
    },
    Seed {
        state: AccountState::MfaRequired,
        ..person(
            "careful",
            "Carl Careful",
            "an ordinary member whose sign-in asks for a second factor",
        )
    },
];

fn template(role: Option<DirectoryRole>) -> Vec<Uuid> {
    role.map(|role| role.template().uuid())
        .into_iter()
        .collect()
}

/// Puts the named accounts into a new tenant.
pub(crate) fn seed(tenant: &mut Tenant) {
    for seed in SEEDS {
        let account = Account {
            id: tenant.new_guid(),
            user_principal_name: format!("{}@{}", seed.name, tenant.initial_domain),
            display_name: seed.display_name.to_owned(),
            password: password(tenant.seed, seed.name),
            state: seed.state,
            guest: seed.guest,
            roles: template(seed.role),
            eligible_roles: template(seed.eligible),
            service_plans: if seed.licensed {
                vec![PLANNER_PLAN, MAILBOX_PLAN]
            } else {
                Vec::new()
            },
        };
        tenant.accounts.push(account);
    }
}

/// What to know about a named account.
pub(crate) fn note(user_principal_name: &str) -> &'static str {
    SEEDS
        .iter()
        .find(|seed| local_part(user_principal_name) == seed.name)
        .map_or("", |seed| seed.note)
}

/// The account of this name in the tenant's own domain.
pub(crate) fn named<'a>(tenant: &'a Tenant, name: &str) -> Option<&'a Account> {
    tenant
        .accounts
        .iter()
        .find(|account| local_part(&account.user_principal_name) == name)
}

/// The same, to change it.
pub(crate) fn named_mut<'a>(tenant: &'a mut Tenant, name: &str) -> Option<&'a mut Account> {
    tenant
        .accounts
        .iter_mut()
        .find(|account| local_part(&account.user_principal_name) == name)
}

/// The Microsoft 365 groups, in the order of the list.
fn unified_groups(tenant: &Tenant) -> impl Iterator<Item = Group> {
    (0..tenant.groups_count())
        .filter_map(|place| tenant.group_at(place))
        .filter(|group| group.unified)
}

/// The synchronisation account is a member of every Microsoft 365 group, and an owner of those of them
/// that are not public.
pub(crate) fn join_groups(tenant: &mut Tenant) {
    let Some(reports) = named(tenant, REPORTS).map(|account| account.id) else {
        return;
    };
    tenant.set_member_everywhere(reports);
    let private: Vec<Uuid> = unified_groups(tenant)
        .filter(|group| group.visibility.as_deref() != Some("Public"))
        .map(|group| group.id)
        .collect();
    for group in private {
        tenant.set_group_owner(group, reports, true);
    }
}

/// Every third group with a plan loses the synchronisation account.
pub(crate) fn leave_some_groups(world: &mut World) {
    let tenant = &mut world.tenant;
    let Some(reports) = named(tenant, REPORTS).map(|account| account.id) else {
        return;
    };
    let with_plans: Vec<Uuid> = unified_groups(tenant)
        .filter(|group| tenant.plans_of(group.id).count() > 0)
        .map(|group| group.id)
        .collect();
    for group in with_plans.into_iter().step_by(3) {
        tenant.set_member(group, reports, false);
        tenant.set_group_owner(group, reports, false);
    }
}

/// The synchronisation account owns no group.
pub(crate) fn own_nothing(world: &mut World) {
    let tenant = &mut world.tenant;
    let Some(reports) = named(tenant, REPORTS).map(|account| account.id) else {
        return;
    };
    let all: Vec<Uuid> = unified_groups(tenant).map(|group| group.id).collect();
    for group in all {
        tenant.set_group_owner(group, reports, false);
    }
}

fn local_part(user_principal_name: &str) -> &str {
    user_principal_name
        .rsplit_once('@')
        .map_or(user_principal_name, |(local, _)| local)
}

/// A password that nobody guesses from another account's, the same for the same seed.
fn password(seed: u64, name: &str) -> String {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let hash = digest(&SHA256, format!("fairlead-sim {seed} {name}").as_bytes());
    let text = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..12]);
    format!("Sim-{text}-9x")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn every_account_has_its_own_id_name_password_and_note() {
        let mut world = World::new(Options::default());
        seed(&mut world.tenant);
        let accounts = &world.tenant.accounts;
        let distinct = |of: fn(&Account) -> String| {
            let set: std::collections::BTreeSet<_> = accounts.iter().map(of).collect();
            set.len()
        };
        assert_eq!(accounts.len(), SEEDS.len());
        assert_eq!(distinct(|a| a.id.to_string()), SEEDS.len());
        assert_eq!(distinct(|a| a.user_principal_name.clone()), SEEDS.len());
        assert_eq!(distinct(|a| a.password.clone()), SEEDS.len());
        assert!(
            accounts
                .iter()
                .all(|a| !note(&a.user_principal_name).is_empty())
        );
        assert!(named(&world.tenant, ADMIN).is_some_and(|admin| admin.roles.len() == 1));
    }
}

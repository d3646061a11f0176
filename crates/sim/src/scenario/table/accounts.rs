use crate::entra;
use crate::scenario::Defect;
use crate::scenario::definition::{
    ACCOUNT, APP, CERTIFICATE, Definition, Effect, SECRET, VENDOR, failed, scenario, warning,
};
use crate::scenario::plant::accounts as change;
use crate::tenant::{World, accounts};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::Account(change::disable_account)],
        mend: Some(change::mend_accounts),
        finds: &[failed(ACCOUNT, "account.enabled")],
        ..scenario(
            "account-disabled",
            "The synchronisation account is disabled",
        )
    },
    Definition {
        planted: &[Effect::Account(change::delete_account)],
        mend: Some(change::mend_accounts),
        finds: &[failed(ACCOUNT, "account.enabled")],
        ..scenario("account-deleted", "The synchronisation account is gone")
    },
    Definition {
        planted: &[Effect::Account(change::make_guest)],
        mend: Some(change::mend_accounts),
        finds: &[failed(ACCOUNT, "account.enabled")],
        ..scenario("account-guest", "The synchronisation account is a guest")
    },
    Definition {
        planted: &[Effect::Account(change::expire_password)],
        mend: Some(change::mend_accounts),
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario("password-expired", "The account's password has expired")
    },
    Definition {
        planted: &[Effect::Account(change::require_second_factor)],
        mend: Some(change::mend_accounts),
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario(
            "mfa-required",
            "The account's sign-in asks for a second factor since it was connected",
        )
    },
    Definition {
        planted: &[Effect::Account(change::revoke_sessions)],
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario(
            "session-revoked",
            "The account's sessions were revoked: it has to sign in again",
        )
    },
    Definition {
        planted: &[Effect::Account(change::age_refresh_tokens)],
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario(
            "refresh-token-unused",
            "The account's sign-in was not used for 90 days and is over",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::SignInFrequency)],
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario(
            "sign-in-frequency",
            "Conditional Access wants a fresh sign-in more often than a program can have one",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::UsersBlocked)],
        finds: &[failed(ACCOUNT, "token.issued")],
        ..scenario(
            "conditional-access",
            "Conditional Access blocks users' sign-ins to apps that are not Microsoft's",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::WorkloadsBlocked)],
        finds: &[failed(APP, "token.issued")],
        ..scenario(
            "conditional-access-workload",
            "Conditional Access blocks apps that sign in on their own",
        )
    },
    Definition {
        defects: &[Defect::DeviceCodeBlocked],
        ..scenario(
            "device-code-blocked",
            "Conditional Access blocks device codes; a browser can sign in",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::ClaimsChallenge)],
        ..scenario(
            "claims-challenge",
            "Graph challenges tokens of clients that say they can answer, until they do",
        )
    },
    Definition {
        start: Some(deactivate_role),
        mend: Some(activate_role),
        finds: &[
            failed(CERTIFICATE | SECRET, "token.permissions"),
            failed(ACCOUNT, "account.stored"),
            failed(VENDOR, "principal.exists"),
        ],
        ..scenario(
            "role-not-active",
            "The administrator is only eligible for the role, so the set-up stops at the consent",
        )
    },
    Definition {
        start: Some(|world| world.tenant.policies.users_may_consent = false),
        ..scenario(
            "user-consent-off",
            "Users may consent to nothing by themselves",
        )
    },
    Definition {
        start: Some(|world| without_plan(world, accounts::MAILBOX_PLAN)),
        mend: Some(license),
        finds: &[warning(ACCOUNT | VENDOR, "licence.account-mailbox").only(&["planner-restore"])],
        ..scenario(
            "no-exchange-licence",
            "The synchronisation account has no mailbox licence",
        )
    },
    Definition {
        start: Some(|world| without_plan(world, accounts::PLANNER_PLAN)),
        mend: Some(license),
        finds: &[failed(ACCOUNT | VENDOR, "licence.account-planner")],
        ..scenario(
            "account-without-planner-licence",
            "The synchronisation account has no licence for Planner",
        )
    },
];

/// The administrator is only eligible. Microsoft's own client was consented to for everybody long ago,
/// as in tenants where it is in use: signing in works, and what needs the role is refused.
fn deactivate_role(world: &mut World) {
    entra::preconsent_bootstrap(world);
    if let Some(admin) = accounts::named_mut(&mut world.tenant, accounts::ADMIN) {
        let roles = std::mem::take(&mut admin.roles);
        admin.eligible_roles.extend(roles);
    }
}

fn activate_role(world: &mut World) {
    if let Some(admin) = accounts::named_mut(&mut world.tenant, accounts::ADMIN) {
        let roles = std::mem::take(&mut admin.eligible_roles);
        admin.roles.extend(roles);
    }
}

fn without_plan(world: &mut World, plan: uuid::Uuid) {
    if let Some(reports) = accounts::named_mut(&mut world.tenant, accounts::REPORTS) {
        reports.service_plans.retain(|id| *id != plan);
    }
}

fn license(world: &mut World) {
    if let Some(reports) = accounts::named_mut(&mut world.tenant, accounts::REPORTS) {
        reports.service_plans = vec![accounts::PLANNER_PLAN, accounts::MAILBOX_PLAN];
    }
}

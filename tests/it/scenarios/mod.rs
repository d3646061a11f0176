//! No false green: every scenario of the simulated tenant, for every profile and credential, through
//! the real command line; what a test finds, and whether what it proposes repairs it.

mod alone;
mod automation;
mod case;
mod finding;
mod lookups;
mod portal;
mod remedies;
mod table;
mod tenant;

/// One test for each scenario, so that they run side by side and a failure has a name.
macro_rules! scenarios {
    ($($name:ident)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];

        mod every_case_of {
            $(
                #[test]
                fn $name() {
                    super::table::hold(&super::named(stringify!($name)));
                }
            )+
        }
    };
}

fn named(ident: &str) -> String {
    ident.replace('_', "-")
}

scenarios! {
    healthy
    no_consent
    consent_without_roles
    permission_missing
    wrong_kind_granted
    consent_for_one_user
    surplus_permission
    legacy_broad_permissions
    grant_not_in_token_yet
    principal_recreated
    certificate_expired
    certificate_ends_soon
    certificate_not_on_app
    certificate_replaced
    secret_expired
    secret_ends_soon
    secret_removed
    stranger_key
    stranger_secret
    secrets_forbidden
    secrets_forbidden_later
    key_lifetime_limited
    key_lifetime_shortened
    app_deleted
    audience_widened
    permissions_undeclared
    redirect_missing
    redirect_on_web
    public_client_off
    namesake_app
    members_register_no_apps
    principal_deleted
    principal_disabled
    assignment_required
    account_disabled
    account_deleted
    account_guest
    password_expired
    mfa_required
    session_revoked
    refresh_token_unused
    sign_in_frequency
    conditional_access
    conditional_access_workload
    device_code_blocked
    claims_challenge
    role_not_active
    user_consent_off
    no_exchange_licence
    account_without_planner_licence
    clock_skew
    clock_drift
    domain_gone
    tenant_renamed
    other_cloud
    no_planner_licence
    planner_licence_suspended
    premium_plans
    groups_empty
    not_a_member
    owner_missing
    hidden_membership
    groups_unavailable
    members_refused
    users_unavailable
    plans_refused
    plans_all_refused
    graph_down
    planner_throttled
    task_details_refused
    batch_refused
    comments_refused
    files_refused
    directory_reads_fail
    grants_unreadable
    policies_unreadable
    organization_unreadable
    licences_unreadable
    vendor_not_consented
    vendor_partly_consented
    vendor_consent_for_one_user
    vendor_disabled
}

#[test]
fn no_scenario_is_left_out() {
    let ours: Vec<String> = NAMES.iter().map(|name| named(name)).collect();
    let theirs: Vec<&str> = fairlead_sim::scenarios().iter().map(|it| it.name).collect();
    assert_eq!(
        ours, theirs,
        "the list of tests in this file, and the scenarios"
    );
}

/// The cases that the everyday tests leave out.
#[test]
fn soak_every_other_case() {
    for name in NAMES {
        table::rest(&named(name));
    }
}

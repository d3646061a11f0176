use super::*;
use crate::scenario::Defect;
use crate::tenant::AccountState;

fn signed_in(bench: &mut Bench) -> String {
    bench.grant_scopes(&["Tasks.Read", "User.Read", "offline_access"]);
    let code = bench.code("Tasks.Read offline_access");
    let tokens = bench.redeem(&code).unwrap();
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

fn refresh(bench: &mut Bench, token: &str, scope: &str) -> Result<Value, u64> {
    bench.tokens(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", scope),
    ])
}

#[test]
fn a_new_refresh_token_comes_and_the_old_one_stays_usable() {
    let mut bench = Bench::new();
    let first = signed_in(&mut bench);
    let tokens = refresh(&mut bench, &first, "").unwrap();
    let second = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(bench.scopes_of(&tokens), ["Tasks.Read", "User.Read"]);
    assert!(refresh(&mut bench, &second, "").is_ok());
    assert!(refresh(&mut bench, &first, "").is_ok());
}

#[test]
fn what_is_asked_for_now_must_be_consented_to_already() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    assert!(refresh(&mut bench, &token, "User.Read").is_ok());
    assert_eq!(refresh(&mut bench, &token, "Mail.Send"), Err(65_001));
    let answer = bench.post(
        "/{tid}/oauth2/v2.0/token",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("scope", "Mail.Send"),
            ("client_id", &bench.app.to_string()),
        ],
    );
    let error: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(error["error"], "invalid_grant");
    assert_eq!(error["suberror"], "consent_required");
    assert!(refresh(&mut bench, &token, GRAPH).is_ok());
}

#[test]
fn a_revoked_consent_ends_it() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    bench.world.tenant.permission_grants.clear();
    assert_eq!(refresh(&mut bench, &token, ""), Err(65_001));
    assert_eq!(refresh(&mut bench, &token, GRAPH), Err(65_001));
}

#[test]
fn a_token_of_another_client_or_none_is_refused() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    let other = bench.add_app().to_string();
    let theirs = bench.tokens(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("client_id", &other),
    ]);
    assert_eq!(theirs, Err(70_000));
    assert_eq!(refresh(&mut bench, "nonsense", ""), Err(70_000));
}

#[test]
fn ninety_days_without_use_end_it() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    bench.later(SignedDuration::from_hours(24 * 80));
    assert!(refresh(&mut bench, &token, "").is_ok());
    bench.later(SignedDuration::from_hours(24 * 91));
    assert_eq!(refresh(&mut bench, &token, ""), Err(700_082));
}

#[test]
fn what_happens_to_the_account_ends_it() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    for (state, code) in [
        (AccountState::Disabled, 50_057),
        (AccountState::PasswordExpired, 50_055),
        (AccountState::MfaRequired, 50_076),
    ] {
        bench.account("reports").state = state;
        assert_eq!(refresh(&mut bench, &token, ""), Err(code));
    }
    bench.account("reports").state = AccountState::Ready;
    assert!(refresh(&mut bench, &token, "").is_ok());
    let (id, now) = (bench.account("reports").id, bench.world.now());
    bench.world.sign_in.revoked.insert(id, now);
    assert_eq!(refresh(&mut bench, &token, ""), Err(50_173));
    bench.world.sign_in.revoked.clear();
    bench
        .world
        .tenant
        .accounts
        .retain(|account| account.id != id);
    assert_eq!(refresh(&mut bench, &token, ""), Err(50_034));
}

#[test]
fn a_second_factor_at_sign_in_covers_refreshing() {
    let mut bench = Bench::new();
    bench.account("reports").state = AccountState::MfaRequired;
    let token = signed_in(&mut bench);
    assert!(refresh(&mut bench, &token, "").is_ok());
}

#[test]
fn policies_of_the_tenant_end_it() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    for (defect, code) in [
        (Defect::UsersBlocked, 53_003),
        (Defect::SignInFrequency, 70_043),
    ] {
        bench.world.tenant.defects.insert(defect);
        assert_eq!(refresh(&mut bench, &token, ""), Err(code));
        bench.world.tenant.defects.clear();
    }
    let principal = bench.principal();
    let principals = &mut bench.world.tenant.service_principals;
    let entry = principals.iter_mut().find(|p| p.id == principal).unwrap();
    entry.app_role_assignment_required = true;
    assert_eq!(refresh(&mut bench, &token, ""), Err(50_105));
}

#[test]
fn a_deleted_service_principal_ends_it() {
    let mut bench = Bench::new();
    let token = signed_in(&mut bench);
    let now = bench.world.now();
    let app = bench.app;
    let principals = &mut bench.world.tenant.service_principals;
    let entry = principals.iter_mut().find(|p| p.app_id == app).unwrap();
    entry.deleted = Some(now);
    assert_eq!(refresh(&mut bench, &token, ""), Err(7_000_229));
}

#[test]
fn a_public_client_refreshes_without_a_credential_and_a_web_app_with_one() {
    let mut bench = Bench::new();
    bench.add_secret("s3cret", 10);
    let token = signed_in(&mut bench);
    let with_secret = bench.tokens(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("client_secret", "s3cret"),
    ]);
    assert_eq!(with_secret, Err(700_025));
}

#[test]
fn a_password_grant_meets_the_same_rules() {
    let mut bench = Bench::new();
    bench.grant_scopes(&["Tasks.Read"]);
    let user = bench.account("reports").user_principal_name.clone();
    let password = bench.account("reports").password.clone();
    let ask = |bench: &mut Bench, user: &str, password: &str| {
        bench.tokens(&[
            ("grant_type", "password"),
            ("username", user),
            ("password", password),
            ("scope", "Tasks.Read"),
        ])
    };
    assert!(ask(&mut bench, &user, &password).is_ok());
    assert_eq!(ask(&mut bench, "nobody@contoso.example", "x"), Err(50_034));
    for _ in 0..10 {
        assert_eq!(ask(&mut bench, &user, "wrong"), Err(50_126));
    }
    assert_eq!(ask(&mut bench, &user, &password), Err(50_053));
    bench.later(SignedDuration::from_mins(2));
    assert!(ask(&mut bench, &user, &password).is_ok());
}

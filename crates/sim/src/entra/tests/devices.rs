use super::*;
use crate::scenario::Defect;

fn start(bench: &mut Bench, scope: &str) -> Result<Value, u64> {
    let id = bench.app.to_string();
    body(&bench.post(
        "/{tid}/oauth2/v2.0/devicecode",
        &[("client_id", &id), ("scope", scope)],
    ))
}

fn poll(bench: &mut Bench, code: &str) -> Result<Value, u64> {
    bench.tokens(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", code),
    ])
}

fn error(bench: &mut Bench, code: &str) -> Value {
    let id = bench.app.to_string();
    let answer = bench.post(
        "/{tid}/oauth2/v2.0/token",
        &[
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code),
            ("client_id", &id),
        ],
    );
    serde_json::from_slice::<Value>(&answer.body).unwrap()["error"].clone()
}

fn waiting() -> (Bench, Value) {
    let mut bench = Bench::with(Options::default());
    bench.grant_scopes(&["Tasks.Read", "offline_access"]);
    let started = start(&mut bench, "Tasks.Read offline_access").unwrap();
    (bench, started)
}

fn flow_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"flow\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn sign_in(bench: &mut Bench, user_code: &str, name: &str) -> Answer {
    let typed = page(&bench.post("/common/oauth2/deviceauth", &[("otc", user_code)]));
    let account = bench.account(name);
    let (user, password) = (
        account.user_principal_name.clone(),
        account.password.clone(),
    );
    bench.post(
        "/common/login",
        &[
            ("flow", &flow_of(&typed)),
            ("login", &user),
            ("passwd", &password),
            ("act", "sign-in"),
        ],
    )
}

#[test]
fn a_code_waits_for_its_person_and_then_becomes_tokens() {
    let (mut bench, started) = waiting();
    let code = started["device_code"].as_str().unwrap().to_owned();
    assert_eq!(started["expires_in"], 900);
    assert_eq!(started["interval"], 5);
    assert!(started.get("verification_uri_complete").is_none());
    assert_eq!(error(&mut bench, &code), "authorization_pending");
    let confirm = sign_in(
        &mut bench,
        started["user_code"].as_str().unwrap(),
        "reports",
    );
    let confirm = page(&confirm);
    assert!(confirm.contains("Are you trying to sign in to Planner reports?"));
    bench.later(SignedDuration::from_secs(5));
    assert_eq!(error(&mut bench, &code), "authorization_pending");
    let done = bench.post(
        "/common/login",
        &[("flow", &flow_of(&confirm)), ("act", "confirm")],
    );
    assert!(page(&done).contains("You have signed in to Planner reports"));
    let tokens = poll(&mut bench, &code).unwrap();
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(poll(&mut bench, &code), Err(70_000));
}

#[test]
fn who_polls_too_often_is_slowed_down() {
    let (mut bench, started) = waiting();
    let code = started["device_code"].as_str().unwrap().to_owned();
    assert_eq!(error(&mut bench, &code), "authorization_pending");
    assert_eq!(error(&mut bench, &code), "slow_down");
    bench.later(SignedDuration::from_secs(6));
    assert_eq!(error(&mut bench, &code), "slow_down", "the wait has grown");
    bench.later(SignedDuration::from_secs(16));
    assert_eq!(error(&mut bench, &code), "authorization_pending");
}

#[test]
fn a_code_ends_after_a_quarter_of_an_hour() {
    let (mut bench, started) = waiting();
    let code = started["device_code"].as_str().unwrap().to_owned();
    bench.later(SignedDuration::from_mins(16));
    assert_eq!(error(&mut bench, &code), "expired_token");
    let typed = bench.post(
        "/common/oauth2/deviceauth",
        &[("otc", started["user_code"].as_str().unwrap())],
    );
    assert!(page(&typed).contains("AADSTS70018"));
}

#[test]
fn a_code_that_is_none_is_refused() {
    let (mut bench, started) = waiting();
    assert_eq!(error(&mut bench, "nonsense"), "bad_verification_code");
    let other = bench.add_app().to_string();
    let theirs = bench.tokens(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", started["device_code"].as_str().unwrap()),
        ("client_id", &other),
    ]);
    assert_eq!(theirs, Err(70_018));
}

#[test]
fn the_person_may_decline() {
    let (mut bench, started) = waiting();
    let code = started["device_code"].as_str().unwrap().to_owned();
    let typed = page(&bench.post(
        "/common/oauth2/deviceauth",
        &[("otc", started["user_code"].as_str().unwrap())],
    ));
    bench.post(
        "/common/login",
        &[("flow", &flow_of(&typed)), ("act", "cancel")],
    );
    assert_eq!(error(&mut bench, &code), "authorization_declined");
}

#[test]
fn a_code_in_the_address_is_only_filled_in() {
    let (mut bench, started) = waiting();
    let user_code = started["user_code"].as_str().unwrap();
    let shown = page(&bench.get("/devicelogin", &[("otc", user_code)]));
    assert!(shown.contains(user_code) && !shown.contains("name=\"flow\""));
}

#[test]
fn an_app_that_is_no_public_client_needs_a_credential() {
    let (mut bench, started) = waiting();
    bench.app().is_fallback_public_client = Some(false);
    assert_eq!(
        poll(&mut bench, started["device_code"].as_str().unwrap()),
        Err(7_000_218)
    );
    bench.app().is_fallback_public_client = None;
    assert_eq!(
        poll(&mut bench, started["device_code"].as_str().unwrap()),
        Err(7_000_218)
    );
}

#[test]
fn a_policy_may_block_device_codes() {
    let mut bench = Bench::new();
    bench.grant_scopes(&["Tasks.Read"]);
    bench.world.tenant.defects.insert(Defect::DeviceCodeBlocked);
    let started = start(&mut bench, "Tasks.Read").unwrap();
    assert_eq!(
        poll(&mut bench, started["device_code"].as_str().unwrap()),
        Err(53_003)
    );
}

#[test]
fn codes_approve_themselves_where_nobody_is_there() {
    let mut bench = Bench::new();
    bench.app = BOOTSTRAP;
    let started = start(&mut bench, "Group.Read.All").unwrap();
    assert_eq!(started["interval"], 1);
    let tokens = poll(&mut bench, started["device_code"].as_str().unwrap()).unwrap();
    let claims = token::verify(&bench.world, tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims.user, Some(bench.account("admin").id));
}

#[test]
fn one_bad_scope_is_refused_at_once() {
    let mut bench = Bench::new();
    assert_eq!(start(&mut bench, "Tasks.Read.All"), Err(650_053));
    bench.app = BOOTSTRAP;
    let exchange = "https://outlook.office365.com/EWS.AccessAsUser.All";
    assert_eq!(start(&mut bench, exchange), Err(65_002));
}

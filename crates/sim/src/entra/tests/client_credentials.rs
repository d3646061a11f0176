use super::*;

const SECRET: &str = "abc~S3cret.value";

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.principal();
    bench.add_secret(SECRET, 100);
    bench
}

#[test]
fn a_token_is_issued_with_no_roles_at_all_where_nothing_is_granted() {
    let mut bench = bench();
    let tokens = bench.app_only(SECRET, GRAPH).unwrap();
    assert_eq!(tokens["expires_in"], 3599);
    assert!(tokens.get("refresh_token").is_none());
    assert!(bench.roles_of(&tokens).is_empty());
    let middle = tokens["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap();
    assert!(claims.get("roles").is_none(), "{claims}");
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["appidacr"], "1");
    assert_eq!(claims["ver"], "1.0");
    assert_eq!(claims["oid"], claims["sub"]);
}

#[test]
fn roles_are_frozen_when_the_token_is_issued() {
    let mut bench = bench();
    bench.grant_roles(&["Tasks.Read.All"]);
    let before = bench.app_only(SECRET, GRAPH).unwrap();
    bench.grant_roles(&["User.Read.All"]);
    let after = bench.app_only(SECRET, GRAPH).unwrap();
    assert_eq!(bench.roles_of(&before), ["Tasks.Read.All"]);
    assert_eq!(bench.roles_of(&after), ["Tasks.Read.All", "User.Read.All"]);
}

#[test]
fn a_wrong_secret_and_the_id_of_the_right_one_are_refused() {
    let mut bench = bench();
    let key_id = bench.app().password_credentials[0].key_id.to_string();
    assert_eq!(bench.app_only("wrong", GRAPH), Err(7_000_215));
    assert_eq!(bench.app_only(&key_id, GRAPH), Err(7_000_215));
}

#[test]
fn an_expired_secret_says_so() {
    let mut bench = Bench::new();
    bench.principal();
    bench.add_secret(SECRET, -1);
    assert_eq!(bench.app_only(SECRET, GRAPH), Err(7_000_222));
    assert_eq!(bench.app_only("wrong", GRAPH), Err(7_000_215));
}

#[test]
fn a_secret_may_come_in_a_header() {
    let mut bench = bench();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{SECRET}", bench.app));
    let answer = bench.post_with(
        "/{tid}/oauth2/v2.0/token",
        &[("grant_type", "client_credentials"), ("scope", GRAPH)],
        &[("authorization", &format!("Basic {basic}"))],
    );
    assert!(body(&answer).is_ok());
}

#[test]
fn what_a_request_lacks_is_named() {
    let mut bench = bench();
    let id = bench.app.to_string();
    let token = "/{tid}/oauth2/v2.0/token";
    let refused = |bench: &mut Bench, form: &[(&str, &str)]| body(&bench.post(token, form));
    assert_eq!(refused(&mut bench, &[]), Err(900_144));
    assert_eq!(
        refused(&mut bench, &[("grant_type", "client_credentials")]),
        Err(900_144)
    );
    let no_scope = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
    ];
    assert_eq!(refused(&mut bench, &no_scope), Err(900_144));
    let no_credential = [no_scope[0], no_scope[1], ("scope", GRAPH)];
    assert_eq!(refused(&mut bench, &no_credential), Err(7_000_218));
    assert_eq!(refused(&mut bench, &[("grant_type", "magic")]), Err(70_003));
    let old = [
        no_scope[0],
        no_scope[1],
        ("resource", "https://graph.microsoft.com"),
    ];
    assert_eq!(refused(&mut bench, &old), Err(901_002));
}

#[test]
fn the_endpoint_takes_posted_forms_only() {
    let mut bench = bench();
    let answer = bench.get("/{tid}/oauth2/v2.0/token", &[]);
    assert_eq!(body(&answer), Err(900_561));
}

#[test]
fn the_scope_is_default_of_one_known_resource() {
    let mut bench = bench();
    assert_eq!(
        bench.app_only(SECRET, "https://graph.microsoft.com/Tasks.Read.All"),
        Err(1_002_012)
    );
    assert_eq!(
        bench.app_only(SECRET, "https://graph.example/.default"),
        Err(500_011)
    );
    let two = "https://graph.microsoft.com/.default https://outlook.office365.com/.default";
    assert_eq!(bench.app_only(SECRET, two), Err(70_011));
    let exchange = bench
        .app_only(SECRET, "https://outlook.office365.com/.default")
        .unwrap();
    let claims = token::verify(&bench.world, exchange["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims.audience, "https://outlook.office365.com");
}

#[test]
fn the_tenant_must_be_named_and_be_the_apps() {
    let mut bench = bench();
    let id = bench.app.to_string();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", SECRET),
        ("scope", GRAPH),
    ];
    let mut at = |tenant: &str| body(&bench.post(&format!("/{tenant}/oauth2/v2.0/token"), &form));
    assert!(at("contoso.example").is_ok());
    assert_eq!(at("common"), Err(9_001_023));
    assert_eq!(at("organizations"), Err(50_059));
    assert_eq!(at("fabrikam.example"), Err(90_002));
    assert_eq!(at("not a tenant"), Err(900_023));
    assert_eq!(
        at(&crate::entra::directory::OTHER_TENANT.to_string()),
        Err(700_016)
    );
    assert_eq!(body(&bench.post("/oauth2/v2.0/token", &form)), Err(90_019));
}

#[test]
fn an_app_is_known_once_it_is_visible_and_until_it_is_deleted() {
    let mut bench = bench();
    let now = bench.world.now();
    bench.app().visible_from = now + SignedDuration::from_secs(30);
    assert_eq!(bench.app_only(SECRET, GRAPH), Err(700_016));
    bench.later(SignedDuration::from_secs(31));
    assert!(bench.app_only(SECRET, GRAPH).is_ok());
    bench.app().deleted = Some(now);
    assert_eq!(bench.app_only(SECRET, GRAPH), Err(700_016));
    let unknown = Uuid::new_v4().to_string();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", unknown.as_str()),
    ];
    assert_eq!(bench.tokens(&form), Err(700_016));
    assert_eq!(bench.tokens(&[form[0], ("client_id", "x")]), Err(700_016));
}

#[test]
fn the_service_principal_must_be_there_and_enabled() {
    let mut bench = Bench::new();
    bench.add_secret(SECRET, 100);
    assert_eq!(bench.app_only(SECRET, GRAPH), Err(7_000_229));
    let id = bench.principal();
    assert!(bench.app_only(SECRET, GRAPH).is_ok());
    let principals = &mut bench.world.tenant.service_principals;
    let principal = principals.iter_mut().find(|p| p.id == id).unwrap();
    principal.account_enabled = false;
    assert_eq!(bench.app_only(SECRET, GRAPH), Err(7_000_112));
}

#[test]
fn grants_and_credentials_count_once_they_are_visible() {
    let mut bench = bench();
    bench.world.options.lag = std::time::Duration::from_secs(30);
    bench.grant_roles(&["Tasks.Read.All"]);
    bench.add_secret("later~secret", 10);
    let soon = bench.world.visible_from();
    bench.app().password_credentials[1].visible_from = soon;
    let tokens = bench.app_only(SECRET, GRAPH).unwrap();
    assert!(bench.roles_of(&tokens).is_empty());
    assert_eq!(bench.app_only("later~secret", GRAPH), Err(7_000_215));
    bench.later(SignedDuration::from_secs(31));
    let tokens = bench.app_only("later~secret", GRAPH).unwrap();
    assert_eq!(bench.roles_of(&tokens), ["Tasks.Read.All"]);
}

#[test]
fn a_token_ends_after_an_hour() {
    let mut bench = bench();
    let tokens = bench.app_only(SECRET, GRAPH).unwrap();
    let token = tokens["access_token"].as_str().unwrap();
    bench.later(SignedDuration::from_secs(3590));
    assert!(token::verify(&bench.world, token).is_ok());
    bench.later(SignedDuration::from_secs(10));
    assert_eq!(
        token::verify(&bench.world, token).unwrap_err().0,
        "Lifetime validation failed, the token is expired."
    );
}

#[test]
fn the_correlation_id_is_the_clients() {
    let mut bench = bench();
    let id = Uuid::new_v4().to_string();
    let answer = bench.post_with(
        "/{tid}/oauth2/v2.0/token",
        &[],
        &[
            ("client-request-id", &id),
            ("return-client-request-id", "true"),
        ],
    );
    let error: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(error["correlation_id"], id.as_str());
    assert_eq!(answer.headers["client-request-id"], id.as_str());
    let trace = error["trace_id"].as_str().unwrap();
    assert_eq!(answer.headers["x-ms-request-id"], trace);
    assert_eq!(
        error["error_uri"],
        format!("{BASE}/error?code=900144").as_str()
    );
}

use super::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

/// An app whose delegated permissions an administrator consented to.
fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.grant_scopes(&["Tasks.Read", "openid", "profile", "offline_access"]);
    bench
}

fn with_challenge(bench: &mut Bench) -> String {
    let answer = bench.authorize(&[
        ("scope", "Tasks.Read offline_access"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
    ]);
    back(&answer, "code").unwrap()
}

fn verify(bench: &mut Bench, code: &str, verifier: &str) -> Result<Value, u64> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", LOOPBACK),
    ];
    if !verifier.is_empty() {
        form.push(("code_verifier", verifier));
    }
    bench.tokens(&form)
}

#[test]
fn a_code_becomes_tokens_of_the_synchronisation_account() {
    let mut bench = bench();
    let code = bench.code("openid offline_access Tasks.Read");
    let tokens = bench.redeem(&code).unwrap();
    assert_eq!(tokens["scope"], "Tasks.Read openid profile");
    assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
    let token = tokens["access_token"].as_str().unwrap();
    let claims = token::verify(&bench.world, token).unwrap();
    assert_eq!(claims.user, Some(bench.account("reports").id));
    assert!(claims.roles.is_empty());
}

#[test]
fn without_offline_access_and_openid_there_is_only_the_access_token() {
    let mut bench = bench();
    let code = bench.code("Tasks.Read");
    let tokens = bench.redeem(&code).unwrap();
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
}

#[test]
fn a_code_is_redeemed_once_and_within_ten_minutes() {
    let mut bench = bench();
    let code = bench.code("Tasks.Read");
    assert!(bench.redeem(&code).is_ok());
    assert_eq!(bench.redeem(&code), Err(54_005));
    let late = bench.code("Tasks.Read");
    bench.later(SignedDuration::from_mins(11));
    assert_eq!(bench.redeem(&late), Err(70_008));
    assert_eq!(bench.redeem("nonsense"), Err(70_000));
}

#[test]
fn the_verifier_must_hash_to_the_challenge() {
    let mut bench = bench();
    let code = with_challenge(&mut bench);
    assert_eq!(verify(&mut bench, &code, ""), Err(501_481));
    assert_eq!(verify(&mut bench, &code, &"x".repeat(43)), Err(501_481));
    let hash = challenge();
    assert_eq!(
        verify(&mut bench, &code, &hash),
        Err(501_481),
        "the hash is no verifier"
    );
    assert_eq!(verify(&mut bench, &code, "short"), Err(50_147));
    assert_eq!(verify(&mut bench, &code, &"x".repeat(129)), Err(50_147));
    assert!(verify(&mut bench, &code, VERIFIER).is_ok());
}

#[test]
fn a_verifier_without_a_challenge_is_refused() {
    let mut bench = bench();
    let code = bench.code("Tasks.Read");
    assert_eq!(verify(&mut bench, &code, VERIFIER), Err(501_481));
}

#[test]
fn redirect_uri_and_client_must_be_those_of_the_request() {
    let mut bench = bench();
    let code = bench.code("Tasks.Read");
    let other_port = bench.tokens(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "http://localhost:40001"),
    ]);
    assert_eq!(other_port, Err(50_011));
    let other = bench.add_app().to_string();
    let other_client = bench.tokens(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", LOOPBACK),
        ("client_id", &other),
    ]);
    assert_eq!(other_client, Err(70_000));
}

#[test]
fn the_platform_decides_whether_the_app_must_prove_itself() {
    let mut bench = bench();
    bench.add_secret("s3cret", 10);
    let code = bench.code("Tasks.Read");
    let form = |code: &str| {
        vec![
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.to_owned()),
            ("redirect_uri".to_owned(), LOOPBACK.to_owned()),
            ("client_secret".to_owned(), "s3cret".to_owned()),
        ]
    };
    let ask = |bench: &mut Bench, form: Vec<(String, String)>| {
        let form: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        bench.tokens(&form)
    };
    assert_eq!(ask(&mut bench, form(&code)), Err(700_025));
    let app = bench.app();
    app.web_redirect_uris = std::mem::take(&mut app.public_redirect_uris);
    let code = bench.code("Tasks.Read");
    assert_eq!(bench.redeem(&code), Err(7_000_218));
    assert!(ask(&mut bench, form(&code)).is_ok());
}

#[test]
fn a_single_page_app_redeems_from_a_browser_with_a_verifier() {
    let mut bench = bench();
    let app = bench.app();
    app.spa_redirect_uris = std::mem::take(&mut app.public_redirect_uris);
    let without = bench.code("Tasks.Read");
    assert_eq!(bench.redeem(&without), Err(9_002_327));
    let id = bench.app.to_string();
    let from_browser = |bench: &mut Bench, code: &str, verifier: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("code", code),
            ("redirect_uri", LOOPBACK),
            ("code_verifier", verifier),
        ];
        body(&bench.post_with(
            "/{tid}/oauth2/v2.0/token",
            &form,
            &[("origin", "https://spa.example")],
        ))
    };
    assert_eq!(from_browser(&mut bench, &without, ""), Err(9_002_325));
    let code = with_challenge(&mut bench);
    assert!(from_browser(&mut bench, &code, VERIFIER).is_ok());
}

#[test]
fn a_browsers_origin_is_refused_for_a_public_client() {
    let mut bench = bench();
    let id = bench.app.to_string();
    let code = bench.code("Tasks.Read");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", LOOPBACK),
    ];
    let answer = bench.post_with(
        "/{tid}/oauth2/v2.0/token",
        &form,
        &[("origin", "http://localhost")],
    );
    assert_eq!(body(&answer), Err(9_002_326));
}

#[test]
fn codes_and_accounts_of_one_tenant_are_nothing_to_another() {
    let mut bench = bench();
    let id = bootstrap();
    let answer = bench.authorize(&[("client_id", &id), ("scope", "User.Read")]);
    let code = back(&answer, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", LOOPBACK),
    ];
    let other = crate::entra::directory::OTHER_TENANT;
    let at = |bench: &mut Bench, tenant: &str| {
        body(&bench.post(&format!("/{tenant}/oauth2/v2.0/token"), &form))
    };
    assert_eq!(at(&mut bench, &other.to_string()), Err(700_005));
    assert_eq!(at(&mut bench, "consumers"), Err(50_020));
    assert!(at(&mut bench, "common").is_ok());
    let query = [("client_id", id.as_str()), ("redirect_uri", LOOPBACK)];
    let page_there = bench.get(&format!("/{other}/oauth2/v2.0/authorize"), &query);
    assert!(page(&page_there).contains("AADSTS50020"));
}

#[test]
fn a_nonce_comes_back_in_the_id_token() {
    let mut bench = bench();
    let answer = bench.authorize(&[("scope", "openid Tasks.Read"), ("nonce", "n-0S6")]);
    let code = back(&answer, "code").unwrap();
    let tokens = bench.redeem(&code).unwrap();
    let part = tokens["id_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(claims["nonce"], "n-0S6");
    assert_eq!(claims["aud"], bench.app.to_string().as_str());
}

use super::*;
use crate::scenario::Defect;

fn flow_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"flow\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn act(bench: &mut Bench, shown: &str, form: &[(&str, &str)]) -> Answer {
    let flow = flow_of(shown);
    let mut all = vec![("flow", flow.as_str())];
    all.extend_from_slice(form);
    bench.post("/common/login", &all)
}

fn sign_in(bench: &mut Bench, shown: &str, name: &str) -> Answer {
    let account = bench.account(name);
    let (user, password) = (
        account.user_principal_name.clone(),
        account.password.clone(),
    );
    act(
        bench,
        shown,
        &[("login", &user), ("passwd", &password), ("act", "sign-in")],
    )
}

fn by_hand() -> Bench {
    Bench::with(Options::default())
}

#[test]
fn until_the_redirect_uri_is_trusted_refusals_stay_on_a_page() {
    let mut bench = Bench::new();
    let cases: [(&[(&str, &str)], &str); 3] = [
        (
            &[
                ("redirect_uri", "http://127.0.0.1:40000"),
                ("scope", "User.Read"),
            ],
            "AADSTS50011",
        ),
        (
            &[("client_id", "8a1b2c3d-0000-4000-9000-0123456789ab")],
            "AADSTS700016",
        ),
        (&[("client_id", "")], "AADSTS900144"),
    ];
    for (query, code) in cases {
        let answer = bench.authorize(query);
        assert!(page(&answer).contains(code), "{code}");
        assert!(!answer.headers.contains_key("location"));
    }
    bench.app().public_redirect_uris.clear();
    let answer = bench.authorize(&[("scope", "User.Read")]);
    assert!(page(&answer).contains("AADSTS500113"));
}

#[test]
fn later_refusals_go_back_to_the_app_with_its_state() {
    let mut bench = Bench::new();
    let mut code = |query: &[(&str, &str)]| {
        let mut query = query.to_vec();
        query.push(("state", "s1"));
        let answer = bench.authorize(&query);
        assert_eq!(back(&answer, "state").as_deref(), Some("s1"));
        (back(&answer, "error").unwrap(), back_code(&answer).unwrap())
    };
    let expect = |error: &str, code| (error.to_owned(), code);
    assert_eq!(code(&[]), expect("invalid_request", 900_144));
    assert_eq!(
        code(&[("scope", "User.Read"), ("response_type", "token")]),
        expect("unsupported_response_type", 700_051)
    );
    assert_eq!(
        code(&[("scope", "User.Read Tasks.Read.All")]),
        expect("unauthorized_client", 650_053)
    );
    assert_eq!(
        code(&[("scope", "User.Read"), ("code_challenge", "short")]),
        expect("invalid_request", 50_147)
    );
    assert_eq!(
        code(&[("scope", "User.Read"), ("response_mode", "telepathy")]),
        expect("invalid_request", 9_002_313)
    );
    assert_eq!(
        code(&[
            ("scope", "User.Read"),
            ("login_hint", "nobody@contoso.example")
        ]),
        expect("access_denied", 50_034)
    );
}

#[test]
fn an_app_of_one_tenant_is_not_for_common() {
    let mut bench = Bench::new();
    let id = bench.app.to_string();
    let answer = bench.get("/common/oauth2/v2.0/authorize", &[("client_id", &id)]);
    assert!(page(&answer).contains("AADSTS50194"));
    let answer = bench.get(
        "/organizations/oauth2/v2.0/authorize",
        &[
            ("client_id", &bootstrap()),
            ("response_type", "code"),
            ("redirect_uri", LOOPBACK),
            ("scope", "User.Read"),
        ],
    );
    assert!(back(&answer, "code").is_some());
}

#[test]
fn the_answer_stands_where_the_app_wants_it() {
    let mut bench = Bench::new();
    let answer = bench.authorize(&[("scope", "User.Read"), ("response_mode", "fragment")]);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    assert!(
        location.starts_with("http://localhost:40000/#code="),
        "{location}"
    );
    let answer = bench.authorize(&[
        ("scope", "User.Read"),
        ("response_mode", "form_post"),
        ("state", "a\"b"),
    ]);
    let form = page(&answer);
    assert!(
        form.contains("action=\"http://localhost:40000/\""),
        "{form}"
    );
    assert!(
        form.contains("name=\"code\"") && form.contains("value=\"a&quot;b\""),
        "{form}"
    );
}

#[test]
fn who_signs_in_without_a_person_follows_the_rules() {
    let mut bench = Bench::new();
    let scope = ("scope", "User.Read");
    let who = |bench: &mut Bench, query: &[(&str, &str)]| {
        let answer = bench.authorize(query);
        let code = back(&answer, "code").unwrap();
        let account = bench.world.sign_in.codes[&code].sign_in.account;
        let name = super::super::flow::by_id(&bench.world, account).unwrap();
        name.user_principal_name.clone()
    };
    assert_eq!(who(&mut bench, &[scope]), "reports@contoso.example");
    assert_eq!(
        who(&mut bench, &[scope, ("client_id", &bootstrap())]),
        "admin@contoso.example"
    );
    assert_eq!(
        who(
            &mut bench,
            &[scope, ("login_hint", "member@contoso.example")]
        ),
        "member@contoso.example"
    );
}

#[test]
fn a_person_walks_through_name_password_and_consent() {
    let mut bench = by_hand();
    let first = page(&bench.authorize(&[("scope", "User.Read offline_access"), ("state", "s")]));
    assert!(first.contains("to continue to <strong>Planner reports</strong>"));
    let wrong = page(&act(
        &mut bench,
        &first,
        &[
            ("login", "member@contoso.example"),
            ("passwd", "x"),
            ("act", "sign-in"),
        ],
    ));
    assert!(wrong.contains("AADSTS50126"));
    let consent = page(&sign_in(&mut bench, &wrong, "member"));
    assert!(consent.contains("Sign in and read user profile"));
    assert!(consent.contains("Published by your organisation"));
    assert!(!consent.contains("on behalf of your organisation"));
    let done = act(&mut bench, &consent, &[("act", "accept")]);
    assert_eq!(back(&done, "state").as_deref(), Some("s"));
    let code = back(&done, "code").unwrap();
    assert!(bench.redeem(&code).is_ok());
    let grant = &bench.world.tenant.permission_grants[0];
    assert_eq!(grant.scope, "User.Read offline_access");
    let member = accounts::named(&bench.world.tenant, "member").unwrap().id;
    assert_eq!(grant.principal_id, Some(member));
}

#[test]
fn an_administrator_may_consent_for_everybody() {
    let mut bench = by_hand();
    let first = page(&bench.authorize(&[("scope", "Group.Read.All")]));
    let consent = page(&sign_in(&mut bench, &first, "cloudapp"));
    assert!(consent.contains("Consent on behalf of your organisation"));
    let done = act(
        &mut bench,
        &consent,
        &[("act", "accept"), ("everybody", "yes")],
    );
    assert!(back(&done, "code").is_some());
    assert_eq!(bench.world.tenant.permission_grants[0].principal_id, None);
}

#[test]
fn the_person_may_cancel_the_consent() {
    let mut bench = by_hand();
    let first = page(&bench.authorize(&[("scope", "User.Read")]));
    let consent = page(&sign_in(&mut bench, &first, "member"));
    let done = act(&mut bench, &consent, &[("act", "cancel")]);
    assert_eq!(back(&done, "error").as_deref(), Some("access_denied"));
    assert_eq!(back_code(&done), Some(65_004));
    assert!(bench.world.tenant.permission_grants.is_empty());
}

#[test]
fn what_needs_an_administrator_is_refused_to_others() {
    let mut bench = by_hand();
    let first = page(&bench.authorize(&[("scope", "Group.Read.All")]));
    let refused = page(&sign_in(&mut bench, &first, "member"));
    assert!(refused.contains("Need admin approval") && refused.contains("AADSTS90094"));
    let done = act(&mut bench, &refused, &[("act", "cancel")]);
    assert_eq!(back(&done, "error").as_deref(), Some("access_denied"));
    let mut alone = Bench::new();
    let answer = alone.authorize(&[("scope", "Group.Read.All")]);
    assert_eq!(back_code(&answer), Some(90_094));
    alone.world.tenant.policies.users_may_consent = false;
    let answer = alone.authorize(&[("scope", "User.Read")]);
    assert_eq!(back_code(&answer), Some(90_095));
}

#[test]
fn an_eligible_role_that_is_not_active_counts_for_nothing() {
    let mut bench = Bench::new();
    let hint = ("login_hint", "eligible@contoso.example");
    let answer = bench.authorize(&[("scope", "Group.Read.All"), hint]);
    assert_eq!(back_code(&answer), Some(90_094));
}

#[test]
fn the_browser_stays_signed_in() {
    let mut bench = by_hand();
    bench.grant_scopes(&["User.Read"]);
    let first = page(&bench.authorize(&[("scope", "User.Read")]));
    let done = sign_in(&mut bench, &first, "member");
    let cookie = done.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let mut headers = HeaderMap::new();
    headers.insert("cookie", cookie.split(';').next().unwrap().parse().unwrap());
    let id = bench.app.to_string();
    let query = |prompt: &'static str| {
        vec![
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", LOOPBACK),
            ("scope", "User.Read"),
            ("prompt", prompt),
        ]
    };
    let path = "/{tid}/oauth2/v2.0/authorize";
    let none = bench.get_with(path, &query("none"), headers.clone());
    assert!(back(&none, "code").is_some());
    let picker = page(&bench.get_with(path, &query("select_account"), headers.clone()));
    assert!(picker.contains("Pick an account") && picker.contains("Max Member"));
    let done = act(&mut bench, &picker, &[("act", "pick")]);
    assert!(back(&done, "code").is_some());
    let again = page(&bench.get_with(path, &query("login"), headers));
    assert!(again.contains("name=\"passwd\""));
}

#[test]
fn without_a_session_nothing_is_silent() {
    let mut bench = by_hand();
    let answer = bench.authorize(&[("scope", "User.Read"), ("prompt", "none")]);
    assert_eq!(back(&answer, "error").as_deref(), Some("login_required"));
    assert_eq!(back_code(&answer), Some(50_058));
}

#[test]
fn a_second_factor_is_asked_for_where_it_is_wanted() {
    let mut bench = by_hand();
    bench.grant_scopes(&["User.Read"]);
    let first = page(&bench.authorize(&[("scope", "User.Read")]));
    let factor = page(&sign_in(&mut bench, &first, "careful"));
    assert!(factor.contains("Approve sign-in request"));
    let done = act(&mut bench, &factor, &[("act", "approve")]);
    let code = back(&done, "code").unwrap();
    assert!(bench.redeem(&code).is_ok());
}

#[test]
fn disabled_accounts_assignments_and_policies_stand_in_the_way() {
    let mut bench = Bench::new();
    bench.grant_scopes(&["User.Read"]);
    let scope = ("scope", "User.Read");
    let hint = ("login_hint", "former@contoso.example");
    assert_eq!(back_code(&bench.authorize(&[scope, hint])), Some(50_057));
    bench.world.tenant.defects.insert(Defect::UsersBlocked);
    let blocked = bench.authorize(&[scope]);
    assert_eq!(back(&blocked, "error").as_deref(), Some("access_denied"));
    assert_eq!(back_code(&blocked), Some(53_003));
    bench.world.tenant.defects.clear();
    let principal = bench.principal();
    let principals = &mut bench.world.tenant.service_principals;
    let entry = principals.iter_mut().find(|p| p.id == principal).unwrap();
    entry.app_role_assignment_required = true;
    assert_eq!(back_code(&bench.authorize(&[scope])), Some(50_105));
}

#[test]
fn default_asks_for_what_is_declared_and_for_nothing_once_it_is_granted() {
    let mut bench = Bench::new();
    let hint = ("login_hint", "admin@contoso.example");
    let answer = bench.authorize(&[("scope", GRAPH), hint]);
    assert_eq!(back_code(&answer), Some(650_057));
    bench.declare(
        PermissionKind::Delegated,
        &["Tasks.Read", "GroupMember.Read.All"],
    );
    let answer = bench.authorize(&[("scope", GRAPH), hint]);
    let code = back(&answer, "code").unwrap();
    let tokens = bench.redeem(&code).unwrap();
    assert_eq!(
        bench.scopes_of(&tokens),
        ["GroupMember.Read.All", "Tasks.Read"]
    );
}

#[test]
fn consent_given_in_a_sign_in_is_effective_in_it_before_the_directory_shows_it() {
    let mut bench = Bench::new();
    bench.world.options.lag = std::time::Duration::from_secs(30);
    let code = bench.code("User.Read offline_access");
    let tokens = bench.redeem(&code).unwrap();
    assert_eq!(bench.scopes_of(&tokens), ["User.Read"]);
    let grant = &bench.world.tenant.permission_grants[0];
    assert!(grant.visible_from > bench.world.now());
}

#[test]
fn the_bootstrap_client_appears_in_the_tenant_at_its_first_consent() {
    let mut bench = Bench::new();
    let answer = bench.authorize(&[
        ("client_id", &bootstrap()),
        ("scope", "Application.ReadWrite.All"),
    ]);
    assert!(back(&answer, "code").is_some());
    let principal = bench.world.service_principal_of(BOOTSTRAP).unwrap().id;
    let grant = &bench.world.tenant.permission_grants[0];
    assert_eq!(
        (grant.client_id, grant.scope.as_str()),
        (principal, "Application.ReadWrite.All")
    );
    assert_eq!(
        back_code(&bench.authorize(&[
            ("client_id", &bootstrap()),
            (
                "scope",
                "https://outlook.office365.com/EWS.AccessAsUser.All"
            ),
        ])),
        Some(65_002)
    );
}

#[test]
fn a_flow_that_is_over_says_so() {
    let mut bench = by_hand();
    let answer = bench.post("/common/login", &[("flow", "nonsense"), ("act", "accept")]);
    assert!(page(&answer).contains("This sign-in is over"));
}

#[test]
fn nobody_accepts_without_signing_in() {
    let mut bench = by_hand();
    let first = page(&bench.authorize(&[("scope", "User.Read")]));
    let still = page(&act(&mut bench, &first, &[("act", "accept")]));
    assert!(still.contains("name=\"passwd\""));
    assert!(bench.world.tenant.permission_grants.is_empty());
}

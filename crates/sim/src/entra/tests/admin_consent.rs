use super::*;

fn consent(bench: &mut Bench, version: &str, more: &[(&str, &str)]) -> Answer {
    let id = bench.app.to_string();
    let mut query = vec![("redirect_uri", LOOPBACK), ("state", "s1")];
    if !more.iter().any(|(name, _)| *name == "client_id") {
        query.push(("client_id", &id));
    }
    query.extend_from_slice(more);
    bench.get(&format!("/{{tid}}{version}/adminconsent"), &query)
}

fn v2(bench: &mut Bench, more: &[(&str, &str)]) -> Answer {
    consent(bench, "/v2.0", more)
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.declare(
        PermissionKind::Application,
        &["Tasks.Read.All", "User.Read.All"],
    );
    bench.declare(PermissionKind::Delegated, &["Tasks.Read"]);
    bench
}

/// How many application permissions and delegated grants the app has.
fn granted(bench: &Bench) -> (usize, usize) {
    let tenant = &bench.world.tenant;
    let id = bench.world.service_principal_of(bench.app).map(|p| p.id);
    let roles = tenant.app_role_assignments.iter();
    let scopes = tenant.permission_grants.iter();
    (
        roles.filter(|a| Some(a.principal_id) == id).count(),
        scopes.filter(|g| Some(g.client_id) == id).count(),
    )
}

#[test]
fn default_grants_everything_that_is_declared() {
    let mut bench = bench();
    let answer = v2(&mut bench, &[("scope", GRAPH)]);
    assert_eq!(back(&answer, "admin_consent").as_deref(), Some("True"));
    assert_eq!(back(&answer, "error"), None);
    assert_eq!(back(&answer, "state").as_deref(), Some("s1"));
    assert_eq!(back(&answer, "scope").as_deref(), Some(GRAPH));
    assert_eq!(
        back(&answer, "tenant"),
        Some(bench.world.tenant.id.to_string())
    );
    assert_eq!(granted(&bench), (2, 1));
    assert!(bench.world.service_principal_of(bench.app).is_some());
    let again = v2(&mut bench, &[("scope", GRAPH)]);
    assert_eq!(back(&again, "error"), None);
    assert_eq!(granted(&bench), (2, 1), "nothing is granted twice");
}

#[test]
fn named_scopes_are_delegated_and_application_permissions_have_no_name() {
    let mut bench = bench();
    let named = ("scope", "https://graph.microsoft.com/User.Read");
    assert_eq!(back(&v2(&mut bench, &[named]), "error"), None);
    assert_eq!(granted(&bench), (0, 1));
    let role = ("scope", "https://graph.microsoft.com/Tasks.Read.All");
    let answer = v2(&mut bench, &[role]);
    assert_eq!(back_code(&answer), Some(650_053));
    assert_eq!(back(&answer, "admin_consent").as_deref(), Some("True"));
}

#[test]
fn a_failure_says_admin_consent_too() {
    let mut bench = bench();
    let hint = ("login_hint", "cloudapp@contoso.example");
    let answer = v2(&mut bench, &[("scope", GRAPH), hint]);
    assert_eq!(back(&answer, "admin_consent").as_deref(), Some("True"));
    assert_eq!(back(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(back_code(&answer), Some(90_094));
    assert_eq!(granted(&bench), (0, 0));
}

#[test]
fn who_may_consent_depends_on_what_is_asked() {
    let by = |bench: &mut Bench, name: &str, scope: &str| {
        let hint = format!("{name}@contoso.example");
        back_code(&v2(bench, &[("scope", scope), ("login_hint", &hint)]))
    };
    let delegated = "https://graph.microsoft.com/Group.Read.All";
    for name in ["admin", "privileged"] {
        assert_eq!(by(&mut bench(), name, GRAPH), None, "{name}");
    }
    assert_eq!(by(&mut bench(), "cloudapp", delegated), None);
    for name in ["cloudapp", "reader", "eligible", "member"] {
        assert_eq!(by(&mut bench(), name, GRAPH), Some(90_094), "{name}");
    }
    for name in ["reader", "eligible", "member"] {
        assert_eq!(by(&mut bench(), name, delegated), Some(90_094), "{name}");
    }
}

#[test]
fn exchanges_application_permissions_are_no_graph_permissions() {
    let mut bench = Bench::new();
    let full = catalogue()
        .find(Resource::Exchange, "full_access_as_app")
        .unwrap();
    bench.app().required_resource_access.push(RequiredResource {
        resource_app_id: Resource::Exchange.app_id().uuid(),
        access: vec![(full.application.unwrap().uuid(), "Role".to_owned())],
    });
    let hint = ("login_hint", "cloudapp@contoso.example");
    let scope = ("scope", "https://outlook.office365.com/.default");
    assert_eq!(back_code(&v2(&mut bench, &[scope, hint])), None);
    assert_eq!(granted(&bench).0, 1);
}

#[test]
fn redirect_uris_are_needed_and_compared() {
    let mut bench = bench();
    let id = bench.app.to_string();
    let foreign = bench.get(
        "/{tid}/v2.0/adminconsent",
        &[
            ("client_id", &id),
            ("scope", GRAPH),
            ("redirect_uri", "https://evil.example/"),
        ],
    );
    assert!(page(&foreign).contains("AADSTS50011"));
    let longer = [
        ("client_id", id.as_str()),
        ("redirect_uri", "http://localhost/more"),
    ];
    assert!(page(&bench.get("/{tid}/v2.0/adminconsent", &longer)).contains("AADSTS50011"));
    let first_version = bench.get("/{tid}/adminconsent", &longer);
    assert_eq!(
        back(&first_version, "admin_consent").as_deref(),
        Some("True")
    );
    bench.app().public_redirect_uris.clear();
    assert!(page(&v2(&mut bench, &[("scope", GRAPH)])).contains("AADSTS500113"));
}

#[test]
fn the_second_version_wants_a_tenant_and_a_scope() {
    let mut bench = bench();
    let id = bench.app.to_string();
    let query = [
        ("client_id", id.as_str()),
        ("redirect_uri", LOOPBACK),
        ("scope", GRAPH),
    ];
    assert!(page(&bench.get("/common/v2.0/adminconsent", &query)).contains("AADSTS90019"));
    let at_organizations = bench.get("/organizations/v2.0/adminconsent", &query);
    assert_eq!(back(&at_organizations, "error"), None);
    assert_eq!(back_code(&v2(&mut bench, &[])), Some(900_144));
}

#[test]
fn the_first_version_answers_in_its_own_form() {
    let mut bench = bench();
    let done = consent(&mut bench, "", &[]);
    assert_eq!(
        back(&done, "tenant"),
        Some(bench.world.tenant.id.to_string())
    );
    assert_eq!(back(&done, "admin_consent").as_deref(), Some("True"));
    assert_eq!(back(&done, "scope"), None);
    let hint = ("login_hint", "member@contoso.example");
    let refused = consent(&mut bench, "", &[hint]);
    assert_eq!(
        back(&refused, "error").as_deref(),
        Some("permission_denied")
    );
    assert_eq!(back(&refused, "admin_consent"), None);
}

#[test]
fn an_app_that_declares_nothing_is_misconfigured() {
    let mut bench = Bench::new();
    assert_eq!(
        back_code(&v2(&mut bench, &[("scope", GRAPH)])),
        Some(650_056)
    );
}

#[test]
fn a_person_reviews_and_may_cancel() {
    let mut bench = Bench::with(Options::default());
    bench.declare(PermissionKind::Application, &["Tasks.Read.All"]);
    let first = page(&v2(&mut bench, &[("scope", GRAPH)]));
    let flow = |page: &str| {
        let (_, rest) = page.split_once("name=\"flow\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let admin = bench.account("admin");
    let (user, password) = (admin.user_principal_name.clone(), admin.password.clone());
    let review = page(&bench.post(
        "/common/login",
        &[
            ("flow", &flow(&first)),
            ("login", &user),
            ("passwd", &password),
            ("act", "sign-in"),
        ],
    ));
    assert!(review.contains("Review for your organisation"));
    assert!(review.contains("application: without a signed-in user"));
    let done = bench.post(
        "/common/login",
        &[("flow", &flow(&review)), ("act", "cancel")],
    );
    assert_eq!(back(&done, "admin_consent").as_deref(), Some("True"));
    assert_eq!(back(&done, "error").as_deref(), Some("consent_required"));
    assert_eq!(back_code(&done), Some(65_004));
    assert_eq!(granted(&bench), (0, 0));
}

#[test]
fn consent_to_a_vendors_app_makes_its_service_principal_and_leads_to_the_vendor() {
    let mut bench = Bench::new();
    let vendor = vendors::of_profile("planner-backup").unwrap();
    let answer = bench.get(
        "/{tid}/v2.0/adminconsent",
        &[
            ("client_id", &vendor.client_id.to_string()),
            ("scope", GRAPH),
        ],
    );
    let location = answer.headers["location"].to_str().unwrap();
    assert!(
        location.starts_with(&format!("{BASE}/vendor/planner-backup/consented?")),
        "{location}"
    );
    let principal = bench.world.service_principal_of(vendor.client_id).unwrap();
    assert_ne!(principal.app_owner_organization_id, bench.world.tenant.id);
    let grant = &bench.world.tenant.permission_grants[0];
    assert_eq!(grant.client_id, principal.id);
    assert!(grant.scope.contains("Directory.Read.All") && grant.principal_id.is_none());
}

#[test]
fn an_app_that_is_not_visible_yet_is_not_known() {
    let mut bench = bench();
    let soon = bench.world.now() + SignedDuration::from_secs(30);
    bench.app().visible_from = soon;
    assert!(page(&v2(&mut bench, &[("scope", GRAPH)])).contains("AADSTS700016"));
}

use super::*;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.principal();
    bench.add_key(&Signer::shared().der, 100);
    bench
}

fn ask(bench: &mut Bench, jwt: &str) -> Result<Value, u64> {
    bench.tokens(&[
        ("grant_type", "client_credentials"),
        ("scope", GRAPH),
        ("client_assertion_type", TYPE),
        ("client_assertion", jwt),
    ])
}

fn change(header: impl Fn(&mut Value), claims: impl Fn(&mut Value)) -> Result<Value, u64> {
    let mut bench = bench();
    let (mut head, mut body) = good_assertion(&bench, Signer::shared());
    header(&mut head);
    claims(&mut body);
    let jwt = Signer::shared().sign(&head, &body);
    ask(&mut bench, &jwt)
}

fn header(name: &'static str, value: impl Into<Value>) -> Result<Value, u64> {
    let value = value.into();
    change(|head| head[name] = value.clone(), |_| {})
}

fn claim(name: &'static str, value: impl Into<Value>) -> Result<Value, u64> {
    let value = value.into();
    change(|_| {}, |body| body[name] = value.clone())
}

fn remove(name: &'static str) -> Result<Value, u64> {
    change(
        |_| {},
        |body| {
            body.as_object_mut().unwrap().remove(name);
        },
    )
}

#[test]
fn a_good_assertion_gets_a_token_that_says_certificate() {
    let tokens = change(|_| {}, |_| {}).unwrap();
    let part = tokens["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(claims["appidacr"], "2");
}

#[test]
fn the_older_header_and_algorithm_are_still_taken() {
    let old = change(
        |head| {
            *head = json!({"alg": "RS256", "typ": "JWT", "x5t": Signer::shared().x5t()});
        },
        |_| {},
    );
    assert!(old.is_ok());
}

#[test]
fn the_header_must_be_as_documented() {
    assert_eq!(header("alg", "ES256"), Err(50_027));
    assert_eq!(header("alg", "none"), Err(50_027));
    assert_eq!(header("typ", "at+jwt"), Err(50_027));
    assert_eq!(
        change(|head| *head = json!({"alg": "PS256", "typ": "JWT"}), |_| {}),
        Err(50_027)
    );
    // An algorithm that the signature was not made with.
    let mut bench = bench();
    let (mut head, body) = good_assertion(&bench, Signer::shared());
    let jwt = Signer::shared().sign(&head, &body);
    head["alg"] = "RS256".into();
    let other = URL_SAFE_NO_PAD.encode(head.to_string());
    let (_, rest) = jwt.split_once('.').unwrap();
    assert_eq!(ask(&mut bench, &format!("{other}.{rest}")), Err(700_027));
}

#[test]
fn the_usual_mistakes_in_a_thumbprint_name_no_key() {
    let signer = Signer::shared();
    let hash = digest(&SHA256, &signer.der);
    let bytes = hash.as_ref().iter();
    let hex = bytes.fold(String::new(), |text, byte| text + &format!("{byte:02X}"));
    assert_eq!(header("x5t#S256", hex), Err(700_027));
    let other_alphabet = format!("+/{}", &signer.x5t_s256()[2..]);
    assert_eq!(header("x5t#S256", other_alphabet), Err(700_027));
    assert!(header("x5t#S256", format!("{}=", signer.x5t_s256())).is_ok());
    assert_eq!(header("x5t#S256", signer.x5t()), Err(700_027));
    assert_eq!(header("x5t", Signer::make().x5t()), Err(700_027));
}

#[test]
fn a_key_that_is_not_on_the_app_or_has_ended_is_told_apart() {
    let stranger = Signer::make();
    let mut bench = bench();
    let (head, body) = good_assertion(&bench, &stranger);
    assert_eq!(ask(&mut bench, &stranger.sign(&head, &body)), Err(700_027));
    let answer = |bench: &mut Bench| {
        let (head, body) = good_assertion(bench, Signer::shared());
        let jwt = Signer::shared().sign(&head, &body);
        let id = bench.app.to_string();
        let answer = bench.post(
            "/{tid}/oauth2/v2.0/token",
            &[
                ("grant_type", "client_credentials"),
                ("scope", GRAPH),
                ("client_assertion_type", TYPE),
                ("client_assertion", &jwt),
                ("client_id", &id),
            ],
        );
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    let now = bench.world.now();
    bench.app().key_credentials[0].end = now - SignedDuration::from_hours(1);
    assert!(answer(&mut bench).contains("AADSTS700027"));
    assert!(answer(&mut bench).contains("The key used is expired."));
    bench.app().key_credentials.clear();
    assert!(answer(&mut bench).contains("The key was not found."));
}

#[test]
fn a_key_counts_once_it_is_visible() {
    let mut bench = bench();
    let now = bench.world.now();
    bench.app().key_credentials[0].visible_from = now + SignedDuration::from_secs(30);
    let (head, body) = good_assertion(&bench, Signer::shared());
    assert_eq!(
        ask(&mut bench, &Signer::shared().sign(&head, &body)),
        Err(700_027)
    );
    bench.later(SignedDuration::from_secs(31));
    let (head, body) = good_assertion(&bench, Signer::shared());
    assert!(ask(&mut bench, &Signer::shared().sign(&head, &body)).is_ok());
}

#[test]
fn the_claims_name_the_client_and_this_endpoint() {
    assert_eq!(claim("sub", Uuid::new_v4().to_string()), Err(50_048));
    let other = Uuid::new_v4().to_string();
    let both = change(
        |_| {},
        |body| {
            body["iss"] = other.as_str().into();
            body["sub"] = other.as_str().into();
        },
    );
    assert_eq!(both, Err(50_027));
    for audience in [
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "http://127.0.0.1:1000",
        "http://127.0.0.1:1000/contoso.example/oauth2/token",
        "http://127.0.0.1:1000/fabrikam.example/oauth2/v2.0/token",
        "",
    ] {
        assert_eq!(claim("aud", audience), Err(50_027), "{audience}");
    }
    assert!(claim("aud", format!("{BASE}/contoso.example/oauth2/v2.0/token")).is_ok());
}

#[test]
fn the_times_lie_around_now_and_not_far_apart() {
    let now = Bench::new().world.now().as_second();
    assert_eq!(claim("exp", now - 400), Err(700_024));
    let future = change(
        |_| {},
        |body| {
            body["nbf"] = (now + 400).into();
            body["exp"] = (now + 1000).into();
        },
    );
    assert_eq!(future, Err(700_024));
    assert!(
        claim("nbf", now + 200).is_ok(),
        "clocks may differ by minutes"
    );
    assert_eq!(claim("exp", now + 7200), Err(50_027));
    assert_eq!(remove("exp"), Err(50_027));
    assert_eq!(remove("jti"), Err(50_027));
    assert!(remove("nbf").is_ok(), "iat stands in for nbf");
    let end = f64::from(u32::try_from(now).unwrap()) + 600.25;
    assert!(
        claim("exp", end).is_ok(),
        "fractions of seconds are allowed"
    );
}

#[test]
fn an_assertion_is_used_once() {
    let mut bench = bench();
    let (head, body) = good_assertion(&bench, Signer::shared());
    let jwt = Signer::shared().sign(&head, &body);
    assert!(ask(&mut bench, &jwt).is_ok());
    assert_eq!(ask(&mut bench, &jwt), Err(50_027));
}

#[test]
fn what_is_no_assertion_is_refused() {
    let mut bench = bench();
    for text in ["x", "a.b", "a.b.c", "..", "a.b.c.d"] {
        assert_eq!(ask(&mut bench, text), Err(50_027), "{text}");
    }
    let (head, body) = good_assertion(&bench, Signer::shared());
    let jwt = Signer::shared().sign(&head, &body);
    let no_type = bench.tokens(&[
        ("grant_type", "client_credentials"),
        ("scope", GRAPH),
        ("client_assertion", &jwt),
    ]);
    assert_eq!(no_type, Err(900_144));
    let (text, _) = jwt.rsplit_once('.').unwrap();
    assert_eq!(ask(&mut bench, &format!("{text}.AAAA")), Err(700_027));
}

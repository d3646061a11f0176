use proptest::prelude::*;

use super::*;

fn url(text: &str) -> String {
    redact_url(&Url::parse(text).unwrap())
}

const JWT: &str = "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl";

#[test]
fn an_address_shows_only_harmless_parameters() {
    for (address, shown) in [
        (
            "https://u:p@login.example/t/callback?code=SECRET&state=S&error=access_denied#frag",
            "https://login.example/t/callback?code=…&state=…&error=access_denied",
        ),
        (
            "https://graph.example/v1.0/users?$select=id&$skiptoken=X",
            "https://graph.example/v1.0/users?$select=id&$skiptoken=…",
        ),
        (
            "https://graph.example/v1.0/users?$filter=displayName%20eq%20'a%26b'",
            "https://graph.example/v1.0/users?$filter=displayName eq 'a%26b'",
        ),
        ("https://login.example/?SECRET", "https://login.example/?…"),
        (
            "https://login.example/?SE%20CRET=x",
            "https://login.example/?…",
        ),
        (
            "https://login.example/?redirect_uri=http://localhost/%3Fcode%3DSECRET%0Aforged",
            "https://login.example/?redirect_uri=http://localhost/?code=…%0Aforged",
        ),
        (
            "https://login.example/?error=a&&b=c",
            "https://login.example/?error=a&&b=…",
        ),
        ("https://login.example/plain", "https://login.example/plain"),
    ] {
        assert_eq!(url(address), shown, "{address}");
    }
    assert_eq!(
        url(&format!("https://h.example/i/{JWT}/x")),
        "https://h.example/i/…/x"
    );
}

#[test]
fn texts_lose_tokens_keys_and_labelled_secrets() {
    let secret = "Abc8Q~0123456789abcdefghijklmnopqrstuv";
    for (text, shown) in [
        (format!("Bearer {JWT} and x=1"), "Bearer … and x=1"),
        (format!("{{\"a\":\"{JWT}\"}}, {JWT}."), "{\"a\":\"…\"}, …."),
        (format!("foo={JWT}"), "foo=…"),
        (format!("secret is {secret}"), "secret is …"),
        (
            "client_secret=a,b;c(d)&x=1".to_owned(),
            "client_secret=…&x=1",
        ),
        (
            "Client-Secret: hush hush".to_owned(),
            "Client-Secret: … hush",
        ),
        ("password = hush\nx".to_owned(), "password = …\nx"),
        (
            r#"{"password": "a b\"c", "x":1}"#.to_owned(),
            r#"{"password": "…", "x":1}"#,
        ),
        (r#"{"password": "cut"#.to_owned(), r#"{"password": "…"#),
        (
            r#"{\"secretText\":\"a b\",\"x\":1}"#.to_owned(),
            r#"{\"secretText\":\"…\",\"x\":1}"#,
        ),
        (
            r#"{"access_token":5,"x":1}"#.to_owned(),
            r#"{"access_token":…"x":1}"#,
        ),
        (
            r#"{"password":{"token":"t"}}"#.to_owned(),
            r#"{"password":{"token":"…"}}"#,
        ),
        (
            "authorization: Basic dTpw and more\r\nx: 1".to_owned(),
            "authorization: …\r\nx: 1",
        ),
        (
            "Proxy-Authorization: Basic dTpw".to_owned(),
            "Proxy-Authorization: …",
        ),
        ("bearer abcdefgh12345678, next".to_owned(), "bearer …, next"),
        (
            "http://u:p@proxy:8080/x and ftp://u@h".to_owned(),
            "http://…@proxy:8080/x and ftp://…@h",
        ),
        (format!("https://h/{}?x", "Ab1".repeat(80)), "https:…?x"),
        (format!("refresh 0.A{}", "x".repeat(70)), "refresh …"),
    ] {
        assert_eq!(redact_text(&text), shown, "{text}");
    }
}

#[test]
fn private_keys_go_and_certificates_stay() {
    let certificate = "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----";
    let key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
    assert_eq!(
        redact_text(&format!("x\n{key}\ny {certificate}")),
        format!("x\n[private key]\ny {certificate}")
    );
    assert_eq!(
        redact_text("-----BEGIN RSA PRIVATE KEY-----\ncut"),
        "[private key]"
    );
    assert_eq!(
        redact_text(&format!("-----BEGIN CERTIFICATE-----\ncut {key}")),
        "-----BEGIN CERTIFICATE-----\ncut [private key]",
        "a block without an end hides no key"
    );
}

#[test]
fn ordinary_words_stay() {
    for text in [
        "AADSTS700016: Application with identifier '8a1b2c3d-0000-4000-9000-0123456789ab' was not found.",
        "AADSTS50126: Error validating credentials due to invalid username or password.",
        r#"{"error":{"code":"Request_ResourceNotFound","message":"no"}}"#,
        "Basic authentication is disabled; Bearer tokens are needed",
        r#"Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize""#,
        "GET https://graph.example/v1.0/users?upn=admin@contoso.example has code 7",
        "https://graph.example/v1.0/servicePrincipals/8a1b2c3d-0000-4000-9000-0123456789ab/appRoleAssignedTo",
        "the token expired",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

const LABELS: [&str; 17] = [
    "client_secret",
    "client_assertion",
    "refresh_token",
    "access_token",
    "id_token",
    "password",
    "secretText",
    "device_code",
    "code_verifier",
    "passphrase",
    "clientSecret",
    "CLIENT_SECRET",
    "refreshToken",
    "Password",
    "Client-Assertion",
    "pwd",
    "accessToken",
];

/// A secret that can be told from anything around it.
fn secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9!#$%*+./:;=?@^_|~-]{0,12}HUSH[A-Za-z0-9!#$%*+,./:;=?@^_|~(){}-]{0,12}"
}

fn prose() -> impl Strategy<Value = String> {
    "[ -~\n…é]{0,30}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_is_taken_and_twice_is_once(text in prop_oneof![any::<String>(), noise()]) {
        let once = redact_text(&text);
        prop_assert_eq!(redact_text(&once), once);
    }

    #[test]
    fn a_labelled_secret_never_survives(
        label in prop::sample::select(&LABELS[..]), secret in secret(),
        before in prose(), after in prose(), form in 0..7_usize,
    ) {
        let labelled = match form {
            0 => format!("{label}={secret}"),
            1 => format!("\"{label}\":\"{secret}\""),
            2 => format!("\"{label}\" :\n \"{secret}\""),
            3 => format!("{label}: {secret}"),
            4 => format!("{label} = '{secret}'"),
            5 => format!("\\\"{label}\\\":\\\"{secret}\\\""),
            _ => format!("https://h.example/p?x=1&{label}={secret}&y=2"),
        };
        let shown = redact_text(&format!("{before}\n{labelled}\n{after}"));
        prop_assert!(!shown.contains("HUSH"), "{}", shown);
    }

    #[test]
    fn a_token_never_survives_wherever_it_stands(
        header in "eyJ[A-Za-z0-9_-]{10,30}", claims in "[A-Za-z0-9_-]{20,60}", signature in "[A-Za-z0-9_-]{0,40}",
        before in "[ \"'`<>,;:=&()\\[\\]{}|/]{0,4}", after in "[ \"'`<>,;:=&()\\[\\]{}|/]{0,4}",
    ) {
        let shown = redact_text(&format!("x{before} {before}{header}.{claims}.{signature}{after}"));
        prop_assert!(!shown.contains(&claims) && !shown.contains(&header), "{}", shown);
    }

    #[test]
    fn no_parameter_of_an_address_survives_but_the_harmless(
        name in "[a-zA-Z_$-]{1,20}", secret in "HUSH[ -~é]{0,20}", user in "[a-z]{0,5}", password in "HUSH[a-z]{0,5}",
        fragment in "HUSH[ -~]{0,10}",
    ) {
        prop_assume!(!SHOWN.contains(&name.as_str()));
        let mut url = Url::parse("https://login.example/authorize").unwrap();
        url.query_pairs_mut().append_pair("tenant", "t").append_pair(&name, &secret);
        url.set_username(&user).unwrap();
        url.set_password(Some(&password)).unwrap();
        url.set_fragment(Some(&fragment));
        let shown = redact_url(&url);
        prop_assert_eq!(shown, format!("https://login.example/authorize?tenant=t&{name}=…"));
    }

    #[test]
    fn a_secret_inside_a_shown_parameter_does_not_survive(
        name in prop::sample::select(&SHOWN[..]), label in prop::sample::select(&LABELS[..]),
        secret in "HUSH[A-Za-z0-9]{1,12}",
    ) {
        let mut url = Url::parse("https://login.example/authorize").unwrap();
        url.query_pairs_mut().append_pair(name, &format!("https://x/?{label}={secret}"));
        let shown = redact_url(&url);
        prop_assert!(!shown.contains("HUSH"), "{}", shown);
    }
}

/// Text made of what the rules look at.
fn noise() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "password",
        "code",
        "token",
        "secret",
        "=",
        ":",
        " ",
        "\n",
        "\"",
        "\\\"",
        "'",
        "`",
        "{",
        "&",
        "://",
        "@",
        "/",
        "…",
        "é",
        "eyJ",
        ".",
        "~",
        "-----BEGIN ",
        "-----END ",
        "-----",
        "PRIVATE KEY",
        "Bearer ",
        "Basic",
        "authorization",
        "abcdefghijklmnopqrst",
        "0.A",
        "A1b2C3d4",
        "[private key]",
        "_",
        "-",
        "\\",
        "+",
        "cookie",
        "\r",
    ]);
    prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
}

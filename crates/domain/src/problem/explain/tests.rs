use proptest::prelude::*;

use super::super::entry;
use super::*;

fn codes(text: &str) -> Vec<String> {
    explain(text)
        .iter()
        .map(|found| found.code.to_string())
        .collect()
}

#[test]
fn a_number_is_found_in_entras_text_and_in_its_json() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: x","error_codes":[7000215]}"#;
    let found = explain(body);
    assert_eq!(
        found,
        [Explanation {
            code: ProblemCode::Aadsts(7_000_215),
            matched: "AADSTS7000215".to_owned(),
            known: true,
        }]
    );
    assert_eq!(codes(r#"error_codes":[7000215]"#), ["AADSTS7000215"]);
    assert_eq!(codes("AADSTS900023: tenant"), ["AADSTS900023"]);
    assert_eq!(codes("aadsts90002"), ["AADSTS90002"]);
    assert_eq!(
        codes("error=access_denied&error_description=AADSTS65004%3A+declined"),
        ["AADSTS65004"]
    );
}

#[test]
fn a_number_that_is_not_known_gets_the_general_text() {
    let found = explain("AADSTS1234567: something new");
    assert_eq!(found.len(), 1);
    assert!(!found[0].known);
    assert_eq!(entry(found[0].code).code, "entra.unknown-code");
}

#[test]
fn an_app_that_is_not_found_by_its_address_is_told_from_one_by_its_id() {
    let address = "AADSTS700016: Application with identifier 'https://contoso.example.com/Booking.NET/Login.mvc/Login' was not found in the directory 'Contoso'.";
    let id = "AADSTS700016: Application with identifier '8a1b2c3d-0000-4000-9000-0123456789ab' was not found in the directory 'Contoso'.";
    assert_eq!(codes(address), ["app.identifier-uri", "AADSTS700016"]);
    assert_eq!(
        codes(&address.replace('\'', "\\\"")),
        ["app.identifier-uri", "AADSTS700016"]
    );
    assert_eq!(codes(id), ["AADSTS700016"]);
    assert_ne!(
        entry(ProblemCode::AppIdentifierUri).remedies,
        entry(ProblemCode::Aadsts(700_016)).remedies
    );
}

#[test]
fn what_the_products_guides_quote_is_recognised() {
    for (text, code) in [
        (
            "Microsoft.Identity.Client.MsalServiceException: 401: Unauthorized - invalid_client. at Product.MsGraph",
            "entra.invalid-client",
        ),
        ("Error 500 when accessing \"My settings\"", "app.redirect"),
        (
            "Failed to update Application ID URI application property",
            "app.identifier-uri-refused",
        ),
        ("Need admin approval", "AADSTS90094"),
        ("NEED\n  ADMIN\tAPPROVAL", "AADSTS90094"),
    ] {
        assert_eq!(codes(text), [code], "{text}");
    }
    assert_eq!(codes("Error 500"), ["http.server-error", "app.redirect"]);
}

#[test]
fn graphs_and_planners_codes_are_recognised() {
    for (text, code) in [
        (
            r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}"#,
            "graph.forbidden",
        ),
        (
            r#"{"error":{"code":"InvalidAuthenticationToken"}}"#,
            "graph.unauthorized",
        ),
        ("Request_ResourceNotFound", "graph.not-found"),
        ("Directory_ConcurrencyViolation", "graph.conflict"),
        ("Request_UnsupportedQuery: filter", "graph.bad-request"),
        ("code: TooManyRequests.", "http.throttled"),
        ("MaximumTasksInProject", "graph.planner-limit"),
        (
            "You do not have the required permissions to access this item.",
            "graph.forbidden",
        ),
    ] {
        assert_eq!(codes(text), [code], "{text}");
    }
}

#[test]
fn every_planner_limit_of_the_facts_is_recognised() {
    let Some(facts) = crate::shared_data("planner-limits.json") else {
        return;
    };
    for code in facts["errorCodes403"].as_object().unwrap().keys() {
        let found = explain(&format!("HTTP 403 {code}"));
        assert_eq!(found[0].code, ProblemCode::GraphPlannerLimit, "{code}");
        assert_eq!(&found[0].matched, code);
    }
}

#[test]
fn what_tools_say_of_the_network_is_recognised() {
    for (text, code) in [
        (
            "SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
            "tls.untrusted",
        ),
        ("certificate verify failed", "tls.untrusted"),
        (
            "certificate verify failed: certificate has expired",
            "tls.expired",
        ),
        (
            "certificate verify failed: Hostname mismatch, certificate is not valid for 'x'",
            "tls.name",
        ),
        (
            "curl: (60) SSL certificate problem: self-signed certificate in certificate chain",
            "tls.untrusted",
        ),
        (
            "Error: connect ECONNREFUSED 127.0.0.1:443",
            "network.refused",
        ),
        ("Connection refused (os error 111)", "network.refused"),
        (
            "getaddrinfo ENOTFOUND login.microsoftonline.com",
            "network.dns",
        ),
        (
            "HTTP/1.1 407 Proxy Authentication Required",
            "proxy.authentication",
        ),
        (
            "curl: (5) Could not resolve proxy: proxy.contoso.com",
            "proxy.unreachable",
        ),
        ("read ECONNRESET", "network.reset"),
    ] {
        assert_eq!(codes(text), [code], "{text}");
    }
}

#[test]
fn oauths_words_count_where_there_is_no_number() {
    assert_eq!(codes("error=invalid_grant"), ["entra.invalid-grant"]);
    assert_eq!(codes("authorization_pending"), ["AADSTS70016"]);
    assert_eq!(codes("invalid_grant AADSTS50173"), ["AADSTS50173"]);
}

#[test]
fn a_status_counts_where_there_is_nothing_else() {
    assert_eq!(codes("HTTP 403"), ["graph.forbidden"]);
    assert_eq!(codes("429 Too Many Requests"), ["http.throttled"]);
    assert_eq!(
        codes("401: Unauthorized - invalid_client"),
        ["entra.invalid-client"]
    );
    assert_eq!(codes("500 tasks in 404 plans"), [""; 0]);
}

#[test]
fn fairleads_own_codes_are_recognised_and_everyday_words_are_not() {
    for code in ProblemCode::OWN {
        assert_eq!(codes(&code.to_string()), [code.to_string()]);
    }
    assert_eq!(
        codes("it was cancelled by graph.forbidden."),
        ["graph.forbidden"]
    );
    assert_eq!(codes("Everything is in order."), [""; 0]);
    assert_eq!(codes(""), [""; 0]);
}

#[test]
fn the_most_specific_stands_first() {
    let text = "network error: invalid_request, error_codes: [50011]; itemNotFound; AADSTS90002; connection refused";
    assert_eq!(
        codes(text),
        [
            "AADSTS90002",
            "AADSTS50011",
            "graph.not-found",
            "network.refused"
        ]
    );
}

proptest! {
    #[test]
    fn any_text_can_be_explained(text in "(AADSTS|error_codes|identifier |'|:|[0-9]{1,9}|\\PC){0,40}") {
        for found in explain(&text) {
            prop_assert!(!entry(found.code).title.is_empty());
        }
        super::super::Found::in_text(&text);
    }
}

//! What the tests of this module show: a way that went well, one that did not, and one that was made
//! to break a page.

mod walks;

use std::collections::HashMap;
use std::time::Duration;

use fairlead_connect::tester::known_checks;
use fairlead_domain::check::{CheckResult, Identity, Verdict};
use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};
use fairlead_domain::remedy::Remedy;
use fairlead_domain::report::{IdentityUsed, Notice, REPORT_SCHEMA, Report};
use fairlead_domain::values::{HandOver, Value};
use fairlead_wire::Spent;
use jiff::Timestamp;
use serde_json::{Map, json};
pub(super) use walks::{step, troubled_walk, walk};

use super::{ReportExtra, SheetAbout};

pub(super) const TENANT: &str = "7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90";
pub(super) const CLIENT: &str = "3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4";
pub(super) const THUMBPRINT: &str = "9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B";
const TRACE: &str = "0f5a9c6e-1111-4222-8333-444455556666";
const CORRELATION: &str = "1a2b3c4d-5555-4666-8777-888899990000";

pub(super) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

pub(super) fn extra() -> ReportExtra<'static> {
    ReportExtra {
        chain: Some(CHAIN),
        simulated: true,
        generated: now(),
        version: "0.1.0",
        tenant: Some("contoso.example"),
        profile_title: Some("Planner data mart"),
    }
}

pub(super) fn about() -> SheetAbout<'static> {
    SheetAbout {
        title: "Planner data mart",
        tenant: Some("contoso.example"),
        simulated: true,
        generated: now(),
        version: "0.1.0",
    }
}

const CHAIN: Spent = Spent {
    requests: 6,
    time: Duration::from_millis(612),
};

/// A check as the tester reports it. Without a result of its own it passed.
pub(super) fn check(id: &str, verdict: Verdict, detail: &str) -> CheckResult {
    let title = known_checks()
        .into_iter()
        .find(|(known, _, _)| *known == id)
        .map_or("A check of another version", |(_, title, _)| title);
    CheckResult {
        id: id.parse().unwrap(),
        category: id.split('.').next().unwrap().to_owned(),
        title: title.to_owned(),
        verdict,
        detail: detail.to_owned(),
        needs: Vec::new(),
        ms: u64::try_from(id.len() * 7).unwrap(),
        evidence: Map::new(),
        remedies: Vec::new(),
    }
}

/// A check that ended with a problem, as the tester makes one.
fn troubled(id: &str, verdict: Verdict, problem: Problem) -> CheckResult {
    let values = [
        ("connection", "planner-reports"),
        ("profile", "planner-data-mart"),
        ("tenant", "contoso.example"),
        ("tenant_id", TENANT),
        ("client_id", CLIENT),
        ("certificate", "planner-reports"),
    ];
    let values = values.map(|(name, value)| (name, value.to_owned())).into();
    let problem = problem.fill(&values);
    let mut check = check(id, verdict, &problem.what);
    check
        .evidence
        .insert("code".to_owned(), json!(problem.code));
    for (name, value) in [
        (
            "http_status",
            problem.http_status.map(|status| json!(status)),
        ),
        ("trace_id", problem.ids.trace_id.map(|id| json!(id))),
        (
            "correlation_id",
            problem.ids.correlation_id.map(|id| json!(id)),
        ),
        ("at", problem.at.map(|at| json!(at))),
        ("why", Some(json!(problem.why))),
    ] {
        if let Some(value) = value {
            check.evidence.insert(name.to_owned(), value);
        }
    }
    check.remedies = problem.remedies.into_iter().map(located).collect();
    check
}

fn located(mut remedy: Remedy) -> Remedy {
    if let Remedy::OpenPage {
        page, url, menu, ..
    } = &mut remedy
    {
        let blade = "view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId";
        *url = Some(format!("https://entra.microsoft.com/#{blade}/{CLIENT}"));
        *menu = Some(page.menu().to_owned());
    }
    remedy
}

fn report(checks: Vec<CheckResult>, identities: Vec<IdentityUsed>) -> Report {
    Report {
        schema: REPORT_SCHEMA,
        connection: "planner-reports".parse().unwrap(),
        profile: "planner-data-mart".parse().unwrap(),
        verdict: Verdict::of_all(checks.iter().map(|check| check.verdict)),
        started: now(),
        ms: 1_874,
        identities,
        notices: vec![
            Notice {
                id: "account-is-narrower".to_owned(),
                text: "An account reads only the plans of groups that it is a member of; the app \
                       without a user reads every plan of the tenant."
                    .to_owned(),
            },
            Notice {
                id: "premium-plans".to_owned(),
                text: "Premium plans (Project) are not in Planner's API and are not read."
                    .to_owned(),
            },
        ],
        checks,
    }
}

fn own() -> IdentityUsed {
    IdentityUsed {
        identity: Identity::Connection,
        name: format!("app {CLIENT}"),
    }
}

/// Every check of the profile passed, with an inspector.
pub(super) fn healthy() -> Report {
    let details: HashMap<&str, &str> = HashMap::from([
        ("network.proxy", "straight, without a proxy"),
        ("network.login", "127.0.0.1 answered in 4 ms"),
        ("network.graph", "127.0.0.1 answered in 3 ms"),
        ("network.clock", "within 1 s of Microsoft's"),
        (
            "tenant.found",
            "contoso.example is 7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90",
        ),
        (
            "app.registration",
            "Fairlead Planner data mart (planner-reports)",
        ),
        ("app.audience", "AzureADMyOrg"),
        (
            "certificate.strength",
            "RSA 3072 bit, sha256WithRSAEncryption",
        ),
        ("certificate.dates", "2026-11-22 to 2027-11-22"),
        ("certificate.remaining", "364 days left"),
        (
            "certificate.on-app",
            "thumbprint 9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B",
        ),
        ("token.issued", "valid until 10:59:59 UTC"),
        ("token.audience", "https://graph.microsoft.com"),
        ("token.kind", "app-only"),
        ("token.method", "with a certificate"),
        (
            "token.permissions",
            "Tasks.Read.All, GroupMember.Read.All, User.Read.All",
        ),
        ("permissions.granted", "all 3"),
        ("planner.groups", "20 Microsoft 365 groups"),
        ("planner.plans", "50 plans in 20 groups"),
        ("planner.tasks", "1000 tasks in 3 plans"),
    ]);
    let applies = |id: &str| {
        !["secret.", "account.", "licence.account", "network.tls"]
            .iter()
            .any(|other| id.starts_with(other))
            && ![
                "app.public-client",
                "principal.assignment",
                "planner.comments",
                "planner.files",
                "planner.coverage",
                "planner.ownership",
                "planner.write",
            ]
            .contains(&id)
    };
    let checks = known_checks()
        .into_iter()
        .filter(|(id, _, _)| applies(id))
        .map(|(id, _, _)| {
            let detail = details.get(id).copied().unwrap_or("as it should be");
            let mut check = check(id, Verdict::Passed, detail);
            match id {
                "network.login" | "network.graph" => {
                    check.evidence.insert("host".to_owned(), json!("127.0.0.1"));
                    check.evidence.insert("http_status".to_owned(), json!(200));
                }
                "certificate.dates" => {
                    check
                        .evidence
                        .insert("not_after".to_owned(), json!("2027-11-22T10:00:00Z"));
                }
                "permissions.granted" | "token.permissions" => {
                    let names = ["Tasks.Read.All", "GroupMember.Read.All", "User.Read.All"];
                    check.evidence.insert("granted".to_owned(), json!(names));
                    check.evidence.insert("missing".to_owned(), json!([]));
                }
                _ => {}
            }
            check
        })
        .collect();
    let inspector = IdentityUsed {
        identity: Identity::Inspector,
        name: "admin@contoso.example".to_owned(),
    };
    report(checks, vec![own(), inspector])
}

/// Entra refuses the certificate, nobody knows the clock, and there is no inspector.
pub(super) fn troubled_report() -> Report {
    let refused = Problem::new(
        ProblemCode::Aadsts(700_027),
        format!(
            "Entra refused the assertion of the app `{CLIENT}`: the key with thumbprint \
             `{THUMBPRINT}` is not registered on the app, or the assertion was signed with another \
             key than the one that was registered, which is what happens where a certificate was \
             renewed on one computer and the connection is used from another one too"
        ),
    )
    .with_status(401)
    .with_ids(RequestIds {
        trace_id: Some(TRACE.to_owned()),
        correlation_id: Some(CORRELATION.to_owned()),
        ..RequestIds::default()
    })
    .at(now());
    let mut tls = troubled(
        "network.tls-graph",
        Verdict::Unknown,
        Problem::new(
            ProblemCode::HttpServerError,
            "`graph.microsoft.com` answers with status 503",
        )
        .with_status(503),
    );
    tls.evidence.insert(
        "names".to_owned(),
        json!([
            "graph.microsoft.com",
            "*.graph.microsoft.com",
            "canary.graph.microsoft.com"
        ]),
    );
    tls.evidence
        .insert("not_after".to_owned(), json!("2027-02-01T00:00:00Z"));
    let ends = troubled(
        "certificate.remaining",
        Verdict::Warning,
        Problem::new(
            ProblemCode::CertificateEndsSoon,
            "the certificate ends on 2026-12-04, in 12 days",
        ),
    );
    let not_run = |id: &str, needs: &[&str]| {
        let mut check = check(
            id,
            Verdict::NotRun,
            &format!("not run: needs {}", needs.join(", ")),
        );
        check.needs = needs.iter().map(|need| (*need).to_owned()).collect();
        check.ms = 0;
        check
    };
    let checks = vec![
        check(
            "network.proxy",
            Verdict::Passed,
            "through the proxy http://proxy.contoso.example:8080, signed in",
        ),
        check(
            "network.login",
            Verdict::Passed,
            "login.microsoftonline.com answered in 84 ms",
        ),
        tls,
        check(
            "network.clock",
            Verdict::Passed,
            "within 1 s of Microsoft's",
        ),
        check(
            "tenant.found",
            Verdict::Passed,
            "contoso.example is the tenant",
        ),
        not_run("app.registration", &["inspector"]),
        not_run("app.audience", &["inspector"]),
        check(
            "certificate.key",
            Verdict::Passed,
            "certificate planner-reports with its private key",
        ),
        ends,
        not_run("certificate.on-app", &["inspector"]),
        troubled("token.issued", Verdict::Failed, refused),
        not_run("token.audience", &["token.issued"]),
        not_run("token.permissions", &["token.issued", "token.kind"]),
        not_run("planner.groups", &["token.issued"]),
    ];
    report(checks, vec![own()])
}

pub(super) fn sheet() -> HandOver {
    let values = [
        ("tenant_id", "Directory (tenant) ID", TENANT),
        ("client_id", "Application (client) ID", CLIENT),
        (
            "certificate_thumbprint",
            "Certificate thumbprint",
            THUMBPRINT,
        ),
        ("certificate_end", "Certificate valid until", "2027-11-22"),
        (
            "certificate_file",
            "Certificate file",
            "fairlead certificate export planner-reports --format pfx --out planner-reports.pfx",
        ),
    ];
    HandOver {
        schema: 1,
        connection: "planner-reports".parse().unwrap(),
        values: values
            .map(|(name, label, value)| Value {
                name: name.to_owned(),
                label: label.to_owned(),
                value: value.to_owned(),
            })
            .into(),
    }
}

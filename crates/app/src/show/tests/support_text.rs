use fairlead_domain::certificate::CertificateFacts;
use fairlead_domain::ids::{CertificateName, ConnectionName, DomainName, ProfileId, TenantRef};
use fairlead_domain::profile::{CredentialKind, KeyHolder, Owner};
use fairlead_domain::remedy::StepId;
use fairlead_domain::report::Report;
use fairlead_state::connection::{StepRecord, StepStatus};

use crate::show::samples::{CLIENT, TENANT, THUMBPRINT, now, troubled_report};
use crate::show::{Diagnostics, KnownCertificate, diagnostics};

/// What a [`Diagnostics`] borrows.
struct Known {
    connection: ConnectionName,
    profile: ProfileId,
    tenant: TenantRef,
    domain: DomainName,
    name: CertificateName,
    facts: CertificateFacts,
    steps: Vec<(StepId, StepRecord)>,
    report: Report,
}

fn known() -> Known {
    let record = |status, detail: Option<&str>| StepRecord {
        status,
        detail: detail.map(str::to_owned),
        at: now(),
    };
    let failed = StepStatus::Failed {
        code: fairlead_domain::problem::ProblemCode::Aadsts(700_027),
        what: "Entra refused the assertion".to_owned(),
    };
    Known {
        connection: "planner-reports".parse().unwrap(),
        profile: "planner-data-mart".parse().unwrap(),
        tenant: "contoso.example".parse().unwrap(),
        domain: "contoso.example".parse().unwrap(),
        name: "planner-reports".parse().unwrap(),
        facts: CertificateFacts {
            subject: "CN=planner-reports".to_owned(),
            issuer: "CN=planner-reports".to_owned(),
            serial: "4F2A".to_owned(),
            not_before: now(),
            not_after: "2027-11-22T10:00:00Z".parse().unwrap(),
            key_algorithm: "RSA".to_owned(),
            key_bits: 3072,
            signature_algorithm: "sha256WithRSAEncryption".to_owned(),
            thumbprint: THUMBPRINT.parse().unwrap(),
            sha256: "A1".repeat(32),
        },
        steps: vec![
            (
                StepId::Tenant,
                record(StepStatus::Done, Some("contoso.example, Europe")),
            ),
            (
                StepId::SignIn,
                record(
                    StepStatus::Done,
                    Some("admin@contoso.example, Global Administrator"),
                ),
            ),
            (StepId::Test, record(failed, None)),
        ],
        report: troubled_report(),
    }
}

impl Known {
    fn told(&self, mask_tenant: bool) -> String {
        diagnostics(&Diagnostics {
            version: "0.1.0",
            system: "Debian GNU/Linux 12 (bookworm), x86_64",
            generated: now(),
            cloud: "global",
            simulated: false,
            connection: &self.connection,
            profile: &self.profile,
            owner: Owner::Fairlead,
            credential: CredentialKind::Certificate,
            tenant: &self.tenant,
            tenant_id: TENANT.parse().ok(),
            domain: Some(&self.domain),
            client_id: CLIENT.parse().ok(),
            mask_tenant,
            secret_store: "the keyring of this computer (Secret Service)",
            proxy: Some("http://proxy.contoso.example:8080"),
            certificate: Some(KnownCertificate {
                name: &self.name,
                holder: KeyHolder::Fairlead,
                facts: Some(&self.facts),
            }),
            secret_end: None,
            steps: self
                .steps
                .iter()
                .map(|(step, record)| (*step, record))
                .collect(),
            report: Some(&self.report),
        })
    }
}

#[test]
fn the_support_text_tells_what_a_helper_asks_for() {
    insta::assert_snapshot!(known().told(false), @r"
    Fairlead diagnostics
      Fairlead      0.1.0
      System        Debian GNU/Linux 12 (bookworm), x86_64
      Made          2026-11-22 10:00:00 UTC
      Cloud         global
      Secret store  the keyring of this computer (Secret Service)
      Proxy         http://proxy.contoso.example:8080

    Connection
      Name          planner-reports
      Profile       planner-data-mart
      App of        fairlead
      Signs in by   certificate
      Tenant        contoso.example
      Tenant id     7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90
      Domain        contoso.example
      App id        3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4

    Certificate
      Name          planner-reports
      Key held by   Fairlead
      Kind          RSA 3072 bit, sha256WithRSAEncryption
      Subject       CN=planner-reports
      Issuer        CN=planner-reports
      Serial        4F2A
      Valid from    2026-11-22 10:00:00 UTC
      Valid until   2027-11-22 10:00:00 UTC
      SHA-1         9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B
      SHA-256       A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1

    Steps
      tenant        done, 2026-11-22 10:00:00 UTC: contoso.example, Europe
      sign-in       done, 2026-11-22 10:00:00 UTC: admin@contoso.example, Global Administrator
      test          failed, 2026-11-22 10:00:00 UTC, AADSTS700027: Entra refused the assertion

    Last test
      Begun         2026-11-22 10:00:00 UTC
      Took          1.9 s
      Verdict       failed (1 failed, 1 unknown, 1 warning, 5 passed, 6 not run)
      Connection    app 3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4

    Checks
      passed   network.proxy: through the proxy http://proxy.contoso.example:8080, signed in, 91 ms
      passed   network.login: login.microsoftonline.com answered in 84 ms, 91 ms
      unknown  network.tls-graph [http.server-error]: `graph.microsoft.com` answers with status 503, 119 ms
                 HTTP status: 503
      passed   network.clock: within 1 s of Microsoft's, 91 ms
      passed   tenant.found: contoso.example is the tenant, 84 ms
      not run  app.registration: needs inspector
      not run  app.audience: needs inspector
      passed   certificate.key: certificate planner-reports with its private key, 105 ms
      warning  certificate.remaining [certificate.ends-soon]: the certificate ends on 2026-12-04, in 12 days, 147 ms
      not run  certificate.on-app: needs inspector
      failed   token.issued [AADSTS700027]: Entra refused the assertion of the app `3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4`: the key with thumbprint `9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B` is not registered on the app, or the assertion was signed with another key than the one that was registered, which is what happens where a certificate was renewed on one computer and the connection is used from another one too, 84 ms
                 HTTP status: 401
                 Trace id: 0f5a9c6e-1111-4222-8333-444455556666
                 Correlation id: 1a2b3c4d-5555-4666-8777-888899990000
                 Time: 2026-11-22 10:00:00 UTC
      not run  token.audience: needs token.issued
      not run  token.permissions: needs token.issued, token.kind
      not run  planner.groups: needs token.issued

    Notices
      account-is-narrower: An account reads only the plans of groups that it is a member of; the app without a user reads every plan of the tenant.
      premium-plans: Premium plans (Project) are not in Planner's API and are not read.
    ");
}

#[test]
fn a_masked_support_text_does_not_name_the_tenant() {
    let text = known().told(true).to_ascii_lowercase();
    for name in ["contoso", TENANT, "admin@"] {
        assert!(!text.contains(name), "{name} is still there:\n{text}");
    }
    assert!(text.contains(CLIENT), "the app is what a helper needs");
}

#[test]
fn what_looks_like_a_secret_is_masked_wherever_it_comes_from() {
    const TOKEN: &str =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJl";
    let mut known = known();
    known.report.checks[0].detail = format!("answered with {TOKEN}");
    known.report.checks[1]
        .evidence
        .insert("code".to_owned(), TOKEN.into());
    known.report.notices[0].text = "client_secret=Hunter2Hunter2Hunter2 was sent".to_owned();
    known.steps[0].1.detail = Some("https://user:Hunter2@proxy.example/".to_owned());
    let text = known.told(false);
    assert!(!text.contains("eyJ") && !text.contains("Hunter2"), "{text}");
}

#[test]
fn a_connection_that_was_only_begun_has_a_support_text_too() {
    let known = known();
    let text = diagnostics(&Diagnostics {
        version: "0.1.0",
        system: "Windows 11 (26100), x86_64",
        generated: now(),
        cloud: "simulated",
        simulated: true,
        connection: &known.connection,
        profile: &known.profile,
        owner: Owner::Vendor,
        credential: CredentialKind::Vendor,
        tenant: &known.tenant,
        tenant_id: None,
        domain: None,
        client_id: None,
        mask_tenant: false,
        secret_store: "the encrypted file",
        proxy: None,
        certificate: None,
        secret_end: None,
        steps: Vec::new(),
        report: None,
    });
    insta::assert_snapshot!(text, @r"
    Fairlead diagnostics
      Fairlead      0.1.0
      System        Windows 11 (26100), x86_64
      Made          2026-11-22 10:00:00 UTC
      Cloud         simulated, a simulated tenant
      Secret store  the encrypted file

    Connection
      Name          planner-reports
      Profile       planner-data-mart
      App of        vendor
      Signs in by   vendor
      Tenant        contoso.example
      Tenant id     not known yet
      App id        not known yet

    Steps
      none begun

    Last test
      none yet
    ");
}

use fairlead_domain::check::Verdict;

use crate::show::samples::{check, healthy, troubled_report, troubled_walk, walk};
use crate::show::{
    Palette, TextStyle, check_line, problem_text, report_text, step_line, timing_text,
};

const NARROW: TextStyle = TextStyle::terminal(Palette::plain(), 80);
const WIDE: TextStyle = TextStyle::terminal(Palette::plain(), 120);
const PIPE: TextStyle = TextStyle::plain();

fn check_lines(style: &TextStyle) -> String {
    let report = troubled_report();
    report
        .checks
        .iter()
        .map(|check| check_line(check, style))
        .collect()
}

#[test]
fn a_check_is_one_line_on_every_terminal() {
    insta::assert_snapshot!(check_lines(&NARROW), @r"
    ✓ passed   The way to Microsoft is open: through the proxy http://prox…    91 ms
    ✓ passed   The sign-in service answers: login.microsoftonline.com answ…    91 ms
    ? unknown  Microsoft Graph shows a good certificate: `graph.microsoft.…   119 ms
    ✓ passed   This computer's clock is right: within 1 s of Microsoft's       91 ms
    ✓ passed   The name leads to a tenant: contoso.example is the tenant       84 ms
    - not run  The app registration exists: needs inspector                         
    - not run  The app is for this tenant alone: needs inspector                    
    ✓ passed   The private key is at hand: certificate planner-reports wit…   105 ms
    ! warning  The certificate does not end soon: the certificate ends on…    147 ms
    - not run  The certificate is on the app: needs inspector                       
    ✗ failed   Entra issues a token: Entra refused the assertion of the ap…    84 ms
    - not run  The token is for Microsoft Graph: needs token.issued                 
    - not run  The token carries the permissions needed: needs token.issue…         
    - not run  Groups can be listed: needs token.issued
    ");
    insta::assert_snapshot!(check_lines(&WIDE), @r"
    ✓ passed   The way to Microsoft is open                   through the proxy http://proxy.contoso.example:8080,…    91 ms
    ✓ passed   The sign-in service answers                    login.microsoftonline.com answered in 84 ms              91 ms
    ? unknown  Microsoft Graph shows a good certificate       `graph.microsoft.com` answers with status 503           119 ms
    ✓ passed   This computer's clock is right                 within 1 s of Microsoft's                                91 ms
    ✓ passed   The name leads to a tenant                     contoso.example is the tenant                            84 ms
    - not run  The app registration exists                    needs inspector                                               
    - not run  The app is for this tenant alone               needs inspector                                               
    ✓ passed   The private key is at hand                     certificate planner-reports with its private key        105 ms
    ! warning  The certificate does not end soon              the certificate ends on 2026-12-04, in 12 days          147 ms
    - not run  The certificate is on the app                  needs inspector                                               
    ✗ failed   Entra issues a token                           Entra refused the assertion of the app `3b1f64a8-52c…    84 ms
    - not run  The token is for Microsoft Graph               needs token.issued                                            
    - not run  The token carries the permissions needed       needs token.issued, token.kind                                
    - not run  Groups can be listed                           needs token.issued
    ");
    insta::assert_snapshot!(check_lines(&PIPE), @r"
    ✓ passed   The way to Microsoft is open                   through the proxy http://proxy.contoso.example:8080, signed in  91 ms
    ✓ passed   The sign-in service answers                    login.microsoftonline.com answered in 84 ms  91 ms
    ? unknown  Microsoft Graph shows a good certificate       `graph.microsoft.com` answers with status 503  119 ms
    ✓ passed   This computer's clock is right                 within 1 s of Microsoft's  91 ms
    ✓ passed   The name leads to a tenant                     contoso.example is the tenant  84 ms
    - not run  The app registration exists                    needs inspector
    - not run  The app is for this tenant alone               needs inspector
    ✓ passed   The private key is at hand                     certificate planner-reports with its private key  105 ms
    ! warning  The certificate does not end soon              the certificate ends on 2026-12-04, in 12 days  147 ms
    - not run  The certificate is on the app                  needs inspector
    ✗ failed   Entra issues a token                           Entra refused the assertion of the app `3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4`: the key with thumbprint `9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B` is not registered on the app, or the assertion was signed with another key than the one that was registered, which is what happens where a certificate was renewed on one computer and the connection is used from another one too  84 ms
    - not run  The token is for Microsoft Graph               needs token.issued
    - not run  The token carries the permissions needed       needs token.issued, token.kind
    - not run  Groups can be listed                           needs token.issued
    ");
}

#[test]
fn a_step_shows_how_it_ended_and_what_came_of_it() {
    let lines = |style| -> String {
        let walks = [walk(), troubled_walk()];
        let connections = walks.iter().flat_map(|walk| &walk.connections);
        connections
            .flat_map(|connection| &connection.steps)
            .map(|step| step_line(step, style))
            .collect()
    };
    insta::assert_snapshot!(lines(&NARROW), @r"
    ✓ Find the tenant          done: contoso.example, Europe (1.4 s)
    ✓ Sign in                  done: admin@contoso.example, Global Administrator
                               (1.9 s)
    ✓ App registration         already in place: Fairlead Planner data mart
                               (planner-reports),
                               3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4 (480 ms)
    ✓ Permissions and consent  done: 3 permissions consented (1.4 s)
    ✓ Credential               done: certificate planner-reports, thumbprint
                               9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B, valid until
                               2027-11-22 (1.4 s)
    ✓ Test the connection      done: 44 checks passed (1.9 s)
    ✓ Values to hand over      done: 5 values (2.2 s)
    ✓ Find the tenant          done: contoso.example, Europe (1.4 s)
    ✓ Sign in                  done: admin@contoso.example, Global Administrator
                               (1.9 s)
    ✓ App registration         already in place: Fairlead Planner data mart
                               (planner-reports),
                               3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4 (480 ms)
    ✓ Permissions and consent  done: 3 permissions consented (1.4 s)
    ✓ Credential               done: certificate planner-reports (240 ms)
    - Test the connection      not finished: token.issued: Entra refused the
                               assertion (1.4 s)
    ✓ Values to hand over      done: 5 values (2.2 s)
    ✓ Find the tenant          done: contoso.example, Europe (1.4 s)
    ✓ Sign in                  done: admin@contoso.example, Global Administrator
                               (1.9 s)
    ✓ App registration         already in place: Fairlead Planner data mart
                               (planner-reports),
                               3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4 (480 ms)
    ~ Permissions and consent  waiting for a person: somebody else has to consent
                               (480 ms)
    - Test the connection      not finished: after the consent (2.2 s)
    ✓ Find the tenant          done: contoso.example, Europe (1.4 s)
    ✗ App registration         failed: the account `ada@contoso.example` may not
                               create apps in this tenant (1.4 s)
    ");
}

#[test]
fn a_report_closes_with_what_needs_attention_and_the_verdict() {
    insta::assert_snapshot!(report_text(&troubled_report(), &NARROW), @r"
    ? unknown  network.tls-graph: Microsoft Graph shows a good certificate
      `graph.microsoft.com` answers with status 503
      why: The service answered with an error of its own (5xx). The request is in
           order, and the same request usually succeeds a little later.
      code: `http.server-error`
      ids: HTTP status 503
      hint: Wait; Fairlead goes on by itself (up to 5 minutes)
      hint: Try once more: `fairlead test planner-reports --inspect`
      hint: If it lasts, look at the service health: Microsoft 365 admin center >
            Health > Service health. For a support request to Microsoft: request id
            <request-id>, time <time>.

    ! warning  certificate.remaining: The certificate does not end soon
      the certificate ends on 2026-12-04, in 12 days
      why: From its last day on Entra refuses the certificate, and the connection
           stops. Fairlead replaces it without an interruption: the old one stays
           valid until the new one has proved itself.
      code: `certificate.ends-soon`
      hint: Replace it now: `fairlead certificate rotate planner-reports`
      hint: If the product holds the key: Create a new certificate in the product
            and upload its public file to the app before the old one ends.

    ✗ failed   token.issued: Entra issues a token
      Entra refused the assertion of the app `3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4`:
      the key with thumbprint `9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B` is not
      registered on the app, or the assertion was signed with another key than the
      one that was registered, which is what happens where a certificate was renewed
      on one computer and the connection is used from another one too
      why: The key that signed is not on the app, has expired there, or is named by
           the wrong thumbprint. After an upload it takes up to two minutes until
           every server knows the key. Microsoft's message says which, with the
           thumbprint, in brackets.
      code: `AADSTS700027`
      ids: HTTP status 401, trace id `0f5a9c6e-1111-4222-8333-444455556666`,
           correlation id `1a2b3c4d-5555-4666-8777-888899990000`, 2026-11-22
           10:00:00 UTC
      hint: If the certificate was uploaded moments ago, wait (up to 2 minutes)
      hint: See whether the certificate is on the app and still valid there:
            fairlead test planner-reports --inspect
      hint: Show the thumbprints of the connection's certificate:
            fairlead certificate show planner-reports
      hint: Compare with the thumbprints and end dates listed there: Entra ID > App
            registrations > (the app) > Certificates & secrets
            https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4
      hint: If it is gone from the app, upload it again:
            fairlead connect planner-data-mart --name planner-reports --tenant contoso.example
      hint: Make a new certificate, upload it, and retire the old one:
            fairlead certificate rotate planner-reports
      hint: If the product holds the key: For a product that holds the key itself,
            upload the certificate file that the product hands out, and make sure
            that it names the same tenant and client id.

    not run: 3 checks need the inspector: app.registration, app.audience,
             certificate.on-app
    not run: 2 checks need token.issued: token.audience, planner.groups
    not run: 1 check needs token.issued, token.kind: token.permissions
    hint: Sign in as inspector to prove them too:
          `fairlead test planner-reports --inspect`
    notice: An account reads only the plans of groups that it is a member of; the
            app without a user reads every plan of the tenant.
    notice: Premium plans (Project) are not in Planner's API and are not read.

    planner-reports: failed (1 failed, 1 unknown, 1 warning, 5 passed, 6 not run) in 1.9 s
    ");
}

#[test]
fn a_report_without_concerns_is_short() {
    insta::assert_snapshot!(report_text(&healthy(), &NARROW), @r"
    notice: An account reads only the plans of groups that it is a member of; the
            app without a user reads every plan of the tenant.
    notice: Premium plans (Project) are not in Planner's API and are not read.

    planner-reports: passed (44 passed) in 1.9 s
    ");
}

#[test]
fn what_was_not_proved_is_said_also_where_nothing_failed() {
    let mut report = healthy();
    report.notices.clear();
    for check in &mut report.checks {
        if check.category == "permissions" {
            check.verdict = Verdict::NotRun;
            check.needs = vec!["inspector".to_owned()];
        }
    }
    insta::assert_snapshot!(report_text(&report, &NARROW), @r"
    not run: 3 checks need the inspector: permissions.granted, permissions.surplus,
             permissions.effective
    hint: Sign in as inspector to prove them too:
          `fairlead test planner-reports --inspect`

    planner-reports: passed (41 passed, 3 not run) in 1.9 s
    ");
}

#[test]
fn the_time_of_a_test_stands_beside_its_longest_chain() {
    let chain = walk().connections[0].chain;
    insta::assert_snapshot!(timing_text(&healthy(), chain), @r"
    time: 1.9 s
    longest chain of dependent requests: 6 requests, 612 ms
    ");
}

#[test]
fn colours_carry_nothing_that_the_text_does_not_say() {
    let plain = TextStyle::terminal(Palette::plain(), 80);
    let coloured = TextStyle::terminal(Palette::coloured(), 80);
    let shown = |style: &TextStyle| {
        let report = troubled_report();
        let walk = troubled_walk();
        let problem = walk.connections[2].problem.as_ref().unwrap();
        let lines: String = report
            .checks
            .iter()
            .map(|check| check_line(check, style))
            .collect();
        let steps: String = walk.connections[1]
            .steps
            .iter()
            .map(|step| step_line(step, style))
            .collect();
        [
            lines,
            steps,
            report_text(&report, style),
            problem_text(problem, style),
        ]
        .concat()
    };
    let with_colour = shown(&coloured);
    assert!(with_colour.contains("\u{1b}["), "nothing is coloured");
    assert!(with_colour.ends_with('\n') && !shown(&plain).contains('\u{1b}'));
    let mut stripped = String::new();
    for part in with_colour.split('\u{1b}') {
        let code = part.find('m').filter(|_| part.starts_with('['));
        stripped.push_str(code.map_or(part, |end| &part[end + 1..]));
    }
    assert_eq!(stripped, shown(&plain));
}

#[test]
fn verdicts_differ_by_shape_and_by_word() {
    let line = |verdict| check_line(&check("token.issued", verdict, "x"), &PIPE);
    let all = [
        Verdict::Passed,
        Verdict::Warning,
        Verdict::Failed,
        Verdict::Unknown,
        Verdict::NotRun,
    ];
    let shapes: std::collections::BTreeSet<char> = all
        .iter()
        .map(|verdict| line(*verdict).chars().next().unwrap())
        .collect();
    assert_eq!(shapes.len(), all.len());
    for verdict in all {
        assert!(line(verdict).contains(verdict.word()), "{verdict}");
    }
}

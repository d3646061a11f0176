use fairlead_connect::wizard::plan::{Place, Plan, PlannedChange};
use fairlead_domain::problem::{Found, Problem, ProblemCode, RequestIds, explain};
use fairlead_domain::remedy::{Person, StepId};

use crate::show::samples::now;
use crate::show::{Palette, TextStyle, explanation_text, plan_text, problem_text, waiting_text};

const NARROW: TextStyle = TextStyle::terminal(Palette::plain(), 80);
const PIPE: TextStyle = TextStyle::plain();

#[test]
fn a_problem_says_what_happened_why_and_what_to_do() {
    let problem = Problem::new(
        ProblemCode::RoleMissing,
        "the account `ada@contoso.example` may not create apps in this tenant",
    )
    .with_status(403)
    .with_ids(RequestIds {
        request_id: Some("0f5a9c6e-1111-4222-8333-444455556666".to_owned()),
        ..RequestIds::default()
    })
    .at(now())
    .fill(&[("connection", "planner-reports".to_owned())].into());
    insta::assert_snapshot!(problem_text(&problem, &NARROW), @r"
    error: the account `ada@contoso.example` may not create apps in this tenant
      code: `role.missing`, Your account lacks the role for this step
      why:  Creating apps needs Cloud Application Administrator or Application
            Administrator, unless the tenant lets every member register apps.
            Consenting to Graph application permissions needs Privileged Role
            Administrator or Global Administrator; for delegated permissions Cloud
            Application Administrator is enough.
      ids:  HTTP status 403, request id `0f5a9c6e-1111-4222-8333-444455556666`,
            2026-11-22 10:00:00 UTC

    hint: Sign in with another account:
          fairlead connect <profile> --name planner-reports --tenant <tenant> --sign-in browser
    hint: Activate the role if it is only eligible: ID Governance > Privileged
          Identity Management > My roles
    hint: Print what to send, and go on with the same command when the other person
          has consented:
          fairlead connect <profile> --name planner-reports --tenant <tenant> --consent wait
    hint: Send the consent link to someone who may consent (to a Privileged Role
          Administrator or Global Administrator):
          The app <client-id> needs your consent in the tenant <tenant> before <profile> can work.
          Open <url> and sign in. Microsoft's page lists every permission; choose Accept if you agree.
          Without Graph application permissions in the list, the role Cloud Application Administrator is enough.
    ");
}

#[test]
fn a_problem_that_passes_by_itself_says_so() {
    let problem = Problem::new(
        ProblemCode::HttpServerError,
        "`graph.microsoft.com` answers with 503",
    );
    insta::assert_snapshot!(problem_text(&problem, &PIPE), @r"
    error: `graph.microsoft.com` answers with 503
      code: `http.server-error`, Microsoft's service has a fault
      why:  The service answered with an error of its own (5xx). The request is in order, and the same request usually succeeds a little later.

    hint: Wait; Fairlead goes on by itself (up to 5 minutes)
    hint: Try once more: `fairlead test <connection> --inspect`
    hint: If it lasts, look at the service health: Microsoft 365 admin center > Health > Service health. For a support request to Microsoft: request id <request-id>, time <time>.
    hint: Trying again can help
    ");
}

#[test]
fn a_plan_names_step_place_and_reason() {
    let change = |step, place, what: &str, why: Option<&str>| PlannedChange {
        step,
        place,
        what: what.to_owned(),
        why: why.map(str::to_owned),
    };
    let mut plan = Plan {
        schema: 1,
        connection: "planner-reports".to_owned(),
        tenant_id: "7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90".to_owned(),
        changes: vec![
            change(
                StepId::SignIn,
                Place::Tenant,
                "an administrator signs in",
                Some(
                    "its consents stay in the tenant until `fairlead connections remove --everywhere` takes them away",
                ),
            ),
            change(
                StepId::App,
                Place::Tenant,
                "create the app registration `Fairlead Planner data mart (planner-reports)`, for this tenant alone",
                None,
            ),
            change(
                StepId::App,
                Place::Tenant,
                "create its enterprise application",
                None,
            ),
            change(
                StepId::Credential,
                Place::Computer,
                "make a certificate (RSA 3072 bit, 365 days) and keep its key in the secret store",
                None,
            ),
        ],
    };
    insta::assert_snapshot!(plan_text(&plan, &NARROW), @r"
    Plan for the connection `planner-reports` in the tenant
    `7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90`

    Sign in
      tenant    an administrator signs in
                  its consents stay in the tenant until
                  `fairlead connections remove --everywhere` takes them away

    App registration
      tenant    create the app registration
                `Fairlead Planner data mart (planner-reports)`, for this tenant
                alone
      tenant    create its enterprise application

    Credential
      computer  make a certificate (RSA 3072 bit, 365 days) and keep its key in the
                secret store

    Nothing has been created or changed yet
    ");
    plan.changes.clear();
    insta::assert_snapshot!(plan_text(&plan, &NARROW), @r"
    Plan for the connection `planner-reports` in the tenant
    `7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90`

    Everything is in place; nothing would be done
    ");
}

#[test]
fn an_explanation_tells_each_code_and_the_ids_of_the_text() {
    let text = "AADSTS50105: The signed in user is not assigned to a role. Trace ID: \
                0f5a9c6e-1111-4222-8333-444455556666 Timestamp: 2026-11-22 10:00:00Z";
    let told = explanation_text(&explain(text), &Found::in_text(text), &NARROW);
    insta::assert_snapshot!(told, @r#"
    AADSTS50105: The account is not assigned to the app
      The enterprise application only lets assigned users in, and neither this user
      nor a group that the user is directly in is assigned. Members of nested groups
      do not count.
      hint: Assign the user or one of the user's groups: Entra ID > Enterprise apps
            > (the app) > Users and groups
      hint: Or set "Assignment required?" to No: Entra ID > Enterprise apps > (the
            app) > Properties
      hint: Ask for the assignment (to a Cloud Application Administrator):
            Can <account> be assigned to the enterprise application <client-id> in the tenant <tenant>? The connection <connection> signs in with this account and is refused with AADSTS50105.

    in the text: trace id `0f5a9c6e-1111-4222-8333-444455556666`, 2026-11-22
                 10:00:00 UTC
    "#);
}

#[test]
fn an_explanation_owns_up_to_what_it_does_not_know() {
    let told = |text: &str| explanation_text(&explain(text), &Found::in_text(text), &NARROW);
    insta::assert_snapshot!(told("AADSTS999999"), @r"
    AADSTS999999: not in Fairlead's catalogue. Entra gave a code that this version
                  does not know
      Microsoft adds codes over time. The message beside the code says what
      happened; Microsoft's own page explains the number.
      hint: Look the number up at Microsoft:
            https://login.microsoftonline.com/error?code= followed by the digits.
      hint: Keep these for a support request to Microsoft: Code AADSTS999999, trace
            id <trace-id>, correlation id <correlation-id>, time <time>.
      hint: Try once more: `fairlead test <connection> --inspect`
    ");
    insta::assert_snapshot!(told("it does not work"), @r"
    no code was recognised in this text; an error code such as `AADSTS700016`, or
    the whole error message, says more
    ");
}

#[test]
fn what_waits_is_a_letter_that_can_be_copied() {
    let text = waiting_text(
        StepId::Permissions,
        Person::PrivilegedRoleAdministrator,
        "An app waits for the consent of a Global Administrator.\n\n- Tasks.Read.All (application): Reads plans, buckets, tasks and their details.\n",
        &NARROW,
    );
    insta::assert_snapshot!(text, @r#"
    waiting: the step "Permissions and consent" needs a Privileged Role
             Administrator or Global Administrator; send this:

      An app waits for the consent of a Global Administrator.

      - Tasks.Read.All (application): Reads plans, buckets, tasks and their details.
    "#);
}

use std::time::Duration;

use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};
use fairlead_domain::remedy::{Person, StepId};
use fairlead_domain::report::Report;
use fairlead_state::connection::StepStatus;

use super::{CHAIN, CLIENT, TENANT, THUMBPRINT, TRACE, healthy, now, sheet, troubled_report};
use crate::show::{Walk, WalkedConnection, WalkedStep};

pub(in crate::show) fn step(
    step: StepId,
    status: StepStatus,
    detail: &str,
    done: &[&str],
) -> WalkedStep {
    WalkedStep {
        step,
        status,
        detail: detail.to_owned(),
        took: Some(Duration::from_millis(240 * (1 + detail.len() as u64 % 9))),
        done: done.iter().map(|done| (*done).to_owned()).collect(),
    }
}

fn connection(steps: Vec<WalkedStep>, report: Option<Report>) -> WalkedConnection {
    WalkedConnection {
        name: "planner-reports".parse().unwrap(),
        profile: "planner-data-mart".parse().unwrap(),
        profile_title: "Planner data mart".to_owned(),
        tenant: "contoso.example".parse().unwrap(),
        tenant_id: TENANT.parse().ok(),
        domain: "contoso.example".parse().ok(),
        steps,
        problem: None,
        chain: report.as_ref().map(|_| CHAIN),
        report,
        values: None,
    }
}

fn begun() -> Vec<WalkedStep> {
    use StepStatus::{AlreadyInPlace, Done};
    vec![
        step(StepId::Tenant, Done, "contoso.example, Europe", &[]),
        step(
            StepId::SignIn,
            Done,
            "admin@contoso.example, Global Administrator",
            &[
                "signed in through Microsoft Graph Command Line Tools, with `Application.ReadWrite.All`",
            ],
        ),
        step(
            StepId::App,
            AlreadyInPlace,
            &format!("Fairlead Planner data mart (planner-reports), {CLIENT}"),
            &[
                "found the app registration of an earlier run",
                "created its enterprise application",
            ],
        ),
    ]
}

/// The whole way of the demo, all well.
pub(in crate::show) fn walk() -> Walk<'static> {
    use StepStatus::Done;
    let mut steps = begun();
    steps.extend([
        step(
            StepId::Permissions,
            Done,
            "3 permissions consented",
            &[
                "declared Tasks.Read.All, GroupMember.Read.All, User.Read.All (application)",
                "consented on Microsoft's page by admin@contoso.example",
                "waited until the grants were visible",
            ],
        ),
        step(
            StepId::Credential,
            Done,
            &format!(
                "certificate planner-reports, thumbprint {THUMBPRINT}, valid until 2027-11-22"
            ),
            &[
                "made an RSA key of 3072 bit",
                "put the certificate on the app",
            ],
        ),
        step(StepId::Test, Done, "44 checks passed", &[]),
        step(StepId::Values, Done, "5 values", &[]),
    ]);
    Walk {
        title: "The whole way of planner-data-mart",
        simulated: true,
        generated: now(),
        version: "0.1.0",
        took: Some(Duration::from_millis(9_420)),
        connections: vec![WalkedConnection {
            values: Some(sheet()),
            ..connection(steps, Some(healthy()))
        }],
    }
}

/// Three connections: one whose test failed, one that waits, one that a problem ended.
pub(in crate::show) fn troubled_walk() -> Walk<'static> {
    use StepStatus::{Done, Failed, Pending, Waiting};
    let letter = format!(
        "An app waits for the consent of a Privileged Role Administrator or Global Administrator.\n\n\
         Application: {CLIENT}\n\n\
         Permissions on Microsoft Graph, and what each is needed for:\n\
         - Tasks.Read.All (application): Reads plans, buckets, tasks and their details.\n\n\
         1. The consent page:\n   https://login.microsoftonline.com/{TENANT}/v2.0/adminconsent?client_id={CLIENT}\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&state=sent\n"
    );
    let mut tested = begun();
    tested.extend([
        step(StepId::Permissions, Done, "3 permissions consented", &[]),
        step(StepId::Credential, Done, "certificate planner-reports", &[]),
        step(
            StepId::Test,
            Pending,
            "token.issued: Entra refused the assertion",
            &[],
        ),
        step(StepId::Values, Done, "5 values", &[]),
    ]);
    let mut waiting = begun();
    waiting.extend([
        step(
            StepId::Permissions,
            Waiting {
                person: Person::PrivilegedRoleAdministrator,
                text: letter,
                since: now(),
            },
            "somebody else has to consent",
            &[],
        ),
        step(StepId::Test, Pending, "after the consent", &[]),
    ]);
    let refused = Problem::new(
        ProblemCode::RoleMissing,
        "the account `ada@contoso.example` may not create apps in this tenant",
    )
    .with_status(403)
    .with_ids(RequestIds {
        request_id: Some(TRACE.to_owned()),
        ..RequestIds::default()
    })
    .at(now())
    .fill(
        &[
            ("tenant", "contoso.example".to_owned()),
            ("connection", "planner-copy".to_owned()),
        ]
        .into(),
    );
    let failed = Failed {
        code: refused.code,
        what: refused.what.clone(),
    };
    let ended = vec![
        step(StepId::Tenant, Done, "contoso.example, Europe", &[]),
        step(StepId::App, failed, &refused.what, &[]),
    ];
    Walk {
        title: "Connections of contoso.example",
        connections: vec![
            WalkedConnection {
                values: Some(sheet()),
                ..connection(tested, Some(troubled_report()))
            },
            WalkedConnection {
                name: "planner-backup".parse().unwrap(),
                profile: "planner-backup".parse().unwrap(),
                profile_title: "Planner backup".to_owned(),
                ..connection(waiting, None)
            },
            WalkedConnection {
                name: "planner-copy".parse().unwrap(),
                profile: "planner-replication".parse().unwrap(),
                profile_title: "Planner replication".to_owned(),
                problem: Some(refused),
                ..connection(ended, None)
            },
        ],
        simulated: false,
        ..walk()
    }
}

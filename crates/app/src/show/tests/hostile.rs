//! Texts from outside break neither a page nor a terminal.

use fairlead_domain::check::{CheckResult, Verdict};
use fairlead_domain::portal::PortalPage;
use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};
use fairlead_domain::remedy::{Person, Remedy, StepId};
use fairlead_domain::report::{IdentityUsed, Notice, Report};
use fairlead_domain::values::HandOver;
use fairlead_state::connection::StepStatus;
use serde_json::json;

use crate::show::samples::{about, check, extra, healthy, now, sheet, step, walk};
use crate::show::{
    Palette, SheetFormat, TextStyle, Walk, WalkedConnection, check_line, hand_over, problem_text,
    report_html, report_text, step_line, waiting_text, walk_html,
};

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</pre></code></details></body>&lt;&#60;",
    "\u{1b}]8;;https://evil.example\u{7}click\u{1b}\\ \u{202e}gnp.exe",
];

fn remedies(text: &str) -> Vec<Remedy> {
    let title = text.to_owned();
    vec![
        Remedy::OpenPage {
            title: title.clone(),
            page: PortalPage::AppOverview,
            url: Some("javascript:alert(1)".to_owned()),
            menu: Some(title.clone()),
        },
        Remedy::RunCommand {
            title: title.clone(),
            command: title.clone(),
        },
        Remedy::GrantPermission {
            title: "Grant".to_owned(),
            permission: title.clone(),
            permission_kind: fairlead_domain::permission::PermissionKind::Application,
        },
        Remedy::SendTo {
            title: title.clone(),
            person: Person::Vendor,
            text: title.clone(),
        },
        Remedy::ByHand {
            title: title.clone(),
            text: title,
        },
    ]
}

fn checked(text: &str) -> CheckResult {
    let mut check = check("token.issued", Verdict::Failed, text);
    check.title = text.to_owned();
    check.category = text.to_owned();
    check.needs = vec![text.to_owned()];
    check.remedies = remedies(text);
    for name in ["code", "why", "request_id", "trace_id", "groups"] {
        check.evidence.insert(name.to_owned(), json!(text));
    }
    check.evidence.insert(
        text.to_owned(),
        json!({text: [text, {text: {text: [text]}}]}),
    );
    check
}

fn problem(text: &str) -> Problem {
    let mut problem = Problem::new(ProblemCode::EntraAnswer, text).with_ids(RequestIds {
        request_id: Some(text.to_owned()),
        ..RequestIds::default()
    });
    problem.title = text.to_owned();
    problem.why = text.to_owned();
    problem.remedies = remedies(text);
    problem
}

fn reported(text: &str) -> Report {
    let mut report = healthy();
    report.checks = vec![checked(text)];
    report.identities = vec![IdentityUsed {
        identity: fairlead_domain::check::Identity::Inspector,
        name: text.to_owned(),
    }];
    report.notices = vec![Notice {
        id: text.to_owned(),
        text: text.to_owned(),
    }];
    report
}

fn walked(text: &str) -> Walk<'_> {
    let waiting = StepStatus::Waiting {
        person: Person::Vendor,
        text: text.to_owned(),
        since: now(),
    };
    let mut sheet = sheet();
    for value in &mut sheet.values {
        value.label = text.to_owned();
        value.value = text.to_owned();
        value.name = text.to_owned();
    }
    let ordinary = walk().connections.remove(0);
    Walk {
        title: text,
        version: text,
        connections: vec![WalkedConnection {
            profile_title: text.to_owned(),
            steps: vec![step(StepId::App, waiting, text, &[text])],
            problem: Some(problem(text)),
            report: Some(reported(text)),
            values: Some(sheet),
            ..ordinary
        }],
        ..walk()
    }
}

fn pages(text: &str) -> [String; 3] {
    let walked = walked(text);
    let mut extra = extra();
    extra.tenant = Some(text);
    extra.profile_title = Some(text);
    let mut about = about();
    about.title = text;
    [
        walk_html(&walked),
        report_html(&reported(text), &extra),
        hand_over(sheet_of(&walked), SheetFormat::Html, &about),
    ]
}

fn sheet_of<'w>(walk: &'w Walk<'_>) -> &'w HandOver {
    walk.connections[0].values.as_ref().unwrap()
}

/// The tags of a page with the names of their attributes, in their order.
fn tags(page: &str) -> Vec<String> {
    page.split('<')
        .skip(1)
        .map(|tag| {
            let mut names = String::new();
            let mut quoted = false;
            for c in tag.chars() {
                match c {
                    '"' => quoted = !quoted,
                    '>' if !quoted => break,
                    c if !quoted => names.push(c),
                    _ => {}
                }
            }
            names
        })
        .collect()
}

#[test]
fn a_hostile_text_adds_nothing_to_a_page_but_text() {
    let letters = |c: char| {
        if c.is_ascii_alphanumeric() || c == ' ' {
            c
        } else {
            'x'
        }
    };
    for text in HOSTILE {
        let harmless: String = text.chars().map(letters).collect();
        for (page, ordinary) in pages(text).iter().zip(pages(&harmless)) {
            assert_eq!(tags(page), tags(&ordinary), "{text} changed the page");
            assert!(!page.contains("href=\"javascript"), "{text}");
        }
    }
}

#[test]
fn a_hostile_text_reaches_no_terminal_as_it_is() {
    let style = TextStyle::terminal(Palette::plain(), 80);
    for text in HOSTILE {
        let shown = [
            check_line(&checked(text), &style),
            report_text(&reported(text), &style),
            problem_text(&problem(text), &style),
            step_line(&walked(text).connections[0].steps[0], &style),
            hand_over(sheet_of(&walked(text)), SheetFormat::Text, &about()),
            hand_over(sheet_of(&walked(text)), SheetFormat::Markdown, &about()),
            waiting_text(StepId::App, Person::Vendor, text, &style),
        ];
        for shown in shown {
            let harmful =
                |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!shown.contains(harmful), "{shown:?}");
        }
    }
}

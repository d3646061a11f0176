//! What scenarios promise is what can be seen from outside, and it can be cured.

use std::collections::BTreeSet;
use std::path::Path;

use fairlead_domain::check::Verdict;
use fairlead_sim::{Credential, Expectation, scenarios};

use super::cure::cure;
use super::desk::Desk;
use super::planted::Connection;
use super::probe;

#[test]
fn scenarios_are_many_and_named_like_options() {
    let all = scenarios();
    assert!(all.len() >= 40, "{}", all.len());
    let names: BTreeSet<_> = all.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), all.len(), "names are different");
    for scenario in all {
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(scenario.name.chars().all(slug), "{}", scenario.name);
        assert!(!scenario.title.ends_with('.'), "{}", scenario.name);
    }
    assert_eq!(all[0].name, "healthy");
}

#[test]
fn every_profile_and_credential_is_spoken_of_and_every_check_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md");
    let page = std::fs::read_to_string(page).unwrap();
    for scenario in scenarios() {
        assert_eq!(scenario.expect.len(), 15, "{}", scenario.name);
        for expectation in &scenario.expect {
            let concern = expectation.check.is_some();
            assert_eq!(expectation.exit, u8::from(concern));
            assert_eq!(expectation.verdict != Verdict::Passed, concern);
            if let Some(check) = expectation.check {
                let anchor = format!("### {check}\n");
                assert!(page.contains(&anchor), "{}: {check}", scenario.name);
            }
        }
    }
}

#[test]
fn the_list_has_the_shape_of_the_design() {
    let list = serde_json::to_value(&scenarios()[1]).unwrap();
    assert_eq!(list["name"], "no-consent");
    assert_eq!(
        list["expect"][0],
        serde_json::json!({
            "profile": "planner-data-mart", "credential": "certificate", "verdict": "failed",
            "check": "token.permissions", "exit": 1,
        })
    );
}

/// One run of the small tester against what a scenario promises, then the cure until all is well.
async fn hold(scenario: &str, expectation: &Expectation) -> Result<(), String> {
    let desk = Desk::alone(&[scenario]).await;
    let mut connection = Connection::make(&desk, expectation.profile, expectation.credential).await;
    let case = format!(
        "{scenario}, {}, {:?}",
        expectation.profile, expectation.credential
    );
    let found = probe::test(&desk, &connection).await;
    if (found.whole(), found.first()) != (expectation.verdict, expectation.check) {
        let (verdict, check) = (expectation.verdict, expectation.check);
        return Err(format!(
            "{case}: expected {verdict} {check:?}, found {found:?}"
        ));
    }
    let mut found = found;
    for _ in 0..4 {
        match found.concern() {
            None => return Ok(()),
            // What does not answer is somebody else's to repair.
            Some((check, Verdict::Unknown)) => {
                assert!(
                    desk.running.repair(scenario),
                    "{scenario}: nothing repairs {check}"
                );
            }
            Some((check, _)) => cure(&desk, &mut connection, scenario, check).await,
        }
        found = probe::test(&desk, &connection).await;
    }
    match found.first() {
        None => Ok(()),
        Some(_) => Err(format!("{case}: not cured, found {found:?}")),
    }
}

/// All scenarios for one credential: every profile that a scenario tells apart, and one of the others.
async fn hold_all(credential: Credential) {
    let mut wrong = Vec::new();
    for scenario in scenarios() {
        let mut seen = BTreeSet::new();
        for expectation in &scenario.expect {
            let kind = (expectation.verdict.word(), expectation.check);
            // What is planted depends on the profile's permissions here.
            let about_permissions = ["token.permissions", "permissions.granted"];
            let everywhere = scenario.name == "healthy"
                || expectation
                    .check
                    .is_some_and(|check| about_permissions.contains(&check));
            if expectation.credential == credential && (seen.insert(kind) || everywhere) {
                wrong.extend(hold(scenario.name, expectation).await.err());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn certificates_find_what_is_promised_and_are_cured() {
    hold_all(Credential::Certificate).await;
}

#[tokio::test]
async fn secrets_find_what_is_promised_and_are_cured() {
    hold_all(Credential::Secret).await;
}

#[tokio::test]
async fn accounts_find_what_is_promised_and_are_cured() {
    hold_all(Credential::Account).await;
}

#[tokio::test]
async fn vendors_apps_find_what_is_promised_and_are_cured() {
    hold_all(Credential::Vendor).await;
}

#[tokio::test]
async fn a_defect_is_planted_once() {
    let desk = Desk::alone(&["certificate-not-on-app"]).await;
    let connection = Connection::make(&desk, "planner-data-mart", Credential::Certificate).await;
    assert_eq!(connection.token(&desk).await, Err(700_027));
    let automation = desk.automation().await;
    assert!(connection.upload_key(&desk, &automation).await);
    assert!(connection.token(&desk).await.is_ok());
    assert!(
        connection.token(&desk).await.is_ok(),
        "it is not planted again"
    );
}

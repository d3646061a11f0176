//! Without the inspector: what only the administrator may see is said to be unseen, in the report and
//! in its words.

use std::sync::OnceLock;

use fairlead_domain::check::Verdict;
use fairlead_sim::Credential;
use fairlead_tests::workspace;

use super::case::{Case, NAME};
use super::finding::Finding;
use super::tenant::Tenant;

/// The checks that `docs/checks.md` gives to the inspector.
fn inspectors() -> &'static [String] {
    static IDS: OnceLock<Vec<String>> = OnceLock::new();
    IDS.get_or_init(|| {
        let page = std::fs::read_to_string(workspace().join("docs").join("checks.md"));
        let page = page.expect("docs/checks.md can be read");
        page.split("\n## ")
            .flat_map(|chapter| {
                let mut sections = chapter.split("\n### ");
                // What stands over the sections of a chapter holds for those that say nothing else.
                let intro = sections.next().unwrap_or_default();
                let all = intro.contains("Answered by inspector");
                sections.filter_map(move |section| {
                    let (id, text) = section.split_once('\n')?;
                    let says = text.to_lowercase().contains("answered by ");
                    let inspector = text.to_lowercase().contains("answered by inspector");
                    (inspector || all && !says).then(|| id.trim().to_owned())
                })
            })
            .collect()
    })
}

/// Holds a test without the inspector against the one with it.
pub(super) fn hold(case: Case, tenant: &Tenant, inspected: &Finding) -> Result<(), String> {
    let alone = Finding::of(&tenant.fairlead(["test", NAME]).run());
    let complain = |what: &str| format!("{case}, without the inspector: {what}; found {alone}");
    let mut unseen = Vec::new();
    for check in inspected.checks() {
        let id = check.id.as_str();
        let Some(now) = alone.check(id) else {
            return Err(complain(&format!("{id} is missing")));
        };
        if !inspectors().iter().any(|it| it == id) {
            continue;
        }
        unseen.push(id);
        if now.verdict != Verdict::NotRun || now.needs != ["inspector"] {
            return Err(complain(&format!(
                "{id} is {}: {}",
                now.verdict, now.detail
            )));
        }
    }
    // The connection sees what it saw before.
    let attention = |finding: &Finding| {
        let checks = finding.checks().iter();
        checks
            .filter(|check| check.verdict.needs_attention())
            .filter(|check| !inspectors().iter().any(|it| it == check.id.as_str()))
            .map(|check| (check.id.clone(), check.verdict))
            .collect::<Vec<_>>()
    };
    let (before, now) = (attention(inspected), attention(&alone));
    if let Some(lost) = before.iter().find(|it| !now.contains(it)) {
        return Err(complain(&format!("{} was {} and is not", lost.0, lost.1)));
    }
    // Fairlead has nothing to sign in with as a vendor's app: alone, it proves nothing.
    let unproved = case.credential == Credential::Vendor;
    if unproved && now.is_empty() && alone.verdict() != Some(Verdict::Unknown) {
        return Err(complain("nobody signed in, and the whole is not unknown"));
    }
    if i32::from(unproved || !now.is_empty()) != alone.exit {
        return Err(complain("the exit code is not what the verdicts say"));
    }
    if unseen.is_empty() {
        return Err(complain("nothing needs the inspector"));
    }
    if !now.is_empty() {
        return Ok(());
    }
    in_words(tenant, &unseen, unproved).map_err(|what| complain(&what))
}

/// Where nothing is wrong that the connection sees, the words tell what was not looked at.
fn in_words(tenant: &Tenant, unseen: &[&str], unproved: bool) -> Result<(), String> {
    let ended = tenant.fairlead_for_people(["test", NAME]).run();
    let words = ended
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let count = format!("{} checks need the inspector: ", unseen.len());
    let of_checks = words.split_once(&count).map(|(_, rest)| rest);
    let Some(of_checks) = of_checks else {
        return Err(format!("its words do not say `{count}`: {}", ended.stdout));
    };
    if let Some(id) = unseen.iter().find(|id| !of_checks.contains(*id)) {
        return Err(format!("its words do not name {id}: {}", ended.stdout));
    }
    if !words.contains("--inspect") || !words.contains("not run") {
        return Err(format!(
            "its words do not say how to see it: {}",
            ended.stdout
        ));
    }
    if unproved && !words.contains("Nobody signed in to the tenant") {
        return Err(format!("its words do not say that: {}", ended.stdout));
    }
    if ended.code != Some(i32::from(unproved)) {
        return Err(format!("exit {:?}", ended.code));
    }
    Ok(())
}

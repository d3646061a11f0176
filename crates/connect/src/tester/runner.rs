//! Runs the checks side by side: each begins when what it needs has its verdict.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use fairlead_domain::check::{CheckResult, Identity, Verdict};
use fairlead_domain::ids::CheckId;
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::remedy::fill;
use fairlead_wire::Spent;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::watch;

use super::checks::{CheckSpec, all};
use super::facts::Facts;
use super::look::follow;
use super::outcome::Outcome;

/// The checks that apply to a connection and are asked for, in their order; the flag says whether the
/// result is reported or only serves others.
pub(super) fn applicable(facts: &Facts, only: &[CheckId]) -> Vec<(CheckSpec, bool)> {
    let profile = &facts.subject.profile;
    let specs: Vec<CheckSpec> = all()
        .into_iter()
        .filter(|spec| profile.wants_check(spec.id) && (spec.applies)(facts))
        .collect();
    if only.is_empty() {
        return specs.into_iter().map(|spec| (spec, true)).collect();
    }
    let mut serving: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = only.iter().map(CheckId::as_str).collect();
    while let Some(id) = open.pop() {
        if serving.insert(id)
            && let Some(spec) = specs.iter().find(|spec| spec.id == id)
        {
            open.extend(spec.needs);
        }
    }
    let asked = |id: &str| only.iter().any(|only| only.as_str() == id);
    let serving: BTreeSet<String> = serving.into_iter().map(str::to_owned).collect();
    specs
        .into_iter()
        .filter(|spec| serving.contains(spec.id))
        .map(|spec| {
            let reported = asked(spec.id);
            (spec, reported)
        })
        .collect()
}

/// Whether a check of that id exists at all.
pub fn is_known(id: &CheckId) -> bool {
    all().iter().any(|spec| spec.id == id.as_str())
}

/// Id, title and identity of every check, in order: what `docs/checks.md` has to explain.
pub fn known_checks() -> Vec<(&'static str, &'static str, Identity)> {
    all()
        .into_iter()
        .map(|spec| (spec.id, spec.title, spec.identity))
        .collect()
}

/// Runs checks; `tell` hears of each reported one, in their order, as soon as that is possible.
pub(super) async fn run(
    facts: &Facts,
    specs: &[(CheckSpec, bool)],
    tell: &(dyn Fn(&CheckResult) + Sync),
) -> Vec<CheckResult> {
    let mut senders = HashMap::new();
    let mut receivers = HashMap::new();
    for (spec, _) in specs {
        let (sender, receiver) = watch::channel(None);
        senders.insert(spec.id, sender);
        receivers.insert(spec.id, receiver);
    }
    let receivers = &receivers;
    let mut running: FuturesUnordered<_> = specs
        .iter()
        .enumerate()
        .map(|(at, (spec, _))| async move {
            let (result, chain) = one(facts, spec, receivers).await;
            (at, spec, result, chain)
        })
        .collect();
    let mut results: Vec<Option<CheckResult>> = specs.iter().map(|_| None).collect();
    let mut told = 0;
    while let Some((at, spec, result, chain)) = running.next().await {
        if let Some(sender) = senders.get(spec.id) {
            // Nobody may be waiting for it.
            let _ = sender.send(Some((result.verdict, chain)));
        }
        results[at] = Some(result);
        // In the order of dependence, each as soon as those before it are there.
        while let Some(Some(result)) = results.get(told) {
            if specs[told].1 {
                tell(result);
            }
            told += 1;
        }
    }
    results
        .into_iter()
        .zip(specs)
        .filter_map(|(result, (_, reported))| result.filter(|_| *reported))
        .collect()
}

async fn one(
    facts: &Facts,
    spec: &CheckSpec,
    earlier: &HashMap<&'static str, watch::Receiver<Option<(Verdict, Spent)>>>,
) -> (CheckResult, Spent) {
    let mut needs = Vec::new();
    let mut origin = Spent::default();
    for need in spec.needs {
        // What does not apply to this connection can't stand in the way.
        let Some(receiver) = earlier.get(need) else {
            continue;
        };
        let mut receiver = receiver.clone();
        let ended = receiver.wait_for(Option::is_some).await;
        let (verdict, chain) = ended.ok().and_then(|ended| *ended).unzip();
        origin = origin.or_longer(chain.unwrap_or_default());
        // A check of the app's own needs the inspector's answer to nothing: where it was not asked, the
        // question itself decides.
        let blocks = match verdict {
            Some(Verdict::Passed | Verdict::Warning) => false,
            Some(Verdict::NotRun) => spec.identity != Identity::Connection || !is_inspectors(need),
            _ => true,
        };
        if blocks {
            needs.push((*need).to_owned());
        }
    }
    let began = Instant::now();
    let mut reached = origin;
    let outcome = if spec.identity == Identity::Inspector && facts.inspector.is_none() {
        Outcome::not_run("inspector")
    } else if needs.is_empty() {
        let check = follow(origin, (spec.run)(facts));
        match tokio::time::timeout(spec.limit, check).await {
            Ok((outcome, chain)) => {
                reached = chain;
                outcome
            }
            Err(_) => Outcome::unknown(Problem::new(
                ProblemCode::CheckTimeout,
                format!("no answer within {} s", spec.limit.as_secs()),
            )),
        }
    } else {
        let mut outcome = Outcome::not_run(needs.join(", "));
        outcome.needs = needs;
        outcome
    };
    (result(facts, spec, outcome, began), reached)
}

fn is_inspectors(id: &str) -> bool {
    all()
        .iter()
        .any(|spec| spec.id == id && spec.identity == Identity::Inspector)
}

#[expect(
    clippy::expect_used,
    reason = "a test holds every id of the list against the form of ids"
)]
fn result(facts: &Facts, spec: &CheckSpec, outcome: Outcome, began: Instant) -> CheckResult {
    let category = spec.id.split('.').next().unwrap_or_default().to_owned();
    let mut placeholders = facts.subject.placeholders();
    placeholders.insert("check", spec.id.to_owned());
    placeholders.insert(
        "time",
        facts.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    );
    let mut evidence = outcome.evidence;
    if let Some(serde_json::Value::String(why)) = evidence.get_mut("why") {
        *why = fill(why, &placeholders);
    }
    CheckResult {
        id: spec.id.parse().expect("check ids are well formed"),
        category,
        title: spec.title.to_owned(),
        verdict: outcome.verdict,
        detail: outcome.detail,
        needs: outcome.needs,
        ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        evidence,
        remedies: outcome
            .remedies
            .into_iter()
            .map(|remedy| facts.subject.fill_remedy(remedy.fill_known(&placeholders)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_check_has_a_well_formed_id_of_its_own_and_needs_only_earlier_ones() {
        let mut seen = BTreeSet::new();
        for spec in all() {
            assert!(spec.id.parse::<CheckId>().is_ok(), "{}", spec.id);
            for need in spec.needs {
                assert!(
                    seen.contains(need),
                    "{} needs {need}, which does not come before it",
                    spec.id
                );
            }
            assert!(seen.insert(spec.id), "{} is there twice", spec.id);
        }
    }
}

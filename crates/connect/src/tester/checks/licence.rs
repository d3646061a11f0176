use fairlead_domain::ids::ServicePlanId;
use fairlead_domain::licence::{PlanGives, plan_gives, plan_name};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::SubscribedSku;
use serde_json::json;

use super::account::with_account;
use super::{CheckSpec, always, check};
use crate::tester::facts::{AccountFacts, Facts};
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "licence.planner",
            "The tenant is licensed for Planner",
            Inspector,
            ["tenant.found", "network.graph"],
            always,
            planner
        ),
        check!(
            "licence.account-planner",
            "The account is licensed for Planner",
            Inspector,
            ["account.enabled"],
            with_account,
            account_planner
        ),
        check!(
            "licence.account-mailbox",
            "The account has a mailbox, for comments",
            Inspector,
            ["account.enabled"],
            with_account,
            account_mailbox
        ),
    ]
}

async fn planner(facts: &Facts) -> Outcome {
    let Some(found) = facts.skus().await else {
        return Outcome::not_run("inspector");
    };
    let skus = match &found.value {
        Ok(skus) => skus,
        Err(error) => return Outcome::inspector_error(error),
    };
    if let Some(sku) = with_planner(skus, |status| status == "Success") {
        return Outcome::passed(sku);
    }
    let being_set_up = with_planner(skus, |status| status.starts_with("Pending"));
    let outcome = match being_set_up {
        Some(sku) => Outcome::warning(Problem::new(
            ProblemCode::LicencePlanner,
            format!("Planner is still being set up in the licence {sku}"),
        )),
        None => Outcome::failed(Problem::new(
            ProblemCode::LicencePlanner,
            "none of the tenant's working licences includes Planner",
        )),
    };
    let names: Vec<_> = skus.iter().map(|sku| &sku.sku_part_number).collect();
    outcome.with("licences", json!(names))
}

/// The name of a working licence with Planner in it, in a state that is asked for.
fn with_planner(skus: &[SubscribedSku], state: fn(&str) -> bool) -> Option<String> {
    let works = |sku: &&SubscribedSku| {
        matches!(
            sku.capability_status.as_deref(),
            Some("Enabled" | "Warning")
        )
    };
    let has_planner = |sku: &&SubscribedSku| {
        sku.service_plans.iter().any(|plan| {
            plan.service_plan_id.and_then(plan_gives) == Some(PlanGives::Planner)
                && plan.provisioning_status.as_deref().is_some_and(state)
        })
    };
    let found = skus.iter().filter(works).find(has_planner)?;
    let name = found.sku_part_number.clone();
    Some(name.unwrap_or_else(|| "without a name".to_owned()))
}

/// Whether the tenant has premium plans, which the Graph Planner API does not show.
pub(crate) async fn has_premium_plans(facts: &Facts) -> bool {
    let Some(found) = facts.skus().await else {
        return false;
    };
    found.value.as_ref().is_ok_and(|skus| {
        skus.iter()
            .filter(|sku| sku.capability_status.as_deref() == Some("Enabled"))
            .flat_map(|sku| &sku.service_plans)
            .any(|plan| plan.service_plan_id.and_then(plan_gives) == Some(PlanGives::PremiumPlans))
    })
}

/// The account, or why a check can't go on.
async fn account(facts: &Facts) -> Result<&AccountFacts, Outcome> {
    if facts.inspector.is_none() {
        return Err(Outcome::not_run("inspector"));
    }
    match facts.account().await {
        Some(Ok(Some(account))) => Ok(account),
        Some(Err(error)) => Err(Outcome::inspector_error(error)),
        Some(Ok(None)) | None => Err(Outcome::not_run("account.enabled")),
    }
}

/// A working service plan of the account that gives something; an error where its plans were not told.
fn plan_with(account: &AccountFacts, gives: PlanGives) -> Result<Option<ServicePlanId>, Outcome> {
    let Some(mut plans) = account.user.working_plans() else {
        return Err(Outcome::unknown(Problem::new(
            ProblemCode::GraphForbidden,
            "the inspector may not read the account's licences",
        )));
    };
    Ok(plans.find(|plan| plan_gives(*plan) == Some(gives)))
}

async fn account_planner(facts: &Facts) -> Outcome {
    let account = match account(facts).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    match plan_with(account, PlanGives::Planner) {
        Err(outcome) => outcome,
        Ok(Some(plan)) => Outcome::passed(plan_name(plan).unwrap_or("licensed")),
        Ok(None) => Outcome::failed(Problem::new(
            ProblemCode::LicenceAccountPlanner,
            "none of the account's licences includes Planner",
        )),
    }
}

async fn account_mailbox(facts: &Facts) -> Outcome {
    let account = match account(facts).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    match plan_with(account, PlanGives::Mailbox) {
        Err(outcome) => outcome,
        Ok(Some(plan)) => Outcome::passed(plan_name(plan).unwrap_or("licensed")),
        Ok(None) => Outcome::warning(Problem::new(
            ProblemCode::LicenceAccountMailbox,
            "the account has no Exchange Online mailbox: comments can't be restored with it",
        )),
    }
}

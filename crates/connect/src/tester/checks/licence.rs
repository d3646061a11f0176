use fairlead_domain::ids::ServicePlanId;
use fairlead_domain::licence::{PlanGives, plan_gives, plan_name};
use fairlead_domain::problem::{Problem, ProblemCode};
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
    let working = |status: Option<&str>| matches!(status, Some("Enabled" | "Warning"));
    let found = skus
        .iter()
        .filter(|sku| working(sku.capability_status.as_deref()))
        .find(|sku| {
            sku.service_plans.iter().any(|plan| {
                plan.service_plan_id.and_then(plan_gives) == Some(PlanGives::Planner)
                    && plan.provisioning_status.as_deref() != Some("Disabled")
            })
        });
    match found {
        Some(sku) => Outcome::passed(
            sku.sku_part_number
                .clone()
                .unwrap_or_else(|| "licensed".to_owned()),
        ),
        None => Outcome::failed(Problem::new(
            ProblemCode::LicencePlanner,
            "none of the tenant's working licences includes Planner",
        ))
        .with(
            "licences",
            json!(
                skus.iter()
                    .map(|sku| &sku.sku_part_number)
                    .collect::<Vec<_>>()
            ),
        ),
    }
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

fn plan_with(account: &AccountFacts, gives: PlanGives) -> Option<ServicePlanId> {
    account
        .user
        .working_plans()
        .find(|plan| plan_gives(*plan) == Some(gives))
}

async fn account_planner(facts: &Facts) -> Outcome {
    let account = match account(facts).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    match plan_with(account, PlanGives::Planner) {
        Some(plan) => Outcome::passed(plan_name(plan).unwrap_or("licensed")),
        None => Outcome::failed(Problem::new(
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
        Some(plan) => Outcome::passed(plan_name(plan).unwrap_or("licensed")),
        None => Outcome::warning(Problem::new(
            ProblemCode::LicenceAccountMailbox,
            "the account has no Exchange Online mailbox: comments can't be restored with it",
        )),
    }
}

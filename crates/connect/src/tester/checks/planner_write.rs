//! The write probe: a plan of its own, changed, read back and removed.

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::{Graph, GraphError, Group, Plan};
use serde_json::json;

use super::token::own;
use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![check!(
        "planner.write",
        "Plans can be written",
        Connection,
        ["planner.plans"],
        |facts| own(facts) && facts.write_probe && may_write(facts),
        write
    )]
}

fn may_write(facts: &Facts) -> bool {
    [
        "Tasks.ReadWrite.All",
        "Tasks.ReadWrite",
        "Group.ReadWrite.All",
    ]
    .iter()
    .any(|name| facts.subject.needs(name))
}

async fn write(facts: &Facts) -> Outcome {
    let Some(graph) = &facts.own else {
        return Outcome::not_run("token.issued");
    };
    let reach = match facts.reach().await {
        None => return Outcome::not_run("planner.groups"),
        Some(Err(error)) => return Outcome::own_error(error),
        Some(Ok(reach)) => reach,
    };
    let Some(group) = reach.groups.first() else {
        return Outcome::not_run("a group");
    };
    let title = format!("Fairlead write probe {}", facts.subject.connection.name);
    // A probe that was interrupted left its plan: it is taken away first.
    if let Err(error) = clear(graph, group, &title).await {
        return Outcome::own_error(&error);
    }
    let result = probe(graph, group, &title).await;
    let cleared = clear(graph, group, &title).await;
    match (result, cleared) {
        (Ok(()), Ok(())) => Outcome::passed(format!(
            "a plan, a bucket and a task in {}, removed again",
            group.title()
        ))
        .with("group", json!(group.id)),
        (_, Err(error)) => Outcome::failed(Problem::new(
            ProblemCode::PlannerProbeLeft,
            format!(
                "the probe's plan `{title}` in `{}` could not be removed: {error}",
                group.title()
            ),
        )),
        (Err(error), Ok(())) => Outcome::own_error(&error).with("group", json!(group.id)),
    }
}

async fn probe(graph: &Graph, group: &Group, title: &str) -> Result<(), GraphError> {
    let plan = graph.create_plan(group.id, title).await?;
    let bucket = graph.create_bucket(&plan.id, "Probe").await?;
    let task = graph.create_task(&plan.id, &bucket.id, "Probe").await?;
    graph.set_percent_complete(&task, 50).await?;
    Ok(())
}

async fn clear(graph: &Graph, group: &Group, title: &str) -> Result<(), GraphError> {
    let plans: Vec<Plan> = graph.plans(group.id).await?;
    for plan in plans
        .iter()
        .filter(|plan| plan.title.as_deref() == Some(title))
    {
        graph.delete_plan(&plan.id).await?;
    }
    Ok(())
}

use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::{GraphError, UserProperties};
use serde_json::json;

use super::token::own;
use super::{CheckSpec, check};
use crate::tester::facts::{Facts, PlanContents};
use crate::tester::outcome::Outcome;
use crate::wait::counted;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "planner.groups",
            "Groups can be listed",
            Connection,
            ["token.issued", "network.graph"],
            own,
            groups
        ),
        check!(
            "planner.members",
            "Members of a group can be read",
            Connection,
            ["planner.groups"],
            own,
            members
        ),
        check!(
            "planner.hidden-members",
            "No group hides its members",
            Connection,
            ["planner.groups"],
            own,
            hidden_members
        ),
        check!(
            "planner.users",
            "Users can be read",
            Connection,
            ["token.issued", "network.graph"],
            own,
            users
        ),
        check!(
            "planner.plans",
            "Plans can be listed",
            Connection,
            ["planner.groups"],
            own,
            plans
        ),
        check!(
            "planner.plan-details",
            "A plan's labels can be read",
            Connection,
            ["planner.plans"],
            own,
            details
        ),
        check!(
            "planner.buckets",
            "A plan's buckets can be read",
            Connection,
            ["planner.plans"],
            own,
            buckets
        ),
        check!(
            "planner.tasks",
            "A plan's tasks can be read",
            Connection,
            ["planner.plans"],
            own,
            tasks
        ),
        check!(
            "planner.task-details",
            "A task's details can be read",
            Connection,
            ["planner.tasks"],
            own,
            task_details
        ),
        check!(
            "planner.batch",
            "Requests can be sent together",
            Connection,
            ["token.issued", "network.graph"],
            own,
            batch
        ),
        check!(
            "planner.comments",
            "A group's conversations can be read",
            Connection,
            ["planner.groups"],
            |facts| own(facts) && facts.subject.needs("Group-Conversation.Read.All"),
            comments
        ),
        check!(
            "planner.files",
            "A group's files can be reached",
            Connection,
            ["planner.groups"],
            |facts| own(facts)
                && [
                    "Files.Read.All",
                    "Sites.Read.All",
                    "Sites.ReadWrite.All",
                    "Files.ReadWrite.All"
                ]
                .iter()
                .any(|name| facts.subject.needs(name)),
            files
        ),
    ]
}

async fn groups(facts: &Facts) -> Outcome {
    let Some(found) = facts.groups().await else {
        return Outcome::not_run("token.issued");
    };
    match &found.value {
        Err(error) => Outcome::own_error(error),
        Ok(found) => {
            let count = found.groups.len();
            Outcome::passed(match (count, found.more) {
                (_, true) => format!("{count} Microsoft 365 groups and more"),
                (1, false) => "1 Microsoft 365 group".to_owned(),
                (_, false) => format!("{count} Microsoft 365 groups"),
            })
            .with("groups", json!(count))
        }
    }
}

async fn members(facts: &Facts) -> Outcome {
    let Some(found) = facts.members().await else {
        return Outcome::not_run("planner.groups");
    };
    match &found.value {
        None => Outcome::not_run("a group with visible members"),
        Some(Err(error)) => Outcome::own_error(error),
        Some(Ok(members)) => Outcome::passed(format!("{} members of a group", members.len())),
    }
}

async fn hidden_members(facts: &Facts) -> Outcome {
    let Some(Ok(found)) = facts.groups().await.map(|found| &found.value) else {
        return Outcome::not_run("planner.groups");
    };
    let hidden: Vec<String> = found
        .groups
        .iter()
        .filter(|group| group.hides_members())
        .map(fairlead_graph::Group::title)
        .collect();
    if hidden.is_empty() || facts.subject.needs("Member.Read.Hidden") {
        return Outcome::passed("none of the groups looked at");
    }
    Outcome::warning(Problem::new(
        ProblemCode::PlannerHiddenMembers,
        format!(
            "{} hide who is in them, so their members can't be read: {}",
            counted(hidden.len(), "group"),
            listed(&hidden)
        ),
    ))
    .with("groups", json!(hidden))
}

async fn users(facts: &Facts) -> Outcome {
    let Some(found) = facts.users().await else {
        return Outcome::not_run("token.issued");
    };
    let users = match &found.value {
        Ok(users) => users,
        Err(error) => return Outcome::own_error(error),
    };
    let full = facts.user_properties() == UserProperties::Full;
    if full && !users.is_empty() && users.iter().all(|user| user.account_enabled.is_none()) {
        return Outcome::failed(Problem::new(
            ProblemCode::GraphForbidden,
            "users can be listed, but not whether they are enabled, which the profile reads",
        ));
    }
    Outcome::passed(if full {
        "with status and licences"
    } else {
        "with their names"
    })
}

async fn plans(facts: &Facts) -> Outcome {
    let Some(found) = facts.plans().await else {
        return Outcome::not_run("planner.groups");
    };
    let mut count = 0;
    let mut refused: Vec<(String, &GraphError)> = Vec::new();
    for group in &found.value {
        match &group.plans {
            Ok(plans) => count += plans.len(),
            // A group that is still being set up has no plans yet.
            Err(error) if error.is_not_found() => {}
            Err(error) => refused.push((group.group.title(), error)),
        }
    }
    let looked = found.value.len();
    let passed = || {
        Outcome::passed(format!(
            "{} in {}",
            counted(count, "plan"),
            counted(looked, "group")
        ))
        .with("plans", json!(count))
        .with("groups", json!(looked))
    };
    let Some((_, first)) = refused.first() else {
        return passed();
    };
    if refused.len() == looked {
        return Outcome::own_error(first);
    }
    if refused.iter().any(|(_, error)| error.is_unanswered()) {
        return Outcome::unknown(first.problem());
    }
    let names: Vec<String> = refused.iter().map(|(name, _)| name.clone()).collect();
    Outcome::warning(Problem::new(
        ProblemCode::PlannerPlansRefused,
        format!(
            "{} refuse to list their plans: {}",
            counted(names.len(), "group"),
            listed(&names)
        ),
    ))
    .with("groups", json!(names))
}

/// Judges one kind of content over the plans that were read.
async fn content<T>(
    facts: &Facts,
    read: fn(&PlanContents) -> &Result<T, GraphError>,
    describe: impl Fn(&[(&PlanContents, &T)]) -> String,
) -> Outcome {
    let Some(found) = facts.contents().await else {
        return Outcome::not_run("planner.plans");
    };
    if found.value.is_empty() {
        return Outcome::not_run("a plan");
    }
    let mut good = Vec::new();
    for plan in &found.value {
        match read(plan) {
            Ok(content) => good.push((plan, content)),
            Err(error) => return Outcome::own_error(error).with("plan", json!(plan.plan.id)),
        }
    }
    Outcome::passed(describe(&good)).with("plans", json!(good.len()))
}

async fn details(facts: &Facts) -> Outcome {
    content(
        facts,
        |plan| &plan.details,
        |read| {
            let labels: usize = read
                .iter()
                .map(|(_, details)| {
                    details
                        .category_descriptions
                        .values()
                        .filter(|v| v.is_string())
                        .count()
                })
                .sum();
            format!(
                "{} in {}",
                counted(labels, "named label"),
                counted(read.len(), "plan")
            )
        },
    )
    .await
}

async fn buckets(facts: &Facts) -> Outcome {
    content(
        facts,
        |plan| &plan.buckets,
        |read| {
            let count: usize = read.iter().map(|(_, buckets)| buckets.len()).sum();
            format!(
                "{} in {}",
                counted(count, "bucket"),
                counted(read.len(), "plan")
            )
        },
    )
    .await
}

async fn tasks(facts: &Facts) -> Outcome {
    content(
        facts,
        |plan| &plan.tasks,
        |read| {
            let count: usize = read.iter().map(|(_, tasks)| tasks.len()).sum();
            format!(
                "{} on the first page of {}",
                counted(count, "task"),
                counted(read.len(), "plan")
            )
        },
    )
    .await
}

async fn task_details(facts: &Facts) -> Outcome {
    let Some(found) = facts.task().await else {
        return Outcome::not_run("planner.tasks");
    };
    match &found.value {
        None => Outcome::not_run("a task"),
        Some((task, Err(error))) => Outcome::own_error(error).with("task", json!(task.id)),
        Some((task, Ok(details))) => Outcome::passed(format!(
            "{}, {}",
            counted(details.checklist.len(), "checklist item"),
            counted(details.references.len(), "reference")
        ))
        .with("task", json!(task.id)),
    }
}

async fn batch(facts: &Facts) -> Outcome {
    let Some(found) = facts.batch().await else {
        return Outcome::not_run("token.issued");
    };
    match &found.value {
        Ok(()) => Outcome::passed("20 requests in one"),
        Err(error) if error.is_unanswered() => Outcome::unknown(error.problem()),
        Err(error) => Outcome::warning(error.problem()),
    }
}

async fn comments(facts: &Facts) -> Outcome {
    let Some(found) = facts.threads().await else {
        return Outcome::not_run("planner.groups");
    };
    match &found.value {
        None => Outcome::not_run("a group"),
        Some(Err(error)) => Outcome::own_error(error),
        Some(Ok(count)) => {
            Outcome::passed(format!("{} of a group", counted(*count, "conversation")))
        }
    }
}

async fn files(facts: &Facts) -> Outcome {
    let Some(found) = facts.drive().await else {
        return Outcome::not_run("planner.groups");
    };
    match &found.value {
        None => Outcome::not_run("a group"),
        Some(Err(error)) => Outcome::own_error(error),
        Some(Ok(())) => Outcome::passed("the document library of a group"),
    }
}

/// The first names of a list.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = names
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

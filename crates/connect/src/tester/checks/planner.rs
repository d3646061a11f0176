use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_graph::{GraphError, UserProperties};
use serde_json::json;

use super::permissions::SHOWS_HIDDEN;
use super::token::{carried, own};
use super::{CheckSpec, check};
use crate::tester::facts::{Facts, Looked, PlanContents, PlansFound};
use crate::tester::outcome::Outcome;
use crate::wait::counted;

#[expect(clippy::too_many_lines, reason = "a table, a row for each check")]
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

/// What a look-up brought, or why a check that needs it can't go on.
fn seen<'a, T>(looked: Looked<'a, T>, need: &str) -> Result<&'a T, Outcome> {
    match looked {
        None => Err(Outcome::not_run(need)),
        Some(Err(error)) => Err(Outcome::own_error(error)),
        Some(Ok(found)) => Ok(&found.value),
    }
}

async fn members(facts: &Facts) -> Outcome {
    match seen(facts.members().await, "planner.groups") {
        Err(outcome) => outcome,
        Ok(None) => Outcome::not_run("a group with visible members"),
        Ok(Some(Err(error))) => Outcome::own_error(error),
        // Nobody is what a group shows whose members may not be seen, too.
        Ok(Some(Ok(members))) if members.is_empty() => Outcome::not_run("a group with members"),
        Ok(Some(Ok(members))) => {
            Outcome::passed(format!("{} of a group", counted(members.len(), "member")))
        }
    }
}

async fn hidden_members(facts: &Facts) -> Outcome {
    let Some(Ok(found)) = facts.groups().await.map(|found| &found.value) else {
        return Outcome::not_run("planner.groups");
    };
    if !found.groups.is_empty() && found.groups.iter().all(|it| it.visibility.is_none()) {
        return Outcome::unknown(Problem::new(
            ProblemCode::HttpShape,
            "Graph does not tell which groups hide their members",
        ));
    }
    let hidden: Vec<String> = found
        .groups
        .iter()
        .filter(|group| group.hides_members() && facts.is_wanted(group))
        .map(fairlead_graph::Group::title)
        .collect();
    if hidden.is_empty() {
        return Outcome::passed("none of the groups looked at");
    }
    let carried = match facts.token().await.map(|found| &found.value) {
        Some(Ok(token)) => token.claims.as_ref().map(carried).unwrap_or_default(),
        _ => Vec::new(),
    };
    let shows = carried.iter().any(|held| held.name == SHOWS_HIDDEN);
    if shows {
        let text = format!(
            "{}, which {SHOWS_HIDDEN} shows",
            counted(hidden.len(), "group")
        );
        return Outcome::passed(text).with("groups", json!(hidden));
    }
    let kind = if facts.subject.is_account() {
        PermissionKind::Delegated
    } else {
        PermissionKind::Application
    };
    Outcome::warning(Problem::new(
        ProblemCode::PlannerHiddenMembers,
        format!(
            "{} hide who is in them, so their members can't be read: {}",
            counted(hidden.len(), "group"),
            listed(&hidden)
        ),
    ))
    .with("groups", json!(hidden))
    .remedy(super::permissions::grant(&PermissionRef {
        resource: Resource::Graph,
        kind,
        name: SHOWS_HIDDEN.to_owned(),
    }))
}

async fn users(facts: &Facts) -> Outcome {
    let Some(found) = facts.users().await else {
        return Outcome::not_run("token.issued");
    };
    let users = match &found.value {
        Ok(users) => users,
        Err(error) => return Outcome::own_error(error),
    };
    if users.is_empty() {
        // Whoever signs in is one.
        return Outcome::unknown(Problem::new(
            ProblemCode::HttpShape,
            "Graph names no user at all, in a tenant that has some",
        ));
    }
    let full = facts.user_properties() == UserProperties::Full;
    if full && users.iter().all(|user| user.account_enabled.is_none()) {
        return Outcome::failed(Problem::new(
            ProblemCode::GraphForbidden,
            "users can be listed, but not whether they are enabled, which the profile reads",
        ));
    }
    Outcome::passed(if full {
        "with their names and whether they may sign in"
    } else {
        "with their names"
    })
}

async fn plans(facts: &Facts) -> Outcome {
    let found = match seen(facts.plans().await, "planner.groups") {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    if found.groups.is_empty() {
        return no_group(facts).await;
    }
    judge_plans(found)
}

/// There is no group to look at: nothing is proved, and where groups are there, it is no accident.
async fn no_group(facts: &Facts) -> Outcome {
    let some = facts.groups().await.map(|found| &found.value);
    if some.is_none_or(|some| some.as_ref().is_ok_and(|some| some.groups.is_empty())) {
        return Outcome::not_run("a group");
    }
    let input = facts.subject.connection.inputs.get("groups");
    let (code, what) = match input.filter(|input| !input.trim().is_empty()) {
        Some(names) => (
            ProblemCode::PlannerNoSuchGroup,
            format!("no group that the connection reaches has a name that begins as in `{names}`"),
        ),
        None => (
            ProblemCode::PlannerNotAMember,
            "the account is a member of no group, and Planner shows it no plan".to_owned(),
        ),
    };
    Outcome::warning(Problem::new(code, what))
}

fn judge_plans(found: &PlansFound) -> Outcome {
    let looked = found.groups.len();
    let mut count = 0;
    let mut answered = 0;
    let mut refused: Vec<(String, &GraphError)> = Vec::new();
    for group in &found.groups {
        match &group.plans {
            Ok(plans) => {
                answered += 1;
                count += plans.len();
            }
            Err(error) => refused.push((group.group.title(), error)),
        }
    }
    let unanswered = refused.iter().find(|(_, error)| error.is_unanswered());
    if let Some((_, error)) = unanswered {
        return Outcome::unknown(error.problem());
    }
    if let Some((_, first)) = refused.first().filter(|_| answered == 0) {
        return Outcome::own_error(first);
    }
    // A group that is still being set up is not found in Planner, and has no plans yet.
    let names: Vec<String> = refused
        .iter()
        .filter(|(_, error)| !error.is_not_found())
        .map(|(name, _)| name.clone())
        .collect();
    if !names.is_empty() {
        return Outcome::warning(Problem::new(
            ProblemCode::PlannerPlansRefused,
            format!(
                "{} to list their plans: {}",
                refuse(names.len()),
                listed(&names)
            ),
        ))
        .with("groups", json!(names));
    }
    let of_more = if found.more { ", of more" } else { "" };
    Outcome::passed(format!(
        "{} in {}{of_more}",
        counted(count, "plan"),
        counted(looked, "group")
    ))
    .with("plans", json!(count))
    .with("groups", json!(looked))
}

fn refuse(groups: usize) -> String {
    let verb = if groups == 1 { "refuses" } else { "refuse" };
    format!("{} {verb}", counted(groups, "group"))
}

/// Judges one kind of content over the plans that were read.
async fn content<T>(
    facts: &Facts,
    read: fn(&PlanContents) -> &Result<T, GraphError>,
    describe: impl Fn(&[(&PlanContents, &T)]) -> String,
) -> Outcome {
    let plans = match seen(facts.contents().await, "planner.plans") {
        Ok(plans) => plans,
        Err(outcome) => return outcome,
    };
    if plans.is_empty() {
        return Outcome::not_run("a plan");
    }
    let mut good = Vec::new();
    for plan in plans {
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
    match seen(facts.task().await, "planner.tasks") {
        Err(outcome) => outcome,
        Ok(None) => Outcome::not_run("a task"),
        Ok(Some((task, Err(error)))) => Outcome::own_error(error).with("task", json!(task.id)),
        Ok(Some((task, Ok(details)))) => Outcome::passed(format!(
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
        Ok(()) => Outcome::passed("up to 20 in one"),
        Err(error) if error.is_unanswered() => Outcome::unknown(error.problem()),
        Err(error) => Outcome::warning(error.problem()),
    }
}

async fn comments(facts: &Facts) -> Outcome {
    match seen(facts.threads().await, "planner.groups") {
        Err(outcome) => outcome,
        Ok(None) => Outcome::not_run("a group"),
        Ok(Some(Err(error))) => Outcome::own_error(error),
        Ok(Some(Ok(count))) => {
            Outcome::passed(format!("{} of a group", counted(*count, "conversation")))
        }
    }
}

async fn files(facts: &Facts) -> Outcome {
    match seen(facts.drive().await, "planner.groups") {
        Err(outcome) => outcome,
        Ok(None) => Outcome::not_run("a group"),
        Ok(Some(Err(error))) => Outcome::own_error(error),
        Ok(Some(Ok(()))) => Outcome::passed("the document library of a group"),
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

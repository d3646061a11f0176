use std::collections::BTreeSet;

use super::tasks::{of_plan_index, plan_of};
use crate::options::{Options, Size};
use crate::tenant::{Tenant, World};

fn tenant(plans: u64, tasks: u64) -> Tenant {
    let size = Size {
        groups: 7,
        plans,
        tasks,
        users: 40,
        rooms: 2,
    };
    let options = Options {
        seed: 11,
        size,
        ..Options::default()
    };
    World::new(options).tenant
}

#[test]
fn every_task_is_in_exactly_one_plan() {
    for (plans, tasks) in [(1, 1), (5, 3), (10, 105), (13, 1000), (3, 0)] {
        let tenant = tenant(plans, tasks);
        let mut seen = 0;
        for plan in 0..plans {
            for task in of_plan_index(&tenant, plan) {
                assert_eq!(plan_of(&tenant, task), plan);
                assert_eq!(task, seen);
                seen += 1;
            }
        }
        assert_eq!(seen, tasks);
    }
}

#[test]
fn what_a_list_shows_is_found_by_its_id() {
    let tenant = tenant(20, 400);
    let mut tasks = 0;
    for place in 0..7 {
        let group = tenant.group_at(place).unwrap();
        let plans = tenant.plans_of(group.id);
        for at in 0..plans.count() {
            let plan = tenant.plan_at(&plans, at).unwrap();
            assert_eq!(plan.group, group.id);
            let buckets: BTreeSet<String> = tenant
                .buckets_of(&plan.id)
                .into_iter()
                .map(|b| b.id)
                .collect();
            assert!(buckets.len() >= 3);
            let list = tenant.tasks_of(&plan.id);
            for at in 0..list.count() {
                let task = tenant.task_at(&list, at).unwrap();
                assert!(
                    task.bucket
                        .as_ref()
                        .is_some_and(|bucket| buckets.contains(bucket))
                );
                assert_eq!(
                    tenant.task(&task.id).map(|task| task.title),
                    Some(task.title)
                );
                tasks += 1;
            }
        }
    }
    assert_eq!(tasks, 400);
}

#[test]
fn a_task_and_its_details_tell_the_same() {
    let tenant = tenant(5, 300);
    let mut kinds = BTreeSet::new();
    for plan in 0..5 {
        for index in of_plan_index(&tenant, plan) {
            let task = super::tasks::task(&tenant, index);
            let details = tenant.task_details(&task.id).unwrap();
            assert_eq!(task.has_description, !details.description.is_empty());
            assert_eq!(task.checklist, details.checklist.len());
            let open = details
                .checklist
                .values()
                .filter(|item| !item.ticked)
                .count();
            assert_eq!(task.open, open);
            assert_eq!(task.references, details.references.len());
            assert!(
                task.start
                    .zip(task.due)
                    .is_none_or(|(start, due)| start <= due)
            );
            assert_eq!(task.completed.is_some(), task.percent == 100);
            kinds.extend(task.labels.iter().map(|_| "label"));
            kinds.extend(task.assignments.keys().map(|_| "assignment"));
            kinds.extend(task.thread.iter().map(|_| "thread"));
            kinds.extend(task.completed.iter().map(|_| "completed"));
            kinds.extend((task.references > 0).then_some("reference"));
            kinds.extend((task.title.chars().count() > 200).then_some("long title"));
            kinds.extend((!task.title.is_ascii()).then_some("other letters"));
        }
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[test]
fn a_million_tasks_cost_nothing_until_they_are_asked_for() {
    let tenant = tenant(1000, 1_000_000);
    let id = super::tasks::task_id(&tenant, 999_999);
    let task = tenant.task(&id).unwrap();
    assert_eq!(tenant.tasks_of(&task.plan).count(), 1000);
    assert!(serde_json::to_string(&tenant).unwrap().len() < 20_000);
}

#[test]
fn comments_belong_to_the_group_of_their_task() {
    let tenant = tenant(20, 400);
    let mut found = 0;
    for place in 0..7 {
        let group = tenant.group_at(place).unwrap().id;
        for index in tenant.computed_threads(group) {
            let task = tenant.thread_task(index);
            let thread = task.thread.unwrap();
            assert_eq!(tenant.plan(&task.plan).unwrap().group, group);
            assert_eq!(tenant.computed_thread(group, &thread), Some(index));
            assert!(!tenant.comments(index).is_empty());
            found += 1;
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn a_tenant_without_groups_has_no_plans() {
    let options = Options {
        size: Size {
            groups: 0,
            ..Size::default()
        },
        ..Options::default()
    };
    let tenant = World::new(options).tenant;
    assert_eq!(tenant.groups_count(), 0);
    assert!(tenant.plan(&super::plans::plan_id(&tenant, 0)).is_none());
    assert!(tenant.task(&super::tasks::task_id(&tenant, 0)).is_none());
}

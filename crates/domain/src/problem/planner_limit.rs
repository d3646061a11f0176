//! Planner's limits, by the codes that Planner gives when one is reached.
//!
//! The numbers are from Microsoft's page of 2026 and change without notice: the code is the truth,
//! the number a hint. <https://learn.microsoft.com/office365/planner/planner-limits>

/// A limit of Planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannerLimit {
    /// Microsoft's code.
    pub code: &'static str,
    /// What is counted.
    pub counts: &'static str,
    /// How many Microsoft's page allows, where it says so.
    pub published: Option<u32>,
}

const fn limit(code: &'static str, counts: &'static str, published: Option<u32>) -> PlannerLimit {
    PlannerLimit {
        code,
        counts,
        published,
    }
}

const LIMITS: [PlannerLimit; 15] = [
    limit(
        "MaximumProjectsOwnedByUser",
        "plans of a group or user",
        Some(400),
    ),
    limit(
        "MaximumProjectsSharedWithUser",
        "plans shared with a user",
        None,
    ),
    limit("MaximumTasksCreatedByUser", "tasks created by a user", None),
    limit(
        "MaximumTasksAssignedToUser",
        "tasks assigned to a user",
        Some(9000),
    ),
    limit("MaximumTasksInProject", "tasks in a plan", Some(9000)),
    limit(
        "MaximumActiveTasksInProject",
        "unfinished tasks in a plan",
        Some(3000),
    ),
    limit("MaximumBucketsInProject", "buckets in a plan", Some(200)),
    limit(
        "MaximumUsersSharedWithProject",
        "users that a plan is shared with",
        None,
    ),
    limit("MaximumReferencesOnTask", "attachments of a task", Some(15)),
    limit(
        "MaximumChecklistItemsOnTask",
        "checklist items of a task",
        Some(20),
    ),
    limit(
        "MaximumAssigneesInTasks",
        "people assigned to a task",
        Some(20),
    ),
    limit("MaximumPlannerPlans", "plans of a group or user", Some(400)),
    limit(
        "MaximumFavoritePlansForUser",
        "favourite plans of a user",
        Some(100),
    ),
    limit("MaximumRecentPlansForUser", "recent plans of a user", None),
    limit(
        "MaximumContextsOnPlan",
        "places that a plan is shown in",
        Some(10),
    ),
];

/// What is known of a limit by its code; `None` for a limit that Microsoft added since.
pub fn planner_limit(code: &str) -> Option<PlannerLimit> {
    LIMITS.iter().find(|limit| limit.code == code).copied()
}

/// Whether a code of Planner says that a limit is reached.
pub(super) fn is_limit(code: &str) -> bool {
    code.strip_prefix("Maximum").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_uppercase())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared_data;

    #[test]
    fn the_codes_and_their_numbers_are_those_of_the_facts() {
        let Some(facts) = shared_data("planner-limits.json") else {
            return;
        };
        let codes = facts["errorCodes403"].as_object().unwrap();
        for limit in LIMITS {
            let name = codes[limit.code].as_str().unwrap();
            let number = facts["current"][name]
                .as_u64()
                .map(|n| u32::try_from(n).unwrap());
            if number.is_some() {
                assert_eq!(limit.published, number, "{}", limit.code);
            }
        }
        let mut ours: Vec<_> = LIMITS.iter().map(|limit| limit.code).collect();
        let mut theirs: Vec<_> = codes.keys().map(String::as_str).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }
}

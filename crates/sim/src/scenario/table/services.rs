use crate::options::Size;
use crate::scenario::Defect;
use crate::scenario::definition::{
    ACCOUNT, ALL, APP, Definition, Effect, OWN, VENDOR, failed, scenario, unknown, warning,
};
use crate::tenant::accounts;

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        resize: Some(no_plans),
        ..scenario("groups-empty", "No group has a plan")
    },
    Definition {
        start: Some(accounts::leave_some_groups),
        finds: &[warning(ACCOUNT | VENDOR, "planner.coverage")],
        ..scenario(
            "not-a-member",
            "The synchronisation account is no member of some groups that have plans",
        )
    },
    Definition {
        start: Some(accounts::own_nothing),
        finds: &[warning(ACCOUNT | VENDOR, "planner.ownership").only(&["planner-restore"])],
        ..scenario(
            "owner-missing",
            "The synchronisation account is a member, but no owner, of private groups",
        )
    },
    Definition {
        defects: &[Defect::HiddenMembership],
        finds: &[
            warning(OWN, "planner.hidden-members"),
            warning(VENDOR, "planner.coverage"),
        ],
        ..scenario("hidden-membership", "Some groups hide who belongs to them")
    },
    Definition {
        planted: &[Effect::Defect(Defect::GroupsDown)],
        finds: &[unknown(OWN, "planner.groups")],
        ..scenario("groups-unavailable", "Groups can't be listed: 503")
    },
    Definition {
        planted: &[Effect::Defect(Defect::MembersRefused)],
        finds: &[failed(OWN, "planner.members")],
        ..scenario("members-refused", "Members of groups are refused: 403")
    },
    Definition {
        planted: &[Effect::Defect(Defect::UsersDown)],
        finds: &[unknown(OWN, "planner.users")],
        ..scenario("users-unavailable", "Users can't be listed: 503")
    },
    Definition {
        planted: &[Effect::Defect(Defect::PlansRefused)],
        finds: &[warning(OWN, "planner.plans")],
        ..scenario("plans-refused", "Some groups refuse their plans: 403")
    },
    Definition {
        planted: &[Effect::Defect(Defect::AllPlansRefused)],
        finds: &[failed(OWN, "planner.plans")],
        ..scenario("plans-all-refused", "Every group refuses its plans: 403")
    },
    Definition {
        planted: &[Effect::Defect(Defect::PlannerDown)],
        finds: &[unknown(OWN, "planner.plans")],
        ..scenario("graph-down", "Planner does not answer: 503")
    },
    Definition {
        planted: &[Effect::Defect(Defect::PlannerThrottled)],
        finds: &[unknown(OWN, "planner.plans")],
        ..scenario(
            "planner-throttled",
            "Planner throttles, and asks to wait longer than anybody does",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::TaskDetailsRefused)],
        finds: &[failed(OWN, "planner.task-details")],
        ..scenario("task-details-refused", "Details of tasks are refused: 403")
    },
    Definition {
        planted: &[Effect::Defect(Defect::BatchRefused)],
        finds: &[warning(OWN, "planner.batch")],
        ..scenario("batch-refused", "Batches are refused: 403")
    },
    Definition {
        planted: &[Effect::Defect(Defect::CommentsRefused)],
        finds: &[failed(OWN, "planner.comments").only(&["planner-backup"])],
        ..scenario(
            "comments-refused",
            "Conversations of groups are refused: 403",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::FilesRefused)],
        finds: &[failed(OWN, "planner.files").only(&["planner-backup"])],
        ..scenario(
            "files-refused",
            "Document libraries of groups are refused: 403",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::AppsDown)],
        finds: &[
            unknown(OWN, "app.registration"),
            unknown(VENDOR, "principal.exists"),
        ],
        ..scenario(
            "directory-reads-fail",
            "Apps and enterprise applications can't be looked up: 503",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::GrantsDown)],
        finds: &[unknown(ALL, "permissions.granted")],
        ..scenario("grants-unreadable", "Grants can't be looked up: 503")
    },
    Definition {
        planted: &[Effect::Defect(Defect::PoliciesDown)],
        finds: &[unknown(APP, "app.policy")],
        ..scenario("policies-unreadable", "Policies can't be looked up: 503")
    },
    Definition {
        planted: &[Effect::Defect(Defect::OrganizationDown)],
        finds: &[unknown(ALL, "tenant.organization")],
        ..scenario(
            "organization-unreadable",
            "The organization can't be looked up: 503",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::LicencesDown)],
        finds: &[unknown(ALL, "licence.planner")],
        ..scenario(
            "licences-unreadable",
            "The tenant's licences can't be looked up: 503",
        )
    },
];

const fn no_plans(size: &mut Size) {
    size.plans = 0;
    size.tasks = 0;
}

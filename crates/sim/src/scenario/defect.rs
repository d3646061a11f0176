use serde::{Deserialize, Serialize};

/// Something that is wrong in the tenant (or merely unusual) and that no object of the directory can
/// show by itself. Defects that are data (a missing grant, an ended key, a member who is none) are
/// planted as data instead and are not listed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Defect {
    /// Conditional Access blocks users' sign-ins to apps that are not Microsoft's.
    UsersBlocked,
    /// Conditional Access blocks apps' own sign-ins.
    WorkloadsBlocked,
    /// Conditional Access blocks the device code flow.
    DeviceCodeBlocked,
    /// Conditional Access ends refresh tokens of apps that are not Microsoft's by age.
    SignInFrequency,
    /// A token without a claims challenge's answer is challenged, where the client can answer one.
    ClaimsChallenge,
    /// Tokens lack one application permission that the directory has.
    RoleNotInToken,
    /// Discovery of the tenant's domain leads to another tenant.
    DomainElsewhere,
    /// Discovery of the tenant's domain finds no tenant.
    DomainGone,
    /// Discovery says that the tenant is in another cloud.
    OtherCloud,
    /// The tenant's date is ten minutes ahead.
    ClockSkew,
    /// The tenant's date is ninety seconds ahead.
    ClockDrift,
    /// Planner's paths answer 503.
    PlannerDown,
    /// Planner's paths answer 429 with a long wait.
    PlannerThrottled,
    /// Reads of applications and service principals answer 503.
    AppsDown,
    /// Reads of grants answer 503.
    GrantsDown,
    /// Reads of policies answer 503.
    PoliciesDown,
    /// Reads of the organization answer 503.
    OrganizationDown,
    /// Reads of licences answer 503.
    LicencesDown,
    /// Lists of users answer 503 to the connection.
    UsersDown,
    /// Lists of groups answer 503 to the connection.
    GroupsDown,
    /// Every other group refuses its plans to the connection.
    PlansRefused,
    /// Every group refuses its plans to the connection.
    AllPlansRefused,
    /// Details of tasks are refused to the connection.
    TaskDetailsRefused,
    /// Members of groups are refused to the connection.
    MembersRefused,
    /// Conversations of groups are refused to the connection.
    CommentsRefused,
    /// Document libraries of groups are refused to the connection.
    FilesRefused,
    /// Batches are refused to the connection.
    BatchRefused,
    /// Some groups hide who belongs to them; without this none does.
    HiddenMembership,
    /// No licence of the tenant has Planner in it.
    NoPlannerLicence,
    /// The licences with Planner are suspended.
    PlannerSuspended,
    /// The tenant has premium plans as well, which the API does not show.
    PremiumPlans,
}

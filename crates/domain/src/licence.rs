//! Service plans that matter: who may use Planner, who has a mailbox.

use uuid::{Uuid, uuid};

use crate::ids::ServicePlanId;

/// What a service plan gives, as far as Fairlead cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanGives {
    /// Planner basic plans: what the Graph Planner API shows.
    Planner,
    /// Premium plans, which live outside the Graph Planner API.
    PremiumPlans,
    /// An Exchange Online mailbox.
    Mailbox,
    /// Part of Exchange Online, but no mailbox by itself.
    NoMailbox,
}

/// Service plan ids by what they give. Microsoft publishes them as "Product names and service plan
/// identifiers for licensing"; government plans have ids of their own.
const PLANS: [(Uuid, &str, PlanGives); 18] = [
    (
        uuid!("b737dad2-2f6c-4c65-90e3-ca563267e8b9"),
        "PROJECTWORKMANAGEMENT",
        PlanGives::Planner,
    ),
    (
        uuid!("5b4ef465-7ea1-459a-9f91-033317755a51"),
        "PROJECTWORKMANAGEMENT_GOV",
        PlanGives::Planner,
    ),
    (
        uuid!("4a12c688-56c6-461a-87b1-30d6f32136f9"),
        "PROJECT_P1",
        PlanGives::PremiumPlans,
    ),
    (
        uuid!("818523f5-016b-4355-9be8-ed6944946ea7"),
        "PROJECT_PROFESSIONAL",
        PlanGives::PremiumPlans,
    ),
    (
        uuid!("22572403-045f-432b-a660-af949c0a77b5"),
        "PROJECT_PROFESSIONAL_FACULTY",
        PlanGives::PremiumPlans,
    ),
    (
        uuid!("49c7bc16-7004-4df6-8cd5-4ec48b7e9ea0"),
        "PROJECT_PROFESSIONAL_FOR_GOV",
        PlanGives::PremiumPlans,
    ),
    (
        uuid!("9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
        "EXCHANGE_S_STANDARD",
        PlanGives::Mailbox,
    ),
    (
        uuid!("e9b4930a-925f-45e2-ac2a-3f7788ca6fdd"),
        "EXCHANGE_S_STANDARD_GOV",
        PlanGives::Mailbox,
    ),
    (
        uuid!("fc52cc4b-ed7d-472d-bbe7-b081c23ecc56"),
        "EXCHANGE_S_STANDARD_MIDMARKET",
        PlanGives::Mailbox,
    ),
    (
        uuid!("efb87545-963c-4e0d-99df-69c6916d9eb0"),
        "EXCHANGE_S_ENTERPRISE",
        PlanGives::Mailbox,
    ),
    (
        uuid!("8c3069c0-ccdb-44be-ab77-986203a67df2"),
        "EXCHANGE_S_ENTERPRISE_GOV",
        PlanGives::Mailbox,
    ),
    (
        uuid!("4a82b400-a79f-41a4-b4e2-e94f5787b113"),
        "EXCHANGE_S_DESKLESS",
        PlanGives::Mailbox,
    ),
    (
        uuid!("88f4d7ef-a73b-4246-8047-516022144c9f"),
        "EXCHANGE_S_DESKLESS_GOV",
        PlanGives::Mailbox,
    ),
    (
        uuid!("90927877-dcff-4af6-b346-2332c0b15bb7"),
        "EXCHANGE_B_STANDARD",
        PlanGives::Mailbox,
    ),
    (
        uuid!("d42bdbd6-c335-4231-ab3d-c8f348d5aff5"),
        "EXCHANGE_L_STANDARD",
        PlanGives::Mailbox,
    ),
    (
        uuid!("1126bef5-da20-4f07-b45e-ad25d2581aa8"),
        "EXCHANGE_S_ESSENTIALS",
        PlanGives::Mailbox,
    ),
    (
        uuid!("113feb6c-3fe4-4440-bddc-54d774bf0318"),
        "EXCHANGE_S_FOUNDATION",
        PlanGives::NoMailbox,
    ),
    (
        uuid!("922ba911-5694-4e99-a794-73aed9bfeec8"),
        "EXCHANGE_S_FOUNDATION_GOV",
        PlanGives::NoMailbox,
    ),
];

/// What a service plan gives; `None` for the many plans that are none of Fairlead's business.
pub fn plan_gives(id: ServicePlanId) -> Option<PlanGives> {
    PLANS
        .iter()
        .find(|(plan, _, _)| *plan == id.uuid())
        .map(|(_, _, gives)| *gives)
}

/// Microsoft's name of a service plan.
pub fn plan_name(id: ServicePlanId) -> Option<&'static str> {
    PLANS
        .iter()
        .find(|(plan, _, _)| *plan == id.uuid())
        .map(|(_, name, _)| *name)
}

/// The ids of the plans that give something.
pub fn plans_that_give(gives: PlanGives) -> impl Iterator<Item = ServicePlanId> {
    PLANS
        .iter()
        .filter(move |(_, _, given)| *given == gives)
        .map(|(id, _, _)| ServicePlanId::new(*id))
}

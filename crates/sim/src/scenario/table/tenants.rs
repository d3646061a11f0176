use crate::scenario::Defect;
use crate::scenario::definition::{ALL, Definition, Effect, failed, scenario, warning};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::Defect(Defect::ClockSkew)],
        finds: &[failed(ALL, "network.clock")],
        ..scenario("clock-skew", "This computer's clock is ten minutes behind")
    },
    Definition {
        planted: &[Effect::Defect(Defect::ClockDrift)],
        finds: &[warning(ALL, "network.clock")],
        ..scenario(
            "clock-drift",
            "This computer's clock is ninety seconds behind",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::DomainGone)],
        finds: &[failed(ALL, "tenant.found")],
        ..scenario("domain-gone", "The domain belongs to no tenant any more")
    },
    Definition {
        planted: &[Effect::Defect(Defect::DomainElsewhere)],
        finds: &[failed(ALL, "tenant.same")],
        ..scenario("tenant-renamed", "The domain leads to another tenant")
    },
    Definition {
        planted: &[Effect::Defect(Defect::OtherCloud)],
        finds: &[failed(ALL, "tenant.cloud")],
        ..scenario(
            "other-cloud",
            "The tenant is in another cloud than the one chosen",
        )
    },
    Definition {
        defects: &[Defect::NoPlannerLicence],
        finds: &[failed(ALL, "licence.planner")],
        ..scenario(
            "no-planner-licence",
            "No licence of the tenant has Planner in it",
        )
    },
    Definition {
        defects: &[Defect::PlannerSuspended],
        finds: &[failed(ALL, "licence.planner")],
        ..scenario(
            "planner-licence-suspended",
            "The licences with Planner in them are suspended",
        )
    },
    Definition {
        defects: &[Defect::PremiumPlans],
        ..scenario(
            "premium-plans",
            "There are premium plans as well, which Microsoft Graph does not show",
        )
    },
];

//! The licences that the tenant bought, and who has which.

use uuid::{Uuid, uuid};

use super::people::Person;
use crate::scenario::Defect;
use crate::tenant::{Kind, Tenant};

/// A product: its id, name, and service plans with the service that each belongs to.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    plans: &'static [Plan],
}

/// A service plan: id, name, service.
pub(crate) type Plan = (Uuid, &'static str, &'static str);

const PLANNER: Plan = (
    uuid!("b737dad2-2f6c-4c65-90e3-ca563267e8b9"),
    "PROJECTWORKMANAGEMENT",
    "ProjectWorkManagement",
);
const MAILBOX: Plan = (
    uuid!("efb87545-963c-4e0d-99df-69c6916d9eb0"),
    "EXCHANGE_S_ENTERPRISE",
    "exchange",
);
const SMALL_MAILBOX: Plan = (
    uuid!("4a82b400-a79f-41a4-b4e2-e94f5787b113"),
    "EXCHANGE_S_DESKLESS",
    "exchange",
);
const FOUNDATION: Plan = (
    uuid!("113feb6c-3fe4-4440-bddc-54d774bf0318"),
    "EXCHANGE_S_FOUNDATION",
    "exchange",
);
const PREMIUM: Plan = (
    uuid!("4a12c688-56c6-461a-87b1-30d6f32136f9"),
    "PROJECT_P1",
    "ProjectProgramsAndPortfolios",
);

/// What was bought: Office 365 E3, F3, a free product; Planner Plan 1 where there are premium plans.
pub(crate) const SKUS: [Product; 4] = [
    Product {
        id: uuid!("6fd2c87f-b296-42f0-b197-1e91e994b900"),
        name: "ENTERPRISEPACK",
        plans: &[PLANNER, MAILBOX],
    },
    Product {
        id: uuid!("4b585984-651b-448a-9e53-3b10f069cf7f"),
        name: "DESKLESSPACK",
        plans: &[PLANNER, SMALL_MAILBOX],
    },
    Product {
        id: uuid!("f30db892-07e9-47e9-837c-80727f46fd3d"),
        name: "FLOW_FREE",
        plans: &[FOUNDATION],
    },
    Product {
        id: uuid!("beb6439c-caad-48d3-bf46-0c82871e12be"),
        name: "PROJECT_P1",
        plans: &[PREMIUM, FOUNDATION],
    },
];

/// A product as the tenant has it.
#[derive(Debug)]
pub(crate) struct Licence {
    pub(crate) id: Uuid,
    pub(crate) product: &'static Product,
    pub(crate) plans: Vec<Plan>,
    pub(crate) suspended: bool,
}

impl Tenant {
    fn licence(&self, at: usize) -> Licence {
        let product = &SKUS[at];
        let without_planner = self.defects.contains(&Defect::NoPlannerLicence);
        let plans: Vec<Plan> = product
            .plans
            .iter()
            .filter(|plan| !(without_planner && **plan == PLANNER))
            .copied()
            .collect();
        Licence {
            id: self.ids().guid(Kind::Sku, at as u64),
            suspended: self.defects.contains(&Defect::PlannerSuspended) && plans.contains(&PLANNER),
            product,
            plans,
        }
    }

    /// The products that the tenant has.
    pub(crate) fn licences(&self) -> Vec<Licence> {
        let premium = self.defects.contains(&Defect::PremiumPlans);
        let count = if premium { SKUS.len() } else { SKUS.len() - 1 };
        (0..count).map(|at| self.licence(at)).collect()
    }

    /// How many users have a product.
    pub(crate) fn licence_holders(&self, product: Uuid) -> u64 {
        // Exact counting would touch every user; beyond the first thousand the share is projected.
        let count = self.people_count();
        let sample = count.min(1000);
        let holders = (0..sample)
            .filter_map(|place| self.person_at(place)?.licence())
            .filter(|licence| licence.product.id == product)
            .count() as u64;
        (holders * count).checked_div(sample).unwrap_or_default()
    }
}

impl Person<'_> {
    /// The product that the user has.
    pub(crate) fn licence(&self) -> Option<Licence> {
        let mut licence = self.tenant().licence(self.sku()?);
        if let Some(account) = self.account() {
            licence
                .plans
                .retain(|(id, ..)| account.service_plans.contains(id));
        }
        Some(licence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::tenant::World;

    #[test]
    fn defects_show_in_the_licences() {
        let mut world = World::new(Options::default());
        assert!(
            world
                .tenant
                .licences()
                .iter()
                .any(|l| l.plans.contains(&PLANNER))
        );
        world.tenant.defects.insert(Defect::NoPlannerLicence);
        world.tenant.defects.insert(Defect::PremiumPlans);
        let licences = world.tenant.licences();
        assert!(licences.iter().all(|l| !l.plans.contains(&PLANNER)));
        assert!(licences.iter().any(|l| l.plans.contains(&PREMIUM)));
        world.tenant.defects.clear();
        world.tenant.defects.insert(Defect::PlannerSuspended);
        let suspended = world
            .tenant
            .licences()
            .iter()
            .filter(|l| l.suspended)
            .count();
        assert_eq!(suspended, 2);
    }
}

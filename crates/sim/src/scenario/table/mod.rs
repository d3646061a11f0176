//! All scenarios.

mod accounts;
mod apps;
mod consents;
mod credentials;
mod services;
mod tenants;
mod vendors;

use super::definition::{Definition, scenario};

const HEALTHY: [Definition; 1] = [scenario("healthy", "Nothing is wrong")];

/// Every scenario, `healthy` first.
pub(super) fn all() -> impl Iterator<Item = &'static Definition> {
    static HEALTHY_ONE: [Definition; 1] = HEALTHY;
    HEALTHY_ONE
        .iter()
        .chain(consents::SCENARIOS)
        .chain(credentials::SCENARIOS)
        .chain(apps::SCENARIOS)
        .chain(accounts::SCENARIOS)
        .chain(tenants::SCENARIOS)
        .chain(services::SCENARIOS)
        .chain(vendors::SCENARIOS)
}

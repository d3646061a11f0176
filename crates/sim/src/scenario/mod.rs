//! Scenarios: what is wrong in a tenant, when it is planted, and what a tester should find.
//!
//! Defects of the tenant hold from the start. Defects of an app are planted once, as soon as a token
//! with permissions in it has been issued for it: that one is still good, so that a connection can be
//! made, and what comes after meets the defect. Defects of a vendor's app are planted when somebody
//! consents to it for the first time. Microsoft's own client and the automation app are spared.
//!
//! Graph calls [`intercept`] for every request it answers, also for each one inside a batch, before
//! anything else; and consults `world.tenant.defects` for what is to be shown differently.

mod defect;
mod definition;
mod expect;
mod intercept;
mod plant;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use defect::Defect;
use definition::{Definition, Effect};
pub use expect::{Credential, Expectation, Scenario, scenarios};
pub(crate) use intercept::intercept;
use jiff::SignedDuration;
use plant::{Planting, Way};
use uuid::Uuid;

use crate::entra;
use crate::options::Options;
use crate::tenant::{Application, Tenant, World, accounts};

/// The scenario of this name.
pub(crate) fn find(name: &str) -> Option<&'static Definition> {
    table::all().find(|scenario| scenario.name == name)
}

fn active(options: &Options) -> Vec<&'static Definition> {
    options
        .scenarios
        .iter()
        .filter_map(|name| find(name))
        .collect()
}

/// What a scenario changes about the tenant's size, before there is one.
pub(crate) fn adjust(options: &mut Options) {
    for scenario in active(options) {
        if let Some(resize) = scenario.resize {
            resize(&mut options.size);
        }
    }
}

/// Settles the named accounts in their groups, and plants what holds from the start.
pub(crate) fn plant_at_start(world: &mut World) {
    let scenarios = active(&world.options);
    for scenario in &scenarios {
        world.tenant.defects.extend(scenario.defects);
    }
    // After the defects, because they decide which groups there are to join.
    accounts::join_groups(&mut world.tenant);
    for start in scenarios.iter().filter_map(|scenario| scenario.start) {
        start(world);
    }
}

/// Somebody consented to an app: a vendor's service principal may be there for the first time.
pub(crate) fn consented(world: &mut World, app_id: Uuid) {
    if world.vendor_apps.iter().any(|app| app.app_id == app_id) {
        plant(
            world,
            &Planting {
                app_id,
                way: Way::Vendor,
            },
        );
    }
}

/// An app-only token was issued, with these roles in it. An app that still lacks what its registration
/// declares is not set up yet, and nothing is planted.
pub(crate) fn app_token_issued(world: &mut World, app_id: Uuid, roles: &[String]) {
    let Some(app) = own_app(world, app_id) else {
        return;
    };
    let declared: usize = entra::declared(&app.required_resource_access)
        .iter()
        .map(|entry| entry.roles.len())
        .sum();
    if roles.is_empty() || roles.len() < declared {
        return;
    }
    plant(
        world,
        &Planting {
            app_id,
            way: Way::AppOnly,
        },
    );
}

/// A user's token was issued for an app that is not Microsoft's.
pub(crate) fn user_token_issued(world: &mut World, app_id: Uuid, account: Uuid, scopes: &[String]) {
    let about_sign_in = ["openid", "profile", "email"];
    let with_permissions = scopes
        .iter()
        .any(|scope| !about_sign_in.contains(&scope.as_str()));
    if with_permissions && own_app(world, app_id).is_some() {
        plant(
            world,
            &Planting {
                app_id,
                way: Way::Account(account),
            },
        );
    }
}

/// An app that scenarios touch: registered here, and not the one that tests look with.
fn own_app(world: &World, app_id: Uuid) -> Option<&Application> {
    world
        .tenant
        .applications
        .iter()
        .find(|app| app.app_id == app_id && !is_automation(app))
}

/// Plants what was not planted on this app before.
fn plant(world: &mut World, planting: &Planting) {
    for scenario in active(&world.options) {
        if world.sign_in.repaired.contains(scenario.name)
            || !mark(world, planting.app_id, scenario.name)
        {
            continue;
        }
        // What is planted is there, whatever the lag.
        let lag = std::mem::take(&mut world.options.lag);
        for effect in scenario.planted {
            match (effect, planting.way) {
                (Effect::Defect(defect), _) => {
                    world.tenant.defects.insert(*defect);
                }
                (Effect::App(change), Way::AppOnly | Way::Account(_))
                | (Effect::Vendor(change), Way::Vendor)
                | (Effect::Any(change), _) => change(world, planting),
                (Effect::Account(change), Way::Account(account)) => change(world, account),
                _ => {}
            }
        }
        world.options.lag = lag;
    }
}

/// Notes that a scenario is planted on an app; `false` where it was already.
fn mark(world: &mut World, app_id: Uuid, scenario: &str) -> bool {
    let own = world
        .tenant
        .applications
        .iter_mut()
        .find(|app| app.app_id == app_id);
    match own {
        Some(app) if app.planted.iter().any(|planted| planted == scenario) => false,
        Some(app) => {
            app.planted.push(scenario.to_owned());
            true
        }
        // A vendor's registration is not the tenant's to keep.
        None => world.sign_in.planted.insert(format!("{scenario} {app_id}")),
    }
}

/// Whether a scenario holds here and has something that Graph can't repair.
pub(crate) fn can_be_repaired_here(world: &World, name: &str) -> bool {
    world.options.scenarios.iter().any(|active| active == name)
        && find(name).is_some_and(Definition::is_beyond_graph)
}

/// Repairs what a scenario did beyond the directory's data, for good.
pub(crate) fn repair(world: &mut World, name: &str) -> bool {
    if !can_be_repaired_here(world, name) {
        return false;
    }
    if let Some(scenario) = find(name) {
        for defect in scenario.all_defects() {
            world.tenant.defects.remove(&defect);
        }
        if let Some(mend) = scenario.mend {
            mend(world);
        }
        world.sign_in.repaired.insert(name.to_owned());
    }
    true
}

/// How far the tenant's date is ahead of what it should be.
pub(crate) fn skew(tenant: &Tenant) -> SignedDuration {
    if tenant.defects.contains(&Defect::ClockSkew) {
        SignedDuration::from_mins(10)
    } else if tenant.defects.contains(&Defect::ClockDrift) {
        SignedDuration::from_secs(90)
    } else {
        SignedDuration::ZERO
    }
}

/// Whether it is the app that tests look and change with: no scenario touches it.
pub(crate) fn is_automation(app: &Application) -> bool {
    app.unique_name.as_deref() == Some(crate::server::AUTOMATION)
}

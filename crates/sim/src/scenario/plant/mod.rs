//! Changes that scenarios make to apps, grants and accounts.

pub(super) mod accounts;
pub(super) mod credentials;
pub(super) mod grants;
pub(super) mod principal;
pub(super) mod registration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::tenant::{Application, ServicePrincipal, World};

/// The app that something is planted on, and how it came into sight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planting {
    pub(in crate::scenario) app_id: Uuid,
    pub(in crate::scenario) way: Way,
}

/// How an app came into sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum Way {
    /// It signed in on its own.
    AppOnly,
    /// This account signed in to it.
    Account(Uuid),
    /// A vendor's app was consented to.
    Vendor,
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn app<'a>(world: &'a mut World, planting: &Planting) -> Option<&'a mut Application> {
    world
        .tenant
        .applications
        .iter_mut()
        .find(|app| app.app_id == planting.app_id)
}

fn principal<'a>(world: &'a mut World, planting: &Planting) -> Option<&'a mut ServicePrincipal> {
    world
        .tenant
        .service_principals
        .iter_mut()
        .find(|principal| principal.app_id == planting.app_id && principal.deleted.is_none())
}

fn principal_id(world: &World, planting: &Planting) -> Option<Uuid> {
    world
        .service_principal_of(planting.app_id)
        .map(|principal| principal.id)
}

use super::{Planting, principal};
use crate::tenant::{ServicePrincipal, World};

pub(in crate::scenario) fn delete_principal(world: &mut World, planting: &Planting) {
    let now = world.now();
    if let Some(principal) = principal(world, planting) {
        principal.deleted = Some(now);
    }
}

/// Deleted, and there again without what it was granted.
pub(in crate::scenario) fn recreate_principal(world: &mut World, planting: &Planting) {
    let now = world.now();
    let id = world.tenant.new_guid();
    let Some(old) = principal(world, planting) else {
        return;
    };
    let new = ServicePrincipal {
        id,
        created: now,
        visible_from: now,
        ..old.clone()
    };
    old.deleted = Some(now);
    world.tenant.service_principals.push(new);
}

pub(in crate::scenario) fn disable_principal(world: &mut World, planting: &Planting) {
    if let Some(principal) = principal(world, planting) {
        principal.account_enabled = false;
    }
}

pub(in crate::scenario) fn require_assignment(world: &mut World, planting: &Planting) {
    if let Some(principal) = principal(world, planting) {
        principal.app_role_assignment_required = true;
    }
}

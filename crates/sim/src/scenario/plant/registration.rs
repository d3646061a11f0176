use super::principal::delete_principal;
use super::{Planting, app};
use crate::tenant::{Application, World};

pub(in crate::scenario) fn widen_audience(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        "AzureADMultipleOrgs".clone_into(&mut app.sign_in_audience);
    }
}

pub(in crate::scenario) fn declare_nothing(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        app.required_resource_access.clear();
    }
}

pub(in crate::scenario) fn no_redirects(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        app.public_redirect_uris.clear();
        app.web_redirect_uris.clear();
        app.spa_redirect_uris.clear();
    }
}

pub(in crate::scenario) fn redirects_on_web(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        let public = std::mem::take(&mut app.public_redirect_uris);
        app.web_redirect_uris.extend(public);
    }
}

pub(in crate::scenario) fn no_public_client(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        app.is_fallback_public_client = Some(false);
    }
}

/// Deleting a registration deletes its service principal in its own tenant with it.
pub(in crate::scenario) fn delete_app(world: &mut World, planting: &Planting) {
    let now = world.now();
    if let Some(app) = app(world, planting) {
        app.deleted = Some(now);
    }
    delete_principal(world, planting);
}

pub(in crate::scenario) fn namesake(world: &mut World, planting: &Planting) {
    let (id, app_id) = (world.tenant.new_guid(), world.tenant.new_guid());
    let Some(app) = app(world, planting).cloned() else {
        return;
    };
    world.tenant.applications.push(Application {
        id,
        app_id,
        unique_name: None,
        key_credentials: Vec::new(),
        password_credentials: Vec::new(),
        ..app
    });
}

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Planting, after, app, before, days};
use crate::entra;
use crate::tenant::{KeyCredential, PasswordCredential, World};

pub(in crate::scenario) fn end_keys(world: &mut World, planting: &Planting) {
    let now = world.now();
    for key in app(world, planting).map_or(&mut [][..], |app| &mut app.key_credentials) {
        key.start = key.start.min(before(now, days(30)));
        key.end = before(now, days(1));
    }
}

pub(in crate::scenario) fn end_keys_soon(world: &mut World, planting: &Planting) {
    let soon = after(world.now(), days(10));
    for key in app(world, planting).map_or(&mut [][..], |app| &mut app.key_credentials) {
        key.end = key.end.min(soon);
    }
}

pub(in crate::scenario) fn remove_keys(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        app.key_credentials.clear();
    }
}

/// Another certificate under the same name.
pub(in crate::scenario) fn replace_keys(world: &mut World, planting: &Planting) {
    let stranger = stranger(world);
    if let Some(app) = app(world, planting)
        && !app.key_credentials.is_empty()
    {
        let name = app.key_credentials[0].display_name.clone();
        app.key_credentials = vec![KeyCredential {
            display_name: name,
            ..stranger
        }];
    }
}

pub(in crate::scenario) fn add_key(world: &mut World, planting: &Planting) {
    let stranger = stranger(world);
    if let Some(app) = app(world, planting) {
        app.key_credentials.push(stranger);
    }
}

/// A certificate of nobody that the product knows.
fn stranger(world: &mut World) -> KeyCredential {
    let now = world.now();
    let der = entra::stranger_certificate();
    let thumbprint = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, der);
    KeyCredential {
        key_id: world.tenant.new_guid(),
        display_name: Some("CN=left behind by a former project".to_owned()),
        custom_key_identifier: Some(STANDARD.encode(thumbprint)),
        start: before(now, days(100)),
        end: after(now, days(265)),
        der: der.to_vec(),
        kind: "AsymmetricX509Cert".to_owned(),
        usage: "Verify".to_owned(),
        visible_from: now,
    }
}

pub(in crate::scenario) fn end_secrets(world: &mut World, planting: &Planting) {
    let now = world.now();
    for secret in app(world, planting).map_or(&mut [][..], |app| &mut app.password_credentials) {
        secret.start = secret.start.min(before(now, days(30)));
        secret.end = before(now, days(1));
    }
}

pub(in crate::scenario) fn end_secrets_soon(world: &mut World, planting: &Planting) {
    let soon = after(world.now(), days(10));
    for secret in app(world, planting).map_or(&mut [][..], |app| &mut app.password_credentials) {
        secret.end = secret.end.min(soon);
    }
}

pub(in crate::scenario) fn remove_secrets(world: &mut World, planting: &Planting) {
    if let Some(app) = app(world, planting) {
        app.password_credentials.clear();
    }
}

pub(in crate::scenario) fn add_secret(world: &mut World, planting: &Planting) {
    let now = world.now();
    let key_id = world.tenant.new_guid();
    let secret = entra::random_text(30);
    if let Some(app) = app(world, planting) {
        app.password_credentials.push(PasswordCredential {
            key_id,
            display_name: Some("left behind by a former project".to_owned()),
            hint: secret.chars().take(3).collect(),
            secret,
            start: before(now, days(100)),
            end: after(now, days(265)),
            visible_from: now,
        });
    }
}

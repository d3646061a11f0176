use crate::scenario::definition::{
    CERTIFICATE, Definition, Effect, OWN, SECRET, failed, scenario, warning,
};
use crate::scenario::plant::credentials;
use crate::tenant::{AppPolicy, World};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::App(credentials::end_keys)],
        finds: &[failed(CERTIFICATE, "app.credentials")],
        ..scenario("certificate-expired", "The app's certificates have ended")
    },
    Definition {
        planted: &[Effect::App(credentials::end_keys_soon)],
        finds: &[warning(CERTIFICATE, "certificate.on-app")],
        ..scenario(
            "certificate-ends-soon",
            "The certificate's entry on the app ends in ten days, before the certificate does",
        )
    },
    Definition {
        planted: &[Effect::App(credentials::remove_keys)],
        finds: &[failed(CERTIFICATE, "certificate.on-app")],
        ..scenario(
            "certificate-not-on-app",
            "The certificate was removed from the app",
        )
    },
    Definition {
        planted: &[Effect::App(credentials::replace_keys)],
        finds: &[failed(CERTIFICATE, "app.credentials")],
        ..scenario(
            "certificate-replaced",
            "Another certificate stands on the app under the same name",
        )
    },
    Definition {
        planted: &[Effect::App(credentials::end_secrets)],
        finds: &[failed(SECRET, "app.credentials")],
        ..scenario("secret-expired", "The app's client secrets have ended")
    },
    Definition {
        planted: &[Effect::App(credentials::end_secrets_soon)],
        finds: &[warning(SECRET, "secret.on-app")],
        ..scenario("secret-ends-soon", "The client secret ends in ten days")
    },
    Definition {
        planted: &[Effect::App(credentials::remove_secrets)],
        finds: &[failed(SECRET, "secret.on-app")],
        ..scenario(
            "secret-removed",
            "The client secret was removed from the app",
        )
    },
    Definition {
        planted: &[Effect::App(credentials::add_key)],
        finds: &[warning(OWN, "app.credentials")],
        ..scenario(
            "stranger-key",
            "A certificate that nobody knows stands on the app",
        )
    },
    Definition {
        planted: &[Effect::App(credentials::add_secret)],
        finds: &[warning(OWN, "app.credentials")],
        ..scenario(
            "stranger-secret",
            "A client secret that nobody knows stands on the app",
        )
    },
    Definition {
        start: Some(forbid_secrets),
        mend: Some(no_policy),
        finds: &[failed(SECRET, "app.policy")],
        ..scenario(
            "secrets-forbidden",
            "The tenant's policy allows no client secrets",
        )
    },
    Definition {
        planted: &[Effect::Any(|world, _| forbid_secrets(world))],
        mend: Some(no_policy),
        finds: &[warning(SECRET, "app.policy")],
        ..scenario(
            "secrets-forbidden-later",
            "The tenant's policy allows no new client secrets since the connection was made",
        )
    },
    Definition {
        start: Some(|world| world.tenant.policies.apps.key_days = Some(180)),
        mend: Some(no_policy),
        ..scenario(
            "key-lifetime-limited",
            "The tenant's policy lets certificates last 180 days at most, from the start",
        )
    },
    Definition {
        planted: &[Effect::Any(|world, _| {
            world.tenant.policies.apps.key_days = Some(30);
        })],
        mend: Some(no_policy),
        finds: &[warning(CERTIFICATE, "app.policy")],
        ..scenario(
            "key-lifetime-shortened",
            "The tenant's policy lets certificates last 30 days at most since the connection was made",
        )
    },
];

const fn forbid_secrets(world: &mut World) {
    world.tenant.policies.apps.passwords_forbidden = true;
}

fn no_policy(world: &mut World) {
    world.tenant.policies.apps = AppPolicy::default();
}

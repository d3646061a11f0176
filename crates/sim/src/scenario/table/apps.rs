use crate::scenario::definition::{
    ACCOUNT, ALL, APP, Definition, Effect, OWN, failed, scenario, warning,
};
use crate::scenario::plant::{principal, registration};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::App(registration::delete_app)],
        finds: &[failed(OWN, "app.registration")],
        ..scenario("app-deleted", "The app registration is in the recycle bin")
    },
    Definition {
        planted: &[Effect::App(registration::widen_audience)],
        finds: &[warning(OWN, "app.audience")],
        ..scenario("audience-widened", "The app is open to other tenants")
    },
    Definition {
        planted: &[Effect::App(registration::declare_nothing)],
        finds: &[warning(OWN, "app.permissions-declared")],
        ..scenario(
            "permissions-undeclared",
            "The app registration declares no permissions; what was granted still holds",
        )
    },
    Definition {
        planted: &[Effect::App(registration::no_redirects)],
        finds: &[
            failed(ACCOUNT, "app.redirect"),
            warning(APP, "app.redirect"),
        ],
        ..scenario("redirect-missing", "The app has no redirect URI")
    },
    Definition {
        planted: &[Effect::App(registration::redirects_on_web)],
        finds: &[failed(ACCOUNT, "app.redirect")],
        ..scenario(
            "redirect-on-web",
            "The redirect URI is registered for the platform web, which demands a credential",
        )
    },
    Definition {
        planted: &[Effect::App(registration::no_public_client)],
        finds: &[warning(ACCOUNT, "app.public-client")],
        ..scenario("public-client-off", "The app allows no public client flows")
    },
    Definition {
        planted: &[Effect::App(registration::namesake)],
        ..scenario("namesake-app", "Another app has the same name")
    },
    Definition {
        start: Some(|world| world.tenant.policies.users_may_register_apps = false),
        ..scenario(
            "members-register-no-apps",
            "Only administrators may register apps",
        )
    },
    Definition {
        planted: &[Effect::Any(principal::delete_principal)],
        finds: &[failed(ALL, "principal.exists")],
        ..scenario(
            "principal-deleted",
            "The enterprise application was deleted",
        )
    },
    Definition {
        planted: &[Effect::Any(principal::disable_principal)],
        finds: &[failed(ALL, "principal.enabled")],
        ..scenario(
            "principal-disabled",
            "The enterprise application is disabled",
        )
    },
    Definition {
        planted: &[Effect::Any(principal::require_assignment)],
        finds: &[failed(ACCOUNT, "principal.assignment")],
        ..scenario(
            "assignment-required",
            "The enterprise application wants users to be assigned, and nobody is",
        )
    },
];

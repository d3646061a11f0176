use crate::scenario::Defect;
use crate::scenario::definition::{
    ACCOUNT, APP, Definition, Effect, OWN, VENDOR, failed, scenario, warning,
};
use crate::scenario::plant::{grants, principal};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::Any(grants::no_grants)],
        finds: &[
            failed(APP, "token.permissions"),
            failed(ACCOUNT, "token.issued"),
            failed(VENDOR, "permissions.granted"),
        ],
        ..scenario(
            "no-consent",
            "The app's consent is gone: nothing is granted to it",
        )
    },
    Definition {
        planted: &[Effect::App(grants::no_roles)],
        finds: &[failed(APP, "token.permissions")],
        ..scenario(
            "consent-without-roles",
            "The app has no application permission; tokens are issued all the same",
        )
    },
    Definition {
        planted: &[Effect::Any(grants::one_less)],
        finds: &[
            failed(APP, "token.permissions"),
            failed(ACCOUNT, "token.issued"),
            failed(VENDOR, "permissions.granted"),
        ],
        ..scenario(
            "permission-missing",
            "One permission that is needed is not granted",
        )
    },
    Definition {
        planted: &[Effect::Any(grants::wrong_kind)],
        finds: &[
            failed(APP, "token.permissions"),
            failed(ACCOUNT, "token.issued"),
            failed(VENDOR, "permissions.granted"),
        ],
        ..scenario(
            "wrong-kind-granted",
            "Delegated permissions are granted where application permissions are needed, or the reverse",
        )
    },
    Definition {
        planted: &[Effect::Any(grants::for_one_user)],
        finds: &[
            failed(ACCOUNT, "token.issued"),
            failed(VENDOR, "permissions.granted"),
        ],
        ..scenario(
            "consent-for-one-user",
            "The delegated permissions are granted for the administrator alone",
        )
    },
    Definition {
        planted: &[Effect::Any(grants::one_more)],
        finds: &[warning(OWN, "permissions.surplus")],
        ..scenario(
            "surplus-permission",
            "The app holds a permission that it does not need",
        )
    },
    Definition {
        planted: &[Effect::App(grants::broader)],
        ..scenario(
            "legacy-broad-permissions",
            "Broader permissions are granted in place of those asked for today",
        )
    },
    Definition {
        planted: &[Effect::Defect(Defect::RoleNotInToken)],
        finds: &[failed(APP, "token.permissions")],
        ..scenario(
            "grant-not-in-token-yet",
            "A permission is granted in the directory, but tokens do not carry it yet",
        )
    },
    Definition {
        planted: &[Effect::Any(principal::recreate_principal)],
        finds: &[
            failed(APP, "token.permissions"),
            failed(ACCOUNT, "token.issued"),
            failed(VENDOR, "permissions.granted"),
        ],
        ..scenario(
            "principal-recreated",
            "The enterprise application was deleted and made again, without its consent",
        )
    },
];

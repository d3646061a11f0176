use crate::scenario::definition::{Definition, Effect, VENDOR, failed, scenario};
use crate::scenario::plant::{grants, principal};

pub(super) static SCENARIOS: &[Definition] = &[
    Definition {
        planted: &[Effect::Vendor(grants::no_grants)],
        finds: &[failed(VENDOR, "permissions.granted")],
        ..scenario(
            "vendor-not-consented",
            "The vendor's app is in the tenant, but nothing is granted to it",
        )
    },
    Definition {
        planted: &[Effect::Vendor(grants::one_less)],
        finds: &[failed(VENDOR, "permissions.granted")],
        ..scenario(
            "vendor-partly-consented",
            "The vendor's app asks for more today than was granted to it",
        )
    },
    Definition {
        planted: &[Effect::Vendor(grants::for_one_user)],
        finds: &[failed(VENDOR, "permissions.granted")],
        ..scenario(
            "vendor-consent-for-one-user",
            "The administrator consented to the vendor's app for himself alone",
        )
    },
    Definition {
        planted: &[Effect::Vendor(principal::disable_principal)],
        finds: &[failed(VENDOR, "principal.enabled")],
        ..scenario(
            "vendor-disabled",
            "The vendor's enterprise application is disabled",
        )
    },
];

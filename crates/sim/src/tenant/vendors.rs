//! Multi-tenant apps of vendors, registered in tenants of their own. Names and ids are made up.

use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use jiff::Timestamp;
use serde_json::Map;
use uuid::{Uuid, uuid};

use super::{Application, RequiredResource};

/// A vendor's app and the profile that it belongs to.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) profile: &'static str,
    pub(crate) name: &'static str,
    pub(crate) client_id: Uuid,
    home: Uuid,
    delegated: &'static [&'static str],
    application: &'static [&'static str],
}

/// What the vendors' products ask for, as `PROFILES.md` section 2 reads their guides.
pub(crate) const VENDORS: [Vendor; 6] = [
    Vendor {
        profile: "planner-data-mart",
        name: "Lantern Data Mart for Planner",
        client_id: uuid!("3c7b1f52-8f0e-4a6d-9a35-6d0c2f41b7e1"),
        home: uuid!("b1a6c7d8-2e3f-4a5b-8c9d-0e1f2a3b4c5d"),
        delegated: &[
            "User.Read",
            "User.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "openid",
            "email",
            "profile",
            "offline_access",
        ],
        application: &[],
    },
    Vendor {
        profile: "planner-backup",
        name: "Keelson Backup",
        client_id: uuid!("5e2d9a84-13c6-4b7f-8e21-97f3ab60c4d2"),
        home: uuid!("c2b7d8e9-3f40-4b6c-9dae-1f203b4c5d6e"),
        delegated: &[
            "Group.Read.All",
            "User.ReadBasic.All",
            "Directory.Read.All",
            "openid",
            "profile",
            "offline_access",
        ],
        application: &[],
    },
    Vendor {
        profile: "planner-restore",
        name: "Keelson Restore",
        client_id: uuid!("7f4e0b95-24d7-4c80-9f32-a804bc71d5e3"),
        home: uuid!("c2b7d8e9-3f40-4b6c-9dae-1f203b4c5d6e"),
        delegated: &[
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Sites.ReadWrite.All",
            "User.ReadBasic.All",
            "openid",
            "profile",
            "offline_access",
        ],
        application: &[],
    },
    Vendor {
        profile: "rooms-calendar-service",
        name: "Berth Rooms Calendar Service",
        client_id: uuid!("905f1ca6-35e8-4d91-8043-b915cd82e6f4"),
        home: uuid!("d3c8e9fa-4051-4c7d-8ebf-20314c5d6e7f"),
        delegated: &["User.Read"],
        application: &["Calendars.ReadWrite"],
    },
    Vendor {
        profile: "rooms-outlook-add-in",
        name: "Berth Rooms Outlook Add-in",
        client_id: uuid!("a1602db7-46f9-4ea2-9154-ca26de93f705"),
        home: uuid!("d3c8e9fa-4051-4c7d-8ebf-20314c5d6e7f"),
        delegated: &["User.Read"],
        application: &["Calendars.Read"],
    },
    Vendor {
        profile: "rooms-user-import",
        name: "Berth Rooms User Import",
        client_id: uuid!("b2713ec8-570a-4fb3-8265-db37efa40816"),
        home: uuid!("d3c8e9fa-4051-4c7d-8ebf-20314c5d6e7f"),
        delegated: &["User.Read"],
        application: &["Group.Read.All", "User.Read.All"],
    },
];

/// The vendor whose product a profile is about.
pub(crate) fn of_profile(profile: &str) -> Option<&'static Vendor> {
    VENDORS.iter().find(|vendor| vendor.profile == profile)
}

impl Vendor {
    /// The registration in the vendor's own tenant; consent leads back to the vendor's page at `base`,
    /// under whichever of its names the browser knows it by.
    pub(crate) fn application(&self, bases: &[String], created: Timestamp) -> Application {
        let access = |names: &[&str], kind: PermissionKind| {
            names
                .iter()
                .filter_map(|name| catalogue().find(Resource::Graph, name)?.id(kind))
                .map(|id| (id.uuid(), kind.wire_type().to_owned()))
                .collect::<Vec<_>>()
        };
        let mut wanted = access(self.delegated, PermissionKind::Delegated);
        wanted.extend(access(self.application, PermissionKind::Application));
        Application {
            id: self.client_id,
            app_id: self.client_id,
            home_tenant: self.home,
            display_name: self.name.to_owned(),
            unique_name: None,
            sign_in_audience: "AzureADMultipleOrgs".to_owned(),
            identifier_uris: Vec::new(),
            web_redirect_uris: bases
                .iter()
                .map(|base| format!("{base}/vendor/{}/consented", self.profile))
                .collect(),
            spa_redirect_uris: Vec::new(),
            public_redirect_uris: Vec::new(),
            is_fallback_public_client: None,
            required_resource_access: vec![RequiredResource {
                resource_app_id: Resource::Graph.app_id().uuid(),
                access: wanted,
            }],
            key_credentials: Vec::new(),
            password_credentials: Vec::new(),
            other: Map::new(),
            created,
            visible_from: created,
            deleted: None,
            planted: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_of_a_vendor_is_in_the_catalogue() {
        for vendor in &VENDORS {
            let app = vendor.application(&["http://127.0.0.1:1".to_owned()], Timestamp::UNIX_EPOCH);
            assert_eq!(
                app.required_resource_access[0].access.len(),
                vendor.delegated.len() + vendor.application.len(),
                "{}",
                vendor.profile
            );
            assert!(of_profile(vendor.profile).is_some());
        }
    }
}

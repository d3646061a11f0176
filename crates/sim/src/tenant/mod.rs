//! The tenant: what is stored of it, what is computed from the seed, and what is visible yet.

pub(crate) mod accounts;
pub(crate) mod content;
mod directory;
pub(crate) mod groups;
mod ids;
mod people;
pub(crate) mod planner;
mod policy;
pub(crate) mod resource;
pub(crate) mod threads;
pub(crate) mod vendors;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use directory::{
    AppRoleAssignment, Application, ConsentType, KeyCredential, PasswordCredential,
    PermissionGrant, RequiredResource, RoleAssignment, ServicePrincipal,
};
pub(crate) use ids::{Ids, Kind, mix};
use jiff::Timestamp;
pub(crate) use people::{Account, AccountState};
pub(crate) use policy::{AppPolicy, Policies};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use crate::options::{Options, Size};

/// The domain that the tenant was made with, and the only verified one besides its own.
pub(crate) const DOMAIN: &str = "contoso.example";

/// Everything behind the server: one tenant, the vendors' apps that live in other tenants, the time.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) tenant: Tenant,
    /// Multi-tenant apps of vendors: registered elsewhere, known to the sign-in service everywhere.
    pub(crate) vendor_apps: Vec<Application>,
    /// What the sign-in service remembers: sessions, codes, refresh tokens.
    pub(crate) sign_in: crate::entra::Memory,
    /// Injected faults. Graph asks `due` for `PageLoop` and `BatchPartial` where one could be made.
    pub(crate) faults: crate::server::Faults,
    /// The requests of the batch that is being answered: Graph pushes each, the server logs and clears.
    pub(crate) inner: Vec<crate::wire::Inner>,
    /// Each request inside a batch is throttled by itself.
    pub(crate) inner_throttle: Option<crate::server::Throttle>,
    started: std::time::Instant,
    epoch: Timestamp,
}

impl World {
    /// A new tenant: its content is computed from the seed, its directory holds the services of
    /// Microsoft alone. Named accounts, vendors' apps and scenarios are planted afterwards.
    pub(crate) fn new(options: Options) -> Self {
        let epoch = options.clock.unwrap_or_else(Timestamp::now);
        let tenant = Tenant::new(options.seed, options.size, epoch);
        Self::with_tenant(options, tenant)
    }

    /// A tenant that was kept.
    pub(crate) fn with_tenant(options: Options, tenant: Tenant) -> Self {
        Self {
            epoch: options.clock.unwrap_or_else(Timestamp::now),
            started: std::time::Instant::now(),
            vendor_apps: Vec::new(),
            sign_in: crate::entra::Memory::default(),
            faults: crate::server::Faults::new(&options.faults, options.seed),
            inner: Vec::new(),
            inner_throttle: options
                .throttle
                .map(|rate| crate::server::Throttle::new(rate, std::time::Instant::now())),
            tenant,
            options,
        }
    }

    /// The tenant's date.
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        let elapsed = elapsed.saturating_add(crate::scenario::skew(&self.tenant));
        self.epoch.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// Moves the tenant's date.
    #[cfg(test)]
    pub(crate) fn epoch_for_tests(&mut self, by: jiff::SignedDuration) {
        self.epoch = self.epoch.checked_add(by).unwrap_or(self.epoch);
    }

    /// When something made now is seen by reads. Without a lag that is always, also when a scenario
    /// sets the tenant's date back.
    pub(crate) fn visible_from(&self) -> Timestamp {
        if self.options.lag.is_zero() {
            return self.tenant.created;
        }
        self.now()
            .checked_add(self.options.lag)
            .unwrap_or(Timestamp::MAX)
    }

    /// The service principal of an app, where there is one; not whether it is visible yet.
    pub(crate) fn service_principal_of(&self, app_id: Uuid) -> Option<&ServicePrincipal> {
        self.tenant
            .service_principals
            .iter()
            .find(|principal| principal.app_id == app_id && principal.deleted.is_none())
    }
}

/// One Entra directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tenant {
    pub(crate) id: Uuid,
    pub(crate) initial_domain: String,
    /// What the content is computed from.
    pub(crate) seed: u64,
    /// How much of it there is.
    pub(crate) size: Size,
    pub(crate) created: Timestamp,
    pub(crate) applications: Vec<Application>,
    pub(crate) service_principals: Vec<ServicePrincipal>,
    pub(crate) app_role_assignments: Vec<AppRoleAssignment>,
    pub(crate) permission_grants: Vec<PermissionGrant>,
    /// The named accounts: administrators of several roles, synchronisation accounts, a guest.
    pub(crate) accounts: Vec<Account>,
    /// Owners of applications and service principals, by the owned object's id.
    pub(crate) owners: BTreeMap<Uuid, BTreeSet<Uuid>>,
    pub(crate) policies: Policies,
    /// What was changed of the computed groups, and new ones.
    pub(crate) groups: groups::GroupChanges,
    /// What was changed in Planner.
    pub(crate) planner: planner::PlannerChanges,
    /// What was changed of the conversations of groups.
    pub(crate) threads: threads::ThreadChanges,
    /// Directory roles of others than the named accounts.
    pub(crate) role_assignments: Vec<RoleAssignment>,
    /// Defects that hold now, from the scenarios; both services consult them.
    pub(crate) defects: BTreeSet<crate::scenario::Defect>,
    /// How many objects were made since the start.
    serial: u64,
}

impl Tenant {
    fn new(seed: u64, size: Size, created: Timestamp) -> Self {
        let ids = Ids::new(seed);
        let service_principals = resource::SERVICES
            .into_iter()
            .zip(0..)
            .map(|(service, index)| ServicePrincipal {
                id: ids.guid(Kind::ServicePrincipal, index),
                app_id: service.app_id().uuid(),
                display_name: service.name().to_owned(),
                account_enabled: true,
                app_role_assignment_required: false,
                app_owner_organization_id: resource::MICROSOFT,
                other: Map::new(),
                created,
                visible_from: created,
                deleted: None,
            })
            .collect();
        Self {
            id: ids.guid(Kind::Tenant, 0),
            initial_domain: DOMAIN.to_owned(),
            seed,
            size,
            created,
            applications: Vec::new(),
            service_principals,
            app_role_assignments: Vec::new(),
            permission_grants: Vec::new(),
            accounts: Vec::new(),
            owners: BTreeMap::new(),
            policies: Policies::default(),
            groups: groups::GroupChanges::default(),
            planner: planner::PlannerChanges::default(),
            threads: threads::ThreadChanges::default(),
            role_assignments: Vec::new(),
            defects: BTreeSet::new(),
            serial: 0,
        }
    }

    /// The ids of this tenant.
    pub(crate) const fn ids(&self) -> Ids {
        Ids::new(self.seed)
    }

    /// The directory roles that somebody has, active, by template id.
    pub(crate) fn roles_of(&self, id: Uuid) -> Vec<Uuid> {
        let account = self.accounts.iter().find(|account| account.id == id);
        let assigned = self.role_assignments.iter();
        let assigned = assigned.filter(|assignment| assignment.principal_id == id);
        account
            .into_iter()
            .flat_map(|account| account.roles.iter().copied())
            .chain(assigned.map(|assignment| assignment.role))
            .collect()
    }

    /// A number that was not given before.
    fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// An id in the form of those that Graph gives to grants and assignments.
    pub(crate) fn new_opaque_id(&mut self, of: Uuid) -> String {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let mut bytes = of.as_bytes().to_vec();
        bytes.extend(self.new_guid().as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A GUID that no object has.
    pub(crate) fn new_guid(&mut self) -> Uuid {
        let serial = self.next();
        self.ids().guid(Kind::New, serial)
    }
}

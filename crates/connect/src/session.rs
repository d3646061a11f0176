use fairlead_domain::cloud::Cloud;
use fairlead_domain::ids::TenantId;
use fairlead_entra::Entra;
use fairlead_state::{SecretStore, Store};
use fairlead_wire::{SharedClock, Transport};

/// What every use case works with: a cloud, the way to it, and what is remembered.
#[derive(Debug)]
pub struct Session {
    /// The cloud.
    pub cloud: Cloud,
    /// The way to it.
    pub transport: Transport,
    /// Connections, certificates, reports.
    pub store: Store,
    /// Secrets.
    pub secrets: SecretStore,
}

impl Session {
    /// The clock everything lives by.
    pub fn clock(&self) -> &SharedClock {
        self.transport.clock()
    }

    /// The time.
    pub fn now(&self) -> jiff::Timestamp {
        self.clock().now()
    }

    /// The sign-in service of a tenant.
    pub fn entra(&self, tenant: TenantId) -> Entra {
        Entra::new(self.transport.clone(), self.cloud.clone(), tenant)
    }
}

use std::time::Duration;

use fairlead_domain::cloud::Cloud;
use fairlead_domain::ids::TenantId;
use fairlead_entra::Entra;
use fairlead_state::{SecretStore, Store};
use fairlead_wire::{SharedClock, Transport};

use crate::wait::Patience;

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
    /// How long it is waited for at most until something is known everywhere at Microsoft.
    pub patience: Duration,
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

    /// How it is waited for until something is known everywhere.
    pub(crate) const fn replication(&self) -> Patience {
        Patience {
            limit: self.patience,
            first: Duration::from_millis(300),
            longest: Duration::from_secs(2),
        }
    }

    /// How long something that was done at a moment may still not be known everywhere.
    pub(crate) fn left_of_replication(&self, done: jiff::Timestamp) -> Duration {
        let passed = self.now().duration_since(done);
        let passed = Duration::try_from(passed).unwrap_or_default();
        self.patience.saturating_sub(passed)
    }

    /// The sign-in service of a tenant.
    pub fn entra(&self, tenant: TenantId) -> Entra {
        Entra::new(self.transport.clone(), self.cloud.clone(), tenant)
    }
}

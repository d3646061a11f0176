//! What the checks look at. Each look-up is made once and shared.

mod inspector;
mod network;
mod own;
mod stored;

use fairlead_entra::certificate::Certificate;
use fairlead_graph::Graph;
use fairlead_wire::{Spent, Transport};
use jiff::Timestamp;

pub(crate) use inspector::{AccountFacts, Granted, Granting, HasPlan, HoldsFor, InspectorLooks};
pub(crate) use network::{NetworkLooks, Reached};
pub(crate) use own::{Looked, OwnLooks, PlanContents, PlansFound};
pub(crate) use stored::{Stored, read_key, read_text};

use crate::subject::Subject;

/// Everything that the checks of one test look at.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) subject: Subject,
    pub(crate) transport: Transport,
    /// What this computer keeps for the connection.
    pub(crate) stored: Stored,
    /// The certificate that is on the app for this test alone.
    pub(crate) test_key: Option<Certificate>,
    /// Graph as the connection sees it, where there is a credential to sign in with.
    pub(crate) own: Option<Graph>,
    /// Graph as the inspector sees it.
    pub(crate) inspector: Option<Graph>,
    /// Whether a plan may be created, changed and removed again.
    pub(crate) write_probe: bool,
    pub(crate) network: NetworkLooks,
    pub(crate) own_looks: OwnLooks,
    pub(crate) inspector_looks: InspectorLooks,
}

impl Facts {
    pub(crate) fn now(&self) -> Timestamp {
        self.transport.clock().now()
    }

    /// The longest chain of dependent requests that was needed.
    pub(crate) fn longest_chain(&self) -> Spent {
        self.network
            .chains()
            .into_iter()
            .chain(self.own_looks.chains())
            .chain(self.inspector_looks.chains())
            .flatten()
            .fold(Spent::default(), Spent::or_longer)
    }
}

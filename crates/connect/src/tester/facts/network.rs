use fairlead_entra::{Discovery, EntraError, discovery_url};
use fairlead_wire::{Call, Reply, Spent, WireError};
use jiff::Timestamp;
use url::Url;

use super::Facts;
use crate::tester::look::{Found, Look};

/// What came of reaching a service.
#[derive(Debug)]
pub(crate) struct Reached {
    pub(crate) url: Url,
    pub(crate) outcome: Result<Reply, WireError>,
    /// When the answer was there, by this computer's clock.
    pub(crate) received: Timestamp,
}

impl Reached {
    /// How far the service's clock is ahead of this computer's, in seconds: its `Date`, which has whole
    /// seconds, against the middle of the exchange.
    pub(crate) fn skew_seconds(&self) -> Option<f64> {
        let reply = self.outcome.as_ref().ok()?;
        let took = self.received.duration_since(reply.sent).as_secs_f64();
        let date = reply.date()?;
        Some(date.duration_since(reply.sent).as_secs_f64() + 0.5 - took / 2.0)
    }
}

/// Look-ups that need nobody's token.
#[derive(Debug, Default)]
pub(crate) struct NetworkLooks {
    login: Look<Reached>,
    graph: Look<Reached>,
}

impl NetworkLooks {
    pub(crate) fn chains(&self) -> Vec<Option<Spent>> {
        vec![self.login.chain(), self.graph.chain()]
    }
}

impl Facts {
    async fn ask_for(&self, url: Url) -> Reached {
        let outcome = self.transport.send(Call::get(url.clone())).await;
        Reached {
            url,
            outcome,
            received: self.now(),
        }
    }

    /// The sign-in service, asked for the tenant by the name the person gave.
    pub(crate) async fn login(&self) -> &Found<Reached> {
        let url = discovery_url(&self.subject.cloud, &self.subject.connection.tenant);
        self.network
            .login
            .get(Spent::default(), self.ask_for(url))
            .await
    }

    /// Microsoft Graph, asked without a token: it answers 401.
    pub(crate) async fn graph_reached(&self) -> &Found<Reached> {
        let url = self.subject.cloud.graph.at("/v1.0/organization");
        self.network
            .graph
            .get(Spent::default(), self.ask_for(url))
            .await
    }

    /// What the sign-in service tells of the tenant; `None` where it could not be reached at all.
    pub(crate) async fn discovery(&self) -> Option<Result<Discovery, EntraError>> {
        let reached = self.login().await;
        reached.value.outcome.as_ref().ok().map(Discovery::of_reply)
    }
}

//! Clouds: the endpoints of one Microsoft 365 environment and the resources that tokens are asked for.

mod base_url;
mod file;

use std::path::PathBuf;
use std::str::FromStr;

pub use base_url::BaseUrl;
pub use file::{CloudFileError, Simulated, without_accounts};
use uuid::uuid;

use crate::ids::{ClientId, Malformed};

/// Microsoft Graph Command Line Tools, a public client of Microsoft that takes any delegated Graph scope.
const GRAPH_COMMAND_LINE_TOOLS: ClientId =
    ClientId::new(uuid!("14d82eec-204b-4c2f-b7e8-296a70dab67e"));

/// Which of Microsoft's environments a cloud is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudKind {
    /// Worldwide, GCC included.
    Global,
    /// US Government L4 (GCC High).
    UsGovL4,
    /// US Government L5 (`DoD`).
    UsGovL5,
    /// 21Vianet.
    China,
    /// A simulated tenant, described by a file.
    Simulated,
}

/// A set of endpoints and the resource identifiers that tokens are asked for.
///
/// <https://learn.microsoft.com/graph/deployments>
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Which environment.
    pub kind: CloudKind,
    /// Its name on the command line and on screen.
    pub name: String,
    /// The sign-in service.
    pub login: BaseUrl,
    /// Microsoft Graph.
    pub graph: BaseUrl,
    /// Exchange Online.
    pub exchange: BaseUrl,
    /// Exchange Online administration.
    pub exchange_admin: BaseUrl,
    /// The Entra portal.
    pub portal: BaseUrl,
    /// The resource a Graph token is asked for.
    pub graph_resource: String,
    /// The resource an Exchange token is asked for.
    pub exchange_resource: String,
    /// The public client that an administrator signs in through when there is no better one.
    pub bootstrap_client: ClientId,
    /// Further certificate authorities to trust, as a PEM file.
    pub ca: Option<PathBuf>,
    /// What only a simulated tenant has.
    pub simulated: Option<Simulated>,
}

impl Cloud {
    /// One of Microsoft's own clouds by its command-line name.
    pub fn named(name: &str) -> Result<Self, Malformed> {
        let (kind, login, graph, exchange, portal) = match name {
            "global" => (
                CloudKind::Global,
                "https://login.microsoftonline.com",
                "https://graph.microsoft.com",
                "https://outlook.office365.com",
                "https://entra.microsoft.com",
            ),
            "us-gov-l4" => (
                CloudKind::UsGovL4,
                "https://login.microsoftonline.us",
                "https://graph.microsoft.us",
                "https://outlook.office365.us",
                "https://entra.microsoft.us",
            ),
            "us-gov-l5" => (
                CloudKind::UsGovL5,
                "https://login.microsoftonline.us",
                "https://dod-graph.microsoft.us",
                "https://outlook-dod.office365.us",
                "https://entra.microsoft.us",
            ),
            "china" => (
                CloudKind::China,
                "https://login.partner.microsoftonline.cn",
                "https://microsoftgraph.chinacloudapi.cn",
                "https://partner.outlook.cn",
                "https://entra.microsoftonline.cn",
            ),
            _ => {
                return Err(Malformed::new(
                    name,
                    "a cloud (`global`, `us-gov-l4`, `us-gov-l5`, `china`, or a file)",
                    "global",
                ));
            }
        };
        Ok(Self {
            kind,
            name: name.to_owned(),
            login: BaseUrl::from_str(login)?,
            graph: BaseUrl::from_str(graph)?,
            exchange: BaseUrl::from_str(exchange)?,
            exchange_admin: BaseUrl::from_str(exchange)?,
            portal: BaseUrl::from_str(portal)?,
            graph_resource: graph.to_owned(),
            exchange_resource: exchange.to_owned(),
            bootstrap_client: GRAPH_COMMAND_LINE_TOOLS,
            ca: None,
            simulated: None,
        })
    }

    /// Whether Planner's Graph API exists here: 21Vianet has none.
    ///
    /// <https://learn.microsoft.com/graph/api/planner-post-plans>
    pub const fn has_planner(&self) -> bool {
        !matches!(self.kind, CloudKind::China)
    }

    /// Whether this is a simulated tenant, whose connections and secrets live apart from real ones.
    pub const fn is_simulated(&self) -> bool {
        matches!(self.kind, CloudKind::Simulated)
    }

    /// The hosts that may be sent a bearer token.
    pub fn token_hosts(&self) -> [&BaseUrl; 3] {
        [&self.graph, &self.exchange, &self.exchange_admin]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_cloud_is_well_formed_and_china_has_no_planner() {
        for name in ["global", "us-gov-l4", "us-gov-l5", "china"] {
            let cloud = Cloud::named(name).unwrap();
            assert_eq!(cloud.has_planner(), name != "china");
            assert!(!cloud.is_simulated());
        }
        assert!(Cloud::named("germany").is_err());
    }
}

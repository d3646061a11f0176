use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BaseUrl, Cloud, CloudKind};
use crate::ids::{ClientId, DomainName, Malformed, TenantId};

/// What the ready line of a simulated tenant tells besides its endpoints.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// The tenant's date when the simulator started: its clients start their clock from it.
    pub now: Timestamp,
    /// This computer's date at that moment, where the ready line tells it.
    pub machine_now: Option<Timestamp>,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its initial domain.
    pub domain: DomainName,
}

impl Simulated {
    /// How far the tenant's date is ahead of this computer's. Where the ready line does not tell when
    /// it was printed, that is taken to be `here`.
    pub fn clock_offset(&self, here: Timestamp) -> SignedDuration {
        self.now.duration_since(self.machine_now.unwrap_or(here))
    }
}

/// Why a cloud file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CloudFileError {
    /// It is not the JSON of a cloud file.
    #[error("not a cloud file: {0}")]
    Shape(#[from] serde_json::Error),
    /// One of its values is not what it should be.
    #[error("cloud file, `{field}`: {cause}")]
    Value {
        /// Which one.
        field: &'static str,
        /// Why not.
        cause: Malformed,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    login: String,
    graph: String,
    exchange: String,
    exchange_admin: String,
    portal: String,
    bootstrap_client_id: ClientId,
    graph_resource: String,
    exchange_resource: String,
    now: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machine_now: Option<Timestamp>,
    tenant_id: TenantId,
    domain: DomainName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca: Option<PathBuf>,
}

/// A cloud file with the endpoints alone, as it can be kept: the line that `fairlead sim` prints also
/// holds the passwords of the simulated tenant's people.
pub fn without_accounts(text: &str) -> Result<String, CloudFileError> {
    let file: File = serde_json::from_str(text)?;
    Ok(serde_json::to_string(&file)?)
}

impl Cloud {
    /// Reads a cloud file: the line that `fairlead sim` prints when it is ready.
    pub fn from_file_text(text: &str) -> Result<Self, CloudFileError> {
        let file: File = serde_json::from_str(text)?;
        let base = |field, value: &str| {
            value
                .parse::<BaseUrl>()
                .map_err(|cause| CloudFileError::Value { field, cause })
        };
        Ok(Self {
            kind: CloudKind::Simulated,
            login: base("login", &file.login)?,
            graph: base("graph", &file.graph)?,
            exchange: base("exchange", &file.exchange)?,
            exchange_admin: base("exchange_admin", &file.exchange_admin)?,
            portal: base(
                "portal",
                file.portal.strip_suffix("/portal").unwrap_or(&file.portal),
            )?,
            name: file.name,
            graph_resource: file.graph_resource,
            exchange_resource: file.exchange_resource,
            bootstrap_client: file.bootstrap_client_id,
            ca: file.ca,
            simulated: Some(Simulated {
                now: file.now,
                machine_now: file.machine_now,
                tenant_id: file.tenant_id,
                domain: file.domain,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = r#"{"name":"simulated","login":"http://127.0.0.1:41234","graph":"http://127.0.0.1:41234",
        "exchange":"http://127.0.0.1:41234","exchange_admin":"http://127.0.0.1:41234",
        "portal":"http://127.0.0.1:41234/portal","bootstrap_client_id":"14d82eec-204b-4c2f-b7e8-296a70dab67e",
        "graph_resource":"https://graph.microsoft.com","exchange_resource":"https://outlook.office365.com",
        "now":"2026-11-22T10:00:00Z","tenant_id":"11111111-2222-4333-8444-555555555555","domain":"contoso.example",
        "admin":{"user":"admin@contoso.example","password":"hush"},
        "automation":{"client_id":"x","client_secret":"y"},"on_premises":null,"ca":null}"#;

    #[test]
    fn the_ready_line_is_a_cloud_file() {
        let cloud = Cloud::from_file_text(READY).unwrap();
        assert!(cloud.is_simulated() && cloud.has_planner());
        assert_eq!(cloud.simulated.unwrap().domain.as_str(), "contoso.example");
    }

    #[test]
    fn what_is_kept_of_a_ready_line_has_no_accounts_and_is_the_same_cloud() {
        let kept = without_accounts(READY).unwrap();
        for foreign in ["hush", "\"admin\"", "automation", "client_secret"] {
            assert!(!kept.contains(foreign), "{foreign} in {kept}");
        }
        let [before, after] = [READY, &kept].map(|text| Cloud::from_file_text(text).unwrap());
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }

    #[test]
    fn a_simulated_cloud_outside_loopback_is_refused() {
        let text = READY.replace(
            "http://127.0.0.1:41234\",\"graph\"",
            "http://10.0.0.1\",\"graph\"",
        );
        let error = Cloud::from_file_text(&text).unwrap_err();
        assert!(
            error.to_string().starts_with("cloud file, `login`:"),
            "{error}"
        );
    }
}

use fairlead_domain::cloud::Cloud;
use fairlead_domain::ids::{TenantId, TenantRef};
use fairlead_wire::{Call, Reply, Transport};
use serde::Deserialize;
use url::Url;

use crate::error::EntraError;

/// What the sign-in service tells of a tenant before anyone signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The tenant's id, read from the issuer.
    pub tenant: TenantId,
    /// The issuer of its tokens.
    pub issuer: String,
    /// Where the tenant lives: `WW`, `EU`, `NA`, …
    pub region: Option<String>,
    /// The cloud instance, such as `microsoftonline.com`.
    pub cloud_instance: Option<String>,
    /// The Graph host that serves the tenant, such as `graph.microsoft.com`.
    pub graph_host: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    tenant_region_scope: Option<String>,
    cloud_instance_name: Option<String>,
    msgraph_host: Option<String>,
}

/// Where a tenant's discovery document is.
pub fn discovery_url(cloud: &Cloud, tenant: &TenantRef) -> Url {
    cloud
        .login
        .at(&format!("/{tenant}/v2.0/.well-known/openid-configuration"))
}

/// Finds a tenant by id or domain (OpenID Connect discovery). An unknown one is `AADSTS90002`.
pub async fn discover(
    transport: &Transport,
    cloud: &Cloud,
    tenant: &TenantRef,
) -> Result<Discovery, EntraError> {
    Discovery::of_reply(
        &transport
            .send(Call::get(discovery_url(cloud, tenant)))
            .await?,
    )
}

impl Discovery {
    /// Reads the answer to a request for the discovery document.
    pub fn of_reply(reply: &Reply) -> Result<Self, EntraError> {
        if !reply.status.is_success() {
            return Err(EntraError::of_reply(reply));
        }
        let document: Document = reply.json()?;
        let tenant = document
            .issuer
            .split('/')
            .find_map(|part| part.parse().ok())
            .ok_or_else(|| EntraError::Answer {
                cause: "the issuer names no tenant".to_owned(),
            })?;
        Ok(Self {
            tenant,
            issuer: document.issuer,
            region: document.tenant_region_scope,
            cloud_instance: document.cloud_instance_name,
            graph_host: document.msgraph_host,
        })
    }
}

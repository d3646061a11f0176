//! The tenant itself and its licences.

use fairlead_domain::ids::{ServicePlanId, TenantId};
use serde::Deserialize;

use crate::client::Graph;
use crate::error::GraphError;

/// The tenant. <https://learn.microsoft.com/graph/api/resources/organization>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id: the `tid` of its tokens.
    pub id: TenantId,
    /// Its name.
    pub display_name: Option<String>,
    /// Its domains.
    #[serde(default)]
    pub verified_domains: Vec<VerifiedDomain>,
}

/// A domain of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedDomain {
    /// The name.
    pub name: String,
    /// Whether new users get it.
    #[serde(default)]
    pub is_default: Option<bool>,
    /// Whether it is the first one, below `onmicrosoft.com`.
    #[serde(default)]
    pub is_initial: Option<bool>,
}

/// A licence that the tenant has. <https://learn.microsoft.com/graph/api/resources/subscribedsku>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscribedSku {
    /// Microsoft's name of it.
    pub sku_part_number: Option<String>,
    /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`.
    pub capability_status: Option<String>,
    /// What is in it.
    #[serde(default)]
    pub service_plans: Vec<PlanState>,
}

/// A service plan inside a licence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanState {
    /// Which.
    pub service_plan_id: Option<ServicePlanId>,
    /// Its name.
    pub service_plan_name: Option<String>,
    /// `Success` when it works.
    pub provisioning_status: Option<String>,
}

impl Graph {
    /// The tenant. `User.Read` (delegated) or `Organization.Read.All`.
    pub async fn organization(&self) -> Result<Option<Organization>, GraphError> {
        Ok(self
            .list(&self.read("/organization?$select=id,displayName,verifiedDomains"))
            .await?
            .into_iter()
            .next())
    }

    /// The tenant's licences. `LicenseAssignment.Read.All`.
    pub async fn subscribed_skus(&self) -> Result<Vec<SubscribedSku>, GraphError> {
        self.list(&self.read("/subscribedSkus")).await
    }
}

//! What the tenant allows apps to have.
//!
//! <https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy>

use jiff::{Span, Timestamp};
use serde::Deserialize;

use crate::client::Graph;
use crate::error::GraphError;

/// The tenant's app management policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppManagementPolicy {
    /// Whether it is in force.
    pub is_enabled: bool,
    /// What it says of app registrations.
    #[serde(default)]
    pub application_restrictions: Option<CredentialRules>,
}

/// Rules for secrets and certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRules {
    /// For secrets.
    #[serde(default)]
    pub password_credentials: Vec<CredentialRule>,
    /// For certificates.
    #[serde(default)]
    pub key_credentials: Vec<CredentialRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRule {
    /// `passwordAddition`, `passwordLifetime`, `asymmetricKeyLifetime`, `trustedCertificateAuthority`, …
    pub restriction_type: Option<String>,
    /// The longest lifetime, for rules about lifetimes.
    pub max_lifetime: Option<String>,
    /// Apps created before that are spared.
    pub restrict_for_apps_created_after_date_time: Option<Timestamp>,
    /// `enabled` or `disabled`.
    pub state: Option<String>,
}

impl CredentialRule {
    /// Whether the rule holds for an app created at a time.
    pub fn holds_for(&self, created: Timestamp) -> bool {
        self.state.as_deref() != Some("disabled")
            && self
                .restrict_for_apps_created_after_date_time
                .is_none_or(|after| created >= after)
    }

    /// The longest lifetime in days, rounded down.
    pub fn max_days(&self) -> Option<i64> {
        let span: Span = self.max_lifetime.as_deref()?.parse().ok()?;
        // An ISO 8601 duration of months and years is read with 30 and 365 days.
        let days = i64::from(span.get_years()) * 365
            + i64::from(span.get_months()) * 30
            + i64::from(span.get_weeks()) * 7
            + i64::from(span.get_days())
            + i64::from(span.get_hours()) / 24;
        Some(days)
    }
}

impl AppManagementPolicy {
    /// How many days a certificate of an app created at a time may be valid at most; `None` where the
    /// policy sets no limit.
    pub fn longest_key_days(&self, created: Timestamp) -> Option<i64> {
        let rules = self
            .application_restrictions
            .as_ref()
            .filter(|_| self.is_enabled)?;
        rules
            .key_credentials
            .iter()
            .filter(|rule| rule.restriction_type.as_deref() == Some("asymmetricKeyLifetime"))
            .filter(|rule| rule.holds_for(created))
            .filter_map(CredentialRule::max_days)
            .min()
    }
}

impl Graph {
    /// The tenant's app management policy. `Policy.Read.All`.
    pub async fn app_management_policy(&self) -> Result<AppManagementPolicy, GraphError> {
        self.fetch(&self.read("/policies/defaultAppManagementPolicy"))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_spares_older_apps_and_counts_days() {
        let rule: CredentialRule = serde_json::from_str(
            r#"{"restrictionType":"asymmetricKeyLifetime","maxLifetime":"P180D","state":"enabled",
                "restrictForAppsCreatedAfterDateTime":"2026-01-01T00:00:00Z"}"#,
        )
        .unwrap();
        assert_eq!(rule.max_days(), Some(180));
        assert!(rule.holds_for("2026-06-01T00:00:00Z".parse().unwrap()));
        assert!(!rule.holds_for("2025-06-01T00:00:00Z".parse().unwrap()));
    }
}

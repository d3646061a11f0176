use fairlead_domain::cloud::CloudKind;
use fairlead_domain::problem::{Problem, ProblemCode};
use serde_json::json;
use url::Url;

use super::{CheckSpec, always, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "tenant.found",
            "The name leads to a tenant",
            Nobody,
            ["network.login"],
            always,
            found
        ),
        check!(
            "tenant.cloud",
            "The tenant lives in the chosen cloud",
            Nobody,
            ["tenant.found"],
            always,
            cloud
        ),
        check!(
            "tenant.same",
            "The name still leads to the same tenant",
            Nobody,
            ["tenant.found"],
            |facts| facts.subject.connection.tenant_id.is_some(),
            same
        ),
        check!(
            "tenant.planner",
            "Planner's API exists in this cloud",
            Nobody,
            [],
            always,
            planner
        ),
        check!(
            "tenant.organization",
            "The directory is the expected one",
            Inspector,
            ["tenant.found", "network.graph"],
            always,
            organization
        ),
    ]
}

async fn found(facts: &Facts) -> Outcome {
    match facts.discovery().await {
        None => Outcome::not_run("network.login"),
        Some(Ok(discovery)) => Outcome::passed(format!("tenant {}", discovery.tenant))
            .with("tenant_id", json!(discovery.tenant))
            .with("region", json!(discovery.region)),
        Some(Err(error)) if error.is_unanswered() => Outcome::unknown(error.problem()),
        Some(Err(error)) => Outcome::failed(error.problem()),
    }
}

async fn cloud(facts: &Facts) -> Outcome {
    let Some(Ok(discovery)) = facts.discovery().await else {
        return Outcome::not_run("tenant.found");
    };
    let cloud = &facts.subject.cloud;
    // A simulated cloud serves every role from one loopback host, and says Microsoft's names.
    let expected = if cloud.kind == CloudKind::Simulated {
        cloud.graph_resource.trim_start_matches("https://")
    } else {
        cloud.graph.host()
    };
    let mismatch = |what: String| {
        Outcome::failed(Problem::new(ProblemCode::EntraCloudMismatch, what))
            .with("graph_host", json!(discovery.graph_host))
            .with("cloud_instance", json!(discovery.cloud_instance))
            .with("issuer", json!(discovery.issuer))
    };
    let Some(host) = &discovery.graph_host else {
        return Outcome::unknown(Problem::new(
            ProblemCode::HttpShape,
            "the sign-in service does not say which Graph serves the tenant",
        ));
    };
    if host != expected {
        return mismatch(format!(
            "the tenant is served by `{host}`, the chosen cloud's Graph is `{expected}`"
        ));
    }
    // Some tenants of other clouds are found in the global one, with its Graph.
    let others = discovery.cloud_instance.as_ref();
    if let Some(other) = others.filter(|name| instance(cloud.kind).is_some_and(|own| *name != own))
    {
        return mismatch(format!("the tenant belongs to the cloud of `{other}`"));
    }
    if !Url::parse(&discovery.issuer).is_ok_and(|issuer| cloud.login.covers(&issuer)) {
        return mismatch(format!(
            "the tenant's tokens come from `{}`, the chosen cloud's from `{}`",
            discovery.issuer,
            cloud.login.host()
        ));
    }
    Outcome::passed(format!("served by {host}"))
}

/// What the sign-in service calls a cloud, where that is known.
const fn instance(kind: CloudKind) -> Option<&'static str> {
    match kind {
        CloudKind::Global | CloudKind::Simulated => Some("microsoftonline.com"),
        CloudKind::UsGovL4 | CloudKind::UsGovL5 => Some("microsoftonline.us"),
        CloudKind::China => None,
    }
}

async fn same(facts: &Facts) -> Outcome {
    let Some(Ok(discovery)) = facts.discovery().await else {
        return Outcome::not_run("tenant.found");
    };
    let connection = &facts.subject.connection;
    if connection.tenant_id == Some(discovery.tenant) {
        return Outcome::passed(format!(
            "{} is tenant {}",
            connection.tenant, discovery.tenant
        ));
    }
    let before = connection
        .tenant_id
        .map(|id| id.to_string())
        .unwrap_or_default();
    Outcome::failed(Problem::new(
        ProblemCode::TenantChanged,
        format!(
            "`{}` leads to tenant `{}`; the connection was made for `{before}`",
            connection.tenant, discovery.tenant
        ),
    ))
}

async fn planner(facts: &Facts) -> Outcome {
    std::future::ready(()).await;
    if facts.subject.cloud.has_planner() {
        Outcome::passed(format!("cloud {}", facts.subject.cloud.name))
    } else {
        Outcome::failed(Problem::new(
            ProblemCode::CloudWithoutPlanner,
            format!(
                "the cloud `{}` has no Planner in its Graph",
                facts.subject.cloud.name
            ),
        ))
    }
}

async fn organization(facts: &Facts) -> Outcome {
    let Some(found) = facts.organization().await else {
        return Outcome::not_run("inspector");
    };
    let connection = &facts.subject.connection;
    let organization = match &found.value {
        Err(error) => return Outcome::inspector_error(error),
        Ok(None) => {
            return Outcome::unknown(Problem::new(
                ProblemCode::HttpShape,
                "Graph names no organization",
            ));
        }
        Ok(Some(organization)) => organization,
    };
    if connection.tenant_id.is_some_and(|id| id != organization.id) {
        return Outcome::failed(Problem::new(
            ProblemCode::TenantChanged,
            format!(
                "the inspector is signed in to tenant `{}`, not to the connection's",
                organization.id
            ),
        ));
    }
    let verified = |name: &str| {
        organization
            .verified_domains
            .iter()
            .any(|domain| domain.name.eq_ignore_ascii_case(name))
    };
    if let Some(domain) = connection
        .domain
        .as_ref()
        .filter(|domain| !verified(domain.as_str()))
    {
        return Outcome::warning(Problem::new(
            ProblemCode::TenantDomain,
            format!("`{domain}` is not among the tenant's verified domains any more"),
        ));
    }
    Outcome::passed(
        organization
            .display_name
            .clone()
            .unwrap_or_else(|| organization.id.to_string()),
    )
    .with(
        "domains",
        json!(
            organization
                .verified_domains
                .iter()
                .map(|domain| &domain.name)
                .collect::<Vec<_>>()
        ),
    )
}

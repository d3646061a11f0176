//! A small tester of connections, written from `docs/checks.md` alone: enough to see whether what a
//! scenario promises can be seen from outside.

mod app;
mod permissions;
mod planner;

use fairlead_domain::check::Verdict::{self, Failed, Passed, Unknown, Warning};
use fairlead_sim::Credential;
use jiff::Timestamp;
use serde_json::Value;

use super::desk::{Desk, text};
use super::planted::Connection;

/// What was found, in the order of the checks.
#[derive(Default)]
pub(crate) struct Found(Vec<(&'static str, Verdict)>);

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let concerns = self.0.iter().filter(|(_, verdict)| *verdict != Passed);
        f.debug_list().entries(concerns).finish()
    }
}

impl Found {
    fn say(&mut self, check: &'static str, verdict: Verdict) {
        self.0.push((check, verdict));
    }

    fn expect(&mut self, check: &'static str, good: bool, otherwise: Verdict) -> bool {
        self.say(check, if good { Passed } else { otherwise });
        good
    }

    pub(crate) fn whole(&self) -> Verdict {
        Verdict::of_all(self.0.iter().map(|(_, verdict)| *verdict))
    }

    /// The first that needs attention.
    pub(crate) fn first(&self) -> Option<&'static str> {
        self.concern().map(|(check, _)| check)
    }

    /// The same with its verdict.
    pub(crate) fn concern(&self) -> Option<(&'static str, Verdict)> {
        let mut all = self.0.iter();
        all.find(|(_, verdict)| verdict.needs_attention()).copied()
    }
}

/// Unavailable and throttled tell nothing; everything else is an answer.
fn verdict_of(status: u16) -> Verdict {
    match status {
        200..300 => Passed,
        429 | 500.. => Unknown,
        _ => Failed,
    }
}

/// Tests a connection.
pub(crate) async fn test(desk: &Desk, connection: &Connection) -> Found {
    let mut found = Found::default();
    let inspector = desk.inspector().await;
    network_and_tenant(desk, &inspector, &mut found).await;
    if connection.credential != Credential::Vendor {
        app::registration(desk, connection, &inspector, &mut found).await;
    }
    let principal = principal(desk, connection, &inspector, &mut found).await;
    app::credential(desk, connection, &inspector, &mut found).await;
    let token = permissions::token(desk, connection, &mut found).await;
    if let Some(principal) = &principal {
        permissions::grants(desk, connection, &inspector, principal, &mut found).await;
    }
    licences(desk, connection, &inspector, &mut found).await;
    if let Some(token) = &token {
        planner::planner(desk, connection, token, &mut found).await;
    }
    planner::membership(desk, connection, &inspector, &mut found).await;
    found
}

async fn network_and_tenant(desk: &Desk, inspector: &str, found: &mut Found) {
    let ready = desk.ready();
    let path = format!(
        "{}/{}/v2.0/.well-known/openid-configuration",
        ready.login, ready.domain
    );
    let answer = desk.get(&path, &[]).await;
    let date = httpdate::parse_http_date(answer.headers()["date"].to_str().unwrap()).unwrap();
    let date = Timestamp::try_from(date).unwrap();
    let skew = date.duration_since(Timestamp::now()).as_secs().abs();
    let clock = match skew {
        0..60 => Passed,
        60..300 => Warning,
        _ => Failed,
    };
    found.say("network.clock", clock);
    let status = answer.status().as_u16();
    let document: Value = answer.json().await.unwrap();
    if found.expect("tenant.found", status == 200, Failed) {
        found.expect(
            "tenant.cloud",
            document["msgraph_host"] == "graph.microsoft.com",
            Failed,
        );
        let issuer = text(&document["issuer"]);
        found.expect(
            "tenant.same",
            issuer.contains(&ready.tenant_id.to_string()),
            Failed,
        );
    }
    let (status, body) = desk.read(inspector, "/organization").await;
    let same = body["value"][0]["id"] == ready.tenant_id.to_string().as_str();
    found.say(
        "tenant.organization",
        if status == 200 && !same {
            Failed
        } else {
            verdict_of(status)
        },
    );
}

async fn principal(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    found: &mut Found,
) -> Option<String> {
    let path = format!("/servicePrincipals(appId='{}')", connection.client_id);
    let (status, principal) = desk.read(inspector, &path).await;
    found.say("principal.exists", verdict_of(status));
    if status != 200 {
        return None;
    }
    let id = text(&principal["id"]);
    found.expect(
        "principal.enabled",
        principal["accountEnabled"] == true,
        Failed,
    );
    if connection.credential == Credential::Account
        && principal["appRoleAssignmentRequired"] == true
    {
        let path = format!("/servicePrincipals/{id}/appRoleAssignedTo");
        let assigned = desk.list(inspector, &path).await.unwrap_or_default();
        found.expect("principal.assignment", !assigned.is_empty(), Failed);
    }
    Some(id)
}

async fn licences(desk: &Desk, connection: &Connection, inspector: &str, found: &mut Found) {
    const PLANNER: &str = "b737dad2-2f6c-4c65-90e3-ca563267e8b9";
    const MAILBOX: &str = "efb87545-963c-4e0d-99df-69c6916d9eb0";
    match desk.list(inspector, "/subscribedSkus").await {
        Ok(skus) => {
            let with_planner = skus.iter().any(|sku| {
                sku["capabilityStatus"] == "Enabled"
                    && sku["servicePlans"].to_string().contains(PLANNER)
            });
            found.expect("licence.planner", with_planner, Failed);
        }
        Err(status) => found.say("licence.planner", verdict_of(status)),
    }
    if connection.is_app_only() {
        return;
    }
    let path = format!("/users/{}?$select=assignedPlans", desk.user("reports"));
    let (status, user) = desk.read(inspector, &path).await;
    if status != 200 {
        return;
    }
    let has = |plan: &str| {
        user["assignedPlans"].as_array().is_some_and(|plans| {
            plans
                .iter()
                .any(|p| p["servicePlanId"] == plan && p["capabilityStatus"] == "Enabled")
        })
    };
    found.expect("licence.account-planner", has(PLANNER), Failed);
    if connection.profile == "planner-restore" {
        found.expect("licence.account-mailbox", has(MAILBOX), Warning);
    }
}

//! A small tester of connections, written from `docs/checks.md` alone: enough to see whether what a
//! scenario promises can be seen from outside.

use std::collections::BTreeSet;

use fairlead_domain::check::Verdict::{self, Failed, Passed, Unknown, Warning};
use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_sim::Credential;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, claims, text};
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
        registration(desk, connection, &inspector, &mut found).await;
    }
    let principal = principal(desk, connection, &inspector, &mut found).await;
    credential(desk, connection, &inspector, &mut found).await;
    let token = token(desk, connection, &mut found).await;
    if let Some(principal) = &principal {
        grants(desk, connection, &inspector, principal, &mut found).await;
    }
    licences(desk, connection, &inspector, &mut found).await;
    if let Some(token) = &token {
        planner(desk, connection, token, &mut found).await;
    }
    membership(desk, connection, &inspector, &mut found).await;
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

async fn registration(desk: &Desk, connection: &Connection, inspector: &str, found: &mut Found) {
    let path = format!("/applications/{}", connection.object_id);
    let (status, app) = desk.read(inspector, &path).await;
    found.say("app.registration", verdict_of(status));
    if status != 200 {
        return;
    }
    found.expect(
        "app.audience",
        app["signInAudience"] == "AzureADMyOrg",
        Warning,
    );
    let declared = app["requiredResourceAccess"].to_string();
    let wanted = connection.declaration();
    let complete = wanted[0]["resourceAccess"]
        .as_array()
        .unwrap()
        .iter()
        .all(|access| declared.contains(access["id"].as_str().unwrap()));
    found.expect("app.permissions-declared", complete, Warning);
    let has = |platform: &str| {
        app[platform]["redirectUris"]
            .as_array()
            .is_some_and(|uris| uris.iter().any(|uri| uri == "http://localhost"))
    };
    let redirect =
        has("publicClient") || (has("web") && connection.credential != Credential::Account);
    found.expect("app.redirect", redirect, Failed);
    if connection.credential == Credential::Account {
        let public = app["isFallbackPublicClient"] == true;
        found.expect("app.public-client", public, Failed);
    }
    let (credentials, worst) = credentials_on(connection, &app);
    found.say("app.credentials", worst);
    if !connection.is_app_only() {
        return;
    }
    let (status, policy) = desk
        .read(inspector, "/policies/defaultAppManagementPolicy")
        .await;
    let restrictions = &policy["applicationRestrictions"];
    let forbids = |list: &str, kind: &str| {
        policy["isEnabled"] == true
            && restrictions[list].as_array().is_some_and(|all| {
                all.iter()
                    .any(|one| one["restrictionType"] == kind && one["state"] == "enabled")
            })
    };
    let verdict = match connection.credential {
        _ if status != 200 => verdict_of(status),
        Credential::Secret if forbids("passwordCredentials", "passwordAddition") => {
            if credentials == 0 { Failed } else { Warning }
        }
        Credential::Certificate
            if forbids("keyCredentials", "asymmetricKeyLifetime")
                && restrictions["keyCredentials"].to_string().contains("P30D") =>
        {
            Warning
        }
        _ => Passed,
    };
    found.say("app.policy", verdict);
}

/// How many keys and secrets the app has, and what is to be said of them.
fn credentials_on(connection: &Connection, app: &Value) -> (usize, Verdict) {
    let list = |name: &str| app[name].as_array().cloned().unwrap_or_default();
    let keys = list("keyCredentials");
    let secrets = list("passwordCredentials");
    let thumbprint = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        &connection.signer.der,
    );
    let hex: String = thumbprint
        .as_ref()
        .iter()
        .map(|b| format!("{b:02X}"))
        .collect();
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD.encode(thumbprint);
    let own_secret = connection.secret.as_ref().map(|(id, _)| id.as_str());
    let ended = |entry: &Value| {
        entry["endDateTime"]
            .as_str()
            .and_then(|end| end.parse::<Timestamp>().ok())
            .is_some_and(|end| end <= Timestamp::now())
    };
    let known_key = |key: &Value| {
        let id = text(&key["customKeyIdentifier"]);
        id.eq_ignore_ascii_case(&hex) || id == base64
    };
    let any_ended = keys.iter().chain(&secrets).any(ended);
    let stranger = keys.iter().any(|key| !known_key(key))
        || secrets
            .iter()
            .any(|secret| Some(text(&secret["keyId"]).as_str()) != own_secret);
    let verdict = if any_ended {
        Failed
    } else if stranger {
        Warning
    } else {
        Passed
    };
    (keys.len() + secrets.len(), verdict)
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

async fn credential(desk: &Desk, connection: &Connection, inspector: &str, found: &mut Found) {
    let path = format!(
        "/applications/{}?$select=keyCredentials,passwordCredentials",
        connection.object_id
    );
    let entries = |app: &Value, list: &str| app[list].as_array().cloned().unwrap_or_default();
    let soon = Timestamp::now() + jiff::SignedDuration::from_hours(24 * 30);
    let judge = |entries: Vec<Value>, own: &dyn Fn(&Value) -> bool| {
        let mine = entries.iter().find(|entry| own(entry))?;
        let end: Timestamp = mine["endDateTime"].as_str()?.parse().ok()?;
        Some(if end <= Timestamp::now() {
            Failed
        } else if end < soon {
            Warning
        } else {
            Passed
        })
    };
    match connection.credential {
        Credential::Certificate => {
            let (status, app) = desk.read(inspector, &path).await;
            use base64::Engine;
            let der = base64::engine::general_purpose::STANDARD.encode(&connection.signer.der);
            let verdict = if status == 200 {
                judge(entries(&app, "keyCredentials"), &|key| {
                    key["key"] == der.as_str()
                })
                .unwrap_or(Failed)
            } else if status == 404 {
                return;
            } else {
                verdict_of(status)
            };
            found.say("certificate.on-app", verdict);
        }
        Credential::Secret => {
            found.expect("secret.stored", connection.secret.is_some(), Failed);
            let (status, app) = desk.read(inspector, &path).await;
            let id = connection.secret.as_ref().map(|(id, _)| id.as_str());
            let verdict = if status == 200 {
                judge(entries(&app, "passwordCredentials"), &|secret| {
                    Some(text(&secret["keyId"]).as_str()) == id
                })
                .unwrap_or(Failed)
            } else if status == 404 {
                return;
            } else {
                verdict_of(status)
            };
            found.say("secret.on-app", verdict);
        }
        Credential::Account => {
            let path = format!(
                "/users/{}?$select=accountEnabled,userType",
                desk.user("reports")
            );
            let (status, user) = desk.read(inspector, &path).await;
            let good = user["accountEnabled"] == true && user["userType"] == "Member";
            let verdict = if status == 200 && !good {
                Failed
            } else {
                verdict_of(status)
            };
            found.say("account.enabled", verdict);
        }
        Credential::Vendor => {}
    }
}

async fn token(desk: &Desk, connection: &Connection, found: &mut Found) -> Option<String> {
    if connection.credential == Credential::Vendor {
        return None;
    }
    let token = connection.token(desk).await;
    if !found.expect("token.issued", token.is_ok(), Failed) {
        return None;
    }
    let token = token.unwrap();
    let claims = claims(&token);
    let held: BTreeSet<String> = if connection.is_app_only() {
        let roles = claims["roles"].as_array().cloned().unwrap_or_default();
        roles.iter().map(text).collect()
    } else {
        text(&claims["scp"]).split(' ').map(str::to_owned).collect()
    };
    found
        .expect("token.permissions", covers(connection, &held), Failed)
        .then_some(token)
}

fn kind(connection: &Connection) -> PermissionKind {
    if connection.is_app_only() {
        PermissionKind::Application
    } else {
        PermissionKind::Delegated
    }
}

fn reference(connection: &Connection, name: &str) -> PermissionRef {
    PermissionRef {
        resource: Resource::Graph,
        kind: kind(connection),
        name: name.to_owned(),
    }
}

fn covers(connection: &Connection, held: &BTreeSet<String>) -> bool {
    connection.needed().iter().all(|needed| {
        held.iter().any(|name| {
            catalogue().satisfies(&reference(connection, name), &reference(connection, needed))
        })
    })
}

async fn grants(
    desk: &Desk,
    connection: &Connection,
    inspector: &str,
    principal: &str,
    found: &mut Found,
) {
    let (roles, scopes) = match held(desk, inspector, principal).await {
        Ok(held) => held,
        Err(status) => {
            found.say("permissions.granted", verdict_of(status));
            return;
        }
    };
    let (mine, other) = if connection.is_app_only() {
        (&roles, &scopes)
    } else {
        (&scopes, &roles)
    };
    found.expect("permissions.granted", covers(connection, mine), Failed);
    if connection.credential == Credential::Vendor {
        return;
    }
    let about_sign_in = ["openid", "profile", "email", "offline_access"];
    let surplus = mine.iter().any(|name| {
        !about_sign_in.contains(&name.as_str())
            && !connection.needed().iter().any(|needed| {
                catalogue().satisfies(&reference(connection, name), &reference(connection, needed))
            })
    });
    found.expect("permissions.surplus", !surplus && other.is_empty(), Warning);
}

/// Names of the roles and of the delegated permissions (for all users) that a service principal has.
pub(crate) async fn held(
    desk: &Desk,
    token: &str,
    principal: &str,
) -> Result<(BTreeSet<String>, BTreeSet<String>), u16> {
    let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
    let roles = desk
        .list(token, &path)
        .await?
        .iter()
        .filter_map(|assignment| {
            let id = text(&assignment["appRoleId"]).parse().ok()?;
            let kind = PermissionKind::Application;
            let permission = catalogue().find_id(Resource::Graph, kind, id)?;
            Some(permission.name.clone())
        })
        .collect();
    let path = format!("/servicePrincipals/{principal}/oauth2PermissionGrants");
    let scopes = desk
        .list(token, &path)
        .await?
        .iter()
        .filter(|grant| grant["consentType"] == "AllPrincipals")
        .flat_map(|grant| {
            let scope = text(&grant["scope"]);
            scope
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    Ok((roles, scopes))
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
    if connection.credential != Credential::Account {
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

async fn planner(desk: &Desk, connection: &Connection, token: &str, found: &mut Found) {
    let filter = "/groups?$filter=groupTypes/any(c:c%20eq%20'Unified')";
    let groups = match desk.list(token, filter).await {
        Ok(groups) => groups,
        Err(status) => return found.say("planner.groups", verdict_of(status)),
    };
    found.say("planner.groups", Passed);
    // Two that can be looked into; whose membership is hidden is counted by itself.
    let hidden = groups
        .iter()
        .filter(|group| group["visibility"] == "HiddenMembership")
        .count();
    let open: Vec<String> = groups
        .iter()
        .filter(|group| group["visibility"] != "HiddenMembership")
        .map(|group| text(&group["id"]))
        .collect();
    let (status, _) = desk
        .read(token, &format!("/groups/{}/members", open[0]))
        .await;
    found.say("planner.members", verdict_of(status));
    found.expect("planner.hidden-members", hidden == 0, Warning);
    let (status, _) = desk.read(token, "/users?$top=1").await;
    found.say("planner.users", verdict_of(status));
    let mut plans = Vec::new();
    let mut statuses = Vec::new();
    for group in open.iter().take(6) {
        match desk
            .list(token, &format!("/groups/{group}/planner/plans"))
            .await
        {
            Ok(list) => {
                statuses.push(200);
                plans.extend(list.iter().map(|plan| text(&plan["id"])));
            }
            // A group that the account is no member of is the matter of `planner.coverage`.
            Err(403) if !is_member(desk, connection, group).await => {}
            Err(status) => statuses.push(status),
        }
    }
    let worst = statuses.iter().copied().map(verdict_of);
    let verdict = match Verdict::of_all(worst) {
        Failed if statuses.contains(&200) => Warning,
        other => other,
    };
    found.say("planner.plans", verdict);
    if let Some(plan) = plans.first() {
        in_plan(desk, token, plan, found).await;
    }
    let batch =
        json!({"requests": [{"id": "1", "method": "GET", "url": format!("/groups/{}", open[0])}]});
    let (status, _) = desk
        .graph(token, Method::POST, "/$batch", Some(&batch))
        .await;
    found.say("planner.batch", verdict_of(status));
    if connection.profile == "planner-backup" {
        let (status, _) = desk
            .read(token, &format!("/groups/{}/threads", open[0]))
            .await;
        found.say("planner.comments", verdict_of(status));
        let (status, _) = desk
            .read(token, &format!("/groups/{}/drive", open[0]))
            .await;
        found.say("planner.files", verdict_of(status));
    }
}

async fn is_member(desk: &Desk, connection: &Connection, group: &str) -> bool {
    if connection.is_app_only() {
        return true;
    }
    let automation = desk.automation().await;
    let members = desk
        .list(&automation, &format!("/groups/{group}/members"))
        .await
        .unwrap();
    let name = desk.user("reports");
    members
        .iter()
        .any(|member| member["userPrincipalName"] == name.as_str())
}

async fn in_plan(desk: &Desk, token: &str, plan: &str, found: &mut Found) {
    for (check, part) in [
        ("planner.plan-details", "details"),
        ("planner.buckets", "buckets"),
    ] {
        let (status, _) = desk
            .read(token, &format!("/planner/plans/{plan}/{part}"))
            .await;
        found.say(check, verdict_of(status));
    }
    let tasks = desk
        .list(token, &format!("/planner/plans/{plan}/tasks"))
        .await;
    let status = tasks.as_ref().err().copied().unwrap_or(200);
    found.say("planner.tasks", verdict_of(status));
    if let Some(task) = tasks.unwrap_or_default().first() {
        let path = format!("/planner/tasks/{}/details", text(&task["id"]));
        let (status, _) = desk.read(token, &path).await;
        found.say("planner.task-details", verdict_of(status));
    }
}

/// Coverage and ownership, which an inspector sees in the groups' membership.
async fn membership(desk: &Desk, connection: &Connection, inspector: &str, found: &mut Found) {
    if connection.is_app_only() {
        return;
    }
    let filter = "/groups?$filter=groupTypes/any(c:c%20eq%20'Unified')";
    let Ok(groups) = desk.list(inspector, filter).await else {
        return;
    };
    let name = desk.user("reports");
    let Ok(mine) = desk
        .list(inspector, &format!("/users/{name}/memberOf"))
        .await
    else {
        return;
    };
    let mine: BTreeSet<String> = mine.iter().map(|group| text(&group["id"])).collect();
    let all = groups
        .iter()
        .all(|group| mine.contains(&text(&group["id"])));
    found.expect("planner.coverage", all, Warning);
    if connection.profile != "planner-restore" || connection.credential != Credential::Account {
        return;
    }
    let automation = desk.automation().await;
    let mut owns_all = true;
    for group in groups
        .iter()
        .filter(|group| group["visibility"] == "Private")
    {
        let id = text(&group["id"]);
        let plans = desk
            .list(&automation, &format!("/groups/{id}/planner/plans"))
            .await;
        if plans.unwrap_or_default().is_empty() {
            continue;
        }
        let owners = desk
            .list(inspector, &format!("/groups/{id}/owners"))
            .await
            .unwrap();
        owns_all &= owners
            .iter()
            .any(|owner| owner["userPrincipalName"] == name.as_str());
    }
    found.expect("planner.ownership", owns_all, Warning);
}

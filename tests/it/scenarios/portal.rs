//! What a person does on the page of the portal that a remedy opens.

use fairlead_domain::check::CheckResult;
use fairlead_domain::permission::{PermissionKind, Resource, catalogue};
use fairlead_domain::portal::PortalPage;
use fairlead_sim::Ready;
use serde_json::{Map, Value, json};

use super::automation::{Automation, text};

/// A person before the portal, who knows what the report says.
#[derive(Debug)]
pub(super) struct Portal<'a> {
    graph: Automation,
    app: String,
    account: String,
    check: &'a CheckResult,
}

/// What came of opening a page.
pub(super) enum Opened {
    /// Something was changed there.
    Changed,
    /// A client secret was made there, and this is its value.
    Secret(String),
    /// The remedy only says to look.
    Looked,
    /// What is to be done there is no data of Graph's.
    Beyond,
}

impl<'a> Portal<'a> {
    /// `app` is the client id of the connection's app, `account` its synchronisation account's name.
    pub(super) fn of(ready: &Ready, app: String, account: String, check: &'a CheckResult) -> Self {
        Self {
            graph: Automation::of(ready),
            app,
            account,
            check,
        }
    }

    /// Does on a page what the check's code is about.
    pub(super) fn open(&self, page: PortalPage) -> Result<Opened, String> {
        let code = self
            .check
            .evidence
            .get("code")
            .map(text)
            .unwrap_or_default();
        let changed = |()| Opened::Changed;
        match (page, code.as_str()) {
            (PortalPage::EnterpriseAppPermissions, "permission.surplus") => {
                self.remove_surplus().map(changed)
            }
            (PortalPage::AppCredentials, "app.stray-credential") => {
                self.remove_strays().map(changed)
            }
            (PortalPage::AppCredentials, code)
                if code.starts_with("secret.") || code.starts_with("AADSTS70002") =>
            {
                self.add_secret().map(Opened::Secret)
            }
            (PortalPage::DeletedApps, "app.deleted") => self.restore().map(changed),
            (PortalPage::EnterpriseAppProperties, "principal.disabled") => self
                .change_principal(&json!({"accountEnabled": true}))
                .map(changed),
            (PortalPage::EnterpriseAppUsers, _) => self.assign().map(changed),
            (PortalPage::Groups, "planner.not-a-member") => self.join(&["members"]).map(changed),
            (PortalPage::Groups, "planner.not-owner") => {
                self.join(&["members", "owners"]).map(changed)
            }
            // Who hides members meant it, and a group can't be made to show them; on an app's own pages
            // there is nothing that is not Graph's as well.
            (PortalPage::Groups, "planner.hidden-members")
            | (
                PortalPage::EnterpriseAppPermissions
                | PortalPage::AppPermissions
                | PortalPage::AppCredentials
                | PortalPage::AppOverview
                | PortalPage::AppAuthentication
                | PortalPage::EnterpriseAppProperties
                | PortalPage::DeletedApps,
                _,
            ) => Ok(Opened::Looked),
            _ => Ok(Opened::Beyond),
        }
    }

    /// Grants a permission to the app, for all users where it is delegated.
    pub(super) fn grant(&self, name: &str, kind: PermissionKind) -> Result<(), String> {
        let principal = text(&self.principal()?["id"]);
        let resource = text(&self.principal_of(&Resource::Graph.app_id().to_string())?["id"]);
        if kind == PermissionKind::Application {
            let role = catalogue()
                .find(Resource::Graph, name)
                .and_then(|permission| permission.id(kind))
                .ok_or_else(|| format!("nobody knows the permission {name}"))?;
            let body = json!({"principalId": principal, "resourceId": resource, "appRoleId": role});
            let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
            return self.graph.done("POST", &path, &body).map(drop);
        }
        let grants = self.grants(&principal)?;
        if let Some(grant) = grants
            .iter()
            .find(|it| it["consentType"] == "AllPrincipals")
        {
            let scope = format!("{} {name}", text(&grant["scope"]));
            let path = format!("/oauth2PermissionGrants/{}", text(&grant["id"]));
            return self
                .graph
                .done("PATCH", &path, &json!({"scope": scope.trim()}))
                .map(drop);
        }
        let body = json!({
            "clientId": principal,
            "consentType": "AllPrincipals",
            "resourceId": resource,
            "scope": name,
        });
        self.graph
            .done("POST", "/oauth2PermissionGrants", &body)
            .map(drop)
    }

    fn application(&self, select: &str) -> Result<Value, String> {
        self.graph.get(&format!(
            "/applications(appId='{}')?$select={select}",
            self.app
        ))
    }

    fn principal_of(&self, app: &str) -> Result<Value, String> {
        self.graph
            .get(&format!("/servicePrincipals(appId='{app}')"))
    }

    fn principal(&self) -> Result<Value, String> {
        self.principal_of(&self.app)
    }

    fn change_principal(&self, change: &Value) -> Result<(), String> {
        let path = format!("/servicePrincipals/{}", text(&self.principal()?["id"]));
        self.graph.done("PATCH", &path, change).map(drop)
    }

    fn grants(&self, principal: &str) -> Result<Vec<Value>, String> {
        self.graph.list(&format!(
            "/servicePrincipals/{principal}/oauth2PermissionGrants"
        ))
    }

    /// The texts of a list in the check's evidence.
    fn evidence(&self, name: &str) -> Vec<String> {
        let list = self.check.evidence.get(name).and_then(Value::as_array);
        list.into_iter().flatten().map(text).collect()
    }

    /// Takes away what the report calls surplus, by the names that it gives.
    fn remove_surplus(&self) -> Result<(), String> {
        let principal = text(&self.principal()?["id"]);
        for surplus in self.evidence("surplus") {
            let (name, kind) = surplus.rsplit_once(' ').unwrap_or_default();
            if kind == "(application)" {
                let known = catalogue().find(Resource::Graph, name);
                let role = known.and_then(|known| known.id(PermissionKind::Application));
                let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
                for held in self.graph.list(&path)? {
                    if role.is_some_and(|role| held["appRoleId"] == json!(role)) {
                        let path = format!("{path}/{}", text(&held["id"]));
                        self.graph.done("DELETE", &path, &Value::Null)?;
                    }
                }
                continue;
            }
            for grant in self.grants(&principal)? {
                let scope = text(&grant["scope"]);
                let rest: Vec<&str> = scope
                    .split_ascii_whitespace()
                    .filter(|held| *held != name)
                    .collect();
                let path = format!("/oauth2PermissionGrants/{}", text(&grant["id"]));
                if rest.is_empty() {
                    self.graph.done("DELETE", &path, &Value::Null)?;
                } else {
                    self.graph
                        .done("PATCH", &path, &json!({"scope": rest.join(" ")}))?;
                }
            }
        }
        Ok(())
    }

    /// Removes the keys and secrets that the report names.
    fn remove_strays(&self) -> Result<(), String> {
        let named = [self.evidence("unknown"), self.evidence("ended")].concat();
        let app = self.application("id,keyCredentials,passwordCredentials")?;
        let path = format!("/applications/{}", text(&app["id"]));
        let is_named = |kind: &str, name: &Value, more: &str| {
            named.contains(&format!("{kind} `{}{more}`", text(name)))
        };
        let list = |name: &str| app[name].as_array().cloned().unwrap_or_default();
        let keys = list("keyCredentials");
        let kept: Vec<&Value> = keys
            .iter()
            .filter(|key| !is_named("certificate", &key["displayName"], ""))
            .collect();
        if kept.len() < keys.len() {
            self.graph
                .done("PATCH", &path, &json!({"keyCredentials": kept}))?;
        }
        for secret in list("passwordCredentials") {
            if is_named("secret", &secret["hint"], "…") {
                let body = json!({"keyId": secret["keyId"]});
                self.graph
                    .done("POST", &format!("{path}/removePassword"), &body)?;
            }
        }
        Ok(())
    }

    fn add_secret(&self) -> Result<String, String> {
        let app = self.application("id")?;
        let path = format!("/applications/{}/addPassword", text(&app["id"]));
        let body = json!({"passwordCredential": {"displayName": "by hand"}});
        Ok(text(&self.graph.done("POST", &path, &body)?["secretText"]))
    }

    fn restore(&self) -> Result<(), String> {
        let id = self
            .check
            .evidence
            .get("object_id")
            .map(text)
            .unwrap_or_default();
        let path = format!("/directory/deletedItems/{id}/restore");
        self.graph.done("POST", &path, &json!({})).map(drop)
    }

    fn account_id(&self) -> Result<String, String> {
        let path = format!("/users/{}?$select=id", self.account.replace('@', "%40"));
        Ok(text(&self.graph.get(&path)?["id"]))
    }

    /// Assigns the account to the app, in the role that every app has.
    fn assign(&self) -> Result<(), String> {
        let principal = text(&self.principal()?["id"]);
        let body = json!({
            "principalId": self.account_id()?,
            "resourceId": principal,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
        });
        let path = format!("/servicePrincipals/{principal}/appRoleAssignedTo");
        self.graph.done("POST", &path, &body).map(drop)
    }

    /// Makes the account a member, or an owner too, of the groups that the report names.
    fn join(&self, parts: &[&str]) -> Result<(), String> {
        let account = self.account_id()?;
        let groups = self.graph.list("/groups?$select=id,displayName&$top=999")?;
        let ids: Map<String, Value> = groups
            .iter()
            .map(|group| (text(&group["displayName"]), group["id"].clone()))
            .collect();
        for group in self.evidence("groups") {
            // By its id, or by its name with what the account lacks.
            let name = group.rsplit_once(" (").map(|(name, _)| name);
            let id = name
                .and_then(|name| ids.get(name))
                .map_or(group.clone(), text);
            for part in parts {
                let path = format!("/groups/{id}/{part}/$ref");
                match self
                    .graph
                    .ask("POST", &path, &self.graph.reference(&account))
                {
                    (200..=299, _) => {}
                    (400, body) if body.to_string().contains("already exist") => {}
                    (status, body) => return Err(format!("POST {path}: {status} {body}")),
                }
            }
        }
        Ok(())
    }
}

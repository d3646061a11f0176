//! What an administrator does about a finding, through Graph and the pages, or in the portal.

use fairlead_sim::Credential;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, LOOPBACK, text};
use super::planted::Connection;

/// Does what the finding asks for.
pub(crate) async fn cure(desk: &Desk, connection: &mut Connection, scenario: &str, check: &str) {
    let token = desk.automation().await;
    let app = format!("/applications/{}", connection.object_id);
    match check {
        "app.registration" => {
            let path = format!("/directory/deletedItems/{}/restore", connection.object_id);
            let (status, body) = desk.graph(&token, Method::POST, &path, None).await;
            assert_eq!(status, 200, "{body}");
        }
        "app.audience" => {
            patch(
                desk,
                &token,
                &app,
                json!({"signInAudience": "AzureADMyOrg"}),
            )
            .await;
        }
        "app.permissions-declared" => {
            let body = json!({"requiredResourceAccess": connection.declaration()});
            patch(desk, &token, &app, body).await;
        }
        "app.redirect" => {
            let body = json!({
                "publicClient": {"redirectUris": ["http://localhost"]},
                "web": {"redirectUris": []},
            });
            patch(desk, &token, &app, body).await;
        }
        "app.public-client" => {
            patch(desk, &token, &app, json!({"isFallbackPublicClient": true})).await;
        }
        "app.credentials" | "certificate.on-app" | "secret.on-app" => {
            credentials(desk, connection, &token, &app).await;
        }
        // The set-up did not come that far.
        "certificate.key" | "secret.stored" | "account.stored" => {
            desk.running.repair(scenario);
            connection.set_up(desk).await;
        }
        "principal.exists" if desk.running.repair(scenario) => connection.set_up(desk).await,
        "principal.exists" => recreate(desk, connection, &token).await,
        "principal.enabled" => {
            principal(desk, connection, &token, json!({"accountEnabled": true})).await;
        }
        "principal.assignment" => {
            let body = json!({"appRoleAssignmentRequired": false});
            principal(desk, connection, &token, body).await;
        }
        "token.permissions" | "permissions.granted" => {
            desk.running.repair(scenario);
            consent(desk, connection).await;
        }
        "token.issued" => {
            desk.running.repair(scenario);
            consent(desk, connection).await;
            if connection.credential == Credential::Account {
                connection.sign_in(desk).await;
            }
        }
        "permissions.surplus" => surplus(desk, connection, &token).await,
        "planner.coverage" => {
            desk.running.repair(scenario);
            join(desk, &token, "members").await;
        }
        "planner.ownership" => join(desk, &token, "owners").await,
        _ => {
            assert!(
                desk.running.repair(scenario),
                "{scenario}: nothing repairs {check}"
            );
            if check == "app.policy" {
                connection.set_up(desk).await;
            }
        }
    }
}

async fn patch(desk: &Desk, token: &str, path: &str, body: Value) {
    let (status, answer) = desk.graph(token, Method::PATCH, path, Some(&body)).await;
    assert_eq!(status, 204, "{path}: {answer}");
}

/// The app has this connection's credential and no other.
async fn credentials(desk: &Desk, connection: &mut Connection, token: &str, app: &str) {
    let keys = if connection.credential == Credential::Certificate {
        json!([connection.signer.entry(jiff::Timestamp::now())])
    } else {
        json!([])
    };
    patch(desk, token, app, json!({"keyCredentials": keys})).await;
    let (_, now) = desk.read(token, app).await;
    for secret in now["passwordCredentials"].as_array().unwrap() {
        let path = format!("{app}/removePassword");
        let body = json!({"keyId": secret["keyId"]});
        let (status, _) = desk.graph(token, Method::POST, &path, Some(&body)).await;
        assert_eq!(status, 204);
    }
    if connection.credential == Credential::Secret {
        connection.add_secret(desk, token).await;
    }
}

async fn principal_id(desk: &Desk, connection: &Connection, token: &str) -> String {
    let path = format!("/servicePrincipals(appId='{}')", connection.client_id);
    text(&desk.read(token, &path).await.1["id"])
}

async fn principal(desk: &Desk, connection: &Connection, token: &str, body: Value) {
    let id = principal_id(desk, connection, token).await;
    patch(desk, token, &format!("/servicePrincipals/{id}"), body).await;
}

async fn recreate(desk: &Desk, connection: &Connection, token: &str) {
    if connection.credential != Credential::Vendor {
        let body = json!({"appId": connection.client_id});
        let (status, answer) = desk
            .graph(token, Method::POST, "/servicePrincipals", Some(&body))
            .await;
        assert_eq!(status, 201, "{answer}");
    }
    consent(desk, connection).await;
}

async fn consent(desk: &Desk, connection: &Connection) {
    let back = (connection.credential != Credential::Vendor).then_some(LOOPBACK);
    assert!(desk.consent(&connection.client_id, back).await);
}

/// Removes every grant that the connection does not need.
async fn surplus(desk: &Desk, connection: &Connection, token: &str) {
    let id = principal_id(desk, connection, token).await;
    let path = format!("/servicePrincipals/{id}/appRoleAssignments");
    let wanted = connection.declaration().to_string();
    for assignment in desk.list(token, &path).await.unwrap() {
        let needed = wanted.contains(assignment["appRoleId"].as_str().unwrap());
        if !(connection.is_app_only() && needed) {
            let one = format!("{path}/{}", text(&assignment["id"]));
            let (status, _) = desk.graph(token, Method::DELETE, &one, None).await;
            assert_eq!(status, 204);
        }
    }
    let path = format!("/servicePrincipals/{id}/oauth2PermissionGrants");
    for grant in desk.list(token, &path).await.unwrap() {
        let one = format!("/oauth2PermissionGrants/{}", text(&grant["id"]));
        if connection.is_app_only() {
            let (status, _) = desk.graph(token, Method::DELETE, &one, None).await;
            assert_eq!(status, 204);
        } else {
            let scope = connection.needed().join(" ");
            patch(desk, token, &one, json!({"scope": scope})).await;
        }
    }
}

/// The synchronisation account joins every group, as a member or as an owner.
async fn join(desk: &Desk, token: &str, what: &str) {
    let (_, user) = desk
        .read(token, &format!("/users/{}", desk.user("reports")))
        .await;
    let reference = json!({
        "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", text(&user["id"])),
    });
    let filter = "/groups?$filter=groupTypes/any(c:c%20eq%20'Unified')";
    for group in desk.list(token, filter).await.unwrap() {
        let path = format!("/groups/{}/{what}/$ref", text(&group["id"]));
        let (status, body) = desk
            .graph(token, Method::POST, &path, Some(&reference))
            .await;
        assert!(status == 204 || status == 400, "{status} {body}");
    }
}

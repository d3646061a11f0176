//! The apps that ask for tokens: the tenant's own, the vendors', and the one of Microsoft.

use jiff::Timestamp;
use serde_json::Map;
use uuid::Uuid;

use super::directory::Authority;
use super::error::Refusal;
use crate::tenant::{Application, ServicePrincipal, World, resource};

/// Microsoft Graph Command Line Tools: a public client that takes any delegated Graph permission.
pub(crate) const BOOTSTRAP: Uuid = uuid::uuid!("14d82eec-204b-4c2f-b7e8-296a70dab67e");

/// Whose app it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Registered in this tenant.
    Tenant,
    /// A vendor's, registered in another tenant.
    Vendor,
    /// Microsoft's own.
    Microsoft,
}

/// An app that asks.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) app: Application,
    pub(crate) origin: Origin,
}

/// How a redirect URI is registered; it decides how its codes are redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Platform {
    /// A server that keeps a credential.
    Web,
    /// A single-page app.
    Spa,
    /// An installed app or a device.
    Public,
}

/// The app with this client id, where requests to `authority` may name it.
pub(crate) fn find(world: &World, id: &str, authority: Authority) -> Result<Client, Refusal> {
    let directory = match authority {
        Authority::OtherTenant => super::directory::OTHER_TENANT.to_string(),
        _ => world.tenant.id.to_string(),
    };
    let unknown = || {
        let id: String = id.chars().take(100).collect();
        Refusal::new(
            700_016,
            format!(
                "Application with identifier '{id}' was not found in the directory '{directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    };
    let app_id = Uuid::parse_str(id).map_err(|_| unknown())?;
    let client = lookup(world, app_id).ok_or_else(unknown)?;
    if client.origin == Origin::Tenant {
        if authority == Authority::OtherTenant {
            return Err(unknown());
        }
        if !authority.is_one_tenant() && client.app.sign_in_audience == "AzureADMyOrg" {
            return Err(Refusal::new(
                50_194,
                format!(
                    "Application '{app_id}'({}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
                    client.app.display_name
                ),
            ));
        }
    }
    Ok(client)
}

/// The app with this client id, wherever it is registered.
pub(crate) fn lookup(world: &World, app_id: Uuid) -> Option<Client> {
    let now = world.now();
    let own = world
        .tenant
        .applications
        .iter()
        .find(|app| app.app_id == app_id && app.deleted.is_none() && app.visible_from <= now)
        .map(|app| (app.clone(), Origin::Tenant));
    let vendor = || {
        world
            .vendor_apps
            .iter()
            .find(|app| app.app_id == app_id)
            .map(|app| (app.clone(), Origin::Vendor))
    };
    let microsoft = || (app_id == BOOTSTRAP).then(|| (bootstrap(), Origin::Microsoft));
    own.or_else(vendor)
        .or_else(microsoft)
        .map(|(app, origin)| Client { app, origin })
}

fn bootstrap() -> Application {
    Application {
        id: BOOTSTRAP,
        app_id: BOOTSTRAP,
        home_tenant: resource::MICROSOFT,
        display_name: "Microsoft Graph Command Line Tools".to_owned(),
        unique_name: None,
        sign_in_audience: "AzureADandPersonalMicrosoftAccount".to_owned(),
        identifier_uris: Vec::new(),
        web_redirect_uris: Vec::new(),
        spa_redirect_uris: Vec::new(),
        public_redirect_uris: vec![
            "http://localhost".to_owned(),
            "https://login.microsoftonline.com/common/oauth2/nativeclient".to_owned(),
        ],
        is_fallback_public_client: Some(true),
        required_resource_access: Vec::new(),
        key_credentials: Vec::new(),
        password_credentials: Vec::new(),
        other: Map::new(),
        created: Timestamp::UNIX_EPOCH,
        visible_from: Timestamp::UNIX_EPOCH,
        deleted: None,
        planted: Vec::new(),
    }
}

impl Client {
    /// What the app is called in messages: its client id and its name.
    pub(crate) fn shown(&self) -> String {
        format!("'{}'({})", self.app.app_id, self.app.display_name)
    }

    /// Whether public client flows are allowed.
    pub(crate) fn is_public(&self) -> bool {
        self.app.is_fallback_public_client == Some(true)
    }

    /// Who publishes it, as the consent page says.
    pub(crate) const fn publisher(&self) -> &'static str {
        match self.origin {
            Origin::Tenant => "your organisation",
            Origin::Vendor => "a vendor (unverified in this simulation)",
            Origin::Microsoft => "Microsoft",
        }
    }
}

/// The service principal of an app in the tenant, visible or not yet.
pub(crate) fn principal(world: &World, app_id: Uuid) -> Option<&ServicePrincipal> {
    world.service_principal_of(app_id)
}

/// The service principal through which an app may sign in on its own.
pub(crate) fn app_only_principal<'a>(
    world: &'a World,
    client: &Client,
) -> Result<&'a ServicePrincipal, Refusal> {
    let now = world.now();
    let principal = principal(world, client.app.app_id)
        .filter(|principal| principal.visible_from <= now)
        .ok_or_else(|| {
            Refusal::new(
                7_000_229,
                format!(
                    "The client application {} is missing service principal in the tenant {}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
                    client.app.app_id, world.tenant.id
                ),
            )
        })?;
    enabled(client, principal)?;
    Ok(principal)
}

/// Refuses a service principal that may not sign in.
pub(crate) fn enabled(client: &Client, principal: &ServicePrincipal) -> Result<(), Refusal> {
    if principal.account_enabled {
        return Ok(());
    }
    Err(Refusal::new(
        7_000_112,
        format!("Application {} is disabled.", client.shown()),
    ))
}

use serde_json::{Value, json};

use super::fixed::Fixed;
use super::{object_id, one};
use crate::graph::access::holds_any;
use crate::graph::envelope::Reply;
use crate::graph::odata::{List, collection};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::content::licences::Licence;
use crate::tenant::{AppPolicy, World};

/// The organization, its licences, domains and policies.
pub(super) fn serve(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    match request.endpoint.path {
        "/organization" => {
            let all = vec![organization(world, request)];
            request.list(world, &List::of(&collection::ORGANIZATION, all))
        }
        "/organization/{organization-id}" => {
            if object_id(request.id())? != world.tenant.id {
                return Err(Refusal::not_found(request.id()));
            }
            one(request, &organization(world, request), &[])
        }
        "/subscribedSkus" => {
            let skus = world.tenant.licences();
            let skus = skus.iter().map(|licence| sku(world, licence)).collect();
            request.list(world, &List::of(&collection::SKUS, skus))
        }
        "/domains" => {
            let domains = vec![domain(world)];
            request.list(world, &List::of(&collection::DOMAINS, domains))
        }
        "/policies/authorizationPolicy" => one(request, &authorization(world), &[]),
        _ => one(request, &app_management(&world.tenant.policies.apps), &[]),
    }
}

fn organization(world: &World, request: &Request<'_>) -> Fixed {
    let tenant = &world.tenant;
    let mut properties = json!({
        "id": tenant.id,
        "displayName": "Contoso",
        "verifiedDomains": [{
            "name": tenant.initial_domain, "type": "Managed", "isDefault": true, "isInitial": true,
            "capabilities": "Email, OfficeCommunicationsOnline",
        }],
    });
    // With the signed-in user's own profile alone, an app sees names and domains.
    let whole = [
        "Organization.Read.All",
        "Organization.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
        "User.Read.All",
    ];
    if holds_any(request.claims, &whole)
        && let Value::Object(properties) = &mut properties
    {
        let licences = tenant.licences();
        let plans = licences.iter().flat_map(|licence| {
            let status = if licence.suspended {
                "Suspended"
            } else {
                "Enabled"
            };
            licence
                .plans
                .iter()
                .map(|(id, _, service)| {
                    json!({
                        "assignedDateTime": tenant.created, "capabilityStatus": status,
                        "service": service, "servicePlanId": id,
                    })
                })
                .collect::<Vec<_>>()
        });
        properties.insert("assignedPlans".to_owned(), plans.collect());
        for (name, value) in [
            ("tenantType", "AAD"),
            ("countryLetterCode", "DK"),
            ("preferredLanguage", "en"),
            ("mobileDeviceManagementAuthority", "unknown"),
        ] {
            properties.insert(name.to_owned(), json!(value));
        }
        properties.insert("createdDateTime".to_owned(), json!(tenant.created));
    }
    Fixed::new("organization", properties)
}

/// Service plans with one provisioning status.
pub(super) fn plans(licence: &Licence, status: &str) -> Value {
    licence
        .plans
        .iter()
        .map(|(id, name, _)| {
            json!({
                "servicePlanId": id, "servicePlanName": name, "provisioningStatus": status,
                "appliesTo": "User",
            })
        })
        .collect()
}

fn sku(world: &World, licence: &Licence) -> Fixed {
    let consumed = world.tenant.licence_holders(licence.product.id);
    let bought = consumed + consumed / 10 + 5;
    let (enabled, suspended) = if licence.suspended {
        (0, bought)
    } else {
        (bought, 0)
    };
    let (status, provisioning) = if licence.suspended {
        ("Suspended", "Disabled")
    } else {
        ("Enabled", "Success")
    };
    Fixed::new(
        "subscribedSku",
        json!({
            "id": format!("{}_{}", world.tenant.id, licence.product.id),
            "accountId": world.tenant.id,
            "accountName": "Contoso",
            "appliesTo": "User",
            "capabilityStatus": status,
            "consumedUnits": consumed,
            "prepaidUnits": {
                "enabled": enabled, "suspended": suspended, "warning": 0, "lockedOut": 0,
            },
            "servicePlans": plans(licence, provisioning),
            "skuId": licence.product.id,
            "skuPartNumber": licence.product.name,
            "subscriptionIds": [licence.id],
        }),
    )
}

fn domain(world: &World) -> Fixed {
    Fixed::new(
        "domain",
        json!({
            "id": world.tenant.initial_domain,
            "authenticationType": "Managed",
            "isAdminManaged": true, "isDefault": true, "isInitial": true, "isRoot": true,
            "isVerified": true,
            "supportedServices": ["Email", "OfficeCommunicationsOnline"],
            "passwordValidityPeriodInDays": 2_147_483_647,
            "passwordNotificationWindowInDays": 14,
        }),
    )
}

fn authorization(world: &World) -> Fixed {
    let policies = &world.tenant.policies;
    let consent: &[&str] = if policies.users_may_consent {
        &["ManagePermissionGrantsForSelf.microsoft-user-default-low"]
    } else {
        &[]
    };
    Fixed::new(
        "authorizationPolicy",
        json!({
            "id": "authorizationPolicy",
            "displayName": "Authorization Policy",
            "description": "Used to manage authorization related settings across the company.",
            "allowInvitesFrom": "everyone",
            "allowedToSignUpEmailBasedSubscriptions": true,
            "allowedToUseSSPR": true,
            "allowEmailVerifiedUsersToJoinOrganization": false,
            "blockMsolPowerShell": false,
            "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
            "defaultUserRolePermissions": {
                "allowedToCreateApps": policies.users_may_register_apps,
                "allowedToCreateSecurityGroups": true,
                "allowedToCreateTenants": false,
                "allowedToReadBitlockerKeysForOwnedDevice": true,
                "allowedToReadOtherUsers": true,
                "permissionGrantPoliciesAssigned": consent,
            },
        }),
    )
}

fn restriction(kind: &str, days: Option<u32>) -> Value {
    json!({
        "restrictionType": kind,
        "state": "enabled",
        "maxLifetime": days.map(|days| format!("P{days}D")),
        "restrictForAppsCreatedAfterDateTime": "2019-10-19T10:37:00Z",
    })
}

fn app_management(policy: &AppPolicy) -> Fixed {
    let mut passwords = Vec::new();
    if policy.passwords_forbidden {
        passwords.push(restriction("passwordAddition", None));
    }
    if policy.password_days.is_some() {
        passwords.push(restriction("passwordLifetime", policy.password_days));
    }
    let mut keys = Vec::new();
    if policy.key_days.is_some() {
        keys.push(restriction("asymmetricKeyLifetime", policy.key_days));
    }
    let restrictions = json!({"passwordCredentials": passwords, "keyCredentials": keys});
    Fixed::new(
        "tenantAppManagementPolicy",
        json!({
            "id": "00000000-0000-0000-0000-000000000000",
            "displayName": "Default app management tenant policy",
            "description": "Default tenant policy that enforces app management restrictions on \
                            applications and service principals.",
            "isEnabled": policy.is_enabled(),
            "applicationRestrictions": restrictions,
            "servicePrincipalRestrictions": restrictions,
        }),
    )
}

use serde_json::json;

use crate::graph::testing::Graph;
use crate::scenario::Defect;

#[test]
fn the_organization_has_the_tenants_id_and_domain() {
    let mut graph = Graph::new();
    let id = graph.world.tenant.id.to_string();
    let query = "/organization?$select=id,displayName,verifiedDomains,tenantType,countryLetterCode";
    let sent = graph.get(query);
    let organization = &sent.items()[0];
    assert_eq!(organization["id"], id);
    assert_eq!(
        organization["verifiedDomains"][0]["name"],
        "contoso.example"
    );
    assert_eq!(organization["tenantType"], "AAD");
    assert_eq!(graph.get(&format!("/organization/{id}")).id(), id);
    let other = "/organization/11111111-1111-4111-8111-111111111111";
    assert_eq!(graph.get(other).status, 404);
    let user = graph.user("member", &["User.Read"]);
    let limited = graph.ask(user).get("/organization");
    assert_eq!(limited.items()[0]["displayName"], "Contoso");
    assert!(
        limited.items()[0]["tenantType"].is_null(),
        "a profile's permission shows names alone"
    );
}

#[test]
fn licences_show_what_is_wrong_with_them() {
    let mut graph = Graph::new();
    let names = |graph: &mut Graph| graph.get("/subscribedSkus").each("skuPartNumber");
    assert_eq!(
        names(&mut graph),
        ["ENTERPRISEPACK", "DESKLESSPACK", "FLOW_FREE"]
    );
    let sku = graph.get("/subscribedSkus").items()[0].clone();
    assert!(sku["consumedUnits"].as_u64() > Some(100));
    assert!(sku["prepaidUnits"]["enabled"].as_u64() >= sku["consumedUnits"].as_u64());
    graph.world.tenant.defects.insert(Defect::PremiumPlans);
    assert!(names(&mut graph).contains(&"PROJECT_P1".to_owned()));
    graph.world.tenant.defects.insert(Defect::PlannerSuspended);
    let status = graph.get("/subscribedSkus").each("capabilityStatus");
    assert_eq!(status, ["Suspended", "Suspended", "Enabled", "Enabled"]);
    let plans = graph.get("/users/member@contoso.example?$select=assignedPlans");
    assert_eq!(
        plans.body["assignedPlans"][0]["capabilityStatus"],
        "Suspended"
    );
    graph.world.tenant.defects.insert(Defect::NoPlannerLicence);
    assert!(
        !graph
            .get("/subscribedSkus")
            .text
            .contains("PROJECTWORKMANAGEMENT")
    );
}

#[test]
fn domains_and_policies_are_read() {
    let mut graph = Graph::new();
    assert_eq!(graph.get("/domains").each("id"), ["contoso.example"]);
    let policy = graph.get("/policies/authorizationPolicy");
    assert_eq!(
        policy.body["defaultUserRolePermissions"]["allowedToCreateApps"],
        true
    );
    graph.world.tenant.policies.users_may_consent = false;
    let policy = graph.get("/policies/authorizationPolicy?$select=defaultUserRolePermissions");
    let assigned = &policy.body["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"];
    assert_eq!(assigned, &json!([]));
    let policy = graph.get("/policies/defaultAppManagementPolicy");
    assert_eq!(policy.body["isEnabled"], false);
}

#[test]
fn roles_are_listed_and_assigned() {
    let mut graph = Graph::new();
    let path = "/roleManagement/directory/roleAssignments";
    let admin = graph.user("admin", &["RoleManagement.ReadWrite.Directory"]);
    let member = graph.user("member", &["RoleManagement.ReadWrite.Directory"]);
    let admins = format!("{path}?$filter=principalId eq '{}'", admin.object);
    let found = graph.get(&admins);
    assert_eq!(
        found.each("roleDefinitionId"),
        ["62e90394-69f5-4237-9190-012177145e10"]
    );
    let template = "158c047a-c907-4556-b7ef-446551a6b5f7";
    let body = json!({"principalId": member.object, "roleDefinitionId": template, "directoryScopeId": "/"});
    assert_eq!(
        graph.ask(member.clone()).post(path, body.clone()).status,
        403
    );
    let sent = graph.ask(admin).post(path, body.clone());
    assert_eq!(sent.status, 201, "{}", sent.text);
    assert_eq!(graph.post(path, body).status, 409);
    assert_eq!(graph.world.tenant.roles_of(member.object).len(), 1);
    let (_, principal) = graph.register("App", false);
    let body =
        json!({"principalId": principal, "roleDefinitionId": template, "directoryScopeId": "/"});
    assert_eq!(graph.post(path, body).status, 201);
    for body in [
        json!({"principalId": principal, "roleDefinitionId": template}),
        json!({"principalId": principal, "roleDefinitionId": "x", "directoryScopeId": "/"}),
    ] {
        assert_eq!(graph.post(path, body).status, 400);
    }
    let nobody = "11111111-1111-4111-8111-111111111111";
    let body =
        json!({"principalId": nobody, "roleDefinitionId": template, "directoryScopeId": "/"});
    assert_eq!(graph.post(path, body).status, 404);
}

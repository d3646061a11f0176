use serde_json::{Value, json};

use crate::graph::testing::Graph;

#[test]
fn members_with_licences_are_listed_as_an_import_lists_them() {
    let mut graph = Graph::new();
    let query = "/users?$filter=accountEnabled eq true and userType eq 'Member'&$select=id,\
                 displayName,userPrincipalName,mail,accountEnabled,userType,assignedPlans,\
                 assignedLicenses,department,jobTitle,usageLocation,onPremisesSyncEnabled\
                 &$count=true&$top=999";
    let sent = graph.get_eventual(query);
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert_eq!(
        sent.body["@odata.count"].as_u64(),
        Some(sent.items().len() as u64)
    );
    let planner = "b737dad2-2f6c-4c65-90e3-ca563267e8b9";
    let has = |user: &Value| {
        let plans = user["assignedPlans"].as_array().unwrap();
        plans.iter().any(|plan| plan["servicePlanId"] == planner)
    };
    let licensed = sent.items().iter().filter(|user| has(user)).count();
    assert!(licensed > 100 && licensed < sent.items().len());
    let filter = format!(
        "/users?$filter=assignedPlans/any(p:p/servicePlanId eq {planner})&$count=true&$select=id&$top=999"
    );
    let found = graph.get_eventual(&filter);
    assert!(found.items().len() >= licensed);
}

#[test]
fn some_properties_come_only_when_they_are_selected() {
    let mut graph = Graph::new();
    let user = graph.get("/users/member@contoso.example");
    assert_eq!(user.body["displayName"], "Max Member");
    assert_eq!(user.body.get("accountEnabled"), None);
    assert_eq!(user.body.get("assignedPlans"), None);
    let user = graph.get("/users/member@contoso.example?$select=accountEnabled,userType");
    assert_eq!(user.body["accountEnabled"], true);
    assert_eq!(user.body.get("id"), None);
    let former = graph.get("/users/former@contoso.example?$select=accountEnabled");
    assert_eq!(former.body["accountEnabled"], false);
    assert_eq!(
        graph.get("/users/nobody@contoso.example").code(),
        "Request_ResourceNotFound"
    );
}

#[test]
fn basic_permission_shows_names_and_addresses_alone() {
    let mut graph = Graph::new();
    let app = graph.app(&["User.ReadBasic.All"]);
    graph.ask(app);
    let page = graph.get("/users?$top=5");
    assert!(
        page.items()
            .iter()
            .all(|user| user["displayName"].is_string())
    );
    assert!(page.items().iter().all(|user| user["jobTitle"].is_null()));
    for query in [
        "/users?$select=id,accountEnabled",
        "/users?$select=assignedPlans",
        "/users?$filter=accountEnabled eq true",
        "/users?$filter=startsWith(department,'F')",
        "/users/member@contoso.example?$select=jobTitle",
    ] {
        let sent = graph.get(query);
        assert_eq!(
            (sent.status, sent.refused_by()),
            (403, "permission"),
            "{query}"
        );
    }
    assert_eq!(
        graph
            .get("/users?$select=id,mail&$filter=startsWith(mail,'a')")
            .status,
        200
    );
}

#[test]
fn the_own_profile_is_whole_and_nobody_elses() {
    let mut graph = Graph::new();
    let user = graph.user("member", &["User.Read"]);
    let id = user.object;
    graph.ask(user);
    let me = graph.get("/me?$select=id,accountEnabled,userPrincipalName");
    assert_eq!(me.body["userPrincipalName"], "member@contoso.example");
    assert_eq!(me.body["accountEnabled"], true);
    assert_eq!(graph.get(&format!("/users/{id}")).status, 200);
    assert_eq!(graph.get("/users/admin@contoso.example").status, 403);
    assert_eq!(graph.get("/users").status, 403);
    assert_eq!(
        graph.get("/users/admin@contoso.example/memberOf").status,
        403
    );
    assert_eq!(
        graph
            .get("/users/member@contoso.example/licenseDetails")
            .status,
        200
    );
}

#[test]
fn roles_are_found_where_somebody_belongs() {
    let mut graph = Graph::new();
    let user = graph.user("cloudapp", &["User.Read"]);
    graph.ask(user);
    let belongs = graph.get("/me/memberOf");
    let role = belongs
        .items()
        .iter()
        .find(|item| item["@odata.type"] == "#microsoft.graph.directoryRole");
    let template = "158c047a-c907-4556-b7ef-446551a6b5f7";
    assert_eq!(role.unwrap()["roleTemplateId"], template);
    let cast = "/me/transitiveMemberOf/microsoft.graph.directoryRole";
    assert_eq!(graph.get(cast).status, 400);
    let roles = graph.get_eventual(&format!("{cast}?$count=true"));
    assert_eq!(roles.each("roleTemplateId"), [template]);
    let user = graph.user("eligible", &["User.Read"]);
    let none = graph.ask(user).get_eventual(&format!("{cast}?$count=true"));
    assert!(
        none.items().is_empty(),
        "an eligible role is not an active one"
    );
}

#[test]
fn groups_of_somebody_are_stubs_without_a_permission_for_groups() {
    let mut graph = Graph::new();
    let user = graph.user("reports", &["User.Read"]);
    let belongs = graph.ask(user).get("/me/memberOf");
    assert!(belongs.items().len() > 10);
    assert!(
        belongs
            .items()
            .iter()
            .all(|group| group["displayName"].is_null())
    );
    let user = graph.user("reports", &["User.Read", "GroupMember.Read.All"]);
    let belongs = graph.ask(user).get("/me/memberOf");
    assert!(
        belongs
            .items()
            .iter()
            .all(|group| group["displayName"].is_string())
    );
}

#[test]
fn a_guest_reads_itself_and_nobody_else() {
    let mut graph = Graph::new();
    let guest = graph.user(
        "pia_fabrikam.example#EXT#",
        &["User.Read", "User.Read.All", "Group.Read.All"],
    );
    let id = guest.object;
    graph.ask(guest);
    assert_eq!(graph.get("/me").status, 200);
    assert_eq!(graph.get(&format!("/users/{id}")).status, 200);
    for path in ["/users", "/groups", "/users/admin@contoso.example"] {
        assert_eq!(
            graph.get(path).code(),
            "Authorization_RequestDenied",
            "{path}"
        );
    }
}

#[test]
fn licences_of_one_user_name_their_plans() {
    let mut graph = Graph::new();
    let sent = graph.get("/users/member@contoso.example/licenseDetails");
    assert_eq!(sent.items()[0]["skuPartNumber"], "ENTERPRISEPACK");
    assert!(sent.text.contains("EXCHANGE_S_ENTERPRISE"));
    assert_eq!(
        graph
            .get("/users/admin@contoso.example/licenseDetails")
            .body["value"],
        json!([])
    );
}

#[test]
fn users_are_sorted_searched_and_expanded() {
    let mut graph = Graph::new();
    let sent = graph.get("/users?$orderby=displayName&$select=displayName&$top=999");
    let names: Vec<String> = sent
        .each("displayName")
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    assert!(names.is_sorted());
    let found = graph.get_eventual("/users?$search=%22displayName:max%22&$select=displayName");
    assert!(found.each("displayName").contains(&"Max Member".to_owned()));
    let user = graph.get("/users/reports@contoso.example?$select=id&$expand=memberOf($select=id)");
    assert_eq!(
        user.body["memberOf"].as_array().unwrap().len(),
        20,
        "expands twenty at most"
    );
}

use serde_json::{Value, json};
use uuid::Uuid;

use crate::graph::testing::Graph;
use crate::scenario::Defect;
use crate::tenant::Kind;
use crate::tenant::groups::Group;

fn unified(nickname: &str) -> Value {
    json!({"displayName": "Team", "mailNickname": nickname, "mailEnabled": true,
        "securityEnabled": false, "groupTypes": ["Unified"], "visibility": "Private"})
}

fn reference(id: Uuid) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

/// The first group that this is true of.
fn group_where(graph: &Graph, wanted: impl Fn(&Group) -> bool) -> Group {
    let tenant = &graph.world.tenant;
    let mut groups = (0..tenant.groups_count()).filter_map(|place| tenant.group_at(place));
    groups.find(|group| wanted(group)).unwrap()
}

#[test]
fn microsoft_365_groups_are_filtered_out() {
    let mut graph = Graph::new();
    let filter = "/groups?$filter=groupTypes/any(c:c eq 'Unified')\
                  &$select=id,displayName,visibility,resourceProvisioningOptions&$top=999";
    let found = graph.get(filter);
    assert_eq!(found.items().len(), 20);
    let teams = "/groups?$filter=resourceProvisioningOptions/Any(x:x eq 'Team')&$select=id";
    let teams = graph.get(teams).items().len();
    assert!((1..20).contains(&teams));
    let search = graph.get_eventual("/groups?$search=%22displayName:recr%22&$select=displayName");
    assert!(
        search
            .each("displayName")
            .iter()
            .all(|name| name.starts_with("Recruiting"))
    );
    assert!(!search.items().is_empty());
}

#[test]
fn a_group_is_made_changed_deleted_and_restored() {
    let mut graph = Graph::new();
    let user = graph.world.tenant.person_at(20).unwrap().id;
    let mut body = unified("team-x");
    body["owners@odata.bind"] = json!([format!("https://graph.microsoft.com/v1.0/users/{user}")]);
    body["members@odata.bind"] = body["owners@odata.bind"].clone();
    let sent = graph.post("/groups", body);
    assert_eq!(sent.status, 201, "{}", sent.text);
    assert_eq!(sent.body["mail"], "team-x@contoso.example");
    let path = format!("/groups/{}", sent.id());
    assert_eq!(
        graph.get(&format!("{path}/owners")).each("id"),
        [user.to_string()]
    );
    assert_eq!(
        graph
            .patch(&path, json!({"description": "D", "visibility": "Public"}))
            .status,
        204
    );
    let read = graph.get(&path);
    assert_eq!(
        (&read.body["description"], &read.body["visibility"]),
        (&json!("D"), &json!("Public"))
    );
    assert_eq!(graph.delete(&path).status, 204);
    assert_eq!(graph.get(&path).status, 404);
    let bin = graph.get("/directory/deletedItems/graph.group?$select=id,deletedDateTime");
    assert_eq!(bin.each("id"), [sent.id()]);
    let item = format!("/directory/deletedItems/{}", sent.id());
    assert_eq!(
        graph.post(&format!("{item}/restore"), Value::Null).status,
        200
    );
    assert_eq!(graph.get(&path).body["description"], "D");
    graph.delete(&path);
    assert_eq!(graph.delete(&item).status, 204);
    assert_eq!(graph.get(&item).status, 404);
}

#[test]
fn a_group_that_makes_no_sense_is_refused() {
    let mut graph = Graph::new();
    let taken = group_where(&graph, |group| group.unified).mail_nickname;
    for (name, value) in [
        ("displayName", Value::Null),
        ("displayName", json!("")),
        ("mailNickname", json!("a b")),
        ("mailNickname", json!(taken)),
        ("visibility", json!("Secret")),
        ("groupTypes", json!(["Unified", "Other"])),
        ("groupTypes", json!([])),
        ("mailEnabled", json!(false)),
        ("proxyAddresses", json!([])),
        ("createdDateTime", json!("2026-01-01T00:00:00Z")),
        ("members@odata.bind", json!(["nonsense"])),
        ("members", json!([])),
        ("threads", json!([])),
        ("colour", json!("red")),
    ] {
        let mut body = unified("fresh");
        body[name] = value.clone();
        let sent = graph.post("/groups", body);
        assert_eq!(sent.status, 400, "{name}={value}: {}", sent.text);
        assert_ne!(sent.refused_by(), "contract", "{name}");
    }
    let made = graph.post("/groups", unified("fresh"));
    let hidden = json!({"visibility": "HiddenMembership"});
    assert_eq!(
        graph
            .patch(&format!("/groups/{}", made.id()), hidden)
            .status,
        400
    );
}

#[test]
fn members_come_and_go() {
    let mut graph = Graph::new();
    let group = group_where(&graph, |group| group.unified && !group.hides_members());
    let path = format!("/groups/{}/members", group.id);
    let stranger = (20..200)
        .filter_map(|place| graph.world.tenant.person_at(place))
        .map(|person| person.id)
        .find(|id| !graph.world.tenant.is_member(group.id, *id))
        .unwrap();
    let before = graph.get(&path).items().len();
    let add = format!("{path}/$ref");
    assert_eq!(graph.post(&add, reference(stranger)).status, 204);
    let again = graph.post(&add, reference(stranger));
    assert!(again.message().contains("already exist"), "{}", again.text);
    assert_eq!(graph.get(&path).items().len(), before + 1);
    let security = graph.world.tenant.ids().guid(Kind::SecurityGroup, 0);
    assert_eq!(
        graph.post(&add, reference(security)).status,
        400,
        "no group in this kind of group"
    );
    assert_eq!(graph.post(&add, reference(Uuid::nil())).status, 404);
    let remove = format!("{path}/{stranger}/$ref");
    assert_eq!(graph.delete(&remove).status, 204);
    assert_eq!(graph.delete(&remove).status, 404);
    let owners = graph.world.tenant.group_owners(group.id);
    let (last, rest) = owners.split_last().unwrap();
    for owner in rest {
        let path = format!("/groups/{}/owners/{owner}/$ref", group.id);
        assert_eq!(graph.delete(&path).status, 204);
    }
    let sent = graph.delete(&format!("/groups/{}/owners/{last}/$ref", group.id));
    assert!(sent.message().contains("at least one owner"));
    let add = format!("/groups/{}/owners/$ref", group.id);
    assert_eq!(graph.post(&add, reference(stranger)).status, 204);
}

#[test]
fn nested_groups_are_seen_through() {
    let mut graph = Graph::new();
    let chain = graph.world.tenant.ids().guid(Kind::SecurityGroup, 0);
    let direct = graph.get(&format!("/groups/{chain}/members"));
    let types: Vec<String> = direct.each("@odata.type");
    assert!(types.iter().any(|ty| ty == "#microsoft.graph.group"));
    let cast = format!("/groups/{chain}/transitiveMembers/microsoft.graph.user");
    let query = "$count=true&$select=id,displayName,userPrincipalName,accountEnabled";
    assert_eq!(
        graph.get(&format!("{cast}?{query}")).code(),
        "Request_UnsupportedQuery"
    );
    let users = graph.get_eventual(&format!("{cast}?{query}"));
    let count = users.body["@odata.count"].as_u64().unwrap();
    assert_eq!(count, users.items().len() as u64);
    assert!(count > direct.items().len() as u64);
    assert!(
        users
            .items()
            .iter()
            .all(|user| user["accountEnabled"].is_boolean())
    );
}

#[test]
fn members_are_stubs_without_a_permission_for_users() {
    let mut graph = Graph::new();
    let group = group_where(&graph, |group| group.unified && !group.hides_members());
    let path = format!("/groups/{}/members", group.id);
    for (roles, named, enabled) in [
        (vec!["GroupMember.Read.All"], false, false),
        (
            vec!["GroupMember.Read.All", "User.ReadBasic.All"],
            true,
            false,
        ),
        (vec!["GroupMember.Read.All", "User.Read.All"], true, true),
    ] {
        let app = graph.app(&roles);
        graph.ask(app);
        let query = format!("{path}?$select=id,displayName,accountEnabled");
        let member = graph.get(&query).items()[0].clone();
        assert!(member["id"].is_string());
        assert_eq!(member["displayName"].is_string(), named, "{roles:?}");
        assert_eq!(member["accountEnabled"].is_boolean(), enabled, "{roles:?}");
    }
}

#[test]
fn hidden_members_are_shown_to_members_and_by_permission() {
    let mut graph = Graph::new();
    graph.world.tenant.defects.insert(Defect::HiddenMembership);
    let group = group_where(&graph, Group::hides_members);
    let path = format!("/groups/{}/members", group.id);
    let app = graph.app(&["GroupMember.Read.All"]);
    assert_eq!(
        graph.ask(app).get(&path).code(),
        "Authorization_RequestDenied"
    );
    let expanded = graph.get(&format!("/groups/{}?$select=id&$expand=members", group.id));
    assert_eq!(expanded.body["members"], json!([]));
    let app = graph.app(&["GroupMember.Read.All", "Member.Read.Hidden"]);
    assert!(!graph.ask(app).get(&path).items().is_empty());
    let member = graph.user("reports", &["GroupMember.Read.All"]);
    assert!(!graph.ask(member).get(&path).items().is_empty());
    let stranger = graph.user("newcomer", &["GroupMember.Read.All"]);
    assert_eq!(graph.ask(stranger).get(&path).status, 403);
}

#[test]
fn a_signed_in_user_changes_the_own_groups_alone() {
    let mut graph = Graph::new();
    let group = group_where(&graph, |group| {
        group.visibility.as_deref() == Some("Public")
    });
    let scopes = ["Group.ReadWrite.All"];
    let path = format!("/groups/{}", group.id);
    let body = json!({"description": "x"});
    for (name, status) in [
        ("admin", 204),
        ("reports", 403),
        ("cloudapp", 403),
        ("newcomer", 403),
    ] {
        let user = graph.user(name, &scopes);
        assert_eq!(
            graph.ask(user).patch(&path, body.clone()).status,
            status,
            "{name}"
        );
    }
    let user = graph.user("newcomer", &scopes);
    let own = graph.ask(user.clone()).post("/groups", unified("mine"));
    assert_eq!(own.status, 201);
    let own = format!("/groups/{}", own.id());
    assert_eq!(
        graph.patch(&own, body).status,
        204,
        "who makes a group owns it"
    );
    assert!(
        graph.get(&format!("{own}/members")).items().is_empty(),
        "but is no member"
    );
    let guest = graph.user("pia_fabrikam.example#EXT#", &scopes);
    assert_eq!(
        graph.ask(guest).post("/groups", unified("guests")).status,
        403
    );
}

#[test]
fn comments_are_posts_of_the_groups_conversations() {
    let mut graph = Graph::new();
    let plan_tasks = graph.world.tenant.size.tasks;
    let with_thread = (0..plan_tasks).find_map(|index| {
        let id = graph.world.tenant.ids().planner(Kind::Task, index);
        let task = graph.world.tenant.task(&id)?;
        let group = graph.world.tenant.plan(&task.plan)?.group;
        Some((group, task.thread?))
    });
    let (group, thread) = with_thread.unwrap();
    let posts = graph.get(&format!("/groups/{group}/threads/{thread}/posts"));
    assert_eq!(posts.status, 200, "{}", posts.text);
    assert_eq!(posts.items()[0]["body"]["contentType"], "html");
    let threads = graph.all(&format!("/groups/{group}/threads?$select=id,topic"), &[]);
    assert!(threads.iter().any(|found| found["id"] == thread));
    let other = graph.world.tenant.ids().guid(Kind::SecurityGroup, 0);
    assert_eq!(
        graph.get(&format!("/groups/{other}/threads")).code(),
        "ErrorItemNotFound"
    );
    assert_eq!(
        graph.get(&format!("/groups/{group}/threads/AAQk")).status,
        404
    );

    let body =
        json!({"topic": "New", "posts": [{"body": {"contentType": "text", "content": "Hi"}}]});
    let path = format!("/groups/{group}/threads");
    assert_eq!(
        graph.post(&path, body.clone()).status,
        403,
        "not available to apps"
    );
    let member = graph.user("reports", &["Group-Conversation.ReadWrite.All"]);
    let made = graph.ask(member).post(&path, body);
    assert_eq!(made.status, 201, "{}", made.text);
    let one = format!("{path}/{}", made.id());
    let reply = json!({"Post": {"body": {"contentType": "html", "content": "<p>Yes</p>"}}});
    assert_eq!(graph.post(&format!("{one}/reply"), reply).status, 202);
    let expanded = graph.get(&format!("{one}?$expand=posts"));
    assert_eq!(expanded.body["posts"].as_array().unwrap().len(), 2);
    assert_eq!(graph.post(&path, json!({"topic": "x"})).status, 400);
    assert_eq!(graph.delete(&one).status, 204);
    assert_eq!(graph.get(&one).status, 404);
    let stranger = graph.user("newcomer", &["Group-Conversation.ReadWrite.All"]);
    let private = group_where(&graph, |group| {
        group.visibility.as_deref() == Some("Private")
    })
    .id;
    let sent = graph
        .ask(stranger)
        .get(&format!("/groups/{private}/threads"));
    assert_eq!((sent.status, sent.code()), (403, "ErrorAccessDenied"));
}

#[test]
fn a_group_has_a_library_and_a_site() {
    let mut graph = Graph::new();
    let group = group_where(&graph, |group| group.unified).id;
    let drive = graph.get(&format!("/groups/{group}/drive"));
    assert_eq!(drive.body["driveType"], "documentLibrary");
    let site = graph.get(&format!("/groups/{group}/sites/root"));
    assert!(
        drive.body["webUrl"]
            .as_str()
            .unwrap()
            .starts_with(site.body["webUrl"].as_str().unwrap())
    );
    assert_eq!(
        graph.get(&format!("/groups/{group}/sites/other")).status,
        404
    );
    let security = graph.world.tenant.ids().guid(Kind::SecurityGroup, 0);
    assert_eq!(
        graph.get(&format!("/groups/{security}/drive")).code(),
        "itemNotFound"
    );
}

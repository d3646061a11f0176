//! Proof that Fairlead's own apps can do what they are for, and that nothing could be left out.

use std::collections::{BTreeMap, BTreeSet};

use super::{CredentialKind, Owner, PermissionSet, built_in};
use crate::shared_data;

const PLANS: [&str; 8] = [
    "GET /groups",
    "GET /groups/{group-id}/members",
    "GET /groups/{group-id}/owners",
    "GET /groups/{group-id}/planner/plans",
    "GET /planner/plans/{plannerPlan-id}/details",
    "GET /planner/plans/{plannerPlan-id}/buckets",
    "GET /planner/plans/{plannerPlan-id}/tasks",
    "GET /planner/tasks/{plannerTask-id}/details",
];
const PEOPLE: [&str; 2] = ["GET /users", "GET /users/delta()"];
const NAMES: [&str; 2] = ["GET /users", "GET /users/{user-id}"];
const COMMENTS: [&str; 1] = ["GET /groups/{group-id}/threads/{conversationThread-id}/posts"];
const FILES: [&str; 2] = [
    "GET /groups/{group-id}/drive",
    "GET /drives/{drive-id}/items/{driveItem-id}/content",
];
const RESTORE: [&str; 6] = [
    "POST /planner/plans",
    "POST /planner/buckets",
    "POST /planner/tasks",
    "PATCH /planner/plans/{plannerPlan-id}/details",
    "PATCH /planner/tasks/{plannerTask-id}/details",
    // Adding a member takes the same permission; the list holds the removal.
    "DELETE /groups/{group-id}/members/{directoryObject-id}/$ref",
];

/// Which permissions of one kind an endpoint of v1.0 accepts.
fn accepted(facts: &serde_json::Value, kind: &str, endpoint: &str) -> BTreeSet<String> {
    let found = facts["endpoints"].as_array().unwrap().iter().find(|fact| {
        let name = format!(
            "{} {}",
            fact["method"].as_str().unwrap(),
            fact["path"].as_str().unwrap()
        );
        fact["version"] == "v1.0" && name == endpoint
    });
    let found = found.unwrap_or_else(|| panic!("{endpoint} is not in the list"));
    ["least", "higher"]
        .iter()
        .filter_map(|key| found[kind][key].as_array())
        .flatten()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn prove(id: &str, credential: CredentialKind, answers: &[(&str, &str)], endpoints: &[&[&str]]) {
    let Some(facts) = shared_data("endpoint-permissions.json") else {
        return;
    };
    let profile = built_in()
        .iter()
        .find(|profile| profile.id.as_str() == id)
        .unwrap();
    let given: BTreeMap<String, String> = answers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let answers = profile
        .answers(Owner::Fairlead, credential, &given)
        .unwrap();
    let variant = profile.variant(Owner::Fairlead, credential).unwrap();
    let needed: Vec<String> = variant
        .needed(PermissionSet::Least, &answers)
        .filter(|permission| !permission.reference().is_openid())
        .map(|permission| permission.name.clone())
        .collect();
    let kind = credential.permission_kind().to_string();
    let mut alone = BTreeSet::new();
    for endpoint in endpoints.iter().copied().flatten() {
        let accepted = accepted(&facts, &kind, endpoint);
        let able: Vec<&String> = needed
            .iter()
            .filter(|name| accepted.contains(*name))
            .collect();
        assert!(!able.is_empty(), "{id}: nothing opens {endpoint} ({kind})");
        if let [only] = able[..] {
            alone.insert(only);
        }
    }
    for name in &needed {
        assert!(
            alone.contains(name),
            "{id}: {name} could be left out ({kind})"
        );
    }
}

const APP: CredentialKind = CredentialKind::Certificate;
const ACCOUNT: CredentialKind = CredentialKind::Account;

#[test]
fn reports_and_replication_read_plans_and_people() {
    for id in ["planner-data-mart", "planner-replication"] {
        for credential in [APP, ACCOUNT] {
            prove(id, credential, &[], &[&PLANS, &PEOPLE]);
        }
    }
}

#[test]
fn a_backup_reads_comments_and_files_where_they_are_wanted() {
    for credential in [APP, ACCOUNT] {
        let id = "planner-backup";
        prove(id, credential, &[], &[&PLANS, &NAMES, &COMMENTS, &FILES]);
        prove(
            id,
            credential,
            &[("comments", "no")],
            &[&PLANS, &NAMES, &FILES],
        );
        let bare = [("comments", "no"), ("attachments", "no")];
        prove(id, credential, &bare, &[&PLANS, &NAMES]);
    }
}

#[test]
fn a_restore_without_a_user_creates_groups_and_uploads_files() {
    let create = ["POST /groups"];
    let upload = ["POST /drives/{drive-id}/items/{driveItem-id}/createUploadSession"];
    prove(
        "planner-restore",
        APP,
        &[],
        &[&PLANS, &NAMES, &RESTORE, &create, &upload],
    );
    let bare = [("new_groups", "no"), ("attachments", "no")];
    prove("planner-restore", APP, &bare, &[&PLANS, &NAMES, &RESTORE]);
}

#[test]
fn a_restore_as_an_account_writes_comments() {
    let comment = ["POST /groups/{group-id}/threads"];
    let upload = [
        "PUT /drives/{drive-id}/items/{driveItem-id}/content",
        "POST /drives/{drive-id}/items/{driveItem-id}/createUploadSession",
    ];
    prove(
        "planner-restore",
        ACCOUNT,
        &[],
        &[&PLANS, &NAMES, &RESTORE, &comment, &upload],
    );
}

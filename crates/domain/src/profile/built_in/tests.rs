use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::ids::ProfileId;
use crate::permission::{PermissionKind, Resource};
use crate::profile::{CredentialKind, Owner, PermissionSet, Service};

fn profile(id: &str) -> &'static Profile {
    built_in()
        .iter()
        .find(|profile| profile.id.as_str() == id)
        .unwrap()
}

fn needed(
    id: &str,
    owner: Owner,
    credential: CredentialKind,
    set: PermissionSet,
    given: &[(&str, &str)],
) -> Vec<String> {
    let profile = profile(id);
    let given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect::<BTreeMap<_, _>>();
    let answers = profile.answers(owner, credential, &given).unwrap();
    profile
        .variant(owner, credential)
        .unwrap()
        .needed(set, &answers)
        .map(|permission| permission.name.clone())
        .collect()
}

#[test]
fn every_shipped_profile_loads_under_the_name_of_its_file() {
    for (file, text) in FILES {
        let profile = load(file, text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(file, format!("profiles/{}.toml", profile.id));
        assert!(profile.guide.is_some(), "{file} names its guide");
    }
}

#[test]
fn every_file_of_the_folder_is_shipped() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .map(|path| format!("profiles/{}", path.file_name().unwrap().display()))
        .collect();
    let mut shipped: Vec<&str> = FILES.iter().map(|(file, _)| *file).collect();
    files.sort();
    shipped.sort_unstable();
    assert_eq!(files, shipped);
}

#[test]
fn a_bundle_holds_shipped_profiles_and_its_inputs_are_theirs() {
    let known: BTreeSet<&ProfileId> = built_in().iter().map(|profile| &profile.id).collect();
    for bundle in built_in()
        .iter()
        .filter(|profile| profile.service == Service::Bundle)
    {
        for id in &bundle.bundle {
            assert!(known.contains(id), "{id}");
            for input in &bundle.inputs {
                assert!(
                    profile(id.as_str()).inputs.contains(input),
                    "{id} {}",
                    input.name
                );
            }
        }
    }
}

#[test]
fn fairleads_own_apps_have_the_least_permissions() {
    use CredentialKind::{Account, Certificate};
    for set in [PermissionSet::Product, PermissionSet::Least] {
        let of = |id, credential, given: &[(&str, &str)]| {
            needed(id, Owner::Fairlead, credential, set, given)
        };
        let reading = ["Tasks.Read.All", "GroupMember.Read.All", "User.Read.All"];
        assert_eq!(of("planner-data-mart", Certificate, &[]), reading);
        assert_eq!(of("planner-replication", Certificate, &[]), reading);
        assert_eq!(
            of("planner-data-mart", Account, &[]),
            [
                "Tasks.Read",
                "GroupMember.Read.All",
                "User.Read.All",
                "openid",
                "profile",
                "offline_access"
            ]
        );
        assert_eq!(
            of("planner-backup", Certificate, &[]),
            [
                "Tasks.Read.All",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
                "Group-Conversation.Read.All",
                "Files.Read.All"
            ]
        );
        assert_eq!(
            of(
                "planner-backup",
                Certificate,
                &[("comments", "no"), ("selected_sites", "yes")]
            ),
            [
                "Tasks.Read.All",
                "GroupMember.Read.All",
                "User.ReadBasic.All",
                "Sites.Selected"
            ]
        );
        assert_eq!(
            of("planner-restore", Certificate, &[]),
            [
                "Tasks.ReadWrite.All",
                "GroupMember.Read.All",
                "GroupMember.ReadWrite.All",
                "User.ReadBasic.All",
                "Group.Create",
                "Sites.ReadWrite.All"
            ]
        );
        let both = [
            ("new_groups", "yes"),
            ("group_settings", "yes"),
            ("attachments", "no"),
            ("comments", "no"),
        ];
        assert_eq!(
            of("planner-restore", Account, &both),
            [
                "Tasks.ReadWrite",
                "GroupMember.Read.All",
                "GroupMember.ReadWrite.All",
                "User.ReadBasic.All",
                "Group.ReadWrite.All",
                "openid",
                "profile",
                "offline_access"
            ]
        );
    }
}

#[test]
fn the_vendors_sets_are_those_of_the_guides() {
    let product = |id| {
        needed(
            id,
            Owner::Vendor,
            CredentialKind::Vendor,
            PermissionSet::Product,
            &[],
        )
    };
    assert_eq!(
        product("planner-data-mart"),
        [
            "User.Read",
            "User.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "openid",
            "email",
            "profile",
            "offline_access"
        ]
    );
    assert_eq!(
        product("planner-backup"),
        ["Group.Read.All", "User.ReadBasic.All", "Directory.Read.All"]
    );
    assert_eq!(
        product("planner-restore"),
        [
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Sites.ReadWrite.All",
            "User.ReadBasic.All"
        ]
    );
}

#[test]
fn the_ews_app_asks_exchange_and_the_directory_only_for_the_import() {
    let site = [
        ("site", "contoso.example.com"),
        ("default_booker", "Default"),
    ];
    let names = |extra: &[(&str, &str)]| {
        let given: Vec<_> = site.iter().chain(extra).copied().collect();
        needed(
            "exchange-online-ews",
            Owner::Customer,
            CredentialKind::Certificate,
            PermissionSet::Product,
            &given,
        )
    };
    assert_eq!(names(&[]), ["full_access_as_app"]);
    assert_eq!(
        names(&[("user_import", "yes")]),
        ["full_access_as_app", "User.Read.All"]
    );
    let variant = &profile("exchange-online-ews").variants[0];
    assert_eq!(variant.permissions[0].resource, Resource::Exchange);
    assert_eq!(variant.permissions[0].kind, PermissionKind::Application);
}

#[test]
fn an_answer_to_a_question_that_is_not_asked_is_refused() {
    let given = BTreeMap::from([("sit".to_owned(), "x.example.com".to_owned())]);
    let profile = profile("rooms-calendar-service");
    let error = profile
        .answers(Owner::Vendor, CredentialKind::Vendor, &given)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sit` is not asked here; what is asked: `site`"
    );
}

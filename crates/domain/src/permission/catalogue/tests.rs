use std::collections::BTreeSet;

use super::*;
use crate::shared_data;

mod order;

const KINDS: [PermissionKind; 2] = [PermissionKind::Delegated, PermissionKind::Application];

fn graph(kind: PermissionKind, name: &str) -> PermissionRef {
    PermissionRef {
        resource: Resource::Graph,
        kind,
        name: name.to_owned(),
    }
}

fn satisfies(kind: PermissionKind, granted: &str, needed: &str) -> bool {
    catalogue().satisfies(&graph(kind, granted), &graph(kind, needed))
}

#[test]
fn the_permissions_are_those_of_the_facts() {
    let Some(facts) = shared_data("permissions.json") else {
        return;
    };
    let mut known = BTreeSet::new();
    for fact in facts.as_array().unwrap() {
        let id = |key: &str| {
            fact[key]
                .as_str()
                .map(|id| id.parse::<PermissionId>().unwrap())
        };
        let name = fact["name"].as_str().unwrap();
        if id("applicationId").or(id("delegatedId")).is_none() {
            continue;
        }
        let resource = [Resource::Graph, Resource::Exchange]
            .into_iter()
            .find(|resource| fact["resourceAppId"] == resource.app_id().to_string())
            .unwrap();
        let ours = catalogue()
            .find(resource, name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(ours.application, id("applicationId"), "{name}");
        assert_eq!(ours.delegated, id("delegatedId"), "{name}");
        let by_a_user =
            ours.delegated.is_some() && fact["adminConsentRequired"]["delegated"] == false;
        assert_eq!(ours.user_consent, by_a_user, "{name}");
        known.insert((resource, name));
    }
    for ours in catalogue().iter() {
        assert!(
            known.contains(&(ours.resource, ours.name.as_str())),
            "{} is no fact",
            ours.name
        );
    }
}

#[test]
fn names_and_ids_are_unique() {
    let mut names = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for permission in catalogue().iter() {
        assert!(
            names.insert((permission.resource, &permission.name)),
            "{}",
            permission.name
        );
        assert!(!permission.title.is_empty() && permission.title.trim() == permission.title);
        let own: Vec<_> = KINDS
            .into_iter()
            .filter_map(|kind| permission.id(kind))
            .collect();
        assert!(!own.is_empty(), "{} exists in no kind", permission.name);
        for (kind, id) in KINDS
            .into_iter()
            .filter_map(|kind| Some((kind, permission.id(kind)?)))
        {
            assert!(
                ids.insert((permission.resource, kind, id)),
                "{}",
                permission.name
            );
            let found = catalogue().find_id(permission.resource, kind, id).unwrap();
            assert_eq!(found.name, permission.name);
        }
    }
}

#[test]
fn what_is_covered_exists_in_the_kind_it_is_covered_in() {
    for permission in catalogue().iter() {
        let exists = |name: &String, kind| {
            catalogue()
                .find(permission.resource, name)
                .is_some_and(|covered| covered.id(kind).is_some())
        };
        for kind in KINDS
            .into_iter()
            .filter(|kind| permission.id(*kind).is_some())
        {
            for name in permission.covers.iter().chain(&permission.stands_for) {
                assert!(
                    exists(name, kind),
                    "{} covers {name} ({kind})",
                    permission.name
                );
            }
        }
        for (names, kind) in [
            (&permission.covers_delegated, PermissionKind::Delegated),
            (&permission.covers_application, PermissionKind::Application),
        ] {
            for name in names {
                assert!(
                    permission.id(kind).is_some() && exists(name, kind),
                    "{} {name}",
                    permission.name
                );
            }
        }
    }
}

#[test]
fn nothing_covers_itself_in_a_circle() {
    for kind in KINDS {
        for a in catalogue()
            .iter()
            .filter(|permission| permission.resource == Resource::Graph)
        {
            for b in catalogue()
                .iter()
                .filter(|permission| permission.resource == Resource::Graph)
            {
                let both = satisfies(kind, &a.name, &b.name) && satisfies(kind, &b.name, &a.name);
                assert!(!both || a.name == b.name, "{} and {}", a.name, b.name);
            }
        }
    }
}

#[test]
fn kinds_and_services_never_mix() {
    let application = graph(PermissionKind::Application, "User.Read.All");
    assert!(!catalogue().satisfies(
        &graph(PermissionKind::Delegated, "User.Read.All"),
        &application
    ));
    let exchange = PermissionRef {
        resource: Resource::Exchange,
        ..application.clone()
    };
    assert!(!catalogue().satisfies(&exchange, &application));
    assert!(catalogue().satisfies(&application, &application));
}

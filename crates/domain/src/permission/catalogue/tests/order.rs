//! The order of permissions, against Microsoft's list of permissions by endpoint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;

/// Endpoints at which the list of endpoints does not name a covering permission.
struct Exception {
    covered: &'static [&'static str],
    endpoint: fn(version: &str, path: &str) -> bool,
    reason: &'static str,
}

const EXCEPTIONS: [Exception; 4] = [
    Exception {
        covered: &[
            "Group.Read.All",
            "Group.ReadBasic.All",
            "GroupMember.Read.All",
            "GroupMember.ReadBasic.All",
        ],
        endpoint: |_, path| path.contains("emberOf"),
        reason: "for a user's own memberships the list names basic permissions and leaves broader ones \
                 out; no profile reads memberships from the user's side",
    },
    Exception {
        covered: &["Tasks.Read", "Tasks.ReadWrite", "Tasks.Read.All"],
        endpoint: |version, _| version == "beta",
        reason: "for parts of Planner that are beta the list names the narrowest permission alone; what \
                 a profile needs is in v1.0",
    },
    Exception {
        covered: &["User.Read.All"],
        endpoint: |_, path| path == "/organization/{organization-id}",
        reason: "the list names neither Directory.Read.All nor Organization.Read.All for the single \
                 organization, both of which it names for the list of one",
    },
    Exception {
        covered: &[
            "Calendars.Read",
            "Calendars.ReadBasic",
            "Calendars.ReadBasic.All",
        ],
        endpoint: |_, path| path == "/users/{user-id}/events/{event-id}",
        reason: "the list leaves Calendars.ReadWrite out where a single event is read, and names it where \
                 the same event is listed and changed",
    },
];

/// What is accepted in the place of another, without the list of endpoints to prove it.
const STANDS_FOR: [(&str, &str, &str); 5] = [
    (
        "Directory.Read.All",
        "Group.Read.All",
        "older consents hold it to read groups and members; conversations, files and plans do not follow",
    ),
    (
        "Directory.ReadWrite.All",
        "Directory.Read.All",
        "reading goes with writing; the list leaves it out for members of groups, so nothing follows",
    ),
    (
        "Sites.FullControl.All",
        "Sites.ReadWrite.All",
        "Microsoft describes it as all that and more; the list does not name it at all",
    ),
    (
        "Sites.Read.All",
        "Sites.Selected",
        "reads every site, the selected ones too; what Selected reaches is no matter of endpoints",
    ),
    (
        "Files.Read.All",
        "Sites.Selected",
        "reads the files of every site, the selected ones too",
    ),
];

type Endpoint<'a> = (&'a str, &'a str, &'a str);

/// Which endpoints accept a permission of one kind.
fn accepted(facts: &Value, kind: PermissionKind) -> BTreeMap<&str, BTreeSet<Endpoint<'_>>> {
    let mut accepted: BTreeMap<&str, BTreeSet<Endpoint<'_>>> = BTreeMap::new();
    for endpoint in facts["endpoints"].as_array().unwrap() {
        let [version, method, path] =
            ["version", "method", "path"].map(|key| endpoint[key].as_str().unwrap());
        let of_kind = &endpoint[kind.to_string()];
        let names = ["least", "higher"]
            .into_iter()
            .filter_map(|key| of_kind[key].as_array());
        for name in names.flatten().filter_map(Value::as_str) {
            // The list writes this application permission by its delegated name.
            let application = kind == PermissionKind::Application;
            let name = if application && name == "Calendars.ReadBasic" {
                "Calendars.ReadBasic.All"
            } else {
                name
            };
            accepted
                .entry(name)
                .or_default()
                .insert((version, method, path));
        }
    }
    accepted
}

#[test]
fn every_endpoint_that_accepts_a_covered_permission_accepts_the_covering_one() {
    let Some(endpoints) = shared_data("endpoint-permissions.json") else {
        return;
    };
    let mut used = BTreeSet::new();
    for kind in KINDS {
        let accepted = accepted(&endpoints, kind);
        let nothing = BTreeSet::new();
        for (a, b) in catalogue()
            .iter()
            .flat_map(|a| catalogue().iter().map(move |b| (a, b)))
        {
            let names = (a.name.as_str(), b.name.as_str());
            let stands = catalogue()
                .iter()
                .any(|p| p.stands_for.contains(&b.name) && satisfies(kind, &a.name, &p.name));
            if a.name == b.name
                || b.id(kind).is_none()
                || !satisfies(kind, names.0, names.1)
                || stands
            {
                continue;
            }
            let needs = accepted.get(names.1);
            assert!(
                needs.is_some(),
                "nothing proves that {} covers {}",
                names.0,
                names.1
            );
            let holds = accepted.get(names.0).unwrap_or(&nothing);
            for (version, method, path) in needs.unwrap_or(&nothing).difference(holds) {
                let exception = EXCEPTIONS.iter().find(|exception| {
                    exception.covered.contains(&names.1) && (exception.endpoint)(version, path)
                });
                let reason = exception.map(|exception| exception.reason);
                assert!(
                    reason.is_some(),
                    "{method} {version}{path} accepts {} and not {} ({kind})",
                    names.1,
                    names.0
                );
                used.extend(reason);
            }
        }
    }
    assert_eq!(
        used.len(),
        EXCEPTIONS.len(),
        "an exception is no longer needed"
    );
}

#[test]
fn what_stands_for_another_is_listed_with_its_reason() {
    let ours: BTreeSet<(&str, &str)> = catalogue()
        .iter()
        .flat_map(|p| {
            p.stands_for
                .iter()
                .map(|name| (p.name.as_str(), name.as_str()))
        })
        .collect();
    let listed = STANDS_FOR
        .iter()
        .map(|(holder, covered, _)| (*holder, *covered))
        .collect();
    assert_eq!(ours, listed);
    assert!(STANDS_FOR.iter().all(|(_, _, reason)| reason.len() > 20));
}

#[test]
fn older_consents_do_not_look_missing() {
    for kind in KINDS {
        for needed in [
            "Group.Read.All",
            "GroupMember.Read.All",
            "User.Read.All",
            "User.ReadBasic.All",
        ] {
            assert!(
                satisfies(kind, "Directory.Read.All", needed),
                "{needed} ({kind})"
            );
        }
    }
    for (granted, needed) in [
        ("Group.Read.All", "Tasks.Read"),
        ("Group.ReadWrite.All", "Tasks.ReadWrite"),
    ] {
        assert!(satisfies(PermissionKind::Delegated, granted, needed));
    }
}

#[test]
fn a_broad_name_does_not_open_what_microsoft_keeps_apart() {
    use PermissionKind::{Application, Delegated};
    for (kind, granted, needed) in [
        (Delegated, "Directory.Read.All", "Tasks.Read"),
        (
            Delegated,
            "Directory.Read.All",
            "Group-Conversation.Read.All",
        ),
        (Application, "Group.ReadWrite.All", "Tasks.Read.All"),
        (
            Delegated,
            "GroupMember.ReadWrite.All",
            "GroupMember.Read.All",
        ),
        (
            Application,
            "GroupMember.ReadWrite.All",
            "Group.ReadBasic.All",
        ),
        (
            Application,
            "Directory.ReadWrite.All",
            "GroupMember.Read.All",
        ),
        (Application, "User.ReadBasic.All", "User.Read.All"),
        (Delegated, "User.Read.All", "User.Read"),
    ] {
        assert!(
            !satisfies(kind, granted, needed),
            "{granted} {needed} ({kind})"
        );
    }
}

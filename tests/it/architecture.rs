//! The arrows of the architecture, held against what cargo says: a crate may use what stands in its
//! line and nothing else. Nothing points back, and the clients and the simulated tenant don't know
//! each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cargo_metadata::{DependencyKind, MetadataCommand, Package, TargetKind};
use fairlead_tests::workspace;

/// What each crate may use of the others, in the order from ground to face.
const ARROWS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("wire", &["domain"]),
    ("entra", &["domain", "wire"]),
    ("graph", &["domain", "wire", "entra"]),
    ("state", &["domain"]),
    ("connect", &["domain", "wire", "entra", "graph", "state"]),
    (
        "app",
        &["domain", "wire", "entra", "graph", "state", "connect"],
    ),
    ("sim", &["domain"]),
    ("cli", &["domain", "app", "sim"]),
];

/// Holds the others together, so it may use them all.
const TESTS: &str = "tests";

/// Compiled before all else, so it may use none.
const TASKS: &str = "xtask";

/// The one crate that a test of another may use.
const FOR_TESTS: &str = "sim";

struct Member {
    package: Package,
    /// Without the prefix.
    name: String,
}

impl Member {
    /// The members of the workspace that this one depends on in this way.
    fn uses(&self, kind: impl Fn(DependencyKind) -> bool) -> BTreeSet<String> {
        let own = self
            .package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some());
        own.filter(|dependency| kind(dependency.kind))
            .map(|it| short(&it.name))
            .collect()
    }
}

fn short(name: &str) -> String {
    name.strip_prefix("fairlead-").unwrap_or(name).to_owned()
}

fn members() -> Vec<Member> {
    let manifest = workspace().join("Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec();
    let packages = metadata
        .expect("cargo knows the workspace")
        .packages
        .into_iter();
    packages
        .map(|package| Member {
            name: short(&package.name),
            package,
        })
        .collect()
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    ARROWS
        .iter()
        .find(|(from, _)| *from == name)
        .map(|(_, to)| *to)
}

#[test]
fn the_table_names_every_crate_and_no_other() {
    let found: BTreeSet<String> = members().into_iter().map(|member| member.name).collect();
    let named = ARROWS.iter().map(|(name, _)| *name).chain([TESTS, TASKS]);
    assert_eq!(found, named.map(str::to_owned).collect());
}

#[test]
fn every_arrow_points_the_way_it_may() {
    let mut wrong = Vec::new();
    for member in members().iter().filter(|member| member.name != TESTS) {
        let allowed = allowed(&member.name).unwrap_or_default();
        let uses = member.uses(|kind| kind != DependencyKind::Development);
        let beyond = uses.iter().filter(|used| !allowed.contains(&used.as_str()));
        wrong.extend(beyond.map(|used| format!("{} uses {used}", member.name)));
    }
    assert!(wrong.is_empty(), "against the architecture: {wrong:?}");
}

#[test]
fn a_crates_own_tests_use_the_simulated_tenant_and_no_further_crate() {
    let mut wrong = Vec::new();
    for member in members().iter().filter(|member| member.name != TESTS) {
        let uses = member.uses(|kind| kind == DependencyKind::Development);
        let beyond = uses.iter().filter(|used| *used != FOR_TESTS);
        wrong.extend(beyond.map(|used| format!("the tests of {} use {used}", member.name)));
    }
    assert!(wrong.is_empty(), "against the architecture: {wrong:?}");
}

/// The table is held against itself, too: an arrow added there must not let a client reach the
/// simulated tenant by a detour.
#[test]
fn clients_and_the_simulated_tenant_do_not_know_each_other() {
    let uses: BTreeMap<String, BTreeSet<String>> = members()
        .iter()
        .map(|member| {
            (
                member.name.clone(),
                member.uses(|kind| kind != DependencyKind::Development),
            )
        })
        .collect();
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(name) = open.pop() {
            for next in uses.get(&name).into_iter().flatten() {
                if reached.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        reached
    };
    for client in ["wire", "entra", "graph", "state", "connect", "app"] {
        assert!(
            !reached(client).contains(FOR_TESTS),
            "{client} reaches {FOR_TESTS}"
        );
        assert!(
            !reached(FOR_TESTS).contains(client),
            "{FOR_TESTS} reaches {client}"
        );
    }
}

#[test]
fn every_crate_says_in_its_first_lines_what_it_is() {
    let mut wrong = Vec::new();
    for member in members() {
        let library = [TargetKind::Lib, TargetKind::Bin];
        let sources = member
            .package
            .targets
            .iter()
            .filter(|target| target.kind.iter().any(|kind| library.contains(kind)));
        for target in sources {
            let path = target.src_path.as_std_path();
            let text = fs::read_to_string(path).expect("a source can be read");
            if !begins_with_a_sentence(&text) {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "no sentence after `//!` at the beginning: {wrong:?}"
    );
}

fn begins_with_a_sentence(text: &str) -> bool {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let paragraph: Vec<&str> = lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    let ends = paragraph.contains(". ") || paragraph.ends_with('.');
    ends && paragraph.chars().next().is_some_and(char::is_uppercase)
}

#[test]
fn a_sentence_is_told_from_what_is_none() {
    for text in [
        "//! The wire.\n",
        "//! One\n//! two. And\n//! more\n",
        "//! A. B\n\nuse a;",
    ] {
        assert!(begins_with_a_sentence(text), "{text}");
    }
    for text in [
        "",
        "use a;\n",
        "// The wire.\n",
        "//! the wire.\n",
        "//! The wire\n",
        "//!\n//! A.\n",
    ] {
        assert!(!begins_with_a_sentence(text), "{text}");
    }
}

//! What the compiler and clippy don't see: unfinished work, names of this machine, files that grew
//! too long.

mod rules;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::place::Place;
use crate::run::Run;
use crate::say;

/// Holds every file of the project against the rules.
pub(crate) fn check(place: &Place) -> Result<(), Failure> {
    let machine = Machine::here(place);
    let mut count = 0;
    for name in files(place)? {
        let path = place.root.join(&name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            // Removed, and not yet committed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(Failure::File {
                    path,
                    source: error,
                });
            }
        };
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        for finding in rules::apply(
            &File {
                name: &name,
                text: &text,
            },
            &machine,
        ) {
            say::note(&format!("{name}:{}: {}", finding.line, finding.what));
            count += 1;
        }
    }
    if count == 0 {
        Ok(())
    } else {
        Err(Failure::Findings { count })
    }
}

/// Whether the work tree is as it was committed.
pub(crate) fn clean_tree(place: &Place) -> Result<bool, Failure> {
    difference(place).map(|difference| difference.is_empty())
}

/// Fails when a tree that was clean is so no more: something generated is not what was committed.
pub(crate) fn still_clean(place: &Place) -> Result<(), Failure> {
    match difference(place)? {
        difference if difference.is_empty() => Ok(()),
        difference => Err(Failure::TreeChanged { difference }),
    }
}

fn difference(place: &Place) -> Result<String, Failure> {
    let status = ["status", "--porcelain", "--untracked-files=all"];
    Run::new("git").folder(&place.root).args(status).read()
}

/// Every file that is part of the project or about to be.
fn files(place: &Place) -> Result<Vec<String>, Failure> {
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
    ];
    let names = Run::new("git").folder(&place.root).args(list).read()?;
    Ok(names.split_terminator('\0').map(str::to_owned).collect())
}

struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn is_rust(&self) -> bool {
        Path::new(self.name)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Written by a package manager, registries and all.
    fn is_lock(&self) -> bool {
        self.name.ends_with("Cargo.lock") || self.name.ends_with("package-lock.json")
    }
}

struct Finding {
    line: usize,
    what: String,
}

/// The folders that only this machine has.
struct Machine {
    folders: Vec<String>,
}

impl Machine {
    fn here(place: &Place) -> Self {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let own = [Some(place.root.clone()), home].into_iter().flatten();
        let own = own.filter(|folder| folder.components().count() > 1);
        Self {
            folders: own.map(|folder| folder.display().to_string()).collect(),
        }
    }
}

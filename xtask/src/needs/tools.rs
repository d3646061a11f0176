use std::ffi::OsString;
use std::time::Duration;

use super::Gaps;
use super::python::Environment;
use crate::failure::Failure;
use crate::place::Place;
use crate::run::{Run, cargo_tool};
use crate::{run, say};

/// A cargo tool: used as it is found, else installed below `target/`.
pub(crate) struct Tool {
    crate_name: &'static str,
    version: &'static str,
    /// Says yes when it is there and new enough.
    probe: &'static [&'static str],
}

pub(crate) const NEXTEST: Tool = Tool {
    crate_name: "cargo-nextest",
    version: "0.9.148",
    // Fails where `.config/nextest.toml` wants a newer one.
    probe: &["nextest", "show-config", "version"],
};

pub(crate) const DENY: Tool = Tool {
    crate_name: "cargo-deny",
    version: "0.20.2",
    probe: &["deny", "--version"],
};

impl Tool {
    /// The program, ready to be run. It is built from source, which takes minutes, only where it
    /// can't be done without.
    pub(crate) fn find(&self, place: &Place, gaps: Gaps) -> Result<OsString, Failure> {
        if self.works(place, self.crate_name.as_ref()) {
            return Ok(self.crate_name.into());
        }
        self.prebuilt(place).or_else(|failure| {
            if gaps == Gaps::Named {
                return Err(failure);
            }
            say::note(&format!(
                "No prebuilt {} could be had: {failure}",
                self.crate_name
            ));
            self.built(place)
        })
    }

    /// The commands of this tool, each with the subcommand's name first.
    pub(crate) fn run(&self, program: &OsString, place: &Place) -> Run {
        let subcommand = self.crate_name.trim_start_matches("cargo-");
        cargo_tool(program).arg(subcommand).folder(&place.root)
    }

    fn works(&self, place: &Place, program: &std::ffi::OsStr) -> bool {
        cargo_tool(program)
            .args(self.probe)
            .folder(&place.root)
            .succeeds()
    }

    /// From the Python package index, where both are kept as wheels with the program inside. The
    /// list names each file's SHA-256, so that none but these is ever run.
    fn prebuilt(&self, place: &Place) -> Result<OsString, Failure> {
        let environment = Environment {
            folder: place.target.join("tools"),
            requirements: &place.root.join("xtask").join("tools.txt"),
            why: "tools that build and test, prebuilt",
            options: &["--require-hashes"],
        };
        environment.ready()?;
        let program = environment.program(self.crate_name).into_os_string();
        if self.works(place, &program) {
            Ok(program)
        } else {
            Err(Failure::Missing {
                what: format!("a `{}` that runs on this machine", self.crate_name),
                remedy: "The prebuilt one does not.".to_owned(),
            })
        }
    }

    /// From source, which takes some minutes, once.
    fn built(&self, place: &Place) -> Result<OsString, Failure> {
        let folder = place.target.join("tools-from-source");
        let program = folder.join("bin").join(format!(
            "{}{}",
            self.crate_name,
            std::env::consts::EXE_SUFFIX
        ));
        if !self.works(place, program.as_os_str()) {
            say::note(&format!(
                "Building {} {} from source. It takes some minutes, once.",
                self.crate_name, self.version
            ));
            // Outside the workspace: its settings are not the tool's.
            run::cargo()
                .args(["install", "--locked", "--debug", "--root"])
                .arg(&folder)
                .args(["--target-dir".as_ref(), folder.join("build").as_os_str()])
                .arg(format!("{}@{}", self.crate_name, self.version))
                .limit(Duration::from_mins(30))
                .go()?;
        }
        Ok(program.into_os_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_prebuilt_tools_names_the_same_versions() {
        let list = include_str!("../../tools.txt");
        for tool in [NEXTEST, DENY] {
            let line = format!("{}=={} ", tool.crate_name, tool.version);
            assert!(
                list.lines().any(|found| found.contains(&line)),
                "`{line}` is not in tools.txt"
            );
        }
    }
}

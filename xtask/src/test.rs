use std::ffi::OsString;
use std::fs;

use crate::failure::Failure;
use crate::needs::python::Environment;
use crate::needs::{Gaps, TO_BUILD, TO_RUN, TO_TEST, debian, tools, vouchers};
use crate::place::Place;
use crate::run::{Run, cargo};
use crate::say;
use crate::summary::Summary;

/// Installs what is missing and runs every test, or those that a filter names.
pub(crate) fn test(place: &Place, filter: &[String]) -> Result<(), Failure> {
    let tests = Tests::prepare(place, Gaps::Named)?;
    tests.build()?;
    if filter.is_empty() {
        tests.documented_examples()?;
    } else {
        say::note("Examples in the documentation are left out: they have no names to filter by.");
    }
    if let Some(summary) = tests.run(&Selection {
        profile: "default",
        filter,
    })? {
        say::data(&summary.line());
    }
    Ok(())
}

/// A machine on which the tests can run.
pub(crate) struct Tests<'a> {
    place: &'a Place,
    variables: Vec<(&'static str, OsString)>,
    nextest: Option<OsString>,
    contract: bool,
}

/// Which tests are run.
pub(crate) struct Selection<'a> {
    /// A profile of `.config/nextest.toml`.
    pub(crate) profile: &'a str,
    pub(crate) filter: &'a [String],
}

impl<'a> Tests<'a> {
    /// Installs what is missing. What can't be had is named, or is a failure.
    pub(crate) fn prepare(place: &'a Place, gaps: Gaps) -> Result<Self, Failure> {
        let needs: Vec<_> = TO_BUILD.iter().chain(&TO_RUN).chain(&TO_TEST).collect();
        debian::install(&needs, gaps)?;
        let mut variables: Vec<_> = vouchers(&TO_TEST)
            .into_iter()
            .map(|name| (name, OsString::from("1")))
            .collect();

        let judges = Environment {
            folder: place.target.join("judges"),
            requirements: &place
                .root
                .join("tests")
                .join("judges")
                .join("requirements.txt"),
            why: "clients that others wrote, as judges of the simulated tenant",
            options: &[],
        };
        if gaps.fill("the judges", judges.ready())?.is_some() {
            variables.push(("FAIRLEAD_JUDGES", judges.program("python").into_os_string()));
            variables.push(("FAIRLEAD_REQUIRE_JUDGES", "1".into()));
        }

        let contract = gaps.fill("the contract", contract(place))?;
        if let Some(folder) = &contract {
            variables.push(("FAIRLEAD_CONTRACT", folder.clone()));
            variables.push(("FAIRLEAD_REQUIRE_CONTRACT", "1".into()));
        }

        let nextest = gaps.fill("cargo-nextest", tools::NEXTEST.find(place, gaps))?;
        if nextest.is_none() {
            say::note("`cargo test` runs the tests instead, without a time limit for each.");
        }
        Ok(Self {
            place,
            variables,
            nextest,
            contract: contract.is_some(),
        })
    }

    /// Builds the program and all tests at once: one set of features, so that every dependency is
    /// compiled once.
    pub(crate) fn build(&self) -> Result<(), Failure> {
        self.cargo(["build", "--workspace", "--all-targets", "--locked"])
            .go()
    }

    pub(crate) fn documented_examples(&self) -> Result<(), Failure> {
        self.cargo(["test", "--doc", "--workspace", "--locked"])
            .go()
    }

    /// Runs the tests. The totals are there when cargo-nextest ran them.
    pub(crate) fn run(&self, selection: &Selection<'_>) -> Result<Option<Summary>, Failure> {
        self.run_with(selection, &[])
    }

    /// The same with more variables.
    pub(crate) fn run_with(
        &self,
        selection: &Selection<'_>,
        variables: &[(&'static str, OsString)],
    ) -> Result<Option<Summary>, Failure> {
        let command = match &self.nextest {
            Some(program) => self.nextest(program, selection),
            None => self.libtest(selection),
        };
        let command = variables
            .iter()
            .fold(command, |run, (name, value)| run.env(name, value));
        if self.nextest.is_none() {
            return command.go().map(|()| None);
        }
        let junit = self
            .place
            .nextest_store()
            .join(selection.profile)
            .join("junit.xml");
        if junit.exists() {
            fs::remove_file(&junit).map_err(Failure::file(&junit))?;
        }
        let outcome = command.go();
        // A run that failed has totals too, unless it did not come as far as running a test.
        let summary = junit.exists().then(|| Summary::read(&junit)).transpose()?;
        match (outcome, summary) {
            (Ok(()), summary) => Ok(summary),
            (Err(failure), None) => Err(failure),
            (Err(failure), Some(summary)) => {
                say::data(&summary.line());
                Err(failure)
            }
        }
    }

    fn nextest(&self, program: &OsString, selection: &Selection<'_>) -> Run {
        let run = self.with_variables(tools::NEXTEST.run(program, self.place));
        let run = run.args([
            "run",
            "--workspace",
            "--locked",
            "--profile",
            selection.profile,
        ]);
        let run = if self.contract {
            run
        } else {
            run.args([
                "-E",
                "not (binary_id(fairlead-tests::it) & test(/(^|::)contract::/))",
            ])
        };
        run.args(selection.filter)
    }

    fn libtest(&self, selection: &Selection<'_>) -> Run {
        let run = self.cargo([
            "test",
            "--workspace",
            "--locked",
            "--lib",
            "--bins",
            "--tests",
        ]);
        let run = run.arg("--").args(selection.filter);
        let run = if self.contract {
            run
        } else {
            run.args(["--skip", "contract::"])
        };
        if selection.profile == "soak" {
            run.arg("soak_")
        } else {
            run.args(["--skip", "soak_"])
        }
    }

    fn cargo<const N: usize>(&self, args: [&str; N]) -> Run {
        self.with_variables(cargo())
            .folder(&self.place.root)
            .args(args)
    }

    fn with_variables(&self, run: Run) -> Run {
        self.variables
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value))
    }
}

fn contract(place: &Place) -> Result<OsString, Failure> {
    place
        .contract()
        .map(OsString::from)
        .ok_or_else(|| Failure::Missing {
            what: "the published contract (`../shared/contract`)".to_owned(),
            remedy: "The tests of the module `contract` need it; no other does.".to_owned(),
        })
}

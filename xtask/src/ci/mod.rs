//! All that must hold before a change lands, one stage after the other.

mod stages;

use crate::failure::Failure;
use crate::needs::{Gaps, TO_CHECK, debian, tools};
use crate::place::Place;
use crate::run::{Run, cargo};
use crate::summary::Summary;
use crate::test::{Selection, Tests};
use crate::{hygiene, leftovers, say, soak};
use stages::Stages;

/// Runs the stages and prints what each took; stops at the first that fails.
pub(crate) fn check(place: &Place) -> Result<(), Failure> {
    let mut stages = Stages::default();
    let outcome = through(place, &mut stages);
    say::note(&stages.table());
    let summary = outcome?;
    say::data(&summary.line());
    Ok(())
}

/// What is quick and needs no compiler comes first. Dependencies are compiled twice, once for
/// clippy and once for the tests: all later stages build with the same features and settings.
fn through(place: &Place, stages: &mut Stages) -> Result<Summary, Failure> {
    let (tests, was_clean) = stages.run("install", || {
        debian::install(&TO_CHECK.iter().collect::<Vec<_>>(), Gaps::Refused)?;
        // Before anything is built, which is what could change it.
        let was_clean = hygiene::clean_tree(place)?;
        Ok((Tests::prepare(place, Gaps::Refused)?, was_clean))
    })?;
    stages.run("format", || within(place, ["fmt", "--all", "--check"]).go())?;
    stages.run("hygiene", || hygiene::check(place))?;
    stages.run("dependencies", || {
        let deny = tools::DENY.find(place, Gaps::Refused)?;
        let run = tools::DENY.run(&deny, place);
        run.args(["--locked", "check", "licenses", "bans", "sources"])
            .go()
    })?;
    stages.run("clippy", || {
        let lint = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ];
        within(place, lint).go()
    })?;
    stages.run("build", || tests.build())?;
    stages.run("examples", || tests.documented_examples())?;
    let short = stages.run("tests", || {
        tests
            .run(&Selection {
                profile: "default",
                filter: &[],
            })
            .map(Option::unwrap_or_default)
    })?;
    let long = stages.run("soak, a tenth", || {
        soak::run(&tests, "0.1").map(Option::unwrap_or_default)
    })?;
    stages.run("tree unchanged", || {
        if was_clean {
            return hygiene::still_clean(place);
        }
        say::note("Not checked: the work tree had changes before the stages began.");
        Ok(())
    })?;
    stages.run("nothing left running", || match leftovers::end() {
        0 => Ok(()),
        count => Err(Failure::ProcessesLeft { count }),
    })?;
    Ok(short + long)
}

fn within<const N: usize>(place: &Place, args: [&str; N]) -> Run {
    cargo().folder(&place.root).args(args)
}

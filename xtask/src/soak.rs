use crate::failure::Failure;
use crate::needs::Gaps;
use crate::place::Place;
use crate::say;
use crate::summary::Summary;
use crate::test::{Selection, Tests};

/// Runs the long tests alone, whole or a tenth of each.
pub(crate) fn soak(place: &Place, tenth: bool) -> Result<(), Failure> {
    let tests = Tests::prepare(place, Gaps::Named)?;
    tests.build()?;
    let factor = if tenth { "0.1" } else { "1.0" };
    if let Some(summary) = run(&tests, factor)? {
        say::data(&summary.line());
    }
    Ok(())
}

/// The long tests read from `FAIRLEAD_SOAK` how much of their length is wanted.
pub(crate) fn run(tests: &Tests<'_>, factor: &str) -> Result<Option<Summary>, Failure> {
    let selection = Selection {
        profile: "soak",
        filter: &[],
    };
    tests.run_with(&selection, &[("FAIRLEAD_SOAK", factor.into())])
}

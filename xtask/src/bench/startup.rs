use std::path::Path;

use super::measure::{Times, milliseconds, one_run};
use crate::failure::Failure;
use crate::place::Place;

const RUNS: usize = 50;
/// What a start may take at most.
const AIM: &str = "aim: under 30 ms";

/// How long `fairlead --version` takes, against a program that does nothing.
pub(super) fn measure(place: &Place) -> Result<Vec<String>, Failure> {
    of(&place.fairlead("release"))
}

fn of(fairlead: &Path) -> Result<Vec<String>, Failure> {
    let nothing = Path::new("true");
    // Read once from the disk before it counts.
    one_run(fairlead, &["--version"])?;
    let (mut starts, mut bare) = (Vec::with_capacity(RUNS), Vec::with_capacity(RUNS));
    for _ in 0..RUNS {
        bare.push(one_run(nothing, &[])?);
        starts.push(one_run(fairlead, &["--version"])?);
    }
    let lines = Times::of(starts).zip(Times::of(bare)).map(|(starts, bare)| {
        let ratio = starts.median().as_secs_f64() / bare.median().as_secs_f64();
        format!(
            "`fairlead --version` median {}, least {} ({AIM}); {ratio:.1} times `true` (median {}); {RUNS} runs",
            milliseconds(starts.median()),
            milliseconds(starts.least()),
            milliseconds(bare.median()),
        )
    });
    Ok(lines.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_times_and_ratio() {
        let lines = of(Path::new("true")).expect("`true` succeeds, whatever it is told");
        let line = lines.first().expect("there is a line");
        assert!(line.starts_with("`fairlead --version` median "), "{line}");
        assert!(line.contains(" times `true` (median "), "{line}");
    }
}

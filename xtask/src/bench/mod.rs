//! Ratios of the release build. Each bench is a file here and a line in [`BENCHES`]. A ratio is
//! taken against something measured in the same run, so that it says something on any machine.

mod measure;
mod startup;
mod whole_test;

use crate::failure::Failure;
use crate::needs::{Gaps, TO_BUILD, debian};
use crate::place::Place;
use crate::run::cargo;
use crate::say;

struct Bench {
    name: &'static str,
    /// Returns what it found, a line each.
    measure: fn(&Place) -> Result<Vec<String>, Failure>,
}

const BENCHES: [Bench; 2] = [
    Bench {
        name: "startup",
        measure: startup::measure,
    },
    Bench {
        name: "test",
        measure: whole_test::measure,
    },
];

/// Builds the release and prints the ratios, of one bench or of all.
pub(crate) fn bench(place: &Place, only: Option<&str>) -> Result<(), Failure> {
    let chosen: Vec<&Bench> = BENCHES
        .iter()
        .filter(|bench| only.is_none_or(|only| only == bench.name))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::Usage {
            given: format!("bench {}", only.unwrap_or_default()),
        });
    }
    let needs: Vec<_> = TO_BUILD.iter().collect();
    debian::install(&needs, Gaps::Refused)?;
    let build = [
        "build",
        "--release",
        "--package",
        "fairlead-cli",
        "--locked",
    ];
    cargo().folder(&place.root).args(build).go()?;
    for bench in chosen {
        for line in (bench.measure)(place)? {
            say::data(&format!("{}: {line}", bench.name));
        }
    }
    Ok(())
}

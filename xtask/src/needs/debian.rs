use std::time::Duration;

use super::{Gaps, Need};
use crate::failure::Failure;
use crate::run::{Run, on_path};
use crate::say;

const LIMIT: Duration = Duration::from_mins(20);

/// Installs the packages of those needs that are not met, after saying which and why.
pub(crate) fn install(needs: &[&Need], gaps: Gaps) -> Result<(), Failure> {
    let missing: Vec<&Need> = needs
        .iter()
        .copied()
        .filter(|need| !(need.there)())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    say::note("Missing on this machine:");
    for need in &missing {
        say::note(&format!("  {:<16} {}", need.package, need.why));
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if let Err(failure) = apt(&packages) {
        say::note(&format!("They could not be installed: {failure}"));
    }
    for need in missing.iter().filter(|need| !(need.there)()) {
        let absent = Failure::Missing {
            what: format!("what the package `{}` brings", need.package),
            remedy: by_hand(need.package),
        };
        let gaps = if need.required { Gaps::Refused } else { gaps };
        gaps.fill::<()>(need.why, Err(absent))?;
    }
    Ok(())
}

fn by_hand(packages: &str) -> String {
    if on_path("apt-get") {
        format!("Run `sudo apt-get update && sudo apt-get install {packages}`.")
    } else {
        "The name is Debian's; here the system's own tool must bring it.".to_owned()
    }
}

fn apt(packages: &[&str]) -> Result<(), Failure> {
    if !on_path("apt-get") {
        return Err(Failure::Missing {
            what: "`apt-get`".to_owned(),
            remedy: "Packages are installed on Debian and its relatives only.".to_owned(),
        });
    }
    let as_root = Run::new("id")
        .arg("-u")
        .read()
        .is_ok_and(|id| id.trim() == "0");
    if !as_root && !Run::new("sudo").args(["-n", "true"]).succeeds() {
        return Err(Failure::Missing {
            what: "the right to install packages (no root, and `sudo -n` asks for a password)"
                .to_owned(),
            remedy: format!(
                "Run {} and start this task again.",
                by_hand(&packages.join(" "))
            ),
        });
    }
    apt_get(as_root).arg("update").go()?;
    apt_get(as_root)
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages)
        .go()
}

fn apt_get(as_root: bool) -> Run {
    // Through `env`, since `sudo` hands no variables on.
    let run = if as_root {
        Run::lasting("env")
    } else {
        Run::lasting("sudo").args(["-n", "env"])
    };
    run.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"])
        .args(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"])
        .args(["-o", "Acquire::Retries=3"])
        .limit(LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(there: fn() -> bool) -> Need {
        Need {
            package: "a",
            why: "b",
            there,
            required: false,
            vouched_by: None,
        }
    }

    #[test]
    fn nothing_is_done_where_all_is_there() {
        let there = need(|| true);
        assert!(install(&[&there], Gaps::Refused).is_ok());
    }
}

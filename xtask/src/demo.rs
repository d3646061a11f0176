use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::failure::Failure;
use crate::needs::{Gaps, TO_BUILD, TO_RUN, debian};
use crate::place::Place;
use crate::run::{Run, cargo};
use crate::say;

/// Builds Fairlead and shows it on a simulated tenant. Its exit code is the task's.
pub(crate) fn show(place: &Place, keep: bool) -> Result<ExitCode, Failure> {
    let needs: Vec<_> = TO_BUILD.iter().chain(&TO_RUN).collect();
    debian::install(&needs, Gaps::Refused)?;
    cargo()
        .folder(&place.root)
        .args(["build", "--package", "fairlead-cli", "--locked"])
        .go()?;

    let report = report(&place.target.join("demo"), keep)?;
    // A browser that it opens stays open, and so may the demo.
    let run = Run::lasting(place.fairlead("debug"))
        .limit(Duration::MAX)
        .folder(&place.root)
        .arg("demo");
    let run = if has_display() {
        run
    } else {
        run.arg("--headless")
    };
    let status = run.arg("--report").arg(&report).status()?;
    if report.is_file() {
        say::note(&format!("\nThe report: {}", report.display()));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn has_display() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Where the report goes: an old one is never taken for the new one.
fn report(folder: &Path, keep: bool) -> Result<PathBuf, Failure> {
    if !keep && folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::file(folder))?;
    }
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    let numbered = (2..).map(|number| format!("report-{number}.html"));
    let names = std::iter::once("report.html".to_owned()).chain(numbered);
    let mut free = names
        .map(|name| folder.join(name))
        .filter(|path| !path.exists());
    Ok(free.next().unwrap_or_else(|| folder.join("report.html")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_report_is_removed_or_kept_but_never_written_over() {
        let folder = std::env::temp_dir().join(format!("xtask-demo-{}", std::process::id()));
        let first = report(&folder, false).expect("the folder can be made");
        assert_eq!(first, folder.join("report.html"));
        fs::write(&first, "earlier").expect("a file can be written");

        let second = report(&folder, true).expect("the folder is there");
        assert_eq!(second, folder.join("report-2.html"));
        assert!(first.exists(), "it was to be kept");

        let third = report(&folder, false).expect("the folder can be made anew");
        assert_eq!(third, folder.join("report.html"));
        assert!(
            !first.exists(),
            "an old report can be taken for the new one"
        );
        fs::remove_dir_all(&folder).expect("the folder can be removed");
    }
}

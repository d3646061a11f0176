use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::Failure;
use crate::run::Run;
use crate::say;

#[cfg(windows)]
pub(crate) const PYTHON: &str = "python";
#[cfg(not(windows))]
pub(crate) const PYTHON: &str = "python3";

const LIMIT: Duration = Duration::from_mins(15);

/// A Python environment of its own, made anew only when its list of packages or the Python changes.
pub(crate) struct Environment<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) requirements: &'a Path,
    pub(crate) why: &'a str,
    /// Options of `pip install` beyond the list.
    pub(crate) options: &'a [&'a str],
}

impl Environment<'_> {
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder
            .join(folder)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Makes it, unless it is there as it should be.
    pub(crate) fn ready(&self) -> Result<(), Failure> {
        let python = Run::new(PYTHON).arg("--version").read()?;
        let list =
            fs::read_to_string(self.requirements).map_err(Failure::file(self.requirements))?;
        let wanted = format!("{python}{list}");
        let stamp = self.folder.join("made-from");
        if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
            return Ok(());
        }
        say::note(&format!(
            "Installing Python packages into {}:",
            self.folder.display()
        ));
        say::note(&format!("  {}: {}", self.why, asked_for(&list).join(", ")));
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(Failure::file(&self.folder))?;
        }
        Run::new(PYTHON)
            .args(["-m", "venv"])
            .arg(&self.folder)
            .limit(LIMIT)
            .go()?;
        Run::new(self.program("python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args([
                "--no-input",
                "--no-deps",
                "--no-compile",
                "--only-binary",
                ":all:",
            ])
            .args(self.options)
            .arg("--requirement")
            .arg(self.requirements)
            .limit(LIMIT)
            .go()?;
        Run::new(self.program("python"))
            .args(["-m", "pip", "check"])
            .limit(LIMIT)
            .go()?;
        // Last, so that what was begun and not ended is begun again.
        fs::write(&stamp, wanted).map_err(Failure::file(&stamp))
    }
}

/// The packages before the first blank line: what was asked for, without what it brings along.
fn asked_for(list: &str) -> Vec<&str> {
    let lines = list
        .lines()
        .skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    lines
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| !line.starts_with(['#', ' ']))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_told_without_what_it_brings_along() {
        let list = "# why\n\na==1\nb==2 \\\n    --hash=sha256:00\n\n# brought along\nc==3\n";
        assert_eq!(asked_for(list), ["a==1", "b==2"]);
    }
}

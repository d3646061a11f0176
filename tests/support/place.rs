use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use tempfile::TempDir;

/// The root of the workspace.
///
/// # Panics
///
/// When this package has been moved out of it.
pub fn workspace() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file())
        .unwrap_or_else(|| panic!("no workspace around {}", own.display()))
        .to_owned()
}

/// The program `fairlead`, built beside the test that asks.
///
/// # Panics
///
/// When it is not built, or built from other sources than those that are there now: cargo does not
/// build it for the tests of another package.
pub fn fairlead() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own program");
        let folder = test
            .ancestors()
            .nth(2)
            .expect("tests are built into `deps`");
        let program = folder.join(format!("fairlead{}", std::env::consts::EXE_SUFFIX));
        let build = "`cargo build --package fairlead-cli` builds it, `cargo xtask test` as well";
        assert!(
            program.is_file(),
            "{} is not built; {build}",
            program.display()
        );
        if let Some(source) = newer_source(&program, &folder.join("fairlead.d")) {
            panic!(
                "{} is older than {}; {build}",
                program.display(),
                source.display()
            );
        }
        program
    })
}

/// A source that was changed after the program was built from it. Cargo lists them in `listed`.
fn newer_source(program: &Path, listed: &Path) -> Option<PathBuf> {
    let list = std::fs::read_to_string(listed).ok()?;
    let built = changed(program)?;
    sources(&list)
        .into_iter()
        .find(|source| changed(source).is_none_or(|time| time > built))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// The sources in a line `program: source source`, in which a blank in a name is `\ `.
fn sources(list: &str) -> Vec<PathBuf> {
    let Some((_, names)) = list.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let marked = names.replace("\\ ", "\0");
    marked
        .split_whitespace()
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect()
}

/// An empty folder that is gone when the value is dropped.
///
/// # Panics
///
/// When the system gives no room for it.
pub fn temp_folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("fairlead-test-")
        .tempdir()
        .expect("a temporary folder")
}

/// Writes a file that only its owner may read, with a secret for its first line.
///
/// # Panics
///
/// When it can't be written.
pub fn secret_file(file: &Path, secret: &str) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(file).expect("the file can be made");
    writeln!(open, "{secret}").expect("the file can be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_the_folder_of_the_lock_file() {
        assert!(
            workspace().join("crates").join("domain").is_dir(),
            "{}",
            workspace().display()
        );
    }

    #[test]
    fn a_program_is_stale_when_a_source_of_it_is_newer_or_gone() {
        let folder = temp_folder();
        let [program, source, list] =
            ["program", "with blank.rs", "program.d"].map(|name| folder.path().join(name));
        let escaped = source.display().to_string().replace(' ', "\\ ");
        let write = |path: &Path, text: &str| std::fs::write(path, text).expect("it is written");
        let built = |seconds: u64| {
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            let file = std::fs::File::options()
                .write(true)
                .open(&program)
                .expect("it is there");
            file.set_modified(time).expect("its time can be set");
        };
        write(&source, "fn main() {}");
        write(&program, "");
        write(&list, &format!("{}: {escaped}\n", program.display()));

        built(1_000);
        assert_eq!(newer_source(&program, &list), Some(source.clone()));
        built(10_000_000_000);
        assert_eq!(newer_source(&program, &list), None);
        std::fs::remove_file(&source).expect("it is removed");
        assert_eq!(newer_source(&program, &list), Some(source));
    }
}

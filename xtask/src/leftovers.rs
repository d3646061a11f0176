//! Finds what the commands of this task started and left running: all of it carries the task's
//! mark in its environment. Looked for where processes can be looked into (`/proc`).

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::say;

pub(crate) const MARK: &str = "FAIRLEAD_XTASK_RUN";

/// What tells the processes of this task from those of any other.
pub(crate) fn mark() -> &'static str {
    static OWN: OnceLock<String> = OnceLock::new();
    OWN.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        format!("{}-{}", std::process::id(), now.as_nanos())
    })
}

/// Ends what is still running, each by its id, and returns how many there were.
pub(crate) fn end() -> usize {
    // Twice nothing: a process that has just been started shows its environment a moment later.
    let mut left = marked();
    let mut nothing_seen = 0;
    // What has just been told to end may need a moment, too.
    for _ in 0..20 {
        nothing_seen = if left.is_empty() { nothing_seen + 1 } else { 0 };
        if nothing_seen == 2 {
            return 0;
        }
        sleep(Duration::from_millis(100));
        left = marked();
    }
    for process in &left {
        say::note(&format!(
            "left running, ended now: {} `{}`",
            process.id, process.command
        ));
    }
    signal("TERM", &left);
    sleep(Duration::from_secs(1));
    signal("KILL", &marked());
    left.len()
}

struct Process {
    id: u32,
    command: String,
}

fn marked() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let own = std::process::id();
    entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let id = path.file_name()?.to_str()?.parse().ok()?;
            (id != own && carries_mark(&path)).then(|| Process {
                id,
                command: command_of(&path),
            })
        })
        .collect()
}

fn carries_mark(process: &Path) -> bool {
    let wanted = format!("{MARK}={}", mark());
    std::fs::read(process.join("environ")).is_ok_and(|environ| {
        environ
            .split(|byte| *byte == 0)
            .any(|var| var == wanted.as_bytes())
    })
}

fn command_of(process: &Path) -> String {
    let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line)
        .replace('\0', " ")
        .trim_end()
        .to_owned()
}

/// `kill` is built into every shell, so no package is needed for it.
fn signal(name: &str, processes: &[Process]) {
    for process in processes {
        let kill = format!("kill -{name} {} 2>/dev/null", process.id);
        if let Err(error) = Command::new("sh").args(["-c", &kill]).status() {
            say::note(&format!("`{kill}` could not be started: {error}"));
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_was_left_running_is_found_and_ended() {
        let mut left = Command::new("sleep")
            .arg("60")
            .env(MARK, mark())
            .spawn()
            .expect("`sleep` starts");
        assert_eq!(end(), 1);
        let status = left.wait().expect("it can be waited for");
        assert!(
            !status.success(),
            "it was ended, and did not end by itself: {status}"
        );
        assert_eq!(end(), 0);
    }
}

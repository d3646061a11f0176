//! What a command printed, as a snapshot that is the same on every run.

use std::path::Path;

use fairlead_tests::{Ended, Program};

use crate::judges::Tenant;

/// What differs from run to run, and what stands for it. The order counts.
const VARYING: [(&str, &str); 14] = [
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[id]",
    ),
    (r"\b[0-9A-F]{40}\b", "[thumbprint]"),
    (r"\b[0-9A-F]{64}\b", "[thumbprint]"),
    (r"\b[0-9A-Fa-f]{32}\b", "[number]"),
    (r"[A-Za-z0-9_-]{43}(=|\b)", "[thumbprint]"),
    (
        r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC)",
        "[time]",
    ),
    (r"20\d\d-\d\d-\d\d", "[date]"),
    (r"\d\d:\d\d:\d\d UTC", "[time]"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
    (r"<?\b\d+(\.\d+)? m?s\b", "[spent]"),
    (r"enter the code `[A-Z0-9]+`", "enter the code `[code]`"),
    (r#""ms":\d+"#, r#""ms":0"#),
    (r"(?m)^  System        .*$", "  System        [system]"),
    (r"\b(36[45]) days left", "[days] days left"),
];

/// A transcript of what a command did, in which `folder` is `[folder]`.
pub(super) fn of(command: &[&str], ended: &Ended, folder: &Path) -> String {
    let code = ended
        .code
        .map_or("none".to_owned(), |code| code.to_string());
    let (stdout, stderr) = (ended.stdout.trim_end(), ended.stderr.trim_end());
    let folder = folder.display().to_string();
    format!(
        "$ fairlead {}\nexit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n",
        command.join(" ")
    )
    .replace(&folder, "[folder]")
}

/// Holds transcripts against the snapshot of this name.
pub(super) fn hold(name: &str, transcripts: &[String]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    for (pattern, stands) in VARYING {
        settings.add_filter(pattern, stands);
    }
    settings.bind(|| insta::assert_snapshot!(name, transcripts.join("\n")));
}

/// One command on a tenant.
pub(super) fn on(tenant: &Tenant, command: &[&str]) -> String {
    let ended = tenant.fairlead(command).env("COLUMNS", "100").run();
    of(command, &ended, tenant.folder())
}

/// One command on a configuration of its own, without a tenant.
pub(super) fn alone(folder: &Path, command: &[&str]) -> String {
    let program = Program::fairlead(folder).args(["--secret-store", "file"]);
    let ended = program.args(command).env("COLUMNS", "100").run();
    of(command, &ended, folder)
}

//! A person at a browser that is not Fairlead's, on sign-in pages that approve nothing by themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fairlead_tests::workspace;
use serde_json::{Value, json};

use super::tenant::Tenant;

/// A command that opens an address, with somebody who signs in and agrees to what is asked: the tenant's
/// administrator, and to the apps of connections the account that synchronises.
pub(super) fn with_a_person(tenant: &Tenant, python: &Path) -> PathBuf {
    let line = tenant.line();
    let accounts = line["accounts"].as_array().into_iter().flatten();
    let is_synchronising = |account: &&Value| {
        let user = account["user"].as_str();
        user.is_some_and(|user| user.starts_with("reports@"))
    };
    let account = accounts.clone().find(is_synchronising);
    let given = tenant.file("person.json");
    let person = json!({"ready": line, "account": account});
    fs::write(&given, person.to_string()).expect("who sits there is written down");
    let walker = workspace().join("tests").join("judges").join("browser.py");
    let script = format!(
        "#!/bin/sh\nexport PYTHONDONTWRITEBYTECODE=1\nexec '{}' '{}' '{}' \"$1\"\n",
        python.display(),
        walker.display(),
        given.display()
    );
    let command = tenant.file("browser");
    fs::write(&command, script).expect("the browser is written");
    fs::set_permissions(&command, fs::Permissions::from_mode(0o700)).expect("it may run");
    command
}

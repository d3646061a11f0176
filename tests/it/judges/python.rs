use std::path::Path;
use std::time::Duration;

use fairlead_tests::{Ended, Program, workspace};
use serde_json::Value;

use super::tenant::Tenant;

/// A test here is ended after four minutes; what the program wrote is seen when it ends before.
const LIMIT: Duration = Duration::from_mins(3);

/// A program of `tests/judges`, at home in a folder.
pub(crate) fn program(python: &Path, name: &str, home: &Path) -> Program {
    let judges = workspace().join("tests").join("judges");
    // Nothing is written into the work tree, and the next run need not compile again.
    let compiled = python.ancestors().nth(2).unwrap_or(home).join("compiled");
    Program::new(python)
        .at_home_in(home)
        .env("PYTHONPYCACHEPREFIX", compiled)
        .env("PYTHONUTF8", "1")
        .args(["-W", "ignore::UserWarning"])
        .arg(judges.join(name))
        .limit(LIMIT)
}

/// Runs a program of `tests/judges`, which reads `given` and fails when something is not as it should
/// be.
pub(crate) fn judge(python: &Path, name: &str, tenant: &Tenant, given: &Value) -> Ended {
    let program = program(python, name, tenant.folder());
    program.input(given.to_string()).run().with_code(0)
}

use fairlead_app::listing;
use fairlead_sim::{StartError, StateFileError, TlsError, scenarios, start};

use crate::args::SimArgs;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::signals::told_to_end;

pub(super) async fn run(args: SimArgs, printer: &Printer) -> Result<bool, Failure> {
    if args.scenario.iter().any(|name| name == "list") {
        return list(printer);
    }
    let running = start(args.options())
        .await
        .map_err(|error| not_started(&error))?;
    printer.json(running.ready())?;
    printer.say("Simulated tenant: nothing leaves this computer. Ctrl-C ends it.");
    running.serve_until(told_to_end()).await;
    Ok(true)
}

/// Why there is no simulated tenant.
pub(crate) fn not_started(error: &StartError) -> Failure {
    let what = format!("the simulated tenant: {error}");
    match error {
        StartError::NotLoopback(_)
        | StartError::Listen { .. }
        | StartError::Scenario { .. }
        | StartError::Rate(_) => Failure::usage(what),
        StartError::RequestLog { path, .. }
        | StartError::Tls(TlsError::File { path, .. } | TlsError::Authority { path, .. })
        | StartError::State(
            StateFileError::File { path, .. } | StateFileError::Shape { path, .. },
        ) => Failure::rule(error.code(), what).about_file(path),
        _ => Failure::rule(error.code(), what),
    }
}

fn list(printer: &Printer) -> Result<bool, Failure> {
    if printer.is_json() {
        printer.json(&scenarios())?;
    } else {
        let all = scenarios();
        let rows = all.iter().map(|scenario| (scenario.name, scenario.title));
        printer.data(listing::scenarios_text(rows, printer.style()))?;
    }
    Ok(true)
}

use fairlead_app::listing;
use fairlead_domain::problem::ProblemCode;
use fairlead_sim::{scenarios, start};

use crate::args::SimArgs;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) async fn run(args: SimArgs, printer: &Printer) -> Result<bool, Failure> {
    if args.scenario.iter().any(|name| name == "list") {
        return list(printer);
    }
    let running = start(args.options()).await.map_err(|error| {
        Failure::rule(
            ProblemCode::InputInvalid,
            format!("the simulated tenant: {error}"),
        )
    })?;
    printer.json(running.ready())?;
    printer.say("Simulated tenant: nothing leaves this computer. Ctrl-C ends it.");
    running.serve_until(until_interrupted()).await;
    Ok(true)
}

/// Ready when the process is told to end.
async fn until_interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn list(printer: &Printer) -> Result<bool, Failure> {
    if printer.is_json() {
        printer.json(&scenarios())?;
    } else {
        let rows: Vec<[String; 2]> = scenarios()
            .iter()
            .map(|scenario| [scenario.name.to_owned(), scenario.title.to_owned()])
            .collect();
        printer.data(listing::columns(&rows))?;
    }
    Ok(true)
}

use fairlead_app::listing;
use fairlead_domain::problem::ProblemCode;
use fairlead_sim::{scenarios, start};

use crate::args::SimArgs;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::signals::told_to_end;

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
    running.serve_until(told_to_end()).await;
    Ok(true)
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

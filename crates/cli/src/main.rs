//! The command line: parses, calls one function of `app`, prints what comes back.

mod args;
mod attendant;
mod commands;
mod demo;
#[cfg(test)]
mod documents;
mod failure;
mod log;
mod printer;
mod prompt;
mod signals;
mod signing;

use std::ffi::OsStr;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::signals::Interrupts;

/// What ends a command that could not run.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    log::begin(cli.global.verbose);
    let printer = Printer::new(&cli.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.say(format_args!(
                "error: the program can't start its threads: {error}"
            ));
            return ExitCode::from(COULD_NOT_RUN);
        }
    };
    let result = runtime.block_on(async {
        // A simulated tenant ends by Ctrl-C, and ends well.
        if !commands::ends_by_interrupt(&cli) {
            Interrupts::listen().end_in_time(COULD_NOT_RUN);
        }
        commands::run(cli, &printer).await
    });
    // What still runs in the background (a browser being waited for) must not hold the program up.
    runtime.shutdown_background();
    printer.quiet();
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Help and version are answers; anything else is a usage error: it could not run.
fn refused(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if wants_json(std::env::args_os()) {
        let text = error.render().to_string();
        let what = text.split("\n\n").next().unwrap_or_default();
        let what = what.strip_prefix("error: ").unwrap_or(what);
        let failure = Failure::usage(what.trim());
        let line = serde_json::json!({"schema": 1, "problem": failure.problem()});
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    let _ = error.print();
    ExitCode::from(COULD_NOT_RUN)
}

/// Whether a command line that could not be parsed asks for JSON.
fn wants_json(args: impl Iterator<Item = impl AsRef<OsStr>>) -> bool {
    let mut before = false;
    args.take_while(|arg| arg.as_ref() != "--").any(|arg| {
        let arg = arg.as_ref();
        let here = arg == "--output=json" || (before && arg == "json");
        before = arg == "--output";
        here
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_command_line_that_asks_for_json_is_known_although_it_is_wrong() {
        assert!(wants_json(
            ["fairlead", "--output", "json", "nonsense"].iter()
        ));
        assert!(wants_json(["fairlead", "connect", "--output=json"].iter()));
        assert!(!wants_json(
            ["fairlead", "explain", "json", "--output", "text"].iter()
        ));
        assert!(!wants_json(
            ["fairlead", "explain", "--", "--output=json"].iter()
        ));
    }

    #[test]
    fn every_argument_and_option_says_what_it_is() {
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            let name = command.get_name().to_owned();
            assert!(command.get_about().is_some(), "`{name}` says nothing");
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some(),
                    "`{}` of `{name}` says nothing",
                    arg.get_id()
                );
                let values = arg.get_possible_values();
                let silent = values
                    .iter()
                    .filter(|value| arg.get_action().takes_values() && value.get_help().is_none())
                    .map(clap::builder::PossibleValue::get_name);
                let silent: Vec<_> = silent.filter(|_| arg.get_id() != "shell").collect();
                assert!(
                    silent.is_empty(),
                    "`{}` of `{name}` leaves {silent:?} unexplained",
                    arg.get_id()
                );
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}

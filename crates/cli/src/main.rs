//! The command line: parses, calls one function of `app`, prints what comes back.

mod args;
mod attendant;
mod commands;
mod demo;
mod failure;
mod log;
mod printer;
mod prompt;
mod signing;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::failure::Failure;
use crate::printer::Printer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; anything else is a usage error, which could not run.
            let answer = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let _ = error.print();
            return if answer {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
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
            return ExitCode::from(2);
        }
    };
    let result = runtime.block_on(commands::run(cli, &printer));
    // What still runs in the background (a browser being waited for) must not hold the program up.
    runtime.shutdown_background();
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

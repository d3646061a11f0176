//! The project's own tasks. They install what they need, say so first, and leave nothing running.

mod args;
mod bench;
mod ci;
mod demo;
mod failure;
mod hygiene;
mod icons;
mod leftovers;
mod needs;
mod place;
mod run;
mod say;
mod soak;
mod summary;
mod test;

use std::process::ExitCode;

use args::Task;
use failure::Failure;
use place::Place;

fn main() -> ExitCode {
    let place = Place::find();
    let outcome = args::parse(std::env::args().skip(1)).and_then(|task| carry_out(&task, &place));
    let left = leftovers::end();
    match outcome {
        Ok(code) if left == 0 => code,
        Ok(_) => fail(&Failure::ProcessesLeft { count: left }),
        Err(failure) => fail(&failure),
    }
}

fn carry_out(task: &Task, place: &Place) -> Result<ExitCode, Failure> {
    match task {
        Task::Demo { keep } => return demo::show(place, *keep),
        Task::Test { filter } => test::test(place, filter)?,
        Task::Ci => ci::check(place)?,
        Task::Bench { only } => bench::bench(place, only.as_deref())?,
        Task::Soak { tenth } => soak::soak(place, *tenth)?,
        Task::Icons => icons::draw(place)?,
        Task::Help => say::data(args::HELP),
    }
    Ok(ExitCode::SUCCESS)
}

fn fail(failure: &Failure) -> ExitCode {
    say::note(&format!("\nxtask: {failure}"));
    failure.exit_code()
}

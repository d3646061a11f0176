//! All printing: data to standard output, talk to standard error.

use std::fmt;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dialoguer::console::Term;
use fairlead_app::show::{self, Palette, TextStyle, WalkedStep};
use fairlead_domain::check::CheckResult;
use fairlead_domain::problem::ProblemCode;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::args::{Global, OutputArg};
use crate::failure::Failure;

/// Where everything that is printed goes through.
pub(crate) struct Printer {
    output: OutputArg,
    verbose: bool,
    progress: bool,
    /// What is being done, while it lasts.
    bar: Mutex<Option<ProgressBar>>,
    data: TextStyle,
    talk: TextStyle,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let talks_to_terminal = std::io::stderr().is_terminal();
        Self {
            output: global.output,
            verbose: global.verbose,
            progress: talks_to_terminal && !global.no_progress && terminal_moves(),
            bar: Mutex::default(),
            data: style(std::io::stdout().is_terminal(), &Term::stdout()),
            talk: style(talks_to_terminal, &Term::stderr()),
        }
    }

    /// Whether results are wanted for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.output == OutputArg::Json
    }

    /// Whether more is to be said.
    pub(crate) const fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// How text on standard output is laid out.
    pub(crate) const fn style(&self) -> &TextStyle {
        &self.data
    }

    /// How talk is laid out.
    pub(crate) const fn talk_style(&self) -> &TextStyle {
        &self.talk
    }

    /// A piece of the result, as text.
    pub(crate) fn data(&self, text: impl fmt::Display) -> Result<(), Failure> {
        let text = text.to_string();
        let write = || {
            let mut out = std::io::stdout().lock();
            let end = if text.ends_with('\n') { "" } else { "\n" };
            write!(out, "{text}{end}").and_then(|()| out.flush())
        };
        match self.aside(write) {
            Ok(()) => Ok(()),
            // The work is done and its exit code stands, whether or not somebody still reads.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::rule(
                ProblemCode::FileUnwritable,
                format!("the result could not be written to standard output: {error}"),
            )
            .about_file("standard output")),
        }
    }

    /// The result, for programs.
    pub(crate) fn json<T: Serialize>(&self, value: &T) -> Result<(), Failure> {
        match serde_json::to_string(value) {
            Ok(text) => self.data(text),
            Err(error) => {
                self.say(format_args!(
                    "error: the result can't be written as JSON: {error}"
                ));
                Ok(())
            }
        }
    }

    /// Lines of talk.
    pub(crate) fn say(&self, text: impl fmt::Display) {
        let text = text.to_string();
        let text = text.trim_end_matches('\n');
        self.aside(|| {
            let mut err = std::io::stderr().lock();
            // Without anyone to talk to, the work goes on.
            let _ = writeln!(err, "{text}");
        });
    }

    /// A remark within a step, as talk.
    pub(crate) fn remark(&self, text: &str) {
        self.say(show::remark_text(text, &self.talk));
    }

    /// What is being done, while it lasts.
    pub(crate) fn busy(&self, text: String) {
        if !self.progress {
            return;
        }
        let mut bar = self.bar();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            // A template that does not parse leaves the plain one.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(text);
    }

    /// Nothing is being done any more.
    pub(crate) fn quiet(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    /// How a step ended, as talk.
    pub(crate) fn step(&self, step: &WalkedStep) {
        self.say(show::step_line(step, &self.talk));
    }

    /// A check, as talk.
    pub(crate) fn check_as_talk(&self, check: &CheckResult) {
        self.say(show::check_line(check, &self.talk));
    }

    /// A check, as a piece of the result.
    pub(crate) fn check(&self, check: &CheckResult) -> Result<(), Failure> {
        self.data(show::check_line(check, &self.data))
    }

    /// Why a command ended without its result: for programs also on standard output.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.quiet();
        let problem = failure.problem();
        if self.is_json() {
            let _ = self.json(&serde_json::json!({"schema": 1, "problem": problem}));
        }
        self.say(show::problem_text(problem, &self.talk));
    }

    /// Writes while the line of progress is out of the way.
    fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &*self.bar() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// <https://no-color.org>
fn colour_is_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && terminal_moves()
}

/// Whether the terminal has colours and a cursor that can go back.
fn terminal_moves() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Colours and columns for a terminal, neither for anything else.
fn style(terminal: bool, of: &Term) -> TextStyle {
    if !terminal {
        return TextStyle::plain();
    }
    let palette = if colour_is_wanted() {
        Palette::coloured()
    } else {
        Palette::plain()
    };
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|columns| *columns > 0);
    TextStyle::terminal(palette, columns.unwrap_or_else(|| usize::from(of.size().1)))
}

//! All printing: data to standard output, talk to standard error.

use std::fmt;
use std::io::{ErrorKind, IsTerminal, Write};
use std::time::Duration;

use dialoguer::console::Term;
use fairlead_app::show::{self, Palette, TextStyle, WalkedStep};
use fairlead_domain::check::CheckResult;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::args::{Global, OutputArg};
use crate::failure::Failure;

/// Where everything that is printed goes through.
pub(crate) struct Printer {
    output: OutputArg,
    verbose: bool,
    bar: Option<ProgressBar>,
    data: TextStyle,
    talk: TextStyle,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let talks_to_terminal = std::io::stderr().is_terminal();
        let bar = (talks_to_terminal && !global.no_progress).then(|| {
            let bar = ProgressBar::new_spinner();
            // A template that does not parse leaves the plain one.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            output: global.output,
            verbose: global.verbose,
            bar,
            data: style(std::io::stdout().is_terminal()),
            talk: style(talks_to_terminal),
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
        self.quiet();
        let text = text.to_string();
        let mut out = std::io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        match write!(out, "{text}{end}").and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::BrokenPipe),
            // There is nowhere left to say it.
            _ => Ok(()),
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

    /// A line of talk.
    pub(crate) fn say(&self, text: impl fmt::Display) {
        let text = text.to_string();
        let text = text.trim_end_matches('\n');
        let write = || {
            let mut err = std::io::stderr().lock();
            // Without anyone to talk to, the work goes on.
            let _ = writeln!(err, "{text}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// What is being done, while it lasts.
    pub(crate) fn busy(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    /// Nothing is being done any more.
    pub(crate) fn quiet(&self) {
        if let Some(bar) = &self.bar {
            bar.disable_steady_tick();
            bar.set_message("");
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
        if let Failure::Problem(problem) = failure {
            if self.is_json() {
                let _ = self.json(&serde_json::json!({"schema": 1, "problem": problem}));
            }
            self.say(show::problem_text(problem, &self.talk));
        }
    }
}

/// <https://no-color.org>
fn colour_is_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Colours and columns for a terminal, neither for anything else.
fn style(terminal: bool) -> TextStyle {
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
        .and_then(|text| text.parse().ok());
    TextStyle::terminal(
        palette,
        columns.unwrap_or_else(|| usize::from(Term::stderr().size().1)),
    )
}

use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use fairlead_app::show::{self, WalkedStep};
use fairlead_app::{Attendant, Event};
use fairlead_domain::problem::{Problem, ProblemCode};
use url::Url;

use crate::args::SignInArgs;
use crate::demo::Walker;
use crate::printer::Printer;

/// How a page is opened.
#[derive(Debug, Clone)]
pub(crate) enum Opener {
    /// By the system.
    System,
    /// By a command; the address is its last argument.
    Command(Vec<String>),
    /// By the person: the address is printed.
    Print,
    /// By nobody: the pages of a simulated tenant that approves itself are followed.
    Walker(Walker),
}

impl Opener {
    pub(crate) fn of(args: &SignInArgs) -> Self {
        match args.browser.as_deref() {
            None if crate::signing::has_display() => Self::System,
            None | Some("print") => Self::Print,
            Some(command) => Self::Command(command.split_whitespace().map(str::to_owned).collect()),
        }
    }

    fn open(&self, url: &Url) -> Result<bool, Box<Problem>> {
        let refuse = |cause: String| Box::new(Problem::new(ProblemCode::EntraBrowser, cause));
        match self {
            Self::Print => Ok(false),
            Self::Walker(walker) => {
                walker.open(url.clone());
                Ok(true)
            }
            Self::System => webbrowser::open(url.as_str())
                .map(|()| true)
                .map_err(|error| refuse(format!("no browser could be opened: {error}"))),
            Self::Command(words) => {
                let Some((program, rest)) = words.split_first() else {
                    return Ok(false);
                };
                let child = Command::new(program)
                    .args(rest)
                    .arg(url.as_str())
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .map_err(|error| {
                        refuse(format!("`{program}` could not be started: {error}"))
                    })?;
                // Collected when it ends, so that it does not stay behind as a zombie.
                std::thread::spawn(move || {
                    let mut child = child;
                    let _ = child.wait();
                });
                Ok(true)
            }
        }
    }
}

/// The terminal as the face that attends a use case.
pub(crate) struct Terminal<'a> {
    printer: &'a Printer,
    opener: Opener,
    record: Mutex<Recorder>,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(printer: &'a Printer, opener: Opener) -> Self {
        Self {
            printer,
            opener,
            record: Mutex::default(),
        }
    }

    /// How each step went until now.
    pub(crate) fn recorded(&self) -> Vec<WalkedStep> {
        self.recorder().steps.clone()
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps how each step went, with its time.
#[derive(Debug, Default)]
struct Recorder {
    began: Option<Instant>,
    done: Vec<String>,
    steps: Vec<WalkedStep>,
}

impl Recorder {
    fn note(&mut self, event: &Event) {
        match event {
            Event::StepBegan(_) => {
                self.began = Some(Instant::now());
                self.done.clear();
            }
            Event::Done { what, .. } | Event::Note(what) => self.done.push(what.clone()),
            Event::StepEnded {
                step,
                status,
                detail,
            } => self.steps.push(WalkedStep {
                step: *step,
                status: status.clone(),
                detail: detail.clone(),
                took: self.began.map(|began| began.elapsed()),
                done: std::mem::take(&mut self.done),
            }),
            _ => {}
        }
    }
}

impl Attendant for Terminal<'_> {
    fn tell(&self, event: Event) {
        let printer = self.printer;
        self.recorder().note(&event);
        match event {
            Event::StepBegan(step) => printer.busy(step.title().to_owned()),
            Event::Done { what, .. } | Event::Note(what) => printer.remark(&what),
            Event::StepEnded { .. } => {
                let ended = self.recorder().steps.last().cloned();
                if let Some(ended) = ended {
                    printer.step(&ended);
                }
            }
            Event::Waiting { what, left } => {
                printer.busy(format!(
                    "waiting until {what} (at most {} s more)",
                    left.as_secs()
                ));
            }
            Event::DeviceCode {
                code,
                address,
                purpose,
            } => {
                let style = printer.talk_style();
                printer.say(show::device_code_text(&purpose, &address, &code, style));
                printer.busy(format!("waiting for the sign-in, to {purpose}"));
            }
            Event::BrowserOpened { purpose, .. } => {
                printer.busy(format!("waiting for the browser, to {purpose}"));
            }
            Event::Checked(check) => printer.check_as_talk(&check),
            _ => {}
        }
    }

    fn open(&self, url: &Url, purpose: &str) -> Result<(), Box<Problem>> {
        if !self.opener.open(url)? {
            let style = self.printer.talk_style();
            self.printer
                .say(show::address_text(purpose, url.as_str(), style));
        }
        Ok(())
    }
}

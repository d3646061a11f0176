//! Questions: only on a terminal, and every one has a flag.

use std::io::{BufRead, IsTerminal, Read};

use dialoguer::theme::SimpleTheme;
use dialoguer::{Confirm, Input, Password};
use fairlead_app::show;
use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile;

use crate::failure::Failure;
use crate::printer::Printer;

/// The most of a file with a secret that is read.
const LIMIT: u64 = 64 * 1024;

/// Whether a person can be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a yes. Without a terminal it has to be said by a flag.
pub(crate) fn confirm(printer: &Printer, question: &str, flag: &str) -> Result<bool, Failure> {
    if !can_ask() {
        return Err(Failure::rule(
            ProblemCode::ConfirmationMissing,
            format!("nothing was changed: nobody can be asked here, and `{flag}` was not given"),
        ));
    }
    printer.quiet();
    Confirm::with_theme(&SimpleTheme)
        .with_prompt(question)
        .default(false)
        .interact()
        .map_err(|_| unanswered())
}

/// Asks a question of a profile.
pub(crate) fn input(printer: &Printer, input: &profile::Input) -> Result<String, Failure> {
    printer.say(show::question_text(
        &input.label,
        &input.example,
        printer.talk_style(),
    ));
    // The prompt itself is short: a line that wraps is drawn twice.
    let mut prompt = Input::<String>::with_theme(&SimpleTheme)
        .with_prompt(&input.name)
        .allow_empty(input.optional);
    if let Some(default) = &input.default {
        prompt = prompt.default(default.clone());
    }
    prompt.interact_text().map_err(|_| unanswered())
}

/// Asks for a new password, twice.
pub(crate) fn new_password(printer: &Printer, question: &str) -> Result<Secret<String>, Failure> {
    printer.quiet();
    Password::with_theme(&SimpleTheme)
        .with_prompt(question)
        .with_confirmation("The same once more", "The two differ")
        .interact()
        .map(Secret::new)
        .map_err(|_| unanswered())
}

/// Asks for a password that exists.
pub(crate) fn password(printer: &Printer, question: &str) -> Result<Secret<String>, Failure> {
    printer.quiet();
    Password::with_theme(&SimpleTheme)
        .with_prompt(question)
        .interact()
        .map(Secret::new)
        .map_err(|_| unanswered())
}

fn unanswered() -> Failure {
    Failure::declined("nothing was changed: the question was not answered")
}

/// The first line of a file, or of standard input where the name is `-`.
pub(crate) fn secret_from(file: &str) -> Result<Secret<String>, Failure> {
    let name = if file == "-" { "standard input" } else { file };
    let mut line = Vec::with_capacity(4096);
    let read = if file == "-" {
        std::io::stdin()
            .lock()
            .take(LIMIT)
            .read_until(b'\n', &mut line)
    } else {
        std::fs::File::open(file)
            .and_then(|file| std::io::BufReader::new(file.take(LIMIT)).read_until(b'\n', &mut line))
    };
    let line = Secret::new(line);
    read.map_err(|error| Failure::unreadable(name, &error))?;
    let text = std::str::from_utf8(line.expose()).map_err(|_| {
        let what = format!("the first line of `{name}` is no text in UTF-8");
        Failure::rule(ProblemCode::FileUnreadable, what).about_file(name)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(Failure::usage(format!(
            "the first line of `{name}` is empty"
        )));
    }
    Ok(Secret::from(text))
}

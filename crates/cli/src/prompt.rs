//! Questions: only on a terminal, and every one has a flag.

use std::io::{IsTerminal, Read};

use dialoguer::theme::SimpleTheme;
use dialoguer::{Confirm, Input, Password};
use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;

use crate::failure::Failure;

/// Whether a person can be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a yes. Without a terminal it has to be said by a flag.
pub(crate) fn confirm(question: &str, flag: &str) -> Result<bool, Failure> {
    if !can_ask() {
        return Err(Failure::rule(
            ProblemCode::ConfirmationMissing,
            format!("nothing was changed: nobody can be asked here, and `{flag}` was not given"),
        ));
    }
    Confirm::with_theme(&SimpleTheme)
        .with_prompt(question)
        .default(false)
        .interact()
        .map_err(|_| interrupted())
}

/// Asks for a text.
pub(crate) fn text(
    question: &str,
    example: &str,
    default: Option<&str>,
    optional: bool,
) -> Result<String, Failure> {
    let mut input = Input::<String>::with_theme(&SimpleTheme)
        .with_prompt(format!("{question} (such as {example})"))
        .allow_empty(optional);
    if let Some(default) = default {
        input = input.default(default.to_owned());
    }
    input.interact_text().map_err(|_| interrupted())
}

/// Asks for a new password, twice.
pub(crate) fn new_password(question: &str) -> Result<Secret<String>, Failure> {
    Password::with_theme(&SimpleTheme)
        .with_prompt(question)
        .with_confirmation("The same once more", "The two differ")
        .interact()
        .map(Secret::new)
        .map_err(|_| interrupted())
}

/// Asks for a password that exists.
pub(crate) fn password(question: &str) -> Result<Secret<String>, Failure> {
    Password::with_theme(&SimpleTheme)
        .with_prompt(question)
        .interact()
        .map(Secret::new)
        .map_err(|_| interrupted())
}

fn interrupted() -> Failure {
    Failure::rule(ProblemCode::Cancelled, "the question was not answered")
}

/// The first line of a file, or of standard input where the name is `-`.
pub(crate) fn secret_from(file: &str) -> Result<Secret<String>, Failure> {
    let refuse = |error: std::io::Error| {
        Failure::rule(
            ProblemCode::FileUnreadable,
            format!("the file `{file}`: {error}"),
        )
    };
    let whole = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(refuse)?;
        Secret::new(text)
    } else {
        Secret::new(std::fs::read_to_string(file).map_err(refuse)?)
    };
    let line = whole.expose().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::rule(
            ProblemCode::InputMissing,
            format!("the first line of `{file}` is empty"),
        ));
    }
    Ok(Secret::from(line))
}

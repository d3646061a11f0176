//! The help of every command.

use fairlead_tests::{Program, temp_folder};

use super::transcript;

const COMMANDS: [&str; 26] = [
    "",
    "demo",
    "sim",
    "profiles",
    "profiles list",
    "profiles show",
    "connect",
    "connections",
    "connections list",
    "connections show",
    "connections remove",
    "connections export",
    "connections import",
    "test",
    "values",
    "certificate",
    "certificate new",
    "certificate list",
    "certificate show",
    "certificate import",
    "certificate export",
    "certificate rotate",
    "explain",
    "diagnostics",
    "secrets",
    "completions",
];

/// The options that hold for every command are shown once.
fn without_global_options(help: &str) -> String {
    let Some((before, rest)) = help.split_once("Global options:\n") else {
        return help.to_owned();
    };
    let own = |line: &&str| line.is_empty() || line.starts_with(' ');
    let after: Vec<&str> = rest.lines().skip_while(own).collect();
    format!("{before}Global options: …\n\n{}", after.join("\n"))
}

#[test]
fn the_help_of_every_command_says_how_it_is_used() {
    let folder = temp_folder();
    let help = |command: &str| {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let program = Program::fairlead(folder.path()).env("COLUMNS", "100");
        let mut ended = program.args(&words).run().with_code(0);
        if !command.is_empty() {
            ended.stdout = without_global_options(&ended.stdout);
        }
        transcript::of(&words, &ended, folder.path())
    };
    for command in COMMANDS {
        let first = command.split(' ').next().unwrap_or_default();
        if first == command {
            let own = |it: &&str| *it == command || it.starts_with(&format!("{command} "));
            let group: Vec<String> = COMMANDS.into_iter().filter(own).map(help).collect();
            let name = if command.is_empty() {
                "fairlead"
            } else {
                command
            };
            transcript::hold(&format!("help-{name}"), &group);
        }
    }
}

#[test]
fn without_any_word_the_help_is_shown_whatever_the_environment_names() {
    let folder = temp_folder();
    let ended = Program::fairlead(folder.path()).run().with_code(2);
    assert!(ended.stderr.contains("Begin with:"), "{}", ended.stderr);
}

#[test]
fn the_version_is_one_line() {
    let folder = temp_folder();
    let ended = Program::fairlead(folder.path())
        .arg("--version")
        .run()
        .with_code(0);
    let wanted = format!("fairlead {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((ended.stdout, ended.stderr), (wanted, String::new()));
}

#[test]
fn completions_are_there_for_every_shell() {
    let folder = temp_folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let program = Program::fairlead(folder.path());
        let ended = program.args(["completions", shell]).run().with_code(0);
        for word in ["connect", "--tenant", "certificate"] {
            let word = word.trim_start_matches('-');
            assert!(ended.stdout.contains(word), "{shell}: no `{word}`");
        }
    }
}

//! Every command that a document, a help text, a remedy or a message names is one that there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use fairlead_app::known_checks;

use crate::args::{Cli, Command};

/// What stands for a placeholder of this name. Most may be any word.
const VALUES: [(&str, &str); 3] = [
    ("client-id", "11111111-2222-4333-8444-555555555555"),
    ("holder", "keyring"),
    ("check", "token.issued"),
];
const ANY: &str = "x";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files under a folder whose names end so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// What is between one mark and the next.
fn between(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.split(mark).skip(1).step_by(2)
}

/// The commands that stand in a line of their own, as examples do: a remark follows after two blanks.
fn examples(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start();
        let command = line.split("  ").next()?;
        command.starts_with("fairlead ").then_some(command.trim())
    })
}

/// The commands that stand between backticks in a running text.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
        .flat_map(|paragraph| between(paragraph, '`'))
        .filter(|code| code.starts_with("fairlead ") && !code.contains('\n'))
}

/// The strings of a source or a table that are commands.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"')
        .filter(|literal| literal.starts_with("fairlead ") && !literal.contains('\n'))
}

/// A command as a shell would take it apart, with something for each placeholder.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
            continue;
        }
        // Where the output goes is the shell's.
        let own = part.split([' ']).take_while(|word| {
            let shell = matches!(*word, ">" | "<" | "|" | "&" | "#" | "…");
            !shell
        });
        words.extend(own.filter(|word| !word.is_empty()).map(filled));
    }
    words
}

fn filled(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find(['<', '{']) {
        let Some(end) = rest[start..].find(['>', '}']) else {
            break;
        };
        let name = rest[start + 1..start + end].replace('_', "-");
        out.push_str(&rest[..start]);
        let value = VALUES.iter().find(|(known, _)| *known == name);
        out.push_str(value.map_or(ANY, |(_, value)| value));
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    out.replace("CLIENT_ID", VALUES[0].1)
}

/// Why a command is none.
fn wrong(command: &str) -> Option<String> {
    let words = words(command);
    match Cli::try_parse_from(&words) {
        Ok(cli) => unknown_name(&cli),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => None,
            // A command's name, or an option of it, stands for the command.
            ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand
                if names_a_command(&words) =>
            {
                None
            }
            _ => Some(error.to_string()),
        },
    }
}

fn names_a_command(words: &[String]) -> bool {
    let mut here = Cli::command();
    let switch = |word: &&String| word.starts_with("--");
    let name = words.iter().skip(1).take_while(|word| !switch(word));
    let options = words.iter().skip(1).skip_while(|word| !switch(word));
    for word in name {
        match here.find_subcommand(word).cloned() {
            Some(next) => here = next,
            None => return false,
        }
    }
    options.clone().all(|word| switch(&word))
}

/// A profile or a check that it names and that there is not.
fn unknown_name(cli: &Cli) -> Option<String> {
    match &cli.command {
        Command::Connect(args) if args.profile != ANY => fairlead_app::connectable(&args.profile)
            .err()
            .map(|error| error.to_string()),
        Command::Test(args) => {
            let known: BTreeSet<_> = known_checks().into_iter().map(|(id, ..)| id).collect();
            let mut named = args.checks.iter();
            let unknown = named.find(|id| !known.contains(id.as_str()))?;
            Some(format!("there is no check `{unknown}`"))
        }
        _ => None,
    }
}

fn assert_right<'a>(place: &Path, commands: impl Iterator<Item = &'a str>) -> usize {
    let commands: BTreeSet<&str> = commands.collect();
    for command in &commands {
        if let Some(why) = wrong(command) {
            panic!("{}: `{command}`: {why}", place.display());
        }
    }
    commands.len()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn the_documents_name_commands_that_there_are() {
    let pages = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ];
    let pages = pages.map(|name| root().join(name)).into_iter();
    for page in pages.chain(files(&root().join("docs"), ".md")) {
        let text = read(&page);
        let count = assert_right(&page, examples(&text).chain(mentions(&text)));
        let least = match page.file_name().and_then(|name| name.to_str()) {
            Some("README.md") => 15,
            Some("problems.md") => 30,
            _ => 0,
        };
        assert!(count >= least, "{}: only {count} found", page.display());
    }
}

#[test]
fn the_options_that_the_readme_names_are_some_commands() {
    const COMMANDS: [&str; 5] = [
        "fairlead connect x --name x --tenant x ",
        "fairlead test x ",
        "fairlead certificate rotate x ",
        "fairlead certificate export x --format pfx --out x ",
        "fairlead diagnostics x ",
    ];
    let text = read(&root().join("README.md"));
    let mut count = 0;
    for options in between(&text, '`').filter(|code| code.starts_with("--")) {
        // `remove` alone goes everywhere.
        let mut commands = COMMANDS
            .into_iter()
            .chain(["fairlead connections remove x "]);
        let right = commands.any(|command| wrong(&format!("{command}{options}")).is_none());
        assert!(right, "no command takes `{options}`");
        count += 1;
    }
    assert!(count > 5, "only {count} found");
}

#[test]
fn profiles_problems_and_messages_name_commands_that_there_are() {
    let mut tables = files(&root().join("profiles"), ".toml");
    tables.extend(files(&root().join("crates/domain/data"), ".toml"));
    let mut count = 0;
    for table in tables {
        let text = read(&table);
        count += assert_right(&table, literals(&text).chain(mentions(&text)));
    }
    assert!(count > 50, "only {count} found");
    for source in files(&root().join("crates"), ".rs") {
        // Tests show what is wrong, too.
        let of_tests = source.to_string_lossy().contains("tests");
        if !of_tests && !source.ends_with("documents.rs") {
            let text = read(&source);
            let own = text.split("#[cfg(test)]\nmod ").next().unwrap_or(&text);
            assert_right(&source, literals(own).chain(mentions(own)));
        }
    }
}

#[test]
fn every_help_text_shows_commands_that_there_are() {
    let mut commands = vec![Cli::command()];
    let mut count = 0;
    while let Some(mut command) = commands.pop() {
        let place = PathBuf::from(format!("the help of {}", command.get_name()));
        let text = command.render_long_help().to_string();
        let unwrapped = command.get_after_help().map(ToString::to_string);
        let after = unwrapped.unwrap_or_default();
        count += assert_right(&place, examples(&after).chain(mentions(&text)));
        commands.extend(command.get_subcommands().cloned());
    }
    assert!(count > 25, "only {count} found");
}

#[test]
fn a_command_that_there_is_not_is_found_out() {
    for command in [
        "fairlead conect planner-data-mart",
        "fairlead connect planner-data-mart --name x",
        "fairlead connect planer --name x --tenant x",
        "fairlead connect rooms --name x --tenant x",
        "fairlead connect x --name x --tenant x --app vendor:x",
        "fairlead test x --inspekt",
        "fairlead test <connection> --check network.nothing",
        "fairlead certificate export x --format p12 --out x",
    ] {
        assert!(wrong(command).is_some(), "`{command}` was let through");
    }
    let named = "fairlead connect";
    assert_eq!(wrong(named), None);
    let remark = "  fairlead test x   tests it\n  nothing\n";
    assert_eq!(examples(remark).collect::<Vec<_>>(), ["fairlead test x"]);
}

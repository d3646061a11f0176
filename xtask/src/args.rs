use crate::failure::Failure;

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Demo { keep: bool },
    Test { filter: Vec<String> },
    Ci,
    Bench { only: Option<String> },
    Soak { tenth: bool },
    Icons,
    Help,
}

pub(crate) const HELP: &str = "\
cargo xtask demo [--keep]     Builds Fairlead and shows it on a simulated tenant. Without a display:
                              its whole way headless, with a report in target/demo.
                              --keep: leave the reports of earlier runs where they are.
cargo xtask test [FILTER]...  Runs every test, or those whose names contain a FILTER.
cargo xtask ci                All that must hold before a change lands; `.ci/run` calls it.
cargo xtask soak [--tenth]    The long runs, whole or a tenth of each.
cargo xtask bench [NAME]      Release build; prints ratios.
cargo xtask icons             Draws icons/*.png from icons/fairlead.svg.
cargo xtask help              This text.

What is missing on the machine is installed, and named before it is.";

pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Task, Failure> {
    let name = args.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = args.collect();
    match (name.as_str(), words(&rest).as_slice()) {
        ("demo", []) => Ok(Task::Demo { keep: false }),
        ("demo", ["--keep"]) => Ok(Task::Demo { keep: true }),
        ("test", filter) if filter.iter().all(|word| !word.starts_with('-')) => {
            Ok(Task::Test { filter: rest })
        }
        ("ci", []) => Ok(Task::Ci),
        ("bench", []) => Ok(Task::Bench { only: None }),
        ("bench", [only]) if !only.starts_with('-') => Ok(Task::Bench {
            only: Some((*only).to_owned()),
        }),
        ("soak", []) => Ok(Task::Soak { tenth: false }),
        ("soak", ["--tenth"]) => Ok(Task::Soak { tenth: true }),
        ("icons", []) => Ok(Task::Icons),
        ("help" | "--help" | "-h", _) => Ok(Task::Help),
        _ => {
            let given = std::iter::once(name.as_str()).chain(words(&rest));
            Err(Failure::Usage {
                given: given.collect::<Vec<_>>().join(" "),
            })
        }
    }
}

fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Task> {
        parse(line.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn each_task_is_understood_with_its_options() {
        assert_eq!(parsed("demo --keep"), Some(Task::Demo { keep: true }));
        assert_eq!(parsed("demo"), Some(Task::Demo { keep: false }));
        let filter = vec!["consent".to_owned(), "lag".to_owned()];
        assert_eq!(parsed("test consent lag"), Some(Task::Test { filter }));
        assert_eq!(parsed("soak --tenth"), Some(Task::Soak { tenth: true }));
        assert_eq!(
            parsed("bench startup"),
            Some(Task::Bench {
                only: Some("startup".to_owned())
            })
        );
        assert_eq!(parsed(""), Some(Task::Help));
    }

    #[test]
    fn what_is_not_understood_is_refused_and_not_guessed() {
        for line in [
            "demo --kep",
            "ci now",
            "soak --half",
            "test --release",
            "tset",
        ] {
            assert_eq!(parsed(line), None, "`{line}` was accepted");
        }
    }

    #[test]
    fn the_help_names_every_task() {
        for task in ["demo", "test", "ci", "soak", "bench", "icons", "help"] {
            assert!(
                HELP.contains(&format!("cargo xtask {task}")),
                "`{task}` is missing"
            );
        }
    }
}

use super::{File, Finding, Machine};

const LONGEST_RUST_FILE: usize = 600;

/// Written in pieces, so that this file holds none of them.
const IN_RUST: [(&str, &str); 6] = [
    (concat!("to", "do!("), "unfinished work"),
    (concat!("unimple", "mented!("), "unfinished work"),
    (concat!("db", "g!("), "left from a search for a fault"),
    (
        concat!("#[ig", "nore"),
        "a test that never runs; name a long one `soak_…`",
    ),
    (
        concat!("#[al", "low("),
        "an exception without a reason; `#[expect(…, reason = \"…\")]`",
    ),
    (
        concat!("#![al", "low("),
        "an exception without a reason; `#![expect(…, reason = \"…\")]`",
    ),
];

/// The one reason for a test that the runner leaves out: it is no test, but the other side of one.
const OTHER_SIDE: &str = "\"other tests run it as a process of its own\"";

const WORDS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

const FOLDERS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/t", "mp/"),
    concat!("/ro", "ot/"),
];

/// Package managers know where their packages are; a project that names a host ties itself to it.
const HOSTS: [&str; 6] = [
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("npmjs", ".org"),
    concat!("deb.debian", ".org"),
    concat!("security.debian", ".org"),
];

pub(super) fn apply(file: &File<'_>, machine: &Machine) -> Vec<Finding> {
    let lines = file
        .text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line));
    let mut findings: Vec<Finding> = lines
        .flat_map(|(number, line)| {
            let found = of_line(file, line, machine);
            found
                .into_iter()
                .map(move |what| Finding { line: number, what })
        })
        .collect();
    let length = file.text.lines().count();
    if file.is_rust() && length > LONGEST_RUST_FILE {
        let what = format!("{length} lines; at most {LONGEST_RUST_FILE}");
        findings.push(Finding { line: length, what });
    }
    findings
}

fn of_line(file: &File<'_>, line: &str, machine: &Machine) -> Vec<String> {
    let mut found = Vec::new();
    if file.is_rust() {
        let hits = IN_RUST
            .iter()
            .filter(|(code, _)| line.contains(code) && !line.contains(OTHER_SIDE));
        found.extend(hits.map(|(code, why)| format!("`{code}`: {why}")));
    }
    let words = WORDS.iter().filter(|word| stands_alone(line, word));
    found.extend(words.map(|word| format!("`{word}`: unfinished work")));

    let own = machine.folders.iter().map(String::as_str);
    let folder = FOLDERS
        .into_iter()
        .chain(own)
        .find(|folder| starts_a_path(line, folder));
    found.extend(folder.map(|folder| format!("`{folder}`: a folder of one machine")));

    if !file.is_lock() {
        let hosts = HOSTS.iter().filter(|host| line.contains(*host));
        found.extend(hosts.map(|host| format!("`{host}`: the host of a package registry")));
    }
    found
}

/// Whether `word` is in the line and no part of a longer word.
fn stands_alone(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

/// Whether `folder` is in the line and no part of a longer path or an address.
fn starts_a_path(line: &str, folder: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "_-.}/".contains(c);
    line.match_indices(folder).any(|(at, _)| {
        !line
            .get(..at)
            .is_some_and(|before| before.ends_with(goes_on))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<(usize, String)> {
        let machine = Machine {
            folders: vec!["/srv/ada/fairlead".to_owned()],
        };
        let findings = apply(&File { name, text }, &machine).into_iter();
        findings
            .map(|finding| (finding.line, finding.what))
            .collect()
    }

    fn clean(name: &str, text: &str) -> bool {
        found(name, text).is_empty()
    }

    #[test]
    fn unfinished_work_is_found_where_it_stands() {
        let text = format!("fn a() {{}}\nfn b() {{ {}) }}\n", IN_RUST[0].0);
        assert_eq!(
            found("a.rs", &text),
            [(2, format!("`{}`: unfinished work", IN_RUST[0].0))]
        );
        assert!(clean("a.md", &text), "only Rust has macros");
        for word in WORDS {
            assert_eq!(
                found("a.md", &format!("text\n- {word}: later")).len(),
                1,
                "{word}"
            );
            assert!(
                clean("a.md", &format!("a{word} {word}s {word}_LIST")),
                "{word}"
            );
        }
    }

    #[test]
    fn exceptions_without_a_reason_and_tests_that_never_run_are_found() {
        for (code, _) in IN_RUST {
            assert_eq!(found("a.rs", code).len(), 1, "{code}");
        }
        assert!(clean(
            "a.rs",
            "#[expect(clippy::panic, reason = \"a test\")]"
        ));
        let other_side = format!("{} = {OTHER_SIDE}]", IN_RUST[3].0);
        assert!(clean("a.rs", &other_side), "{other_side}");
    }

    #[test]
    fn folders_of_a_machine_are_found_and_parts_of_addresses_are_not() {
        for folder in FOLDERS {
            assert_eq!(
                found("a.md", &format!("see `{folder}x`")).len(),
                1,
                "{folder}"
            );
            assert!(
                clean("a.md", &format!("https://graph.example{folder}x")),
                "{folder}"
            );
        }
        assert_eq!(found("a.md", "in /srv/ada/fairlead/target").len(), 1);
        assert!(clean(
            "a.rs",
            "assert_eq!(folder, \"/home/ada/.config/fairlead\")"
        ));
    }

    #[test]
    fn hosts_of_registries_are_found_but_in_lock_files() {
        for host in HOSTS {
            let text = format!("source = \"https://{host}/simple\"");
            assert_eq!(found("a.toml", &text).len(), 1, "{host}");
            assert!(clean("Cargo.lock", &text), "{host}");
        }
    }

    #[test]
    fn a_rust_file_has_at_most_600_lines() {
        assert!(clean("a.rs", &"\n".repeat(600)));
        assert_eq!(
            found("a.rs", &"\n".repeat(601)),
            [(601, "601 lines; at most 600".to_owned())]
        );
        assert!(clean("a.json", &"\n".repeat(10_000)));
    }
}

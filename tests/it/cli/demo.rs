//! The demo walks the whole way, without a person, and leaves a report.

use std::fs;

use fairlead_tests::{Program, temp_folder};
use serde_json::Value;

/// The steps of the wizard, in their order.
const STEPS: [&str; 7] = [
    "Find the tenant",
    "Sign in",
    "App registration",
    "Permissions and consent",
    "Credential",
    "Test the connection",
    "Values to hand over",
];

/// Whether a line ends with a time, such as `(5 ms)`, `<1 ms` or `1.2 s`.
fn ends_with_a_time(line: &str) -> bool {
    let line = line.trim_end_matches(')');
    let mut words = line.rsplit([' ', '(']);
    let unit = words.next().unwrap_or_default();
    let number = words.next().unwrap_or_default().trim_start_matches('<');
    ["ms", "s", "min"].contains(&unit) && number.parse::<f64>().is_ok()
}

#[test]
fn the_demo_shows_every_step_and_every_check_with_verdict_and_time() {
    let home = temp_folder();
    let report = home.path().join("reports").join("demo.html");
    let demo = Program::fairlead(home.path()).args(["demo", "--headless", "--report"]);
    let ended = demo.arg(&report).run().with_code(0);

    let lines = |first: &str| {
        let all = ended.stderr.lines().filter(|line| line.starts_with(first));
        all.map(str::to_owned).collect::<Vec<_>>()
    };
    for step in STEPS {
        let line = lines(&format!("✓ {step}"));
        let [line] = line.as_slice() else {
            panic!("`{step}` is shown {} times", line.len());
        };
        assert!(line.contains("done: ") && ends_with_a_time(line), "{line}");
    }
    let checks = lines("✓ passed ");
    assert!(checks.len() >= 35, "only {} checks", checks.len());
    for check in &checks {
        assert!(ends_with_a_time(check), "{check}");
    }
    for word in ["✗", "- not run", "? unknown"] {
        assert_eq!(lines(word), [""; 0], "{word}");
    }
    assert!(ended.stdout.contains("Application (client) ID"));

    let page = fs::read_to_string(&report).expect("the report was written");
    for needed in ["prefers-color-scheme: dark", "Simulated tenant", "</html>"] {
        assert!(page.contains(needed), "no `{needed}` in the report");
    }
    for step in STEPS {
        assert!(page.contains(step), "no `{step}` in the report");
    }
    for fetched in ["<script", "<link", " src=", "@import", "url(http"] {
        assert!(!page.contains(fetched), "the report has `{fetched}` in it");
    }
    let kept: Vec<_> = fs::read_dir(home.path())
        .expect("it is there")
        .map(|entry| entry.expect("it can be read").file_name())
        .collect();
    assert_eq!(kept, ["reports"], "something of the demo was kept");
}

#[test]
fn the_demos_json_and_its_report_name_the_same_checks() {
    let home = temp_folder();
    let report = home.path().join("demo.html");
    let demo = Program::fairlead(home.path()).args(["demo", "--output", "json", "--report"]);
    // Nobody can be asked: it goes without a person although nothing said so.
    let result = demo.arg(&report).run().with_code(0).json();
    assert_eq!(
        (&result["schema"], &result["well"]),
        (&1.into(), &true.into())
    );
    let page = fs::read_to_string(&report).expect("the report was written");
    let connections = result["connections"].as_array().into_iter().flatten();
    let mut count = 0;
    for connection in connections {
        assert_eq!(connection["profile"], "planner-data-mart");
        let checks = connection["report"]["checks"].as_array();
        for check in checks.into_iter().flatten() {
            assert_eq!(check["verdict"], "passed", "{check}");
            assert!(check["ms"].is_u64(), "{check}");
            let title = check["title"].as_str().unwrap_or_default();
            let title = title.replace('\'', "&#39;");
            let shown = [title.clone(), title.replace("&#39;", "'")];
            assert!(shown.iter().any(|it| page.contains(it)), "no `{title}`");
            count += 1;
        }
        let steps = connection["steps"].as_array().map(Vec::len);
        assert!(steps.is_some_and(|count| count > 0), "{connection}");
        assert_ne!(connection["values"], Value::Null);
    }
    assert!(count >= 35, "only {count} checks");
}

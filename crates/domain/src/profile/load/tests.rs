use proptest::prelude::*;

use super::*;

mod refused;

/// A profile that keeps every rule. The tests break it in one place each.
const GOOD: &str = r#"schema = 1
id = "acme-reports"
title = "Acme Reports"
summary = "Plans of Planner in Acme's reports."
service = "planner"
checks = ["network.*", "token.issued"]

[[variant]]
owner = "customer"
credentials = ["certificate", "secret"]
key_holder = "product"
redirect_uris = ["https://{site}/return"]

[[variant.permission]]
name = "Tasks.Read.All"
kind = "application"
reason = "Reads the plans."

[[variant.permission]]
name = "Files.Read.All"
kind = "application"
reason = "Reads the attachments."
when = { attachments = "yes" }

[[variant]]
owner = "vendor"
credentials = ["vendor"]

[[variant.permission]]
name = "Tasks.Read"
kind = "delegated"
sets = ["least"]
reason = "Would be enough."

[[input]]
name = "site"
label = "Where does Acme run?"
example = "contoso.example.com"
check = "host"

[[input]]
name = "attachments"
label = "With attachments?"
example = "yes"
check = "yes-no"
default = "no"
owners = ["customer"]

[[product_step]]
text = "Open https://{site} and sign in."
owners = ["vendor"]

[[value]]
name = "client_id"
label = "App"
source = "client_id"
owners = ["customer"]

[[value]]
name = "address"
label = "Address"
source = "text"
text = "https://{site}/{tenant_id}"

[[notice]]
id = "slow"
text = "The first run takes an hour."
"#;

/// The message for [`GOOD`] with one part replaced.
fn broken(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    match load("acme.toml", &GOOD.replacen(from, to, 1)) {
        Ok(_) => format!("taken, although `{from}` is `{to}`"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_profile_that_keeps_the_rules_is_taken() {
    assert_eq!(
        load("acme.toml", GOOD).map(|profile| profile.id.to_string()),
        Ok("acme-reports".into())
    );
}

#[test]
fn nothing_to_connect() {
    let start = GOOD.find("[[variant]]").unwrap();
    let error = load("acme.toml", &GOOD[..start]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "acme.toml, line 2: the profile has no `[[variant]]`, so nothing can be connected"
    );
}

#[test]
fn a_bundle_of_nothing_or_of_itself() {
    let bundle = |names: &str| {
        let head = GOOD[..GOOD.find("checks").unwrap()].replace("\"planner\"", "\"bundle\"");
        load("acme.toml", &format!("{head}bundle = [{names}]\n")).map_err(|error| error.to_string())
    };
    assert!(bundle("\"rooms\"").is_ok());
    for (names, message) in [
        (
            "",
            "line 5: a bundle names its profiles: `bundle = [\"…\"]`",
        ),
        (
            "\"rooms\",\n\"acme-reports\"",
            "line 7: a bundle can't hold itself",
        ),
        ("\"rooms\", \"rooms\"", "line 6: `rooms` is named twice"),
    ] {
        assert_eq!(bundle(names).unwrap_err(), format!("acme.toml, {message}"));
    }
}

#[test]
fn lines_are_counted_with_either_line_ending() {
    let windows = GOOD
        .replace('\n', "\r\n")
        .replace("\"Reads the plans.\"", "\"\"");
    assert_eq!(load("acme.toml", &windows).unwrap_err().line, 17);
}

#[test]
fn one_name_may_ask_different_owners_differently() {
    let twice = GOOD.replacen(
        "[[product_step]]",
        "[[input]]\nname = \"attachments\"\nlabel = \"With files?\"\nexample = \"no\"\ncheck = \"yes-no\"\ndefault = \"yes\"\nowners = [\"vendor\"]\n\n[[product_step]]",
        1,
    );
    assert!(load("acme.toml", &twice).is_ok());
}

#[test]
fn the_example_of_the_page_is_taken() {
    let page = include_str!("../../../../../profiles/README.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    assert_eq!(
        load("profiles/README.md", example).map(|profile| profile.title),
        Ok("Acme Reports".to_owned())
    );
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused(text in "\\PC{0,200}") {
        let _ = load("any.toml", &text);
    }

    #[test]
    fn a_profile_with_a_piece_cut_out_is_taken_or_refused(start in 0..GOOD.len(), length in 0..80_usize) {
        let end = (start + length).min(GOOD.len());
        let text = format!("{}{}", &GOOD[..start], &GOOD[end..]);
        if let Err(error) = load("cut.toml", &text) {
            prop_assert!((1..=text.lines().count() + 1).contains(&error.line), "{error}");
        }
    }

    #[test]
    fn a_profile_with_a_word_put_in_is_taken_or_refused(
        at in 0..GOOD.len(),
        word in "[\\[\\]{}\"'=.,#\n a-zé0-9_-]{1,12}",
    ) {
        let text = format!("{}{word}{}", &GOOD[..at], &GOOD[at..]);
        if let Err(error) = load("word.toml", &text) {
            prop_assert!((1..=text.lines().count() + 1).contains(&error.line), "{error}");
        }
    }
}

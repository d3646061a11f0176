use super::*;

fn input(check: InputCheck, default: Option<&str>, optional: bool) -> Input {
    Input {
        name: "answer".to_owned(),
        label: "What is it?".to_owned(),
        example: "contoso.example.com".to_owned(),
        check,
        default: default.map(str::to_owned),
        optional,
        owners: Vec::new(),
        credentials: Vec::new(),
    }
}

#[test]
fn answers_are_kept_in_one_spelling() {
    for (check, answer, kept) in [
        (
            InputCheck::Host,
            " https://Contoso.Example.com/ ",
            "contoso.example.com",
        ),
        (InputCheck::User, "Sync@contoso.com", "Sync@contoso.com"),
        (
            InputCheck::Users,
            "a@b.com, c@d.com,,A@B.com",
            "a@b.com,c@d.com",
        ),
        (InputCheck::YesNo, "Y", "yes"),
        (InputCheck::YesNo, "off", "no"),
        (
            InputCheck::Url,
            "https://x.example/A/",
            "https://x.example/A/",
        ),
        (InputCheck::Text, " Default ", "Default"),
    ] {
        assert_eq!(
            input(check, None, false).accept(answer).as_deref(),
            Ok(kept),
            "{answer}"
        );
    }
}

#[test]
fn a_wrong_answer_is_refused_with_an_example() {
    for (check, wrong) in [
        (InputCheck::Host, "contoso"),
        (InputCheck::Host, "https://contoso.example.com/path"),
        (InputCheck::User, "sync"),
        (InputCheck::Users, "a@b.com;c@d.com"),
        (InputCheck::YesNo, "maybe"),
        (InputCheck::Url, "http://x.example/"),
        (InputCheck::Url, "https://user@x.example/"),
        (InputCheck::Text, "two\nlines"),
    ] {
        let refused = input(check, None, false).accept(wrong).unwrap_err();
        assert_eq!(refused.code(), ProblemCode::InputInvalid, "{wrong}");
    }
    assert_eq!(
        input(InputCheck::Host, None, false)
            .accept("contoso")
            .unwrap_err()
            .to_string(),
        "`answer`: `contoso` is not a host name; an example of one: `contoso.example.com`"
    );
}

#[test]
fn without_an_answer_there_is_the_default_or_nothing_or_a_question() {
    assert_eq!(
        input(InputCheck::YesNo, Some("no"), false)
            .accept(" ")
            .as_deref(),
        Ok("no")
    );
    assert_eq!(
        input(InputCheck::Text, None, true).accept("").as_deref(),
        Ok("")
    );
    let missing = input(InputCheck::Text, None, false).accept("").unwrap_err();
    assert_eq!(missing.code(), ProblemCode::InputMissing);
    assert_eq!(missing.to_string(), "`answer` is not answered: What is it?");
}

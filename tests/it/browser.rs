//! A browser without a person, for `--browser`: this very program, told to run one test. It opens the
//! address that it gets last, and goes where it is sent.

use fairlead_tests::http;

const STAND_IN: &str = "browser::the_stand_in_opens_the_page";

/// The command to give to `--browser`.
pub(crate) fn command() -> String {
    let program = std::env::current_exe().expect("a test knows its own program");
    format!("{} --ignored --exact {STAND_IN}", program.display())
}

#[test]
#[ignore = "other tests run it as a process of its own"]
fn the_stand_in_opens_the_page() {
    let Some(mut page) = std::env::args()
        .next_back()
        .filter(|it| it.starts_with("http"))
    else {
        return;
    };
    // The page of the tenant, the one that approves, and the way back to the one who waits.
    for _ in 0..10 {
        // Browsers may try `::1` first; the address with the number is as good.
        let address = page.replacen("http://localhost:", "http://127.0.0.1:", 1);
        let answer = http::send("GET", &address, &[], b"").expect("the page answers");
        match answer.header("location") {
            Some(next) if (300..400).contains(&answer.status) => next.clone_into(&mut page),
            _ => return,
        }
    }
}

//! A browser without a person, for `--browser`: opens the address that it gets last, and goes where it
//! is sent.

use std::process::ExitCode;

use fairlead_tests::http;

/// The page of the tenant, the one that approves, and the way back to the one who waits are fewer.
const MOST: usize = 10;

fn main() -> ExitCode {
    let Some(mut page) = std::env::args().next_back() else {
        return ExitCode::FAILURE;
    };
    for _ in 0..MOST {
        // Browsers may try `::1` first; the address with the number is as good.
        let address = page.replacen("http://localhost:", "http://127.0.0.1:", 1);
        let Some(answer) = http::send("GET", &address, &[], b"") else {
            return ExitCode::FAILURE;
        };
        match answer.header("location") {
            Some(next) if (300..400).contains(&answer.status) => next.clone_into(&mut page),
            _ => return ExitCode::SUCCESS,
        }
    }
    ExitCode::FAILURE
}

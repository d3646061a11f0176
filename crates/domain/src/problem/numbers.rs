//! Entra's numbers in a text.

use std::ops::Range;

/// Every `AADSTS` number with its place, whatever the letter case. A number is taken to its last
/// digit: 90002 is a beginning of 900023, and another code.
pub(super) fn aadsts(text: &str) -> Vec<(u32, Range<usize>)> {
    let upper = text.to_ascii_uppercase();
    upper
        .match_indices("AADSTS")
        .filter_map(|(start, prefix)| {
            let digits = start + prefix.len();
            let length = upper[digits..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            let end = digits + length;
            upper[digits..end]
                .parse()
                .ok()
                .map(|number| (number, start..end))
        })
        .collect()
}

/// Numbers without `AADSTS` that the words before them make a code: `"error_codes":[7000215]`,
/// `error?code=50011`, `Error code: 53003`, or a text that is nothing but the number.
///
/// Only in `error_codes` a number that is not `known` is taken too.
pub(super) fn bare(text: &str, known: impl Fn(u32) -> bool) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    let mut context = Context::None;
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    for word in words.filter(|word| !word.is_empty()) {
        let number = Some(word)
            .filter(|word| {
                (5..=7).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
            })
            .and_then(|word| word.parse().ok());
        let Some(number) = number else {
            context = Context::after(word);
            continue;
        };
        let taken = match context {
            Context::List => true,
            Context::Code => known(number),
            Context::None => known(number) && word == text,
        };
        if taken {
            found.push((number, word));
        }
    }
    found
}

/// What the words before a number make of it.
#[derive(Clone, Copy)]
enum Context {
    None,
    Code,
    List,
}

impl Context {
    fn after(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "error_codes" | "errorcodes" => Self::List,
            "code" | "codes" | "error" | "errorcode" | "error_code" | "aadsts" => Self::Code,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_to_its_last_digit() {
        let text = "aadsts900023: x; AADSTS90002, %3AAADSTS65004%3A AADSTSx AADSTS99999999999";
        let numbers: Vec<u32> = aadsts(text).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [900_023, 90_002, 65_004]);
    }

    #[test]
    fn a_bare_number_needs_a_word_that_makes_it_a_code() {
        let known = |n| n == 50_011 || n == 7_000_215;
        let of = |text| {
            bare(text, known)
                .into_iter()
                .map(|(n, _)| n)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(r#"{\"error_codes\":[7000215, 1234567]}"#),
            [7_000_215, 1_234_567]
        );
        assert_eq!(of("https://login.example/error?code=50011"), [50_011]);
        assert_eq!(of("Sign-in error code: 50011"), [50_011]);
        assert_eq!(of("7000215"), [7_000_215]);
        assert_eq!(of("exit code 10061"), [0; 0]);
        assert_eq!(of("it took 50011 ms"), [0; 0]);
        assert_eq!(of("id 50011a50-0011-5001-1500-115001150011"), [0; 0]);
    }
}

//! What a pasted text says: the codes in it, most specific first.

use super::graph_code::{graph_code, of_status};
use super::phrase::{self, OAUTH, PAGES, TLS, TLS_VAGUE, TRANSPORT};
use super::{ProblemCode, catalogue, numbers};

#[cfg(test)]
mod tests;

/// What `explain` found in a pasted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The code that was recognised; [`entry`](super::entry) says what it means.
    pub code: ProblemCode,
    /// The words of the text that were recognised.
    pub matched: String,
    /// Whether the catalogue holds it; otherwise its text is the general one.
    pub known: bool,
}

/// The codes named in a text, most specific first and each once.
///
/// Recognised are `AADSTS` numbers, also bare in `error_codes`; Fairlead's own codes; what the
/// products' guides quote; the codes of Graph and Planner; what common tools say of TLS, proxies and
/// connections. OAuth's error words count where no number says it more exactly, and an HTTP status
/// where there is nothing else. AADSTS700016 with a web address for an identifier is told apart from
/// the one with an id: it is `app.identifier-uri` first.
pub fn explain(text: &str) -> Vec<Explanation> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_ascii_lowercase();
    let mut found = Finds::default();

    for (number, at) in numbers::aadsts(&text) {
        let matched = &text[at.clone()];
        if number == 700_016 && identifier_is_address(&text[at.end..]) {
            found.add(ProblemCode::AppIdentifierUri, matched);
        }
        found.add(ProblemCode::Aadsts(number), matched);
    }
    for (number, matched) in numbers::bare(&text, |n| catalogue::is_known(ProblemCode::Aadsts(n))) {
        found.add(ProblemCode::Aadsts(number), matched);
    }
    let entra_gave_a_number = !found.0.is_empty();

    own_codes(&text, &mut found);
    if let Some(start) = phrase::position(&lower, "error 500")
        && phrase::position(&lower, "my settings").is_some()
    {
        found.add(
            ProblemCode::AppRedirect,
            &text[start..start + "error 500".len()],
        );
    }
    found.extend(phrase::find(&PAGES, &text, &lower));
    for word in words(&text) {
        if let Some(code) = graph_code(word) {
            found.add(code, word);
        }
    }
    let before_tls = found.0.len();
    found.extend(phrase::find(&TLS, &text, &lower));
    if found.0.len() == before_tls {
        found.extend(phrase::find(&TLS_VAGUE, &text, &lower));
    }
    found.extend(phrase::find(&TRANSPORT, &text, &lower));
    if !entra_gave_a_number {
        found.extend(phrase::find(&OAUTH, &text, &lower));
    }
    if found.0.is_empty() {
        status(&text, &mut found);
    }
    found.0
}

#[derive(Default)]
struct Finds(Vec<Explanation>);

impl Finds {
    fn add(&mut self, code: ProblemCode, matched: &str) {
        if self.0.iter().all(|earlier| earlier.code != code) {
            self.0.push(Explanation {
                code,
                matched: matched.to_owned(),
                known: catalogue::is_known(code),
            });
        }
    }

    fn extend<'t>(&mut self, finds: impl Iterator<Item = (ProblemCode, &'t str)>) {
        for (code, matched) in finds {
            self.add(code, matched);
        }
    }
}

/// Words as codes are written: letters, digits, `_`, `-` and full stops inside.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)))
        .map(|word| word.trim_matches(|c: char| "_-.".contains(c)))
        .filter(|word| !word.is_empty())
}

/// Fairlead's own codes. One that is an ordinary word counts only by itself.
fn own_codes(text: &str, found: &mut Finds) {
    for word in words(text) {
        if let Ok(code) = word.parse::<ProblemCode>()
            && !matches!(code, ProblemCode::Aadsts(_))
            && (word.contains('.') || word == text)
        {
            found.add(code, word);
        }
    }
}

/// Whether the identifier that AADSTS700016 quotes is a web address rather than a client id.
fn identifier_is_address(after: &str) -> bool {
    let Some((_, rest)) = after.split_once("identifier ") else {
        return false;
    };
    let quoted = rest.trim_start_matches(|c| "'\"`\\".contains(c));
    quoted
        .split(|c: char| c.is_whitespace() || "'\"`\\".contains(c))
        .next()
        .is_some_and(|identifier| identifier.contains("://"))
}

/// An HTTP status beside a word that makes it one.
fn status(text: &str, found: &mut Finds) {
    let words: Vec<&str> = words(text).collect();
    for (index, word) in words.iter().enumerate() {
        let Some(status) = word.parse().ok().filter(|n: &u16| (400..600).contains(n)) else {
            continue;
        };
        let before = index.checked_sub(1).map(|i| words[i].to_ascii_lowercase());
        let after = words.get(index + 1).map(|word| word.to_ascii_lowercase());
        let named = before.is_some_and(|word| {
            word.starts_with("http") || ["status", "code", "error", "1.1"].contains(&word.as_str())
        });
        let reasoned = after.is_some_and(|word| REASONS.contains(&word.as_str()));
        if named || reasoned || words.len() == 1 {
            found.add(of_status(status), word);
            if status == 500 && phrase::position(&text.to_ascii_lowercase(), "error 500").is_some()
            {
                found.add(ProblemCode::AppRedirect, word);
            }
        }
    }
}

/// The first words of the reason phrases of RFC 9110 that follow a status.
const REASONS: [&str; 15] = [
    "bad",
    "unauthorized",
    "payment",
    "forbidden",
    "not",
    "proxy",
    "request",
    "conflict",
    "gone",
    "precondition",
    "locked",
    "too",
    "internal",
    "service",
    "gateway",
];

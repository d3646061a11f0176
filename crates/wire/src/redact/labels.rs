//! Secrets that a label names: form fields, JSON members, headers, settings.

use super::MASK;

/// Which separators make a word a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `label=value` and nothing else: the word has other meanings in JSON and in prose.
    Form,
    /// Also `"label": value`.
    Member,
    /// Also `label: value`.
    Setting,
    /// Also `label: value`, to the end of the line.
    Header,
}

/// Labels without `_` and `-`, in lower case.
const LABELS: [(&str, Kind); 29] = [
    ("accesstoken", Kind::Setting),
    ("assertion", Kind::Member),
    ("authorization", Kind::Header),
    ("clientassertion", Kind::Setting),
    ("clientsecret", Kind::Setting),
    ("code", Kind::Form),
    ("codeverifier", Kind::Setting),
    ("cookie", Kind::Header),
    ("devicecode", Kind::Setting),
    ("idtoken", Kind::Setting),
    ("idtokenhint", Kind::Setting),
    ("logintoken", Kind::Setting),
    ("passphrase", Kind::Setting),
    ("passwd", Kind::Setting),
    ("password", Kind::Setting),
    ("privatekey", Kind::Member),
    ("proof", Kind::Member),
    ("proxyauthorization", Kind::Header),
    ("pwd", Kind::Setting),
    ("refreshtoken", Kind::Setting),
    ("samlresponse", Kind::Member),
    ("secret", Kind::Member),
    ("secrettext", Kind::Setting),
    ("secretvalue", Kind::Setting),
    ("sessiontoken", Kind::Setting),
    ("setcookie", Kind::Header),
    ("sig", Kind::Form),
    ("state", Kind::Form),
    ("token", Kind::Member),
];

pub(super) fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let word_end = rest[start..]
            .find(|c| !is_word(c))
            .map_or(rest.len(), |at| start + at);
        let (word, after) = (&rest[start..word_end], &rest[word_end..]);
        out.push_str(&rest[..word_end]);
        rest = after;
        let value = match kind(word) {
            Some(kind) => labelled(kind, after),
            None => scheme(word, after),
        };
        if let Some((before, length)) = value.filter(|(_, length)| *length > 0) {
            out.push_str(&after[..before]);
            out.push_str(MASK);
            rest = &after[before + length..];
        }
    }
    out.push_str(rest);
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn kind(word: &str) -> Option<Kind> {
    let plain = word.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: Vec<u8> = plain
        .map(|byte| byte.to_ascii_lowercase())
        .take(32)
        .collect();
    let found = LABELS.iter().find(|(label, _)| label.as_bytes() == plain);
    found.map(|(_, kind)| *kind)
}

/// Where the value begins behind a label, and how long it is.
fn labelled(kind: Kind, after: &str) -> Option<(usize, usize)> {
    let blank = |c: char| c == ' ' || c == '\t';
    let quoted = ["\\\"", "\"", "'"]
        .into_iter()
        .find(|quote| after.starts_with(quote));
    let rest = &after[quoted.map_or(0, str::len)..];
    let separated = if kind == Kind::Form {
        rest
    } else {
        rest.trim_start_matches(char::is_whitespace)
    };
    let separator = separated.chars().next()?;
    let fits = match separator {
        '=' => true,
        ':' if quoted.is_some() => kind != Kind::Form,
        ':' => matches!(kind, Kind::Setting | Kind::Header),
        _ => false,
    };
    if !fits {
        return None;
    }
    let behind = &separated[1..];
    let value = match kind {
        Kind::Form => behind,
        _ if quoted.is_some() => behind.trim_start(),
        _ => behind.trim_start_matches(blank),
    };
    let before = after.len() - value.len();
    for quote in ["\\\"", "\"", "'", "`"] {
        if let Some(inner) = value.strip_prefix(quote) {
            return Some((before + quote.len(), end_of_quoted(inner, quote)));
        }
    }
    // What is inside has labels of its own.
    if value.starts_with(['{', '[']) {
        return None;
    }
    let end = |c: char| match kind {
        Kind::Header => c == '\r' || c == '\n',
        _ => c.is_whitespace() || "&\"'<>`".contains(c),
    };
    Some((before, value.find(end).unwrap_or(value.len())))
}

fn end_of_quoted(inner: &str, quote: &str) -> usize {
    let mut from = 0;
    while let Some(at) = inner[from..].find(quote) {
        let escapes = inner[..from + at]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
        if quote.len() > 1 || escapes % 2 == 0 {
            return from + at;
        }
        from += at + quote.len();
    }
    inner.len()
}

/// The credentials behind the name of an authentication scheme, not the prose: `Bearer tokens`.
fn scheme(word: &str, after: &str) -> Option<(usize, usize)> {
    let known = ["bearer", "basic", "ntlm", "negotiate"];
    if !known.iter().any(|scheme| word.eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let value = after.trim_start_matches(' ');
    let before = after.len() - value.len();
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
    let value = &value[..value.find(ends).unwrap_or(value.len())];
    let word_like = value
        .bytes()
        .skip(1)
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'=' || byte == b'.');
    (before > 0 && value.len() >= 8 && !word_like).then_some((before, value.len()))
}

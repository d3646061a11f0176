//! Secrets that are known by how they look.

use super::MASK;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Private keys in PEM form, also those that are cut off.
pub(super) fn mask_private_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(start);
        out.push_str(before);
        let body = &block[BEGIN.len()..];
        let in_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        let label = &body[..body.find(|c| !in_label(c)).unwrap_or(body.len())];
        if label.contains("PRIVATE KEY") {
            out.push_str("[private key]");
            rest = behind_end(body);
        } else {
            // The next block may be a key, also where this one has no end.
            out.push_str(BEGIN);
            rest = body;
        }
    }
    out.push_str(rest);
    out
}

fn behind_end(body: &str) -> &str {
    let Some(end) = body.find(END) else { return "" };
    let tail = &body[end + END.len()..];
    tail.find(DASHES)
        .map_or("", |dashes| &tail[dashes + DASHES.len()..])
}

/// User and password in addresses: `http://user:password@proxy:8080`.
pub(super) fn mask_users(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, authority) = rest.split_at(start + 3);
        out.push_str(before);
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>`\\".contains(c);
        let end = authority.find(ends).unwrap_or(authority.len());
        rest = match authority[..end].rfind('@') {
            Some(at) => {
                out.push_str(MASK);
                &authority[at..]
            }
            None => authority,
        };
    }
    out.push_str(rest);
    out
}

/// Tokens, refresh tokens, codes, client secrets and long base64, wherever they stand.
pub(super) fn mask_tokens(text: &str) -> String {
    mask_runs(&mask_runs(text, is_token, looks_secret), is_base64, |run| {
        run.len() >= LONG
    })
}

/// Longer than any path that people write without a full stop.
const LONG: usize = 200;

fn mask_runs(text: &str, is_part: fn(char) -> bool, is_secret: fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, behind) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        out.push_str(before);
        if is_secret(run) {
            out.push_str(MASK);
            // A full stop behind it belongs to the sentence.
            out.extend(run.ends_with('.').then_some('.'));
        } else {
            out.push_str(run);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_base64(c: char) -> bool {
    is_base64url(c) || c == '+' || c == '/'
}

fn is_token(c: char) -> bool {
    is_base64url(c) || c == '.' || c == '~'
}

/// A JWT (RFC 7519), an Entra refresh token or code (`0.A…`, `1.A…`, those of personal accounts
/// `M.C…`, `M.R…`), or a client secret (random characters with a `~`).
fn looks_secret(run: &str) -> bool {
    let entra = ["0.A", "1.A", "M.C", "M.R"]
        .iter()
        .any(|start| run.starts_with(start));
    let jwt = run.starts_with("eyJ") && run.contains('.') && run.len() > 30;
    jwt || entra && run.len() > 60 || run.contains('~') && run.len() >= 34
}

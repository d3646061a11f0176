use jiff::Timestamp;

use super::Literal;
use crate::graph::refusal::Refusal;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, a path or a word of the grammar.
    Word(String),
    Literal(Literal),
    Open,
    Close,
    Comma,
    Colon,
}

pub(super) fn invalid(text: &str, why: &str) -> Refusal {
    Refusal::rule(format!("Invalid filter clause: {why} in '{text}'."))
}

pub(super) fn lex(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(letter) = rest.chars().next() {
        let (token, after) = match letter {
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            ',' => (Token::Comma, &rest[1..]),
            ':' => (Token::Colon, &rest[1..]),
            '\'' => {
                let (string, after) = quoted(&rest[1..])
                    .ok_or_else(|| invalid(text, "There is an unterminated string literal"))?;
                (Token::Literal(Literal::Text(string)), after)
            }
            _ => {
                let (word, after) = word(rest);
                (
                    classify(word).ok_or_else(|| invalid(text, "Syntax error"))?,
                    after,
                )
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// A string up to its closing quote; a quote inside it is written twice.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut string = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'')?;
        string.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                string.push('\'');
                rest = more;
            }
            None => return Some((string, after)),
        }
    }
}

fn word(text: &str) -> (&str, &str) {
    // The colons of a time belong to it; the one after a lambda's variable stands alone.
    let time = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text
        .find(|c: char| c.is_whitespace() || "(),'".contains(c) || (c == ':' && !time))
        .unwrap_or(text.len());
    text.split_at(end)
}

fn classify(word: &str) -> Option<Token> {
    let literal = match word {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        _ if crate::contract::is_guid(word) => Literal::Guid(word.parse().ok()?),
        _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => word
            .parse::<Timestamp>()
            .map(Literal::Time)
            .or_else(|_| word.parse().map(Literal::Number))
            .ok()?,
        _ => {
            let name = !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_/$@.".contains(c));
            return name.then(|| Token::Word(word.to_owned()));
        }
    };
    Some(Token::Literal(literal))
}

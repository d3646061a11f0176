//! `$filter`: read, checked against what a collection supports, evaluated.

mod check;
mod evaluate;
mod lex;
mod parse;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
pub(super) use parse::parse;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Compare {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::graph) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Guid(uuid::Uuid),
    Time(Timestamp),
}

/// A filter. Paths are relative to the object, inside a lambda to the item (empty: the item itself).
#[derive(Debug, Clone, PartialEq)]
pub(in crate::graph) enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Compare(String, Compare, Literal),
    In(String, Vec<Literal>),
    StartsWith(String, String),
    EndsWith(String, String),
    Any(String, Box<Expr>),
}

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::{Compare, Expr, Literal};
use crate::graph::odata::show::Entity;

impl Expr {
    /// Whether an object passes the filter.
    pub(in crate::graph::odata) fn passes(&self, entity: &dyn Entity) -> bool {
        self.holds(&|path| {
            let mut steps = path.split('/');
            let first = entity.property(steps.next().unwrap_or_default());
            steps.fold(first, |value, step| {
                value.get(step).cloned().unwrap_or_default()
            })
        })
    }

    fn holds(&self, look: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Self::And(left, right) => left.holds(look) && right.holds(look),
            Self::Or(left, right) => left.holds(look) || right.holds(look),
            Self::Not(inner) => !inner.holds(look),
            Self::Compare(path, compare, literal) => compares(&look(path), *compare, literal),
            Self::In(path, values) => {
                let found = look(path);
                values
                    .iter()
                    .any(|value| compares(&found, Compare::Eq, value))
            }
            Self::StartsWith(path, text) => {
                lower(&look(path)).is_some_and(|found| found.starts_with(&text.to_lowercase()))
            }
            Self::EndsWith(path, text) => {
                lower(&look(path)).is_some_and(|found| found.ends_with(&text.to_lowercase()))
            }
            Self::Any(path, inner) => look(path).as_array().is_some_and(|items| {
                items.iter().any(|item| {
                    inner.holds(&|path| match path {
                        "" => item.clone(),
                        path => item.get(path).cloned().unwrap_or_default(),
                    })
                })
            }),
        }
    }
}

fn lower(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase)
}

fn compares(value: &Value, compare: Compare, literal: &Literal) -> bool {
    let order = match literal {
        Literal::Null => return value.is_null() == (compare == Compare::Eq),
        Literal::Bool(wanted) => value.as_bool().map(|found| found.cmp(wanted)),
        Literal::Number(wanted) => value.as_f64().and_then(|found| found.partial_cmp(wanted)),
        // The directory compares texts without regard to case.
        Literal::Text(wanted) => lower(value).map(|found| found.cmp(&wanted.to_lowercase())),
        Literal::Guid(wanted) => lower(value).map(|found| found.cmp(&wanted.to_string())),
        Literal::Time(wanted) => value
            .as_str()
            .and_then(|text| text.parse::<Timestamp>().ok())
            .map(|found| found.cmp(wanted)),
    };
    match (order, compare) {
        (None, compare) => compare == Compare::Ne,
        (Some(order), Compare::Eq) => order == Ordering::Equal,
        (Some(order), Compare::Ne) => order != Ordering::Equal,
        (Some(order), Compare::Gt) => order == Ordering::Greater,
        (Some(order), Compare::Ge) => order != Ordering::Less,
        (Some(order), Compare::Lt) => order == Ordering::Less,
        (Some(order), Compare::Le) => order != Ordering::Greater,
    }
}

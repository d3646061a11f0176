use super::options::select;
use crate::graph::refusal::Refusal;

/// One navigation property of `$expand`, with what is selected of its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Expand {
    pub(in crate::graph) property: String,
    pub(in crate::graph) select: Option<Vec<String>>,
}

/// Reads `a,b($select=x,y)`.
pub(super) fn parse(text: &str) -> Result<Vec<Expand>, Refusal> {
    split(text)?.into_iter().map(one).collect()
}

fn split(text: &str) -> Result<Vec<&str>, Refusal> {
    let mut parts = Vec::new();
    let (mut depth, mut begin) = (0_i32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    if depth == 0 {
        Ok(parts)
    } else {
        Err(syntax(text))
    }
}

fn syntax(text: &str) -> Refusal {
    Refusal::rule(format!(
        "Parsing OData Select and Expand failed: Syntax error in '{text}'."
    ))
}

fn one(part: &str) -> Result<Expand, Refusal> {
    let part = part.trim();
    let (property, inner) = match part.split_once('(') {
        None => (part, None),
        Some((property, inner)) => {
            let inner = inner.strip_suffix(')').ok_or_else(|| syntax(part))?;
            (property, Some(inner))
        }
    };
    if property.is_empty() {
        return Err(syntax(part));
    }
    let select = match inner {
        None => None,
        Some(inner) => {
            let names = inner.strip_prefix("$select=").ok_or_else(|| {
                Refusal::unsupported_query(format!(
                    "Parsing OData Select and Expand failed: only $select is supported inside \
                     '{property}(…)'."
                ))
            })?;
            select(names)
        }
    };
    Ok(Expand {
        property: property.to_owned(),
        select,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_may_be_selected_from() {
        let expand = parse("owners,members($select=id,displayName)").unwrap();
        assert_eq!(expand[0].property, "owners");
        assert_eq!(expand[0].select, None);
        assert_eq!(expand[1].property, "members");
        let names = vec!["id".to_owned(), "displayName".to_owned()];
        assert_eq!(expand[1].select, Some(names));
    }

    #[test]
    fn what_is_no_expand_is_refused() {
        for text in ["", "a(", "a($filter=x eq 1)", "a)b", ",a"] {
            assert!(parse(text).is_err(), "`{text}`");
        }
    }
}

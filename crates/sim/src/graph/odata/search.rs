use serde_json::Value;

use super::show::Entity;
use crate::graph::refusal::Refusal;

/// A `$search`: clauses `"property:text"` joined by `AND` or `OR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Search {
    clauses: Vec<(String, String)>,
    all: bool,
}

impl Search {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let syntax = || {
            Refusal::rule(format!(
                "Syntax error: character '{}' is not valid in '{text}'.",
                text.chars().next().unwrap_or(' ')
            ))
        };
        let mut clauses = Vec::new();
        let mut joiner = None;
        let mut rest = text.trim();
        loop {
            let inner = rest.strip_prefix('"').ok_or_else(syntax)?;
            let (clause, after) = inner.split_once('"').ok_or_else(syntax)?;
            let (property, wanted) = clause.split_once(':').ok_or_else(syntax)?;
            clauses.push((property.trim().to_owned(), wanted.trim().to_lowercase()));
            rest = after.trim_start();
            if rest.is_empty() {
                break;
            }
            let (word, after) = rest.split_once(' ').ok_or_else(syntax)?;
            if !["AND", "OR"].contains(&word) || joiner.is_some_and(|joiner| joiner != word) {
                return Err(syntax());
            }
            joiner = Some(word);
            rest = after.trim_start();
        }
        Ok(Self {
            clauses,
            all: joiner == Some("AND"),
        })
    }

    pub(in crate::graph) fn properties(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().map(|(property, _)| property.as_str())
    }

    /// Whether words of the property begin with the words searched for.
    pub(super) fn matches(&self, entity: &dyn Entity) -> bool {
        let mut hits = self.clauses.iter().map(|(property, wanted)| {
            let Value::String(text) = entity.property(property) else {
                return false;
            };
            let text = text.to_lowercase();
            let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
            wanted
                .split(|c: char| !c.is_alphanumeric())
                .filter(|part| !part.is_empty())
                .all(|part| words.iter().any(|word| word.starts_with(part)))
        });
        if self.all {
            hits.all(|hit| hit)
        } else {
            hits.any(|hit| hit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_read() {
        let search = Search::parse("\"displayName:ann sør\" OR \"mail:x\"").unwrap();
        assert_eq!(
            search.properties().collect::<Vec<_>>(),
            ["displayName", "mail"]
        );
        assert!(!search.all);
    }

    #[test]
    fn what_is_no_search_is_refused() {
        for text in [
            "",
            "ann",
            "displayName:ann",
            "\"ann\"",
            "\"a:b\" XOR \"c:d\"",
            "\"a:b",
        ] {
            assert!(Search::parse(text).is_err(), "`{text}`");
        }
    }
}

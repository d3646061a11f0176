//! Where in the text a part of a profile stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// A parsed text with the places of its keys and values.
pub(super) struct Places<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Places<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, Error> {
        let root = DeTable::parse(text)?;
        Ok(Self { text, root })
    }

    /// The number under a key at the top.
    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        let value = self.root.get_ref().get(key)?.get_ref().as_integer()?;
        i64::from_str_radix(value.as_str(), value.radix()).ok()
    }

    /// The line of a part: `variant.0.permission.2.name`, keys and positions parted by full stops.
    /// What is not written stands where its surroundings begin.
    pub(super) fn line(&self, path: &str) -> usize {
        let mut start = None;
        let mut here: Option<&DeValue<'t>> = None;
        for step in path.split('.') {
            let table = match here {
                None => Some(self.root.get_ref()),
                Some(value) => value.as_table(),
            };
            let found = match (table, here.and_then(DeValue::as_array)) {
                (Some(table), _) => table
                    .get_key_value(step)
                    .map(|(key, value)| (key.span(), value)),
                (None, Some(array)) => step
                    .parse()
                    .ok()
                    .and_then(|index: usize| array.get(index))
                    .map(|value| (value.span(), value)),
                (None, None) => None,
            };
            let Some((span, value)) = found else { break };
            start = Some(span.start);
            here = Some(value.get_ref());
        }
        line(self.text, start.unwrap_or(0))
    }
}

/// The line of a place in a text, counted from 1.
pub(super) fn line(text: &str, start: usize) -> usize {
    text.bytes()
        .take(start)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

/// The parser's message in one line.
pub(super) fn reason(error: &Error) -> String {
    error.message().lines().collect::<Vec<_>>().join("; ")
}

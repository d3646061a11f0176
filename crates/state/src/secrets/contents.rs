use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The version of the encrypted list.
const SCHEMA: u64 = 1;

/// What an encrypted file holds: secrets under the texts of their ids. It is overwritten in memory
/// when it is dropped.
///
/// An id of a kind that this program does not know is carried along.
#[derive(Clone, Default)]
pub(crate) struct Contents(pub(crate) BTreeMap<String, Zeroizing<Vec<u8>>>);

/// Why a list was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentsFault {
    Shape,
    Newer { found: u64, known: u64 },
}

#[derive(Deserialize)]
struct Schema {
    schema: u64,
}

#[derive(Serialize, Deserialize)]
struct List<'a> {
    schema: u64,
    // Borrowed from the text, so that no copies are left behind.
    #[serde(borrow)]
    secrets: BTreeMap<&'a str, &'a str>,
}

impl Contents {
    pub(crate) fn from_json(text: &[u8]) -> Result<Self, ContentsFault> {
        let Schema { schema } = serde_json::from_slice(text).map_err(|_| ContentsFault::Shape)?;
        if schema > SCHEMA {
            return Err(ContentsFault::Newer {
                found: schema,
                known: SCHEMA,
            });
        }
        let list: List<'_> = serde_json::from_slice(text).map_err(|_| ContentsFault::Shape)?;
        Self::decode(list.secrets)
    }

    /// From base64 texts.
    pub(crate) fn decode(secrets: BTreeMap<&str, &str>) -> Result<Self, ContentsFault> {
        secrets
            .into_iter()
            .map(|(id, encoded)| {
                let mut bytes = Zeroizing::new(Vec::with_capacity(encoded.len()));
                BASE64_STANDARD
                    .decode_vec(encoded, &mut bytes)
                    .map_err(|_| ContentsFault::Shape)?;
                Ok((id.to_owned(), bytes))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// As base64 texts.
    pub(crate) fn encode(&self) -> BTreeMap<&str, Zeroizing<String>> {
        self.0
            .iter()
            .map(|(id, bytes)| {
                (
                    id.as_str(),
                    Zeroizing::new(BASE64_STANDARD.encode(&**bytes)),
                )
            })
            .collect()
    }

    pub(crate) fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, ContentsFault> {
        let encoded = self.encode();
        let size: usize = encoded
            .iter()
            .map(|(id, text)| id.len() + text.len() + 8)
            .sum();
        let list = List {
            schema: SCHEMA,
            secrets: encoded
                .iter()
                .map(|(id, text)| (*id, text.as_str()))
                .collect(),
        };
        let mut json = Zeroizing::new(Vec::with_capacity(size + 64));
        serde_json::to_writer(&mut *json, &list).map_err(|_| ContentsFault::Shape)?;
        Ok(json)
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reads_back_with_what_it_does_not_know() {
        let text =
            br#"{"schema":1,"secrets":{"client-secret/a":"aHVzaA==","later-kind/b":"AP8="}}"#;
        let contents = Contents::from_json(text).unwrap();
        assert_eq!(*contents.0["client-secret/a"], b"hush");
        assert_eq!(&**contents.to_json().unwrap(), text);
        assert_eq!(
            format!("{contents:?}"),
            r#"{"client-secret/a", "later-kind/b"}"#
        );
    }

    #[test]
    fn a_newer_list_is_refused_and_a_strange_one_too() {
        let read = |text: &str| Contents::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(
            read(r#"{"schema":2,"anything":[]}"#),
            ContentsFault::Newer { found: 2, known: 1 }
        );
        for strange in ["", "[]", "{}", r#"{"schema":1,"secrets":{"a":"!"}}"#] {
            assert_eq!(read(strange), ContentsFault::Shape, "{strange}");
        }
    }
}

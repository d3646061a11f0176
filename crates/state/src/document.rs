use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::DocumentDamage;

/// One step of an upgrade: the members of a document of one schema become those of the next.
pub(crate) type Upgrade = fn(&mut Map<String, Value>);

/// A record that is kept as JSON with its schema version inside.
///
/// Every change of the record's shape adds an upgrade, so that an older program refuses the newer
/// document instead of losing what it does not know.
pub(crate) trait Document: Serialize + DeserializeOwned {
    /// What makes a document of schema 1 into one of schema 2, and so on.
    const UPGRADES: &'static [Upgrade] = &[];

    /// The schema that this program writes.
    fn schema() -> u64 {
        Self::UPGRADES.len() as u64 + 1
    }

    /// The JSON text to keep.
    fn to_text(&self) -> Result<String, DocumentDamage> {
        let value = serde_json::to_value(self).map_err(|cause| DocumentDamage::shape(&cause))?;
        let Value::Object(members) = value else {
            return Err(DocumentDamage::NoObject);
        };
        let mut all = Map::with_capacity(members.len() + 1);
        all.insert("schema".to_owned(), Self::schema().into());
        all.extend(members.into_iter().filter(|(name, _)| name != "schema"));
        Ok(Value::Object(all).to_string())
    }

    /// Reads a text of this schema or an older one.
    fn from_text(text: &str) -> Result<Self, DocumentDamage> {
        let value = serde_json::from_str(text).map_err(|cause| DocumentDamage::shape(&cause))?;
        let Value::Object(mut members) = value else {
            return Err(DocumentDamage::NoObject);
        };
        let found = members
            .get("schema")
            .and_then(Value::as_u64)
            .filter(|schema| *schema >= 1)
            .ok_or(DocumentDamage::NoSchema)?;
        let known = Self::schema();
        if found > known {
            return Err(DocumentDamage::Newer { found, known });
        }
        for (upgrade, from) in Self::UPGRADES.iter().zip(1_u64..) {
            if from >= found {
                upgrade(&mut members);
            }
        }
        members.insert("schema".to_owned(), known.into());
        serde_json::from_value(Value::Object(members))
            .map_err(|cause| DocumentDamage::shape(&cause))
    }
}

/// `ProblemCode` as its text: the domain writes codes and leaves reading them to who needs it.
pub(crate) mod code_text {
    use fairlead_domain::problem::ProblemCode;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over a reference"
    )]
    pub(crate) fn serialize<S: Serializer>(
        code: &ProblemCode,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(code)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ProblemCode, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Bytes as base64 text.
pub(crate) mod optional_base64 {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::ref_option,
        reason = "serde hands over a reference to the field"
    )]
    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_some(&BASE64_STANDARD.encode(bytes)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| {
                BASE64_STANDARD
                    .decode(text)
                    .map_err(serde::de::Error::custom)
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Room {
        name: String,
        seats: u32,
        floor: u32,
    }

    impl Document for Room {
        const UPGRADES: &'static [Upgrade] = &[
            |members| {
                if let Some(title) = members.remove("title") {
                    members.insert("name".to_owned(), title);
                }
            },
            |members| {
                members.insert("floor".to_owned(), 0.into());
            },
        ];
    }

    #[test]
    fn a_document_of_any_older_schema_is_upgraded_step_by_step() {
        let wanted = Room {
            name: "Blue".to_owned(),
            seats: 8,
            floor: 0,
        };
        for text in [
            r#"{"schema":1,"title":"Blue","seats":8}"#,
            r#"{"schema":2,"name":"Blue","seats":8}"#,
            r#"{"schema":3,"name":"Blue","seats":8,"floor":0}"#,
        ] {
            assert_eq!(Room::from_text(text).unwrap(), wanted);
        }
        assert_eq!(
            wanted.to_text().unwrap(),
            r#"{"schema":3,"name":"Blue","seats":8,"floor":0}"#
        );
    }

    #[test]
    fn what_is_newer_or_no_document_is_told_apart() {
        let damage = |text: &str| Room::from_text(text).unwrap_err().to_string();
        assert_eq!(
            damage(r#"{"schema":4}"#),
            "it has schema 4, this program knows 3"
        );
        assert_eq!(damage(r#"{"seats":8}"#), "it names no schema");
        assert_eq!(damage("[]"), "it is not an object");
        assert_eq!(
            damage(r#"{"schema":3,"name":"Blue","seats":8}"#),
            "missing field `floor`"
        );
    }
}

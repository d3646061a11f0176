//! Maps whose keys are data: a PATCH merges them key by key, null removes a key.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::find::bad;
use crate::graph::refusal::Refusal;

/// Refuses a value that does not say its type, or says another. An empty object says none.
pub(super) fn typed(key: &str, value: &Value, ty: &str) -> Result<(), Refusal> {
    let said = value.get("@odata.type").and_then(Value::as_str);
    let named = said.map(|said| said.trim_start_matches('#'));
    if named.and_then(|named| named.strip_prefix("microsoft.graph.")) == Some(ty) {
        return Ok(());
    }
    Err(bad(format!(
        "The value of '{key}' must have the '@odata.type' '#microsoft.graph.{ty}'."
    )))
}

/// The entries of a map that are data.
pub(super) fn entries<'a>(
    body: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    body.get(name)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.contains('@'))
}

/// The id of a user that a key names.
pub(super) fn user_key(key: &str) -> Result<Uuid, Refusal> {
    Some(key)
        .filter(|key| crate::contract::is_guid(key))
        .and_then(|key| key.parse().ok())
        .ok_or_else(|| bad(format!("The key '{key}' is not a user id.")))
}

/// The number of a label that a key names.
pub(super) fn label_key(key: &str) -> Result<u8, Refusal> {
    key.strip_prefix("category")
        .filter(|digits| !digits.starts_with(['0', '+']))
        .and_then(|digits| digits.parse().ok())
        .filter(|label| (1..=25).contains(label))
        .ok_or_else(|| {
            bad(format!(
                "The key '{key}' is not one of category1 to category25."
            ))
        })
}

/// Refuses a key that is no encoded http(s) address.
pub(super) fn reference_key(key: &str) -> Result<(), Refusal> {
    let wrong = |why: &str| bad(format!("The reference key '{key}' is invalid: {why}."));
    if key.contains(['.', ':', '@', '#']) {
        return Err(wrong("the characters . : % @ # must be encoded"));
    }
    let mut rest = key;
    while let Some((_, after)) = rest.split_once('%') {
        let code = after.get(..2).unwrap_or_default();
        if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) || code.len() < 2 {
            return Err(wrong("a % stands alone"));
        }
        rest = &after[2..];
    }
    let address = percent_encoding::percent_decode_str(key)
        .decode_utf8()
        .map_err(|_| wrong("it is not UTF-8"))?;
    let lower = address.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err(wrong("only http and https addresses are accepted")),
    }
}

/// The fields that a body writes: those of a map one by one.
pub(super) fn fields(body: &Map<String, Value>) -> Vec<String> {
    const MAPS: [&str; 7] = [
        "assignments",
        "appliedCategories",
        "checklist",
        "references",
        "categoryDescriptions",
        "sharedWith",
        "orderHintsByAssignee",
    ];
    body.iter()
        .filter(|(name, _)| !name.contains('@'))
        .flat_map(|(name, value)| match value {
            Value::Object(map) if MAPS.contains(&name.as_str()) => map
                .keys()
                .filter(|key| !key.contains('@'))
                .map(|key| format!("{name}/{key}"))
                .collect(),
            _ => vec![name.clone()],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_key_is_an_encoded_address() {
        for key in [
            "https%3A//contoso%2Esharepoint%2Ecom/a%2520b%2Epdf",
            "http%3A//host/?x=1&y=2",
            "HTTPS%3A//host",
        ] {
            assert!(reference_key(key).is_ok(), "{key}");
        }
        for key in [
            "https://host",
            "https%3A//host.example",
            "https%3A//a@b",
            "https%3A//a#b",
            "a%",
            "https%3A//a%2",
            "https%3A//a%zz",
            "ftp%3A//host",
            "https%3A//",
            "text",
            "",
        ] {
            assert!(reference_key(key).is_err(), "{key}");
        }
    }

    #[test]
    fn labels_go_from_1_to_25() {
        assert_eq!(label_key("category1").unwrap(), 1);
        assert_eq!(label_key("category25").unwrap(), 25);
        for key in [
            "category0",
            "category26",
            "category01",
            "Category1",
            "category",
            "red",
        ] {
            assert!(label_key(key).is_err(), "{key}");
        }
    }

    #[test]
    fn a_value_must_say_its_type() {
        let said = |ty: &str| typed("k", &json!({"@odata.type": ty}), "plannerAssignment").is_ok();
        assert!(said("#microsoft.graph.plannerAssignment"));
        assert!(said("microsoft.graph.plannerAssignment"));
        assert!(!said("microsoft.graph.assignment"));
        assert!(typed("k", &json!({}), "plannerAssignment").is_err());
        assert!(typed("k", &json!({"orderHint": " !"}), "plannerAssignment").is_err());
    }
}

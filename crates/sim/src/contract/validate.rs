use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::formats::{date_time, is_date, is_guid};
use super::types::{Property, Structure, Type, TypeDef, types};

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Mismatch {
    /// A closed type has no such property.
    #[error(
        "The property '{name}' does not exist on type 'microsoft.graph.{on}'. Make sure to only use \
         property names that are defined by the type."
    )]
    Unknown { name: String, on: String },
    /// The value's JSON type, format or range is another.
    #[error("Cannot convert the value of property '{name}' to the expected type '{wanted}'.")]
    Type { name: String, wanted: &'static str },
    /// Null, where a value must be.
    #[error(
        "A null value was found for the property named '{name}', which does not allow null values."
    )]
    Null { name: String },
    /// No member of the enumeration.
    #[error("Requested value '{value}' of property '{name}' was not found.")]
    Member { name: String, value: String },
    /// A property that must be there is not.
    #[error("The property '{name}' is required.")]
    Missing { name: String },
    /// No extension of this name is registered.
    #[error("One or more properties contains invalid values: '{name}' is no known extension.")]
    Extension { name: String },
    /// The service sets it.
    #[error("Property '{name}' is read-only and cannot be set.")]
    ReadOnly { name: String },
    /// It can't change after the creation.
    #[error("Property '{name}' cannot be updated.")]
    CreateOnly { name: String },
    /// Other objects are written under their own paths.
    #[error("Navigation property '{name}' cannot be written inside another entity.")]
    Navigation { name: String },
    /// Neither base64 nor base64url.
    #[error("Cannot convert the value of property '{name}' to the expected type 'Edm.Binary'.")]
    Binary { name: String },
}

impl Mismatch {
    /// Whether the published contract alone says so; else it is a documented rule beyond it.
    pub(crate) const fn is_contract(&self) -> bool {
        matches!(
            self,
            Self::Unknown { .. }
                | Self::Type { .. }
                | Self::Null { .. }
                | Self::Member { .. }
                | Self::Missing { .. }
        )
    }
}

/// Holds a body against what the published contract says of its type.
pub(crate) fn check_shape(ty: &str, body: &Value) -> Result<(), Mismatch> {
    let Some(object) = body.as_object() else {
        return Err(Mismatch::Type {
            name: "body".to_owned(),
            wanted: "object",
        });
    };
    types()
        .structure(ty)
        .map_or(Ok(()), |structure| shape(ty, structure, object))
}

/// Holds a body against what the documentation adds. `inserts` are the navigation properties that
/// may be written along.
pub(crate) fn check_rules(
    ty: &str,
    body: &Value,
    creating: bool,
    inserts: &[&str],
) -> Result<(), Mismatch> {
    match (types().structure(ty), body) {
        (Some(structure), Value::Object(object)) => rules(structure, object, creating, inserts),
        _ => Ok(()),
    }
}

const fn is_annotation(name: &str) -> bool {
    // `@odata.type`, `members@odata.bind`
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'@' {
            return true;
        }
        at += 1;
    }
    false
}

fn shape(ty: &str, structure: &Structure, object: &Map<String, Value>) -> Result<(), Mismatch> {
    for (name, value) in object {
        if let Some(property) = structure.property(name) {
            // What a navigation property leads to may lie outside the tables.
            let any = Type {
                name: "any",
                ..property.ty
            };
            let inside = !property.navigation || types().get(property.ty.name).is_some();
            check(name, if inside { property.ty } else { any }, value)?;
        } else if is_annotation(name) {
            annotation(name, value)?;
        } else if !structure.extensible && !structure.pruned.contains(&name.as_str()) {
            return Err(Mismatch::Unknown {
                name: name.clone(),
                on: ty.to_owned(),
            });
        }
    }
    let missing = structure
        .all
        .iter()
        .find(|property| property.required && !object.contains_key(property.name));
    missing.map_or(Ok(()), |property| {
        Err(Mismatch::Missing {
            name: property.name.to_owned(),
        })
    })
}

fn annotation(name: &str, value: &Value) -> Result<(), Mismatch> {
    if matches!(name, "@odata.type" | "@odata.etag") && !value.is_string() {
        return Err(Mismatch::Type {
            name: name.to_owned(),
            wanted: "Edm.String",
        });
    }
    Ok(())
}

fn check(name: &str, ty: Type, value: &Value) -> Result<(), Mismatch> {
    if !ty.collection {
        return single(name, ty, value);
    }
    let Some(items) = value.as_array() else {
        return Err(if value.is_null() {
            Mismatch::Null {
                name: name.to_owned(),
            }
        } else {
            Mismatch::Type {
                name: name.to_owned(),
                wanted: "Collection",
            }
        });
    };
    items.iter().try_for_each(|item| single(name, ty, item))
}

fn single(name: &str, ty: Type, value: &Value) -> Result<(), Mismatch> {
    if ty.name == "any" {
        return Ok(());
    }
    if value.is_null() {
        return if ty.nullable {
            Ok(())
        } else {
            Err(Mismatch::Null {
                name: name.to_owned(),
            })
        };
    }
    let wrong = |wanted| Mismatch::Type {
        name: name.to_owned(),
        wanted,
    };
    match types().get(ty.name) {
        Some(TypeDef::Structure(structure)) => {
            let object = value.as_object().ok_or_else(|| wrong("object"))?;
            shape(ty.name, structure, object)
        }
        Some(TypeDef::Map(inner)) => {
            let object = value.as_object().ok_or_else(|| wrong("object"))?;
            object.iter().try_for_each(|(key, value)| {
                if is_annotation(key) {
                    annotation(key, value)
                } else {
                    check(key, *inner, value)
                }
            })
        }
        Some(TypeDef::Enum(members)) => {
            let text = value.as_str().ok_or_else(|| wrong("Edm.String"))?;
            if members.contains(&text) {
                Ok(())
            } else {
                Err(Mismatch::Member {
                    name: name.to_owned(),
                    value: text.to_owned(),
                })
            }
        }
        Some(TypeDef::Flags(_)) => value
            .is_string()
            .then_some(())
            .ok_or_else(|| wrong("Edm.String")),
        None => primitive(ty.name, value).map_err(wrong),
    }
}

fn primitive(ty: &str, value: &Value) -> Result<(), &'static str> {
    let text = value.as_str();
    let (fits, wanted) = match ty {
        "bool" => (value.is_boolean(), "Edm.Boolean"),
        "int" | "int64" => (value.is_i64(), "Edm.Int64"),
        "int32" => (
            value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
            "Edm.Int32",
        ),
        "int16" => (
            value.as_i64().is_some_and(|n| i16::try_from(n).is_ok()),
            "Edm.Int16",
        ),
        "double" | "float" => (value.is_number(), "Edm.Double"),
        "date-time" => (
            text.is_some_and(|text| date_time(text).is_some()),
            "Edm.DateTimeOffset",
        ),
        "date" => (text.is_some_and(is_date), "Edm.Date"),
        "uuid" => (text.is_some_and(is_guid), "Edm.Guid"),
        _ => (text.is_some(), "Edm.String"),
    };
    if fits { Ok(()) } else { Err(wanted) }
}

fn rules(
    structure: &Structure,
    object: &Map<String, Value>,
    creating: bool,
    inserts: &[&str],
) -> Result<(), Mismatch> {
    for (name, value) in object {
        let Some(property) = structure.property(name) else {
            if structure.pruned.contains(&name.as_str()) {
                return Err(Mismatch::Navigation { name: name.clone() });
            }
            if !is_annotation(name) {
                return Err(Mismatch::Extension { name: name.clone() });
            }
            continue;
        };
        allowed(property, creating, inserts)?;
        let items = match value {
            Value::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        for item in items {
            inner(name, property.ty, item, creating)?;
        }
    }
    Ok(())
}

fn allowed(property: &Property, creating: bool, inserts: &[&str]) -> Result<(), Mismatch> {
    let name = property.name.to_owned();
    if property.navigation && !inserts.contains(&property.name) {
        return Err(Mismatch::Navigation { name });
    }
    if property.read_only {
        return Err(Mismatch::ReadOnly { name });
    }
    if property.create_only && !creating {
        return Err(Mismatch::CreateOnly { name });
    }
    Ok(())
}

fn inner(name: &str, ty: Type, value: &Value, creating: bool) -> Result<(), Mismatch> {
    match (types().get(ty.name), value) {
        (Some(TypeDef::Structure(structure)), Value::Object(object)) => {
            rules(structure, object, creating, &[])
        }
        (Some(TypeDef::Map(of)), Value::Object(object)) => object
            .iter()
            .filter(|(key, _)| !is_annotation(key))
            .try_for_each(|(key, value)| inner(key, *of, value, creating)),
        (Some(TypeDef::Flags(members)), Value::String(text)) => {
            let stranger = text.split(',').find(|word| !members.contains(&word.trim()));
            stranger.map_or(Ok(()), |word| {
                Err(Mismatch::Member {
                    name: name.to_owned(),
                    value: word.to_owned(),
                })
            })
        }
        (None, Value::String(text)) if ty.name == "base64url" => {
            let plain = text.trim_end_matches('=');
            let binary =
                STANDARD_NO_PAD.decode(plain).is_ok() || URL_SAFE_NO_PAD.decode(plain).is_ok();
            binary.then_some(()).ok_or_else(|| Mismatch::Binary {
                name: name.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(ty: &str, body: &Value) -> Result<(), Mismatch> {
        check_shape(ty, body)?;
        check_rules(ty, body, false, &[])
    }

    #[test]
    fn what_fits_is_taken() {
        let body = json!({
            "title": "T", "percentComplete": 50, "dueDateTime": "2026-12-01T10:00:00+01:00",
            "appliedCategories": {"category1": true, "category2": null},
            "assignments": {"a": {"@odata.type": "#microsoft.graph.plannerAssignment",
                "orderHint": " !"}, "b": null},
        });
        assert_eq!(patch("plannerTask", &body), Ok(()));
    }

    #[test]
    fn what_the_published_contract_forbids_is_told_apart() {
        for body in [
            json!({"titel": "T"}),
            json!({"title": null}),
            json!({"title": 5}),
            json!({"percentComplete": 1.5}),
            json!({"percentComplete": 3_000_000_000_i64}),
            json!({"dueDateTime": "2026-12-01"}),
            json!({"dueDateTime": "2026-12-01 10:00:00Z"}),
            json!({"dueDateTime": "2026-12-01T10:00:00+25:00"}),
            json!({"previewType": "big"}),
            json!({"assignments": {"a": {"colour": "red"}}}),
            json!({"assignments": []}),
        ] {
            let refused = patch("plannerTask", &body).unwrap_err();
            assert!(refused.is_contract(), "{body}: {refused:?}");
        }
    }

    #[test]
    fn documented_rules_beyond_it_are_told_apart() {
        for (ty, body) in [
            ("plannerTask", json!({"id": "x"})),
            ("plannerTask", json!({"planId": "x"})),
            ("plannerTask", json!({"hasDescription": true})),
            ("plannerTask", json!({"details": {"description": "x"}})),
            (
                "plannerTask",
                json!({"assignments": {"a": {"assignedDateTime": null}}}),
            ),
            ("application", json!({"colour": "red"})),
            ("application", json!({"keyCredentials": [{"key": "!"}]})),
        ] {
            let refused = patch(ty, &body).unwrap_err();
            assert!(!refused.is_contract(), "{body}: {refused:?}");
        }
    }

    #[test]
    fn a_creation_may_set_what_an_update_may_not() {
        assert_eq!(
            check_rules("plannerTask", &json!({"planId": "x"}), true, &[]),
            Ok(())
        );
    }

    #[test]
    fn flags_take_a_list_of_their_members() {
        let body = |weak: &str| {
            json!({"requestSignatureVerification":
            {"isSignedRequestRequired": true, "allowedWeakAlgorithms": weak}})
        };
        assert_eq!(patch("application", &body("rsaSha1")), Ok(()));
        assert!(patch("application", &body("md5")).is_err());
    }
}

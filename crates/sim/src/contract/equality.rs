//! Proves the tables equal to the published contract, in both directions.
//!
//! The contract lies beside the repository in `../shared/contract`. Where it does not, these tests
//! say so and prove nothing; with `FAIRLEAD_REQUIRE_CONTRACT=1` they fail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::endpoints::{Permissions, endpoints};
use super::types::{Structure, Type, TypeDef, types};

/// Operations of the contract that are not served yet. They belong to later work: delta queries,
/// calendars and mailboxes, single sign-on, places, files.
const NOT_SERVED: [(&str, &str); 33] = [
    ("GET", "/users/delta()"),
    ("GET", "/groups/delta()"),
    ("GET", "/users/{user-id}/mailboxSettings"),
    ("GET", "/users/{user-id}/calendar"),
    ("GET", "/users/{user-id}/calendars"),
    ("POST", "/users/{user-id}/calendar/getSchedule"),
    ("GET", "/users/{user-id}/calendarView"),
    ("GET", "/users/{user-id}/events"),
    ("POST", "/users/{user-id}/events"),
    ("GET", "/users/{user-id}/events/{event-id}"),
    ("PATCH", "/users/{user-id}/events/{event-id}"),
    ("DELETE", "/users/{user-id}/events/{event-id}"),
    (
        "POST",
        "/servicePrincipals/{servicePrincipal-id}/addTokenSigningCertificate",
    ),
    ("GET", "/applicationTemplates"),
    ("GET", "/applicationTemplates/{applicationTemplate-id}"),
    (
        "POST",
        "/applicationTemplates/{applicationTemplate-id}/instantiate",
    ),
    ("GET", "/places/graph.room"),
    ("GET", "/places/graph.roomList"),
    ("GET", "/places/{place-id}/graph.room"),
    ("GET", "/shares/{sharedDriveItem-id}/driveItem"),
    ("GET", "/sites/{site-id}"),
    ("GET", "/sites/{site-id}/drive"),
    ("GET", "/sites/{site-id}/drives"),
    ("GET", "/drives/{drive-id}"),
    ("GET", "/drives/{drive-id}/root"),
    ("GET", "/drives/{drive-id}/items/{driveItem-id}"),
    ("PATCH", "/drives/{drive-id}/items/{driveItem-id}"),
    ("DELETE", "/drives/{drive-id}/items/{driveItem-id}"),
    ("GET", "/drives/{drive-id}/items/{driveItem-id}/children"),
    ("POST", "/drives/{drive-id}/items/{driveItem-id}/children"),
    ("GET", "/drives/{drive-id}/items/{driveItem-id}/content"),
    ("PUT", "/drives/{drive-id}/items/{driveItem-id}/content"),
    (
        "POST",
        "/drives/{drive-id}/items/{driveItem-id}/createUploadSession",
    ),
];

/// Types that take more than the contract names. Graph ignores what it does not know in the requests
/// of a batch, and its own libraries send such: microsoftgraph/msgraph-sdk-python-core#996.
const OPENED: [&str; 1] = ["batchItem"];

/// Types that only later work is about, and to which nothing but navigation properties leads.
const LATER: [&str; 3] = ["calendar", "driveItem", "event"];

/// The published contract, where it is there.
fn published() -> Option<Value> {
    let file = "../../../shared/contract/graph/graph-v1-slice.openapi.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var_os("FAIRLEAD_REQUIRE_CONTRACT").is_none_or(|wanted| wanted != "1"),
            "the published contract is required and not there: {}",
            path.display()
        );
        std::io::Write::write_all(
            &mut std::io::stderr(),
            b"skipped: the published contract is not beside the repository\n",
        )
        .unwrap();
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn short(reference: &Value) -> &str {
    let name = reference.as_str().unwrap().rsplit('/').next().unwrap();
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

fn words(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// The operations of the contract.
fn operations(contract: &Value) -> BTreeMap<(String, String), &Value> {
    let mut all = BTreeMap::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.is_object() {
                all.insert((method.to_uppercase(), path.clone()), operation);
            }
        }
    }
    all
}

#[test]
fn exactly_the_published_operations_are_served() {
    let Some(contract) = published() else { return };
    let published: BTreeSet<(String, String)> = operations(&contract).into_keys().collect();
    let mut served: BTreeSet<(String, String)> = BTreeSet::new();
    for endpoint in endpoints().iter() {
        let key = (endpoint.method.to_owned(), endpoint.path.to_owned());
        assert!(
            served.insert(key),
            "{} {} stands twice",
            endpoint.method,
            endpoint.path
        );
    }
    for (method, path) in NOT_SERVED {
        let key = (method.to_owned(), path.to_owned());
        assert!(
            served.insert(key),
            "{method} {path} is served: the list is out of date"
        );
    }
    assert_eq!(published, served);
}

#[test]
fn query_options_and_headers_are_the_published_ones() {
    let Some(contract) = published() else { return };
    let operations = operations(&contract);
    for endpoint in endpoints().iter() {
        let operation = operations[&(endpoint.method.to_owned(), endpoint.path.to_owned())];
        let mut published = BTreeSet::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let resolved = match parameter.get("$ref") {
                Some(reference) => &contract["components"]["parameters"][short(reference)],
                None => parameter,
            };
            let name = resolved["name"].as_str().unwrap();
            let required = resolved["required"] == true;
            assert_eq!(required, name == "If-Match", "{} {}", endpoint.path, name);
            published.insert(name);
        }
        let mut served: BTreeSet<&str> = endpoint.options.iter().copied().collect();
        let headers = [
            (endpoint.eventual, "ConsistencyLevel"),
            (endpoint.if_match, "If-Match"),
            (endpoint.prefer, "Prefer"),
        ];
        served.extend(
            headers
                .iter()
                .filter(|(has, _)| *has)
                .map(|(_, name)| *name),
        );
        assert_eq!(published, served, "{} {}", endpoint.method, endpoint.path);
    }
}

#[test]
fn bodies_and_answers_are_the_published_ones() {
    let Some(contract) = published() else { return };
    let operations = operations(&contract);
    for endpoint in endpoints().iter() {
        let name = format!("{} {}", endpoint.method, endpoint.path);
        let operation = operations[&(endpoint.method.to_owned(), endpoint.path.to_owned())];
        let body = &operation["requestBody"];
        assert_eq!(body.is_object(), endpoint.body.is_some(), "{name}");
        if let Some(ty) = endpoint.body {
            assert_eq!(body["required"], true, "{name}");
            let schema = &body["content"]["application/json"]["schema"];
            same_schema(&contract, schema, plain(ty), &name);
        }
        let mut published: BTreeMap<u16, Option<&Value>> = BTreeMap::new();
        for (status, response) in operation["responses"].as_object().unwrap() {
            if let Ok(status) = status.parse() {
                let schema = response["content"]
                    .as_object()
                    .map(|content| &content.values().next().unwrap()["schema"]);
                published.insert(status, schema);
            }
        }
        let served: BTreeMap<u16, Option<Type>> = endpoint.answers.iter().copied().collect();
        assert!(published.keys().eq(served.keys()), "{name}: {published:?}");
        for (status, schema) in published {
            match (schema, served[&status]) {
                (None, None) => {}
                (Some(schema), Some(ty)) => same_schema(&contract, schema, ty, &name),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

#[test]
fn permissions_are_the_published_ones() {
    let Some(contract) = published() else { return };
    let operations = operations(&contract);
    for endpoint in endpoints().iter() {
        let operation = operations[&(endpoint.method.to_owned(), endpoint.path.to_owned())];
        let published = &operation["x-permissions"];
        let kinds = [
            ("delegated", &endpoint.delegated),
            ("application", &endpoint.application),
        ];
        for (kind, served) in kinds {
            let name = format!("{} {} {kind}", endpoint.method, endpoint.path);
            same_permissions(published, kind, served, &name);
        }
    }
}

/// The file with the permissions of endpoints is another export of the same: it agrees.
#[test]
fn permissions_are_those_of_the_permission_file() {
    if published().is_none() {
        return;
    }
    let file = "../../../shared/data/endpoint-permissions.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut compared = 0;
    for entry in file["endpoints"].as_array().unwrap() {
        let is = |endpoint: &&super::Endpoint| {
            entry["version"] == "v1.0"
                && entry["method"] == endpoint.method
                && entry["path"] == endpoint.path
        };
        let Some(endpoint) = endpoints().iter().find(is) else {
            continue;
        };
        for (kind, served) in [
            ("delegated", &endpoint.delegated),
            ("application", &endpoint.application),
        ] {
            let name = format!("{} {} {kind}", endpoint.method, endpoint.path);
            same_permissions(entry, kind, served, &name);
        }
        compared += 1;
    }
    assert!(compared > 90, "{compared}");
}

fn same_permissions(published: &Value, kind: &str, served: &Permissions, name: &str) {
    assert_eq!(published.is_object(), served.stated, "{name}");
    let list = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    assert_eq!(
        words(&published[kind]["least"]),
        list(&served.least),
        "{name}"
    );
    assert_eq!(
        words(&published[kind]["higher"]),
        list(&served.higher),
        "{name}"
    );
    // Rules of this project's own stand where nothing is published, and for the recycle bin.
    assert!(
        served.own.is_empty() || !published.is_object() || name.contains("/restore"),
        "{name}"
    );
}

fn plain(name: &'static str) -> Type {
    Type {
        name,
        nullable: false,
        collection: false,
    }
}

/// Every type that the served operations use is in the tables, property by property, and the
/// tables hold no type that nothing uses.
#[test]
fn types_are_the_published_ones() {
    let Some(contract) = published() else { return };
    let mut used = BTreeSet::new();
    for endpoint in endpoints().iter() {
        let answers = endpoint.answers.iter().filter_map(|(_, ty)| *ty);
        for name in answers.map(|ty| ty.name).chain(endpoint.body) {
            reach(name, &mut used);
        }
    }
    for (name, def) in types().iter() {
        assert!(used.contains(name), "nothing uses `{name}`");
        let full = format!("microsoft.graph.{name}");
        let schemas = &contract["components"]["schemas"];
        let schema = [&schemas[&full], &schemas[name]]
            .into_iter()
            .find(|schema| schema.is_object());
        match schema {
            Some(schema) => same_type(&contract, schema, name, def),
            // Bodies of actions and items of a batch have no name in the contract; they are
            // compared where they are used.
            None => {
                assert!(name.ends_with("Body") || name.starts_with("batch") || name == "reference");
            }
        }
    }
}

/// What stands behind a navigation property is held against the tables; the types that these leave
/// out are known by name.
#[test]
fn navigation_leads_out_of_the_tables_to_known_types_only() {
    let mut outside = BTreeSet::new();
    for (_, def) in types().iter() {
        if let TypeDef::Structure(structure) = def {
            let all = structure.own.iter();
            let leading = all.filter(|property| property.navigation);
            outside.extend(leading.map(|property| property.ty.name));
        }
    }
    outside.retain(|name| types().get(name).is_none());
    assert_eq!(outside, BTreeSet::from(LATER));
}

fn reach(name: &'static str, used: &mut BTreeSet<&'static str>) {
    let Some(def) = types().get(name) else { return };
    if !used.insert(name) {
        return;
    }
    match def {
        TypeDef::Structure(structure) => {
            if let Some(base) = structure.base {
                reach(base, used);
            }
            for property in structure.own.iter().filter(|property| !property.navigation) {
                reach(property.ty.name, used);
            }
        }
        TypeDef::Map(ty) => reach(ty.name, used),
        TypeDef::Enum(_) | TypeDef::Flags(_) => {}
    }
}

fn same_type(contract: &Value, schema: &Value, name: &str, def: &TypeDef) {
    match def {
        TypeDef::Enum(members) => {
            let members: Vec<Value> = members.iter().map(|member| Value::from(*member)).collect();
            assert_eq!(schema["enum"], Value::Array(members), "{name}");
        }
        TypeDef::Flags(members) => {
            let members: Vec<Value> = members.iter().map(|member| Value::from(*member)).collect();
            assert_eq!(schema["x-flags"], Value::Array(members), "{name}");
            assert_eq!(schema["type"], "string", "{name}");
        }
        TypeDef::Map(ty) => {
            assert_eq!(schema["x-open-type"], true, "{name}");
            same_schema(contract, &schema["additionalProperties"], *ty, name);
        }
        TypeDef::Structure(structure) => same_structure(contract, schema, structure, name),
    }
}

fn same_structure(contract: &Value, schema: &Value, structure: &Structure, name: &str) {
    let parts = schema["allOf"].as_array();
    let parts: Vec<&Value> = parts.map_or_else(|| vec![schema], |parts| parts.iter().collect());
    let base = parts.iter().find_map(|part| part.get("$ref")).map(short);
    assert_eq!(base, structure.base, "base of {name}");
    let own = parts
        .iter()
        .find(|part| part.get("$ref").is_none())
        .unwrap();
    let opened = OPENED
        .iter()
        .filter_map(|name| types().structure(name))
        .any(|opened| std::ptr::eq(opened, structure));
    assert_eq!(
        own["x-open-type"] == true || opened,
        structure.open,
        "openness of {name}"
    );
    assert_eq!(
        words(&own["x-pruned-navigation"]),
        structure
            .pruned
            .iter()
            .map(|pruned| (*pruned).to_owned())
            .collect(),
        "pruned navigation of {name}"
    );
    let required = words(&own["required"]);
    let mut seen = BTreeSet::new();
    for (key, value) in own["properties"].as_object().into_iter().flatten() {
        // Annotations belong to every type.
        if matches!(key.as_str(), "@odata.type" | "@odata.etag") {
            continue;
        }
        let at = format!("{name}.{key}");
        let property = structure.own.iter().find(|property| property.name == key);
        let property = property.unwrap_or_else(|| panic!("{at} is missing in the tables"));
        assert_eq!(value["x-navigation"] == true, property.navigation, "{at}");
        assert_eq!(required.contains(key), property.required, "{at}");
        if property.navigation {
            assert_eq!(
                target(value),
                (property.ty.name, property.ty.collection),
                "{at}"
            );
        } else {
            same_schema(contract, value, property.ty, &at);
        }
        seen.insert(property.name);
    }
    let more: Vec<_> = structure
        .own
        .iter()
        .filter(|property| !seen.contains(property.name))
        .collect();
    assert!(
        more.is_empty(),
        "{name} has more than the contract: {more:?}"
    );
}

/// The type that a navigation property leads to, and whether to several objects.
fn target(schema: &Value) -> (&str, bool) {
    match schema.get("items") {
        Some(items) => (short(&items["$ref"]), true),
        None => (short(&schema["anyOf"][0]["$ref"]), false),
    }
}

/// Compares a schema where it is used with a type of the tables.
fn same_schema(contract: &Value, schema: &Value, ty: Type, at: &str) {
    let mut schema = schema;
    if ty.collection {
        if let Some(reference) = schema.get("$ref") {
            // A collection that an operation answers has a name of its own.
            let full = reference.as_str().unwrap().rsplit('/').next().unwrap();
            let named = &contract["components"]["schemas"][full];
            assert!(words(&named["required"]).contains("value"), "{at}");
            schema = &named["properties"]["value"];
        }
        assert_eq!(schema["type"], "array", "{at}");
        assert!(schema["nullable"].is_null(), "{at}");
        let inner = Type {
            collection: false,
            ..ty
        };
        return same_schema(contract, &schema["items"], inner, at);
    }
    if let Some(choices) = schema.get("anyOf") {
        assert!(ty.nullable, "{at} may be null");
        assert_eq!(choices[1]["enum"], Value::Array(vec![Value::Null]), "{at}");
        assert_eq!(short(&choices[0]["$ref"]), ty.name, "{at}");
        return;
    }
    if let Some(reference) = schema.get("$ref") {
        assert!(!ty.nullable, "{at} may not be null");
        assert_eq!(short(reference), ty.name, "{at}");
        return;
    }
    if ty.name == "any" {
        assert_eq!(
            schema.as_object().map(serde_json::Map::len),
            Some(0),
            "{at}"
        );
        return;
    }
    assert_eq!(schema["nullable"] == true, ty.nullable, "null in {at}");
    if let Some(def) = types().get(ty.name) {
        // A type without a name in the contract.
        return match def {
            TypeDef::Map(inner) => {
                same_schema(contract, &schema["additionalProperties"], *inner, at);
            }
            def => same_type(contract, schema, at, def),
        };
    }
    let published = match schema["format"].as_str() {
        Some(format) => format,
        None => match schema["type"].as_str().unwrap() {
            "boolean" => "bool",
            "integer" => "int",
            other => other,
        },
    };
    assert_eq!(published, ty.name, "type of {at}");
}

use serde_json::{Map, Value};

use super::expand::Expand;
use crate::contract::{Property, Structure, TypeDef, types};
use crate::graph::refusal::{Layer, Refusal};

/// An object that Graph shows.
pub(in crate::graph) trait Entity {
    /// Its type in the contract's tables.
    fn kind(&self) -> &'static str;

    /// A property's value; null where it has none.
    fn property(&self, name: &str) -> Value;

    fn etag(&self) -> Option<String> {
        None
    }

    /// What a navigation property leads to.
    fn follow(&self, _name: &str) -> Linked<'_> {
        Linked::Nothing
    }
}

/// What a navigation property leads to.
pub(in crate::graph) enum Linked<'a> {
    Nothing,
    One(Box<dyn Entity + 'a>),
    Many(Vec<Box<dyn Entity + 'a>>),
}

/// How many objects `$expand` shows of the directory's relationships.
const EXPANDED: usize = 20;

/// Types that a collection of directory objects may hold.
const DIRECTORY: [&str; 5] = [
    "user",
    "group",
    "application",
    "servicePrincipal",
    "directoryRole",
];

/// What is shown of an object.
#[derive(Debug, Clone, Default)]
pub(in crate::graph) struct Select {
    pub(in crate::graph) names: Option<Vec<String>>,
    pub(in crate::graph) expand: Vec<Expand>,
    /// Objects of several types: each says its own.
    pub(in crate::graph) typed: bool,
}

fn no_property(name: &str, ty: &str) -> Refusal {
    Refusal::new(
        Layer::Rule,
        http::StatusCode::BAD_REQUEST,
        "BadRequest",
        format!(
            "Parsing OData Select and Expand failed: Could not find a property named '{name}' on \
             type 'microsoft.graph.{ty}'."
        ),
    )
}

fn has_property(ty: &str, name: &str) -> bool {
    types()
        .structure(ty)
        .and_then(|structure| structure.property(name))
        .is_some_and(|property| !property.navigation)
}

/// Refuses names that the type does not have.
pub(super) fn check_names(ty: &str, names: Option<&Vec<String>>) -> Result<(), Refusal> {
    let stranger = names.into_iter().flatten().find(|name| {
        let known = has_property(ty, name)
            || (ty == "directoryObject" && DIRECTORY.iter().any(|ty| has_property(ty, name)));
        !known
    });
    stranger.map_or(Ok(()), |name| Err(no_property(name, ty)))
}

impl Select {
    /// Holds names against the type, and what is expanded against what is supported.
    pub(in crate::graph) fn check(&self, ty: &str, expandable: &[&str]) -> Result<(), Refusal> {
        check_names(ty, self.names.as_ref())?;
        for expand in &self.expand {
            let target = types()
                .structure(ty)
                .and_then(|structure| structure.property(&expand.property))
                .filter(|property| property.navigation)
                .ok_or_else(|| no_property(&expand.property, ty))?;
            if !expandable.contains(&expand.property.as_str()) {
                return Err(Refusal::unsupported_query(format!(
                    "The query specified in the URI is not valid: property '{}' cannot be used in \
                     the $expand query option.",
                    expand.property
                )));
            }
            check_names(target.ty.name, expand.select.as_ref())?;
        }
        Ok(())
    }
}

/// The object as JSON.
pub(in crate::graph) fn show(entity: &dyn Entity, select: &Select) -> Value {
    let mut object = Map::new();
    if select.typed {
        let ty = format!("#microsoft.graph.{}", entity.kind());
        object.insert("@odata.type".to_owned(), Value::String(ty));
    }
    if let Some(etag) = entity.etag() {
        object.insert("@odata.etag".to_owned(), Value::String(etag));
    }
    let Some(structure) = types().structure(entity.kind()) else {
        return Value::Object(object);
    };
    for property in shown(structure, select) {
        let value = match entity.property(property.name) {
            Value::Null => absent(property),
            value => value,
        };
        object.insert(property.name.to_owned(), value);
    }
    for expand in &select.expand {
        expand_into(&mut object, entity, expand);
    }
    Value::Object(object)
}

fn shown<'a>(
    structure: &'a Structure,
    select: &'a Select,
) -> impl Iterator<Item = &'a Property> + use<'a> {
    structure
        .all
        .iter()
        .filter(move |property| match &select.names {
            _ if property.navigation => false,
            Some(names) => names.iter().any(|name| name == property.name),
            None => !property.select_only,
        })
}

/// How a property without a value is shown.
fn absent(property: &Property) -> Value {
    if property.ty.collection {
        return Value::Array(Vec::new());
    }
    if property.ty.nullable {
        return Value::Null;
    }
    match types().get(property.ty.name) {
        Some(TypeDef::Enum(members)) => Value::String(members[0].to_owned()),
        Some(_) => Value::Object(Map::new()),
        None => match property.ty.name {
            "bool" => Value::Bool(false),
            "int16" | "int32" | "int64" | "double" => Value::from(0),
            "date-time" => Value::from("0001-01-01T00:00:00Z"),
            "uuid" => Value::from("00000000-0000-0000-0000-000000000000"),
            _ => Value::from(""),
        },
    }
}

fn expand_into(object: &mut Map<String, Value>, entity: &dyn Entity, expand: &Expand) {
    let ty = types()
        .structure(entity.kind())
        .and_then(|structure| structure.property(&expand.property))
        .map_or("", |property| property.ty.name);
    let inner = Select {
        names: expand.select.clone(),
        expand: Vec::new(),
        typed: ty == "directoryObject",
    };
    let value = match entity.follow(&expand.property) {
        Linked::Nothing => Value::Null,
        Linked::One(target) => show(&*target, &inner),
        Linked::Many(targets) => targets
            .iter()
            .take(EXPANDED)
            .map(|target| show(&**target, &inner))
            .collect(),
    };
    object.insert(expand.property.clone(), value);
}

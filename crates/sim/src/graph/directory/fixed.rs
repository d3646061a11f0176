use serde_json::{Map, Value};

use crate::graph::odata::Entity;

/// A small object, put together before it is known what of it is shown.
#[derive(Debug, Clone)]
pub(super) struct Fixed {
    kind: &'static str,
    properties: Map<String, Value>,
}

impl Fixed {
    /// `properties` is a JSON object.
    pub(super) fn new(kind: &'static str, properties: Value) -> Self {
        let properties = match properties {
            Value::Object(properties) => properties,
            _ => Map::new(),
        };
        Self { kind, properties }
    }
}

impl Entity for Fixed {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn property(&self, name: &str) -> Value {
        self.properties.get(name).cloned().unwrap_or_default()
    }
}

//! The hand-over sheet: the values to type into the receiving product.

use serde::{Deserialize, Serialize};

use crate::ids::ConnectionName;

/// One value, under a stable name and under the receiving product's own label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// A stable name: `tenant_id`, `client_id`, `certificate_thumbprint`, …
    pub name: String,
    /// What the receiving product calls it.
    pub label: String,
    /// The value. Never a secret.
    pub value: String,
}

/// The hand-over sheet of a connection (DESIGN section 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// The version of this JSON.
    pub schema: u32,
    /// Whose sheet it is.
    pub connection: ConnectionName,
    /// The values, in the order the product asks for them.
    pub values: Vec<Value>,
}

//! The contract of Microsoft Graph as the simulated tenant enforces it: tables of its own in a
//! compact form, read once. A test proves them equal to the published contract.
//!
//! `types/*.txt`: `type NAME [: BASE]`, `open …` (takes properties of extensions), `map NAME = TYPE`
//! (keys are data), `enum`, `flags`; properties as `name:type`, `?` may be null, `[…]` a collection,
//! `!` must be there, `~` a navigation property, `-` one that leads out of the tables. After a
//! slash: `r` read-only, `c` settable at creation only, `s` answered only when selected.
//!
//! `endpoints/*.txt`: method, path, query options (`list`, `one`, `no-skip`, `filter`, `search`),
//! headers (`eventual`, `if-match`, `prefer`), body, answers by status; then the permissions of
//! each kind, least `+` higher (`D` delegated, `A` application, `-` not available; small letters
//! where the published data says nothing and the rule is this project's).

mod endpoints;
#[cfg(test)]
mod equality;
mod formats;
mod types;
mod validate;

pub(crate) use endpoints::{Endpoint, Found, endpoints};
pub(crate) use formats::{date_time, is_guid};
pub(crate) use types::{Property, Structure, Type, TypeDef, types};
pub(crate) use validate::{Mismatch, check_rules, check_shape};

//! `OData` as Graph understands it: query options, filters, what of an object is shown, pages.
//!
//! <https://learn.microsoft.com/graph/query-parameters>,
//! <https://learn.microsoft.com/graph/aad-advanced-queries>

pub(super) mod collection;
mod expand;
mod filter;
mod options;
mod page;
mod search;
mod show;
mod token;

use filter::Expr;
pub(super) use options::Options;
pub(super) use page::{List, Listed, Terms};
pub(super) use show::{Entity, Linked, Select, show};

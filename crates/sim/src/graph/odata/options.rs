use super::expand::{self, Expand};
use super::filter::{self, Expr};
use super::search::Search;
use crate::contract::Endpoint;
use crate::graph::refusal::Refusal;

/// One step of `$orderby`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Order {
    pub(in crate::graph) property: String,
    pub(in crate::graph) descending: bool,
}

/// The query options of a request, read but not yet held against what the collection supports.
#[derive(Debug, Clone, Default)]
pub(in crate::graph) struct Options {
    pub(in crate::graph) select: Option<Vec<String>>,
    pub(in crate::graph) expand: Vec<Expand>,
    pub(in crate::graph) filter: Option<Expr>,
    pub(in crate::graph) order: Vec<Order>,
    pub(in crate::graph) top: Option<u64>,
    pub(in crate::graph) skip: Option<u64>,
    pub(in crate::graph) count: bool,
    pub(in crate::graph) search: Option<Search>,
    pub(in crate::graph) token: Option<String>,
    /// All but the token, as they came: what a token is bound to and a next link repeats.
    pub(in crate::graph) raw: Vec<(String, String)>,
}

impl Options {
    /// Reads what the operation takes: first all that the published contract says, then the rest.
    pub(in crate::graph) fn read(endpoint: &Endpoint, query: &str) -> Result<Self, Refusal> {
        let mut options = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == "$skiptoken" && endpoint.list {
                options.token = Some(value.into_owned());
                continue;
            }
            if !endpoint.options.contains(&name.as_ref()) {
                return Err(Refusal::contract(format!(
                    "The query parameter '{name}' is not supported for this request."
                )));
            }
            // OpenAPI 3.0.3, Parameter Object: no text here has `allowEmptyValue`. The others are
            // lists, which may hold nothing, numbers and truths, which have a form of their own.
            if value.is_empty() && matches!(name.as_ref(), "$filter" | "$search") {
                return Err(Refusal::contract(format!(
                    "The query parameter '{name}' has no value."
                )));
            }
            match name.as_ref() {
                "$top" => options.top = Some(whole(&name, &value)?),
                "$skip" => options.skip = Some(whole(&name, &value)?),
                "$count" => options.count = truth(&name, &value)?,
                _ => {}
            }
            options.raw.push((name.into_owned(), value.into_owned()));
        }
        Ok(options)
    }

    /// Reads the options whose text has a grammar of its own.
    pub(in crate::graph) fn parse(&mut self) -> Result<(), Refusal> {
        for (at, (name, value)) in self.raw.iter().enumerate() {
            if self.raw[..at].iter().any(|(other, _)| other == name) {
                return Err(Refusal::rule(format!(
                    "Query option '{name}' was specified more than once, but it must be specified \
                     at most once."
                )));
            }
            match name.as_str() {
                "$select" => self.select = select(value),
                "$expand" => self.expand = expand::parse(value)?,
                "$filter" => self.filter = Some(filter::parse(value)?),
                "$orderby" => self.order = order(value)?,
                "$search" => self.search = Some(Search::parse(value)?),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Digits alone (`OData` ABNF: `1*DIGIT`); a number that no machine holds is the greatest one.
fn whole(name: &str, value: &str) -> Result<u64, Refusal> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::contract(format!(
            "Invalid value '{value}' for {name} query option found. The {name} query option \
             requires a non-negative integer value."
        )));
    }
    Ok(value.parse().unwrap_or(u64::MAX))
}

fn truth(name: &str, value: &str) -> Result<bool, Refusal> {
    value.parse().map_err(|_| {
        Refusal::contract(format!(
            "Invalid value '{value}' for {name} query option found. Valid values are 'true' and \
             'false'."
        ))
    })
}

/// Names split at commas; nothing selected is everything.
pub(super) fn select(value: &str) -> Option<Vec<String>> {
    let names: Vec<String> = value
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    (!names.is_empty() && !names.iter().any(|name| name == "*")).then_some(names)
}

fn order(value: &str) -> Result<Vec<Order>, Refusal> {
    value
        .split(',')
        .map(|step| {
            let mut words = step.split_whitespace();
            let property = words.next().unwrap_or_default().to_owned();
            let descending = match words.next() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(word) => {
                    return Err(Refusal::rule(format!(
                        "Syntax error at position of '{word}' in '{value}'."
                    )));
                }
            };
            if property.is_empty() || words.next().is_some() {
                return Err(Refusal::rule(format!("Syntax error in '{value}'.")));
            }
            Ok(Order {
                property,
                descending,
            })
        })
        .collect()
}

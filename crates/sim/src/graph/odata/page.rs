use std::cmp::Ordering;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::collection::Collection;
use super::options::Options;
use super::show::{Entity, Select, show};
use super::token::{Token, fingerprint};
use crate::graph::refusal::Refusal;
use crate::tenant::mix;

/// A collection to be listed: places, some of them empty.
pub(in crate::graph) struct List<'a> {
    pub(in crate::graph) on: &'static Collection,
    /// How many places there are.
    pub(in crate::graph) count: u64,
    pub(in crate::graph) at: Box<dyn Fn(u64) -> Option<Box<dyn Entity + 'a>> + 'a>,
    /// Objects of several types.
    pub(in crate::graph) typed: bool,
    /// The path casts the objects to a type.
    pub(in crate::graph) cast: bool,
}

/// What a listing depends on besides the collection.
#[derive(Debug, Clone, Copy)]
pub(in crate::graph) struct Terms<'a> {
    pub(in crate::graph) options: &'a Options,
    /// `ConsistencyLevel: eventual` was sent.
    pub(in crate::graph) eventual: bool,
    /// The most items a page holds, where the tenant was started with a limit.
    pub(in crate::graph) page_size: Option<usize>,
    pub(in crate::graph) seed: u64,
    /// The address of the collection, without a query.
    pub(in crate::graph) address: &'a str,
}

/// A page.
#[derive(Debug)]
pub(in crate::graph) struct Listed {
    pub(in crate::graph) items: Vec<Value>,
    /// How many there are on all pages, where that was asked for.
    pub(in crate::graph) total: Option<u64>,
    /// Where the next page is.
    pub(in crate::graph) next: Option<String>,
    /// Where this page is.
    pub(in crate::graph) again: String,
}

impl<'a> List<'a> {
    /// A list of what is at hand.
    pub(in crate::graph) fn of<E: Entity + Clone + 'a>(
        on: &'static Collection,
        items: Vec<E>,
    ) -> Self {
        Self {
            on,
            count: items.len() as u64,
            at: Box::new(move |place| {
                let item = items.get(usize::try_from(place).ok()?)?.clone();
                Some(Box::new(item))
            }),
            typed: false,
            cast: false,
        }
    }

    /// Holds the query against what the collection supports.
    fn check(&self, terms: Terms<'_>) -> Result<(), Refusal> {
        let Options {
            expand,
            filter,
            order,
            top,
            skip,
            count,
            search,
            ..
        } = terms.options;
        let no = |option: &str| {
            Refusal::unsupported_query(format!(
                "The query option '{option}' is not supported by this collection of type \
                 'microsoft.graph.{}'.",
                self.on.ty
            ))
        };
        let mut advanced = self.cast;
        if let Some(filter) = filter {
            advanced |= filter.check(self.on)?.advanced || !order.is_empty();
        }
        if let Some(step) = order
            .iter()
            .find(|step| !self.on.order.contains(&step.property.as_str()))
        {
            return Err(no(&format!("$orderby={}", step.property)));
        }
        if let Some(search) = search {
            let stranger = search
                .properties()
                .find(|name| !self.on.search.contains(name));
            if let Some(name) = stranger {
                return Err(no(&format!("$search=\"{name}:…\"")));
            }
            if !terms.eventual {
                return Err(Refusal::unsupported_query(
                    "Request with $search query parameter only works through MSGraph with a \
                     special request header: 'ConsistencyLevel: eventual'",
                ));
            }
        }
        if skip.is_some() && !self.on.skip {
            return Err(no("$skip"));
        }
        if *count && !self.on.count {
            return Err(no("$count"));
        }
        self.check_top(*top)?;
        if advanced && !(terms.eventual && *count) {
            return Err(Refusal::unsupported_query(
                "Unsupported Query. The request uses advanced query capabilities: it needs the \
                 header 'ConsistencyLevel: eventual' and '$count=true'.",
            ));
        }
        if (advanced || search.is_some()) && !expand.is_empty() {
            return Err(no("$expand together with advanced query capabilities"));
        }
        Ok(())
    }

    fn check_top(&self, top: Option<u64>) -> Result<(), Refusal> {
        match (top, self.on.top) {
            (Some(_), None) => Err(Refusal::unsupported_query(
                "The query option '$top' is not supported by this collection.",
            )),
            (Some(top), Some(most)) if top == 0 || top > most => {
                Err(Refusal::unsupported_query(format!(
                    "Invalid page size specified: '{top}'. Must be between 1 and {most} inclusive."
                )))
            }
            _ => Ok(()),
        }
    }

    /// The page that the query asks for.
    pub(in crate::graph) fn page(&self, terms: Terms<'_>) -> Result<Listed, Refusal> {
        let select = Select {
            names: terms.options.select.clone(),
            expand: terms.options.expand.clone(),
            typed: self.typed,
        };
        select.check(self.on.ty, self.on.expand)?;
        self.check(terms)?;
        let query = fingerprint(terms.seed, terms.address, kept(terms.options));
        let token = match &terms.options.token {
            Some(text) => Some(Token::read(text, query)?),
            None => None,
        };
        let begin = token.map_or(terms.options.skip.unwrap_or_default(), |token| token.place);
        let link = |token: Token| link(terms, &token.write(query));
        let mut page = Listed {
            items: Vec::new(),
            total: (token.is_none()
                && terms.options.count
                && (terms.eventual || !self.on.directory))
                .then(|| self.total(terms)),
            next: None,
            again: link(Token {
                place: begin,
                after_empty: true,
            }),
        };
        let (items, next) = self.window(terms, begin);
        if next.is_some() && self.shows_nothing_first(token, query) {
            page.next = Some(page.again.clone());
            return Ok(page);
        }
        page.items = items.iter().map(|item| show(&**item, &select)).collect();
        page.next = next.map(|place| {
            link(Token {
                place,
                after_empty: false,
            })
        });
        Ok(page)
    }

    /// A page of the directory behind the first may be empty and still have a next one; the seed
    /// says which.
    fn shows_nothing_first(&self, token: Option<Token>, query: u64) -> bool {
        token.is_some_and(|token| {
            self.on.directory && !token.after_empty && mix(query ^ token.place) % 8 == 3
        })
    }

    /// The objects of a page that begins at a place, and where the next one begins.
    fn window(&self, terms: Terms<'_>, begin: u64) -> (Vec<Box<dyn Entity + 'a>>, Option<u64>) {
        let asked = terms.options.top.unwrap_or(self.on.page);
        let most = terms.page_size.map_or(u64::MAX, |size| size.max(1) as u64);
        let size = usize::try_from(asked.min(most)).unwrap_or(usize::MAX);
        let mut items = Vec::new();
        if terms.options.order.is_empty() {
            for place in begin..self.count {
                if let Some(item) = self.matching(terms, place) {
                    if items.len() == size {
                        return (items, Some(place));
                    }
                    items.push(item);
                }
            }
            return (items, None);
        }
        let mut all: Vec<_> = (0..self.count)
            .filter_map(|place| self.matching(terms, place))
            .collect();
        all.sort_by(|left, right| compare(terms.options, &**left, &**right));
        let rest = all
            .into_iter()
            .skip(usize::try_from(begin).unwrap_or(usize::MAX));
        let mut rest = rest.peekable();
        items.extend(rest.by_ref().take(size));
        let next = rest.peek().map(|_| begin + items.len() as u64);
        (items, next)
    }

    fn matching(&self, terms: Terms<'_>, place: u64) -> Option<Box<dyn Entity + 'a>> {
        let item = (self.at)(place)?;
        let passes = |filter: &super::Expr| filter.passes(&*item);
        let found = terms.options.filter.as_ref().is_none_or(passes)
            && terms
                .options
                .search
                .as_ref()
                .is_none_or(|search| search.matches(&*item));
        found.then_some(item)
    }

    /// How many objects the query finds.
    fn total(&self, terms: Terms<'_>) -> u64 {
        (0..self.count)
            .filter(|place| self.matching(terms, *place).is_some())
            .count() as u64
    }

    /// How many objects a `/$count` finds.
    pub(in crate::graph) fn number(&self, terms: Terms<'_>) -> Result<u64, Refusal> {
        if !terms.eventual {
            return Err(Refusal::unsupported_query(
                "Request to count a collection only works with the header 'ConsistencyLevel: \
                 eventual'.",
            ));
        }
        if let Some(filter) = &terms.options.filter {
            filter.check(self.on)?;
        }
        if let Some(search) = &terms.options.search
            && let Some(name) = search
                .properties()
                .find(|name| !self.on.search.contains(name))
        {
            return Err(Refusal::unsupported_query(format!(
                "Property '{name}' is not searchable."
            )));
        }
        Ok(self.total(terms))
    }
}

fn compare(options: &Options, left: &dyn Entity, right: &dyn Entity) -> Ordering {
    let key = |entity: &dyn Entity, name: &str| {
        let value = entity.property(name);
        value.as_str().map(str::to_lowercase)
    };
    options.order.iter().fold(Ordering::Equal, |order, step| {
        order.then_with(|| {
            let order = key(left, &step.property).cmp(&key(right, &step.property));
            if step.descending {
                order.reverse()
            } else {
                order
            }
        })
    })
}

/// What stands for itself in a query's value.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b'(')
    .remove(b')')
    .remove(b'\'')
    .remove(b'$');

/// The options that hold for all pages: a page that begins somewhere has its `$skip` behind it.
fn kept(options: &Options) -> impl Iterator<Item = (&str, &str)> {
    options
        .raw
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| *name != "$skip")
}

fn link(terms: Terms<'_>, token: &str) -> String {
    let mut link = format!("{}?", terms.address);
    for (name, value) in kept(terms.options) {
        link.push_str(name);
        link.push('=');
        link.extend(utf8_percent_encode(value, KEPT));
        link.push('&');
    }
    format!("{link}$skiptoken={token}")
}

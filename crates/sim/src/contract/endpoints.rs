use std::sync::LazyLock;

use super::types::Type;

/// Permissions of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Permissions {
    pub(crate) least: Vec<&'static str>,
    pub(crate) higher: Vec<&'static str>,
    /// Ours, where the published data says nothing.
    pub(crate) own: Vec<&'static str>,
    /// The published data names this kind of permission, or says that there is none.
    pub(crate) stated: bool,
}

impl Permissions {
    /// All that the endpoint takes.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static str> {
        self.least
            .iter()
            .chain(&self.higher)
            .chain(&self.own)
            .copied()
    }
}

/// One operation.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are independent facts of the table, not a state"
)]
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    /// With `{…}` where ids stand.
    pub(crate) path: &'static str,
    /// Takes the query options of a collection.
    pub(crate) list: bool,
    /// Takes `$select` and `$expand`.
    pub(crate) one: bool,
    /// Query options that it takes.
    pub(crate) options: Vec<&'static str>,
    /// Understands `ConsistencyLevel`.
    pub(crate) eventual: bool,
    /// Wants `If-Match`.
    pub(crate) if_match: bool,
    /// Understands a `Prefer` of its own.
    pub(crate) prefer: bool,
    pub(crate) body: Option<&'static str>,
    /// Status and type of what it answers.
    pub(crate) answers: Vec<(u16, Option<Type>)>,
    pub(crate) delegated: Permissions,
    pub(crate) application: Permissions,
    /// Wanted besides one of the others.
    pub(crate) needs: Option<&'static str>,
}

impl Endpoint {
    /// The type of a successful answer's body, or of its items.
    pub(crate) fn answer_type(&self) -> Option<Type> {
        self.answers.iter().find_map(|(_, ty)| *ty)
    }
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Found {
    /// This operation, with the ids of the path in their order.
    Endpoint(&'static Endpoint, Vec<String>),
    /// The path is known, for these methods.
    OtherMethods(Vec<&'static str>),
    /// The first segment at which no path goes on.
    Unknown(String),
}

/// All operations.
#[derive(Debug)]
pub(crate) struct Endpoints(Vec<Endpoint>);

impl Endpoints {
    #[cfg(test)]
    pub(crate) fn iter(&'static self) -> impl Iterator<Item = &'static Endpoint> {
        self.0.iter()
    }

    /// Finds the operation of a method and decoded path segments.
    pub(crate) fn find(&'static self, method: &str, segments: &[String]) -> Found {
        let mut methods = Vec::new();
        let mut reached = 0;
        for endpoint in &self.0 {
            let (depth, ids) = follow(endpoint.path, segments);
            reached = reached.max(depth);
            if depth == segments.len() && endpoint.path.split('/').count() == depth + 1 {
                if endpoint.method == method {
                    return Found::Endpoint(endpoint, ids);
                }
                methods.push(endpoint.method);
            }
        }
        if methods.is_empty() {
            let segment = segments.get(reached).or(segments.last());
            Found::Unknown(segment.cloned().unwrap_or_default())
        } else {
            Found::OtherMethods(methods)
        }
    }
}

/// How many segments lie on the path of a template, and the ids met on the way.
fn follow(template: &str, segments: &[String]) -> (usize, Vec<String>) {
    let mut ids = Vec::new();
    let mut depth = 0;
    for (part, segment) in template.split('/').skip(1).zip(segments) {
        if part.starts_with('{') {
            // Names of functions and casts stand where ids could; they are none.
            let named = matches!(segment.as_str(), "" | "delta" | "delta()");
            if named || segment.starts_with('$') || segment.starts_with("graph.") {
                break;
            }
            ids.push(segment.clone());
        } else if let Some((name, _)) = part.split_once("='{") {
            let Some(key) = segment
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix("='"))
                .and_then(|rest| rest.strip_suffix("')"))
            else {
                break;
            };
            // A quote inside an OData string is written twice.
            ids.push(key.replace("''", "'"));
        } else if part != segment {
            break;
        }
        depth += 1;
    }
    (depth, ids)
}

const TABLES: [&str; 5] = [
    include_str!("endpoints/planner.txt"),
    include_str!("endpoints/groups.txt"),
    include_str!("endpoints/people.txt"),
    include_str!("endpoints/applications.txt"),
    include_str!("endpoints/tenant.txt"),
];

/// The operations of the contract that the simulated tenant serves.
pub(crate) fn endpoints() -> &'static Endpoints {
    static ENDPOINTS: LazyLock<Endpoints> = LazyLock::new(|| {
        let mut all = Vec::new();
        for table in TABLES {
            all.extend(entries(table).iter().filter_map(|words| read(words)));
        }
        // A literal segment wins over an id in the same place.
        all.sort_by_key(|endpoint: &Endpoint| endpoint.path.replace('{', "~"));
        Endpoints(all)
    });
    &ENDPOINTS
}

/// The words of each entry, shorthands written out.
fn entries(table: &'static str) -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<&'static str>> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with(' ') {
            all.push(Vec::new());
        }
        if let Some(entry) = all.last_mut() {
            entry.extend(line.split_whitespace());
        }
    }
    let (shorthands, mut entries): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|entry| entry.first().is_some_and(|word| word.starts_with('&')));
    for entry in &mut entries {
        *entry = entry
            .iter()
            .flat_map(|word| {
                let shorthand = shorthands.iter().find(|shorthand| shorthand[0] == *word);
                shorthand.map_or_else(|| vec![*word], |shorthand| shorthand[1..].to_vec())
            })
            .collect();
    }
    entries
}

const LIST: [&str; 8] = [
    "$count", "$expand", "$filter", "$orderby", "$search", "$select", "$skip", "$top",
];

fn read(words: &[&'static str]) -> Option<Endpoint> {
    let [method, path, rest @ ..] = words else {
        return None;
    };
    let mut endpoint = Endpoint {
        method,
        path,
        list: false,
        one: false,
        options: Vec::new(),
        eventual: false,
        if_match: false,
        prefer: false,
        body: None,
        answers: Vec::new(),
        delegated: Permissions::default(),
        application: Permissions::default(),
        needs: None,
    };
    let mut kind = "";
    let mut higher = false;
    for word in rest {
        if ["D", "A", "d", "a"].contains(word) {
            (kind, higher) = (word, false);
            if let Some(set) = permissions(&mut endpoint, kind) {
                set.stated |= kind.chars().all(char::is_uppercase);
            }
        } else if kind.is_empty() {
            option(&mut endpoint, word)?;
        } else if *word == "+" {
            higher = true;
        } else if *word != "-" {
            let own = kind.chars().all(char::is_lowercase);
            let set = permissions(&mut endpoint, kind)?;
            let list = match (own, higher) {
                (true, _) => &mut set.own,
                (false, true) => &mut set.higher,
                (false, false) => &mut set.least,
            };
            list.push(word);
        }
    }
    Some(endpoint)
}

fn permissions<'a>(endpoint: &'a mut Endpoint, kind: &str) -> Option<&'a mut Permissions> {
    match kind {
        "D" | "d" => Some(&mut endpoint.delegated),
        "A" | "a" => Some(&mut endpoint.application),
        _ => None,
    }
}

fn option(endpoint: &mut Endpoint, word: &'static str) -> Option<()> {
    match word {
        "list" => {
            endpoint.list = true;
            endpoint.options.extend(LIST);
        }
        "no-skip" => endpoint.options.retain(|option| *option != "$skip"),
        "one" => {
            endpoint.one = true;
            endpoint.options.extend(["$expand", "$select"]);
        }
        "filter" => endpoint.options.push("$filter"),
        "search" => endpoint.options.push("$search"),
        "eventual" => endpoint.eventual = true,
        "if-match" => endpoint.if_match = true,
        "prefer" => endpoint.prefer = true,
        _ => {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match name {
                "body" => endpoint.body = Some(value),
                "needs" => endpoint.needs = Some(value),
                status => {
                    let ty = (!value.is_empty()).then(|| Type::parse(value));
                    endpoint.answers.push((status.parse().ok()?, ty));
                }
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Found {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        endpoints().find(method, &segments)
    }

    #[test]
    fn every_entry_of_the_tables_is_read() {
        let heads: usize = TABLES
            .iter()
            .flat_map(|table| table.lines())
            .filter(|line| !line.starts_with([' ', '#', '&']))
            .count();
        assert_eq!(endpoints().iter().count(), heads);
        assert!(
            endpoints()
                .iter()
                .all(|endpoint| !endpoint.answers.is_empty()),
            "every operation answers something"
        );
    }

    #[test]
    fn ids_are_taken_from_the_path() {
        let Found::Endpoint(endpoint, ids) = find("GET", "planner/plans/abc/tasks") else {
            panic!("not found");
        };
        assert_eq!((endpoint.list, ids), (true, vec!["abc".to_owned()]));
        let Found::Endpoint(endpoint, ids) = find("PATCH", "applications(uniqueName='it''s')")
        else {
            panic!("not found");
        };
        assert_eq!((endpoint.prefer, ids), (true, vec!["it's".to_owned()]));
    }

    #[test]
    fn a_literal_wins_over_an_id() {
        let Found::Endpoint(endpoint, ids) = find("GET", "directory/deletedItems/graph.group")
        else {
            panic!("not found");
        };
        assert_eq!(endpoint.path, "/directory/deletedItems/graph.group");
        assert!(ids.is_empty());
    }

    #[test]
    fn an_unknown_path_names_its_segment() {
        assert!(matches!(find("GET", "groups/1/toys"), Found::Unknown(s) if s == "toys"));
        assert!(matches!(find("GET", "toys"), Found::Unknown(s) if s == "toys"));
        assert!(matches!(find("PUT", "groups"), Found::OtherMethods(m) if m.len() == 2));
    }
}

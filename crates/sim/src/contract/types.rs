use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type {
    /// A primitive's name as in the tables, or the name of a type.
    pub(crate) name: &'static str,
    pub(crate) nullable: bool,
    /// A collection of the named type.
    pub(crate) collection: bool,
}

impl Type {
    pub(super) fn parse(text: &'static str) -> Self {
        let inner = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let name = inner.unwrap_or(text);
        Self {
            name: name.strip_suffix('?').unwrap_or(name),
            nullable: name.ends_with('?'),
            collection: inner.is_some(),
        }
    }
}

/// A property of a structured type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are independent facts of the table, not a state"
)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    /// Leads to other objects: answered on `$expand` or under a path of its own.
    pub(crate) navigation: bool,
    pub(crate) read_only: bool,
    pub(crate) create_only: bool,
    /// Answered only when `$select` names it.
    pub(crate) select_only: bool,
}

impl Property {
    fn parse(text: &'static str) -> Option<Self> {
        let (declaration, facts) = text.split_once('/').unwrap_or((text, ""));
        let (name, ty) = declaration.split_once(':')?;
        let (plain, required) = match ty.strip_suffix('!') {
            Some(plain) => (plain, true),
            None => (ty, false),
        };
        Some(Self {
            name: name.strip_prefix('~').unwrap_or(name),
            ty: Type::parse(plain),
            required,
            navigation: name.starts_with('~'),
            read_only: facts.contains('r'),
            create_only: facts.contains('c'),
            select_only: facts.contains('s'),
        })
    }
}

/// A type with properties.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structure {
    pub(crate) base: Option<&'static str>,
    /// Takes properties of extensions besides its own; so do all types that are derived from it.
    pub(crate) open: bool,
    /// Its own, without those of the base.
    pub(crate) own: Vec<Property>,
    /// It or one that it is derived from is open.
    pub(crate) extensible: bool,
    /// The base's first, then its own.
    pub(crate) all: Vec<Property>,
    /// Navigation properties to types that the tables leave out.
    pub(crate) pruned: Vec<&'static str>,
}

impl Structure {
    /// A property, inherited ones included.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.all.iter().find(|property| property.name == name)
    }
}

/// What a name of the tables stands for.
#[derive(Debug, Clone)]
pub(crate) enum TypeDef {
    Structure(Structure),
    /// Keys are data, values have this type.
    Map(Type),
    Enum(Vec<&'static str>),
    /// Names joined by commas.
    Flags(Vec<&'static str>),
}

/// All types.
#[derive(Debug)]
pub(crate) struct Types(BTreeMap<&'static str, TypeDef>);

impl Types {
    pub(crate) fn get(&self, name: &str) -> Option<&TypeDef> {
        self.0.get(name)
    }

    /// A type with properties.
    pub(crate) fn structure(&self, name: &str) -> Option<&Structure> {
        match self.0.get(name) {
            Some(TypeDef::Structure(structure)) => Some(structure),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &TypeDef)> {
        self.0.iter().map(|(name, def)| (*name, def))
    }
}

const TABLES: [&str; 7] = [
    include_str!("types/directory.txt"),
    include_str!("types/users.txt"),
    include_str!("types/groups.txt"),
    include_str!("types/applications.txt"),
    include_str!("types/policies.txt"),
    include_str!("types/planner.txt"),
    include_str!("types/bodies.txt"),
];

/// The types of the contract.
pub(crate) fn types() -> &'static Types {
    static TYPES: LazyLock<Types> = LazyLock::new(read);
    &TYPES
}

fn read() -> Types {
    let mut types = BTreeMap::new();
    for table in TABLES {
        let mut current = None;
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(' ') {
                if let Some(def) = current.and_then(|name| types.get_mut(name)) {
                    extend(def, line);
                }
            } else if let Some((name, def)) = head(line) {
                types.insert(name, def);
                current = Some(name);
            }
        }
    }
    let inherited: BTreeMap<&'static str, (Vec<Property>, bool)> = types
        .keys()
        .map(|name| (*name, lineage(&types, name)))
        .collect();
    for (name, (all, extensible)) in inherited {
        if let Some(TypeDef::Structure(structure)) = types.get_mut(name) {
            structure.all = all;
            structure.extensible = extensible;
        }
    }
    Types(types)
}

fn head(line: &'static str) -> Option<(&'static str, TypeDef)> {
    let mut words = line.split_whitespace();
    let (word, name) = (words.next()?, words.next()?);
    let def = match word {
        "enum" => TypeDef::Enum(Vec::new()),
        "flags" => TypeDef::Flags(Vec::new()),
        "map" => TypeDef::Map(Type::parse(words.nth(1)?)),
        _ => TypeDef::Structure(Structure {
            base: words.nth(1),
            open: word == "open",
            ..Structure::default()
        }),
    };
    Some((name, def))
}

fn extend(def: &mut TypeDef, line: &'static str) {
    for word in line.split_whitespace() {
        match def {
            TypeDef::Enum(members) | TypeDef::Flags(members) => members.push(word),
            TypeDef::Map(_) => {}
            TypeDef::Structure(structure) => match word.strip_prefix('-') {
                Some(pruned) => structure.pruned.push(pruned),
                None => structure.own.extend(Property::parse(word)),
            },
        }
    }
}

/// All properties of a type, and whether it or one that it is derived from is open.
fn lineage(types: &BTreeMap<&'static str, TypeDef>, name: &str) -> (Vec<Property>, bool) {
    let Some(TypeDef::Structure(structure)) = types.get(name) else {
        return (Vec::new(), false);
    };
    let (mut all, open) = structure
        .base
        .map(|base| lineage(types, base))
        .unwrap_or_default();
    all.extend(&structure.own);
    (all, open || structure.open)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMITIVES: [&str; 15] = [
        "string",
        "bool",
        "int",
        "int16",
        "int32",
        "int64",
        "double",
        "float",
        "date-time",
        "date",
        "uuid",
        "base64url",
        "duration",
        "time",
        "uri",
    ];

    #[test]
    fn every_word_of_the_tables_is_understood() {
        for table in TABLES {
            let mut kind = "";
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                if line.starts_with(' ') {
                    let odd = line.split_whitespace().find(|word| {
                        matches!(kind, "type" | "open")
                            && !word.starts_with('-')
                            && Property::parse(word).is_none()
                    });
                    assert_eq!(odd, None, "in `{line}`");
                } else {
                    assert!(head(line).is_some(), "`{line}` is no head");
                    kind = line.split(' ').next().unwrap_or_default();
                    assert!(
                        ["type", "open", "map", "enum", "flags"].contains(&kind),
                        "`{line}`"
                    );
                }
            }
        }
    }

    #[test]
    fn every_type_that_is_named_is_there() {
        let types = types();
        for (name, def) in types.iter() {
            let used: Vec<Type> = match def {
                TypeDef::Structure(structure) => structure
                    .own
                    .iter()
                    .filter(|property| !property.navigation)
                    .map(|property| property.ty)
                    .collect(),
                TypeDef::Map(ty) => vec![*ty],
                TypeDef::Enum(members) | TypeDef::Flags(members) => {
                    assert!(!members.is_empty(), "`{name}` has no member");
                    Vec::new()
                }
            };
            for ty in used {
                assert!(
                    ty.name == "any"
                        || PRIMITIVES.contains(&ty.name)
                        || types.get(ty.name).is_some(),
                    "`{name}` uses `{}`",
                    ty.name
                );
            }
        }
    }

    #[test]
    fn properties_of_the_base_come_first() {
        let task = types().structure("plannerTask").unwrap();
        assert_eq!(task.all[0].name, "id");
        assert!(task.property("hasDescription").unwrap().read_only);
        assert!(task.property("planId").unwrap().create_only);
        assert!(task.property("details").unwrap().navigation);
        assert!(
            types()
                .structure("user")
                .unwrap()
                .property("accountEnabled")
                .unwrap()
                .select_only
        );
    }
}

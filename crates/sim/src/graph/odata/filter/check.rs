use super::{Compare, Expr, Literal};
use crate::contract::{Type, TypeDef, types};
use crate::graph::odata::collection::{Collection, Filterable};
use crate::graph::refusal::Refusal;

/// What a filter needs besides being supported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::graph::odata) struct Needs {
    /// An advanced query: `ConsistencyLevel: eventual` and `$count=true`.
    pub(in crate::graph::odata) advanced: bool,
}

impl Expr {
    /// Holds the filter against what the collection supports.
    pub(in crate::graph::odata) fn check(&self, on: &Collection) -> Result<Needs, Refusal> {
        let mut needs = Needs::default();
        self.visit(on, "", &mut needs)?;
        Ok(needs)
    }

    /// The properties of the object that the filter looks at.
    pub(in crate::graph) fn properties(&self) -> Vec<&str> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                let mut all = left.properties();
                all.extend(right.properties());
                all
            }
            Self::Not(inner) => inner.properties(),
            Self::Compare(path, ..)
            | Self::In(path, _)
            | Self::StartsWith(path, _)
            | Self::EndsWith(path, _)
            | Self::Any(path, _) => vec![path.split('/').next().unwrap_or_default()],
        }
    }

    fn visit(&self, on: &Collection, prefix: &str, needs: &mut Needs) -> Result<(), Refusal> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.visit(on, prefix, needs)?;
                right.visit(on, prefix, needs)
            }
            Self::Not(inner) => {
                needs.advanced = true;
                inner.visit(on, prefix, needs)
            }
            Self::Compare(path, compare, literal) => {
                let (found, ty) = look_up(on, prefix, path)?;
                needs.advanced |= found.advanced || *compare == Compare::Ne;
                let ordering = !matches!(compare, Compare::Eq | Compare::Ne);
                if ordering && !found.ordered {
                    return Err(unsupported(on, path));
                }
                fits(ty, literal, path)
            }
            Self::In(path, values) => {
                let (found, ty) = look_up(on, prefix, path)?;
                needs.advanced |= found.advanced;
                values.iter().try_for_each(|value| fits(ty, value, path))
            }
            Self::StartsWith(path, _) => {
                let (found, ty) = look_up(on, prefix, path)?;
                needs.advanced |= found.advanced;
                text_only(on, ty, path)
            }
            Self::EndsWith(path, _) => {
                let (found, ty) = look_up(on, prefix, path)?;
                needs.advanced = true;
                if !found.ends {
                    return Err(unsupported(on, path));
                }
                text_only(on, ty, path)
            }
            Self::Any(path, inner) => {
                let (found, ty) = look_up(on, prefix, path)?;
                if !ty.collection {
                    return Err(unsupported(on, path));
                }
                needs.advanced |= found.advanced;
                inner.visit(on, path, needs)
            }
        }
    }
}

fn unsupported(on: &Collection, path: &str) -> Refusal {
    Refusal::unsupported_query(format!(
        "Unsupported or invalid query filter clause specified for property '{path}' of resource \
         '{}'.",
        on.ty
    ))
}

fn unknown(on: &Collection, path: &str) -> Refusal {
    Refusal::new(
        super::super::super::refusal::Layer::Rule,
        http::StatusCode::BAD_REQUEST,
        "BadRequest",
        format!(
            "Could not find a property named '{path}' on type 'microsoft.graph.{}'.",
            on.ty
        ),
    )
}

/// How the collection lets a path be filtered, and the type at its end.
fn look_up(on: &Collection, prefix: &str, path: &str) -> Result<(Filterable, Type), Refusal> {
    let whole = match (prefix, path) {
        ("", path) => path.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}/{path}"),
    };
    let ty = type_at(on.ty, &whole).ok_or_else(|| unknown(on, &whole))?;
    let found = on
        .filterable(&whole)
        .ok_or_else(|| unsupported(on, &whole))?;
    // Inside a lambda the collection's items are compared, not the collection.
    let item = Type {
        collection: ty.collection && (prefix.is_empty() || !path.is_empty()),
        ..ty
    };
    Ok((found, item))
}

fn type_at(root: &str, path: &str) -> Option<Type> {
    let mut on = root;
    let mut found = None;
    for name in path.split('/') {
        let property = types().structure(on)?.property(name)?;
        found = Some(property.ty);
        on = property.ty.name;
    }
    found
}

fn text_only(on: &Collection, ty: Type, path: &str) -> Result<(), Refusal> {
    if ty.name == "string" && !ty.collection {
        Ok(())
    } else {
        Err(unsupported(on, path))
    }
}

fn fits(ty: Type, literal: &Literal, path: &str) -> Result<(), Refusal> {
    let right = match literal {
        Literal::Null => ty.nullable,
        Literal::Bool(_) => ty.name == "bool",
        Literal::Number(_) => matches!(ty.name, "int32" | "int64" | "int16" | "double"),
        Literal::Text(_) => {
            ty.name == "string" || matches!(types().get(ty.name), Some(TypeDef::Enum(_)))
        }
        Literal::Guid(_) => ty.name == "uuid",
        Literal::Time(_) => ty.name == "date-time",
    };
    if right && !ty.collection {
        return Ok(());
    }
    Err(Refusal::rule(format!(
        "Invalid filter clause: A binary operator with incompatible types was detected for \
         property '{path}' of type '{}'.",
        ty.name
    )))
}

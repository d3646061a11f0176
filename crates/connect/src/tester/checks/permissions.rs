use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::remedy::Remedy;
use serde_json::json;

use super::token::{carried, missing};
use super::{CheckSpec, always, check};
use crate::tester::facts::{Facts, Granted, Granting, HoldsFor};
use crate::tester::outcome::Outcome;

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "permissions.granted",
            "Every permission needed is granted",
            Inspector,
            ["principal.exists"],
            always,
            granted
        ),
        check!(
            "permissions.surplus",
            "Nothing is granted beyond that",
            Inspector,
            ["principal.exists"],
            always,
            surplus
        ),
        check!(
            "permissions.effective",
            "The token carries what is granted",
            Inspector,
            ["principal.exists", "token.issued"],
            |facts| !facts.subject.is_vendor(),
            effective
        ),
    ]
}

/// Shows who is in groups that hide it. No profile asks for it, and where there are such groups, it is
/// not too much.
pub(super) const SHOWS_HIDDEN: &str = "Member.Read.Hidden";

/// The remedy for a permission that is missing.
pub(super) fn grant(permission: &PermissionRef) -> Remedy {
    Remedy::GrantPermission {
        title: format!("Grant {permission}"),
        permission: permission.name.clone(),
        permission_kind: permission.kind,
    }
}

/// What the directory grants, or why a check can't go on.
async fn directory(facts: &Facts) -> Result<Granted, Outcome> {
    if facts.inspector.is_none() {
        return Err(Outcome::not_run("inspector"));
    }
    match facts.granted().await {
        None => Err(Outcome::not_run("principal.exists")),
        Some(Err(error)) => Err(Outcome::inspector_error(error)),
        Some(Ok(granted)) if granted.knows_graph => Ok(granted),
        Some(Ok(_)) => Err(Outcome::unknown(Problem::new(
            ProblemCode::PrincipalMissing,
            "Microsoft Graph has no enterprise application in this tenant, so its grants can't be told",
        ))),
    }
}

/// The grants that count for the connection: those for all, and for an account those for it.
async fn counting(facts: &Facts, granted: &Granted) -> Result<Vec<PermissionRef>, Outcome> {
    let mut account = facts.account_id();
    let for_one = |grant: &Granting| matches!(grant.holds_for, HoldsFor::One(_));
    if account.is_none() && granted.grants.iter().any(for_one) {
        account = match facts.account().await {
            Some(Err(error)) => return Err(Outcome::inspector_error(error)),
            Some(Ok(Some(account))) => Some(account.user.id),
            Some(Ok(None)) | None => None,
        };
    }
    let counts = |grant: &&Granting| match grant.holds_for {
        HoldsFor::All => true,
        HoldsFor::One(user) => user.is_some() && user == account,
    };
    Ok(granted
        .grants
        .iter()
        .filter(counts)
        .filter_map(|grant| grant.permission.clone())
        .collect())
}

async fn granted(facts: &Facts) -> Outcome {
    let directory = match directory(facts).await {
        Ok(directory) => directory,
        Err(outcome) => return outcome,
    };
    let needed = facts.subject.needed_references();
    let present = match counting(facts, &directory).await {
        Ok(present) => present,
        Err(outcome) => return outcome,
    };
    let lacking = missing(&needed, &present);
    let count = needed.len();
    if lacking.is_empty() {
        return Outcome::passed(format!("all {count}")).with(
            "granted",
            json!(present.iter().map(ToString::to_string).collect::<Vec<_>>()),
        );
    }
    let text = lacking
        .iter()
        .map(|lack| describe(lack, &directory))
        .collect::<Vec<_>>()
        .join("; ");
    let mut outcome = Outcome::failed(Problem::new(ProblemCode::ConsentMissing, text)).with(
        "missing",
        json!(lacking.iter().map(ToString::to_string).collect::<Vec<_>>()),
    );
    for permission in &lacking {
        outcome = outcome.remedy(grant(permission));
    }
    outcome
}

/// What stands in the directory instead of a permission that is missing.
fn describe(lacking: &PermissionRef, directory: &Granted) -> String {
    let other_kind = PermissionRef {
        kind: match lacking.kind {
            PermissionKind::Delegated => PermissionKind::Application,
            PermissionKind::Application => PermissionKind::Delegated,
        },
        ..lacking.clone()
    };
    let has = |wanted: &PermissionRef| {
        directory.grants.iter().any(|grant| {
            grant
                .permission
                .as_ref()
                .is_some_and(|held| catalogue().satisfies(held, wanted))
        })
    };
    if has(&other_kind) || twin(lacking).is_some_and(|twin| has(&twin)) {
        return format!("{lacking} is not granted; the other kind is, which does not count");
    }
    if has(lacking) {
        return format!("{lacking} is granted for another user alone");
    }
    format!("{lacking} is not granted")
}

/// The permission of the other kind that means the same where names differ: `Tasks.Read` is only
/// delegated, `Tasks.Read.All` only an application permission.
fn twin(permission: &PermissionRef) -> Option<PermissionRef> {
    let (kind, name) = match permission.kind {
        PermissionKind::Application => (
            PermissionKind::Delegated,
            permission.name.strip_suffix(".All")?.to_owned(),
        ),
        PermissionKind::Delegated => (
            PermissionKind::Application,
            format!("{}.All", permission.name),
        ),
    };
    catalogue().find(permission.resource, &name)?.id(kind)?;
    Some(PermissionRef {
        resource: permission.resource,
        kind,
        name,
    })
}

async fn surplus(facts: &Facts) -> Outcome {
    let directory = match directory(facts).await {
        Ok(directory) => directory,
        Err(outcome) => return outcome,
    };
    let needed = facts.subject.needed_references();
    let signs_in = needed
        .iter()
        .any(|permission| permission.kind == PermissionKind::Delegated);
    let grants = &directory.grants;
    let for_all = grants.iter().filter(|it| it.holds_for == HoldsFor::All);
    let present: Vec<&PermissionRef> = for_all.filter_map(|it| it.permission.as_ref()).collect();
    let is_surplus = |grant: &&Granting| match &grant.permission {
        // Signing in needs a profile permission even where the connection asks for none by name.
        Some(held) if held.is_openid() || is_user_read(held) => !signs_in,
        Some(held) => !is_of_use(held, &needed, &present),
        None => true,
    };
    let extra: Vec<String> = grants
        .iter()
        .filter(is_surplus)
        .map(|grant| format!("{} ({})", grant.name, grant.kind))
        .collect();
    if extra.is_empty() {
        return Outcome::passed("nothing beyond what is needed");
    }
    let names = extra.join(", ");
    if facts.subject.is_vendor() {
        return Outcome::passed(format!(
            "the product asks for more than Fairlead's reading of it needs: {names}; that is the vendor's choice"
        ))
        .with("surplus", json!(extra));
    }
    Outcome::warning(Problem::new(
        ProblemCode::PermissionSurplus,
        format!("granted and not needed: {names}"),
    ))
    .with("surplus", json!(extra))
}

fn is_user_read(held: &PermissionRef) -> bool {
    held.resource == Resource::Graph
        && held.kind == PermissionKind::Delegated
        && held.name == "User.Read"
}

/// Whether a permission serves the connection: it is needed itself, or stands for one that is needed and
/// was not granted by its own name. Beside that one, a broader one is only broader.
fn is_of_use(held: &PermissionRef, needed: &[PermissionRef], present: &[&PermissionRef]) -> bool {
    needed.contains(held)
        || held.resource == Resource::Graph && held.name == SHOWS_HIDDEN
        || needed
            .iter()
            .any(|needed| !present.contains(&needed) && catalogue().satisfies(held, needed))
}

async fn effective(facts: &Facts) -> Outcome {
    let directory = match directory(facts).await {
        Ok(directory) => directory,
        Err(outcome) => return outcome,
    };
    let claims = match facts.token().await.map(|found| &found.value) {
        Some(Ok(token)) => token.claims.as_ref(),
        _ => return Outcome::not_run("token.issued"),
    };
    let Some(claims) = claims else {
        return Outcome::unknown(Problem::new(
            ProblemCode::TokenUnreadable,
            "the token can't be read",
        ));
    };
    let kind = if claims.app_only {
        PermissionKind::Application
    } else {
        PermissionKind::Delegated
    };
    let counting = match counting(facts, &directory).await {
        Ok(counting) => counting,
        Err(outcome) => return outcome,
    };
    // What was granted for the connection's needs; a user's token carries only what was asked for.
    let needed = facts.subject.needed_references();
    let expected: Vec<PermissionRef> = counting
        .into_iter()
        .filter(|held| {
            held.kind == kind
                && needed
                    .iter()
                    .any(|needed| catalogue().satisfies(held, needed))
        })
        .collect();
    let late = missing(&expected, &carried(claims));
    if late.is_empty() {
        return Outcome::passed("token and directory agree");
    }
    let names = late
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    Outcome::warning(Problem::new(
        ProblemCode::ConsentNotEffective,
        format!("granted in the directory and not in the token yet: {names}"),
    ))
    .with(
        "late",
        json!(
            late.iter()
                .map(|permission| &permission.name)
                .collect::<Vec<_>>()
        ),
    )
}

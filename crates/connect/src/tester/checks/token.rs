use fairlead_domain::permission::{PermissionKind, PermissionRef, Resource, catalogue};
use fairlead_domain::problem::{Problem, ProblemCode};
use fairlead_domain::profile::CredentialKind;
use fairlead_entra::claims::{Claims, ClientProof};
use serde_json::json;

use super::{CheckSpec, check};
use crate::tester::facts::Facts;
use crate::tester::outcome::Outcome;

/// A connection of Fairlead's or the customer's has a token of its own; a vendor's has none here.
pub(super) fn own(facts: &Facts) -> bool {
    !facts.subject.is_vendor()
}

pub(super) fn checks() -> Vec<CheckSpec> {
    vec![
        check!(
            "token.issued",
            "Entra issues a token",
            Connection,
            ["tenant.found"],
            own,
            issued
        ),
        check!(
            "token.audience",
            "The token is for Microsoft Graph",
            Connection,
            ["token.issued"],
            own,
            audience
        ),
        check!(
            "token.tenant",
            "The token is of this tenant",
            Connection,
            ["token.issued"],
            own,
            tenant
        ),
        check!(
            "token.app",
            "The token is of this app",
            Connection,
            ["token.issued"],
            own,
            app
        ),
        check!(
            "token.kind",
            "The token is of the right kind",
            Connection,
            ["token.issued"],
            own,
            kind
        ),
        check!(
            "token.method",
            "The token was obtained with the credential",
            Connection,
            ["token.issued"],
            own,
            method
        ),
        check!(
            "token.permissions",
            "The token carries the permissions needed",
            Connection,
            ["token.issued", "token.kind"],
            own,
            permissions
        ),
        check!(
            "token.dates",
            "The token is valid now",
            Connection,
            ["token.issued"],
            own,
            dates
        ),
    ]
}

async fn issued(facts: &Facts) -> Outcome {
    let Some(found) = facts.token().await else {
        return Outcome::not_run(match facts.subject.connection.credential {
            CredentialKind::Secret => "secret.stored",
            CredentialKind::Account => "account.stored",
            _ if facts.stored.is_products_key() => "a test key: the product holds the private key",
            _ => "certificate.key",
        });
    };
    match &found.value {
        Ok(token) => Outcome::passed(format!(
            "valid until {}",
            token.expires.strftime("%H:%M:%S UTC")
        ))
        .with("expires", json!(token.expires)),
        Err(error) if error.is_unanswered() => Outcome::unknown(error.problem()),
        Err(error) => Outcome::failed(error.problem()),
    }
}

/// The token's claims, or why a check can't go on.
async fn claims(facts: &Facts) -> Result<&Claims, Outcome> {
    let Some(Ok(token)) = facts.token().await.map(|found| &found.value) else {
        return Err(Outcome::not_run("token.issued"));
    };
    token.claims.as_ref().ok_or_else(|| {
        Outcome::unknown(Problem::new(
            ProblemCode::TokenUnreadable,
            "the token can't be read, so nothing is known of it",
        ))
    })
}

async fn audience(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    let wanted = &facts.subject.cloud.graph_resource;
    let by_id = Resource::Graph.app_id().to_string();
    match claims
        .audience
        .as_deref()
        .map(|audience| audience.trim_end_matches('/'))
    {
        Some(audience) if audience == wanted.as_str() || audience == by_id => {
            Outcome::passed(audience)
        }
        other => Outcome::failed(Problem::new(
            ProblemCode::TokenMismatch,
            format!(
                "the token is for `{}`, not for `{wanted}`",
                other.unwrap_or("nobody")
            ),
        )),
    }
}

async fn tenant(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    same(
        "tenant",
        claims.tenant.as_ref(),
        facts.subject.connection.tenant_id.as_ref(),
    )
}

async fn app(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    same(
        "app",
        claims.app.as_ref(),
        facts.subject.connection.client_id.as_ref(),
    )
}

fn same<T: PartialEq + std::fmt::Display>(
    what: &str,
    came: Option<&T>,
    wanted: Option<&T>,
) -> Outcome {
    let text = |id: Option<&T>| id.map_or_else(|| "none".to_owned(), ToString::to_string);
    if came.is_some() && came == wanted {
        Outcome::passed(text(came))
    } else {
        Outcome::failed(Problem::new(
            ProblemCode::TokenMismatch,
            format!(
                "the token names the {what} `{}`, the connection has `{}`",
                text(came),
                text(wanted)
            ),
        ))
    }
}

async fn kind(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    let wanted_user = facts.subject.is_account();
    if claims.app_only == wanted_user {
        let (came, wanted) = if wanted_user {
            ("app-only", "a user's")
        } else {
            ("a user's", "app-only")
        };
        return Outcome::failed(Problem::new(
            ProblemCode::TokenMismatch,
            format!("the token is {came}, the connection wants {wanted}"),
        ));
    }
    if !wanted_user {
        return Outcome::passed("app-only");
    }
    let account = facts.subject.connection.account.as_ref();
    let user = claims.user.as_deref().unwrap_or("a user without a name");
    let wanted = facts.account_name();
    let other = match (account.and_then(|it| it.object_id), claims.object) {
        (Some(wanted), Some(came)) => wanted != came,
        _ => wanted
            .as_ref()
            .is_some_and(|wanted| !user.eq_ignore_ascii_case(wanted)),
    };
    if other {
        let wanted = wanted.unwrap_or_default();
        return Outcome::failed(Problem::new(
            ProblemCode::AccountMismatch,
            format!("the token is of `{user}`, the connection's account is `{wanted}`"),
        ));
    }
    Outcome::passed(format!("of {user}"))
}

async fn method(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    let wanted = match facts.subject.connection.credential {
        CredentialKind::Certificate => ClientProof::Certificate,
        CredentialKind::Secret => ClientProof::Secret,
        CredentialKind::Account | CredentialKind::ServiceAccount | CredentialKind::Vendor => {
            ClientProof::None
        }
    };
    let word = |proof| match proof {
        ClientProof::Certificate => "a certificate",
        ClientProof::Secret => "a client secret",
        ClientProof::None => "no credential of the app (public client)",
    };
    match claims.proof {
        Some(proof) if proof == wanted => Outcome::passed(format!("with {}", word(proof))),
        Some(proof) => Outcome::failed(Problem::new(
            ProblemCode::TokenMismatch,
            format!(
                "the token was obtained with {}, not with {}",
                word(proof),
                word(wanted)
            ),
        )),
        None => Outcome::unknown(Problem::new(
            ProblemCode::TokenUnreadable,
            "the token does not say how it was obtained",
        )),
    }
}

/// The permissions in a token.
pub(crate) fn carried(claims: &Claims) -> Vec<PermissionRef> {
    let (kind, names) = if claims.app_only {
        (PermissionKind::Application, &claims.roles)
    } else {
        (PermissionKind::Delegated, &claims.scopes)
    };
    names
        .iter()
        .map(|name| PermissionRef {
            resource: Resource::Graph,
            kind,
            name: name.clone(),
        })
        .collect()
}

/// The needed permissions of Graph that are not among some others, by meaning. What belongs to the
/// sign-in itself (`openid`, `offline_access`, …) is not carried in a token for Graph.
pub(crate) fn missing(needed: &[PermissionRef], present: &[PermissionRef]) -> Vec<PermissionRef> {
    ungranted(needed, present)
        .into_iter()
        .filter(|permission| !permission.is_openid())
        .collect()
}

/// The same for grants in the directory, where what belongs to the sign-in has its place too.
pub(crate) fn ungranted(needed: &[PermissionRef], granted: &[PermissionRef]) -> Vec<PermissionRef> {
    needed
        .iter()
        .filter(|needed| needed.resource == Resource::Graph)
        .filter(|needed| {
            !granted
                .iter()
                .any(|granted| catalogue().satisfies(granted, needed))
        })
        .cloned()
        .collect()
}

async fn permissions(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    let needed = facts.subject.needed_references();
    let carried = carried(claims);
    let missing = missing(&needed, &carried);
    let names = |permissions: &[PermissionRef]| {
        permissions
            .iter()
            .map(|permission| permission.name.clone())
            .collect::<Vec<_>>()
    };
    let outcome = if missing.is_empty() {
        Outcome::passed(names(&carried).join(", "))
    } else if carried.is_empty() {
        Outcome::failed(Problem::new(
            ProblemCode::ConsentWithoutRoles,
            format!(
                "the token carries no permissions at all; needed: {}",
                names(&missing).join(", ")
            ),
        ))
    } else {
        Outcome::failed(Problem::new(
            ProblemCode::ConsentMissing,
            format!("the token lacks {}", names(&missing).join(", ")),
        ))
    };
    let mut outcome = outcome
        .with("carried", json!(names(&carried)))
        .with("missing", json!(names(&missing)));
    for permission in missing {
        outcome = outcome.remedy(super::permissions::grant(&permission));
    }
    outcome
}

/// Access tokens live for 60 to 90 minutes, up to 28 hours where continuous access evaluation holds.
const LONGEST_LIFE_HOURS: i64 = 29;

async fn dates(facts: &Facts) -> Outcome {
    let claims = match claims(facts).await {
        Ok(claims) => claims,
        Err(outcome) => return outcome,
    };
    let (Some(from), Some(until)) = (claims.not_before, claims.expires) else {
        return Outcome::unknown(Problem::new(
            ProblemCode::TokenUnreadable,
            "the token names no dates",
        ));
    };
    // By Microsoft's own clock: the answer that brought the tenant's discovery has its date.
    let reached = facts.login().await;
    let now = reached
        .value
        .outcome
        .as_ref()
        .ok()
        .and_then(fairlead_wire::Reply::date)
        .unwrap_or_else(|| facts.now());
    let hours = until.duration_since(from).as_hours();
    let slack = jiff::SignedDuration::from_mins(5);
    if until <= now || from.duration_since(now) > slack {
        Outcome::failed(Problem::new(
            ProblemCode::ClockSkew,
            format!("the token is valid from {from} to {until}, Microsoft's clock shows {now}"),
        ))
    } else if hours > LONGEST_LIFE_HOURS {
        Outcome::warning(Problem::new(
            ProblemCode::TokenMismatch,
            format!("the token lives for {hours} hours"),
        ))
    } else {
        Outcome::passed(format!("{} minutes", until.duration_since(from).as_mins()))
    }
}

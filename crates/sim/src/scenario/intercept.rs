use http::{Method, StatusCode};
use uuid::Uuid;

use super::{Defect, is_automation};
use crate::entra;
use crate::server::graph_refusal;
use crate::tenant::{Kind, World};
use crate::token::{self, Claims};
use crate::wire::{Answer, Incoming};

/// How long a throttled Planner asks to wait, in seconds: longer than anybody waits.
const LONG_WAIT: &str = "600";

/// What a scenario answers instead of Graph; `None` where Graph is to answer as ever.
///
/// `path` is the path below the version (`/groups/…`), percent-decoded or not.
pub(crate) fn intercept(world: &World, request: &Incoming, path: &str) -> Option<Answer> {
    if world.tenant.defects.is_empty() {
        return None;
    }
    // Who is not believed hears so from Graph itself.
    let bearer = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "))?;
    let claims = token::verify(world, bearer).ok()?;
    if world
        .tenant
        .applications
        .iter()
        .any(|app| app.app_id == claims.app && is_automation(app))
    {
        return None;
    }
    let plain = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let parts: Vec<&str> = plain.trim_matches('/').split('/').collect();
    let connection = claims.app != entra::BOOTSTRAP;
    if connection && let Some(answer) = challenge(world, request, &claims) {
        return Some(answer);
    }
    let reads = request.method == Method::GET;
    let expands_details = request
        .query
        .as_deref()
        .is_some_and(|query| query.contains("expand=details"));
    let has = |defect| world.tenant.defects.contains(&defect);
    let unavailable = has_area(&parts, reads)
        .into_iter()
        .any(|(defect, everybody)| has(defect) && (everybody || connection));
    if unavailable {
        return Some(
            graph_refusal(
                world,
                request,
                StatusCode::SERVICE_UNAVAILABLE,
                "serviceNotAvailable",
                "The service is temporarily unavailable. Try again later.",
            )
            .header("retry-after", "1"),
        );
    }
    if has(Defect::PlannerThrottled) && parts.contains(&"planner") {
        return Some(
            graph_refusal(
                world,
                request,
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                "Too many requests.",
            )
            .header("retry-after", LONG_WAIT),
        );
    }
    let refused = connection
        && (has(Defect::BatchRefused) && parts == ["$batch"]
            || has(Defect::TaskDetailsRefused)
                && (matches!(*parts, ["planner", "tasks", _, "details"]) || expands_details)
            || group_part(world, &parts));
    refused.then(|| {
        graph_refusal(
            world,
            request,
            StatusCode::FORBIDDEN,
            "accessDenied",
            "You do not have the required permissions to access this item.",
        )
    })
}

/// The defects under which a path is unavailable, and whether for everybody or for the connection alone.
fn has_area(parts: &[&str], reads: bool) -> Vec<(Defect, bool)> {
    let first = parts.first().copied().unwrap_or_default();
    let collection = first.split('(').next().unwrap_or_default();
    let mut areas = Vec::new();
    if parts.contains(&"planner") {
        areas.push((Defect::PlannerDown, true));
    }
    if !reads {
        return areas;
    }
    let about_grants = first == "oauth2PermissionGrants"
        || parts
            .iter()
            .any(|part| ["appRoleAssignments", "oauth2PermissionGrants"].contains(part));
    match collection {
        "applications" | "servicePrincipals" => areas.push((Defect::AppsDown, true)),
        "policies" => areas.push((Defect::PoliciesDown, true)),
        "organization" => areas.push((Defect::OrganizationDown, true)),
        "subscribedSkus" => areas.push((Defect::LicencesDown, true)),
        "users" if parts.len() == 1 => areas.push((Defect::UsersDown, false)),
        "groups" if parts.len() == 1 => areas.push((Defect::GroupsDown, false)),
        _ => {}
    }
    if about_grants {
        areas.push((Defect::GrantsDown, true));
    }
    areas
}

/// Whether a group refuses a part of itself.
fn group_part(world: &World, parts: &[&str]) -> bool {
    let has = |defect| world.tenant.defects.contains(&defect);
    let ["groups", id, part, ..] = *parts else {
        return false;
    };
    match part {
        "planner" => {
            let place = Uuid::parse_str(id)
                .ok()
                .and_then(|id| world.tenant.ids().index_of(Kind::Group, id));
            has(Defect::AllPlansRefused)
                || has(Defect::PlansRefused) && place.is_some_and(|place| place % 2 == 1)
        }
        "members" | "transitiveMembers" => has(Defect::MembersRefused),
        "threads" | "conversations" => has(Defect::CommentsRefused),
        "drive" | "drives" | "sites" => has(Defect::FilesRefused),
        _ => false,
    }
}

/// Continuous access evaluation: a client that can answer a challenge gets one until it did.
///
/// <https://learn.microsoft.com/entra/identity-platform/claims-challenge>
fn challenge(world: &World, request: &Incoming, claims: &Claims) -> Option<Answer> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let due = world.tenant.defects.contains(&Defect::ClaimsChallenge)
        && claims.answers_challenges
        && !world.sign_in.answered.contains_key(&claims.token_id);
    if !due {
        return None;
    }
    let wanted = serde_json::json!({"access_token": {"nbf": {
        "essential": true,
        "value": world.now().as_second().to_string(),
    }}});
    let header = format!(
        "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\", errorDescription=\"Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp\", error=\"insufficient_claims\", claims=\"{}\"",
        request.base,
        STANDARD.encode(wanted.to_string())
    );
    Some(
        graph_refusal(
            world,
            request,
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
        )
        .header("www-authenticate", &header),
    )
}

//! Which checks stand on which look-up.

use std::collections::BTreeSet;

use fairlead_domain::check::Verdict;

use super::gate::Fault;
use super::look::{Look, Who};
use crate::scenarios::finding::Finding;

/// Checks that ask nothing of anybody, but look at what this computer keeps; and the clock, which any
/// of two answers tells.
pub(super) const LOCAL: &[&str] = &[
    "network.proxy",
    "network.clock",
    "tenant.planner",
    "certificate.key",
    "certificate.strength",
    "certificate.dates",
    "certificate.remaining",
    "secret.stored",
    "secret.remaining",
    "account.stored",
];

/// What stands on one look-up.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    /// The checks that put the question: nothing is known of them.
    unknown: Vec<&'static str>,
    /// The checks that build on those: they are not run, or unknown themselves.
    after: Vec<&'static str>,
    /// Whether the check fails where no answer comes at all: it asks whether one comes.
    is_about_the_way: bool,
}

impl Expected {
    /// As far as the connection has these checks.
    pub(super) fn of(mut self, ids: &BTreeSet<&str>) -> Self {
        self.unknown.retain(|id| ids.contains(id));
        self.after.retain(|id| ids.contains(id));
        self
    }

    pub(super) fn asked(&self) -> impl Iterator<Item = &'static str> {
        self.unknown.iter().chain(&self.after).copied()
    }

    /// Whether a test with the look-up spoilt says what it may, and nothing else.
    pub(super) fn judge(
        &self,
        fault: Fault,
        healthy: &Finding,
        found: &Finding,
    ) -> Result<(), String> {
        let failed = self.is_about_the_way && fault == Fault::Reset;
        let whole = if failed {
            Verdict::Failed
        } else {
            Verdict::Unknown
        };
        if found.verdict() != Some(whole) || found.exit != 1 {
            return Err(format!("the whole is not {whole} with exit 1"));
        }
        if found.checks().len() != healthy.checks().len() {
            return Err("there are other checks than without".to_owned());
        }
        for check in found.checks() {
            let id = check.id.as_str();
            let verdict = check.verdict;
            let as_it_must = if self.unknown.contains(&id) {
                verdict == whole
            } else if self.after.contains(&id) {
                matches!(verdict, Verdict::NotRun | Verdict::Unknown)
            } else {
                healthy.check(id).map(|check| check.verdict) == Some(verdict)
            };
            if !as_it_must {
                return Err(format!("{id} is {verdict}: {}", check.detail));
            }
            if verdict == Verdict::NotRun && check.needs.is_empty() {
                return Err(format!("{id} does not say what it needs"));
            }
        }
        Ok(())
    }
}

fn expected(unknown: &[&'static str], after: &[&'static str]) -> Expected {
    Expected {
        unknown: unknown.to_vec(),
        after: after.to_vec(),
        is_about_the_way: false,
    }
}

/// What comes after a token.
const TOKEN: &[&str] = &[
    "token.audience",
    "token.tenant",
    "token.app",
    "token.kind",
    "token.method",
    "token.permissions",
    "token.dates",
    "permissions.effective",
];

/// What is read with the connection's token.
const PLANNER: &[&str] = &[
    "planner.groups",
    "planner.members",
    "planner.hidden-members",
    "planner.users",
    "planner.plans",
    "planner.plan-details",
    "planner.buckets",
    "planner.tasks",
    "planner.task-details",
    "planner.batch",
    "planner.comments",
    "planner.files",
];

/// What the inspector is asked for first.
const DIRECTORY: &[&str] = &[
    "tenant.organization",
    "app.registration",
    "app.policy",
    "principal.exists",
    "account.enabled",
    "licence.planner",
];

/// What builds on that.
const OF_APP: &[&str] = &[
    "app.audience",
    "app.permissions-declared",
    "app.redirect",
    "app.public-client",
    "app.credentials",
    "certificate.on-app",
    "secret.on-app",
];
const OF_PRINCIPAL: &[&str] = &[
    "principal.enabled",
    "principal.assignment",
    "permissions.granted",
    "permissions.surplus",
    "permissions.effective",
];
const OF_ACCOUNT: &[&str] = &[
    "licence.account-planner",
    "licence.account-mailbox",
    "planner.coverage",
    "planner.ownership",
];
const GRANTS: &[&str] = &[
    "permissions.granted",
    "permissions.surplus",
    "permissions.effective",
];
const OF_PLANS: &[&str] = &[
    "planner.plan-details",
    "planner.buckets",
    "planner.tasks",
    "planner.task-details",
];

/// What stands on a look-up; `None` for one that no check is known to make.
pub(super) fn answers(look: &Look) -> Option<Expected> {
    let path = look.path.strip_prefix("/v1.0").unwrap_or(&look.path);
    match look.who {
        Who::Nobody => nobody(path),
        Who::Connection if look.together => together(path),
        Who::Connection => connection(path),
        Who::Inspector if look.together => Some(expected(&["planner.coverage"], &[])),
        Who::Inspector => inspector(path),
    }
}

fn nobody(path: &str) -> Option<Expected> {
    let (unknown, after) = match path {
        "/{id}/v2.0/.well-known/openid-configuration" => (
            "network.login",
            [
                &[
                    "tenant.found",
                    "tenant.cloud",
                    "tenant.same",
                    "token.issued",
                ][..],
                DIRECTORY,
                OF_APP,
                OF_PRINCIPAL,
                OF_ACCOUNT,
                TOKEN,
                PLANNER,
            ]
            .concat(),
        ),
        "/organization" => (
            "network.graph",
            [DIRECTORY, OF_APP, OF_PRINCIPAL, OF_ACCOUNT, PLANNER].concat(),
        ),
        _ => return None,
    };
    Some(Expected {
        unknown: vec![unknown],
        after,
        is_about_the_way: true,
    })
}

fn connection(path: &str) -> Option<Expected> {
    Some(match path {
        "/{id}/oauth2/v2.0/token" => expected(&["token.issued"], &[TOKEN, PLANNER].concat()),
        "/groups" => expected(
            &["planner.groups"],
            &[
                &["planner.members", "planner.hidden-members", "planner.plans"],
                OF_PLANS,
                &["planner.comments", "planner.files"],
            ]
            .concat(),
        ),
        "/me/memberOf" => expected(
            &[
                "planner.members",
                "planner.plans",
                "planner.comments",
                "planner.files",
            ],
            OF_PLANS,
        ),
        "/groups/{id}/members" => expected(&["planner.members"], &[]),
        "/users" => expected(&["planner.users"], &[]),
        "/$batch" => expected(&["planner.batch"], &[]),
        "/planner/tasks/{id}/details" => expected(&["planner.task-details"], &[]),
        "/groups/{id}/threads" => expected(&["planner.comments"], &[]),
        "/groups/{id}/drive" => expected(&["planner.files"], &[]),
        _ => return None,
    })
}

/// What the connection asks inside of batches.
fn together(path: &str) -> Option<Expected> {
    Some(match path {
        "/groups" => expected(&["planner.batch"], &[]),
        "/groups/{id}/planner/plans" => expected(&["planner.plans"], OF_PLANS),
        "/planner/plans/{id}/details" => expected(&["planner.plan-details"], &[]),
        "/planner/plans/{id}/buckets" => expected(&["planner.buckets"], &[]),
        "/planner/plans/{id}/tasks" => expected(&["planner.tasks"], &["planner.task-details"]),
        _ => return None,
    })
}

fn inspector(path: &str) -> Option<Expected> {
    Some(match path {
        "/organization" => expected(&["tenant.organization"], &[]),
        "/applications(appId='{id}')" => expected(&["app.registration"], OF_APP),
        "/servicePrincipals(appId='{id}')" => expected(&["principal.exists"], OF_PRINCIPAL),
        "/servicePrincipals(appId='{graph}')"
        | "/servicePrincipals/{id}/appRoleAssignments"
        | "/servicePrincipals/{id}/oauth2PermissionGrants" => expected(GRANTS, &[]),
        "/policies/defaultAppManagementPolicy" => expected(&["app.policy"], &[]),
        "/subscribedSkus" => expected(&["licence.planner"], &[]),
        "/users/{id}" | "/users/{id}/memberOf" => expected(&["account.enabled"], OF_ACCOUNT),
        "/groups" => expected(&["planner.coverage", "planner.ownership"], &[]),
        "/groups/{id}/owners" => expected(&["planner.ownership"], &[]),
        "/$batch" => expected(&["planner.coverage"], &[]),
        _ => return None,
    })
}

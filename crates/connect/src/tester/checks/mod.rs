//! The checks themselves: what each asks and how it judges the answer. Their order is the order of
//! dependence; `docs/checks.md` explains each.

mod account;
mod app;
mod app_credentials;
mod app_policy;
mod app_redirect;
mod certificate;
mod licence;
mod network;
mod permissions;
mod planner;
mod planner_account;
mod planner_write;
mod principal;
mod secret;
mod tenant;
mod token;

use std::time::Duration;

use fairlead_domain::check::Identity;
use futures::future::BoxFuture;

use super::facts::Facts;
use super::outcome::Outcome;

/// A check as data.
pub(crate) struct CheckSpec {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Whose token answers it.
    pub(crate) identity: Identity,
    /// Checks that must not have failed before.
    pub(crate) needs: &'static [&'static str],
    /// Whether it applies to the connection at all.
    pub(crate) applies: fn(&Facts) -> bool,
    /// How long it may take.
    pub(crate) limit: Duration,
    pub(crate) run: for<'a> fn(&'a Facts) -> BoxFuture<'a, Outcome>,
}

const LIMIT: Duration = Duration::from_mins(1);

const fn always(_: &Facts) -> bool {
    true
}

/// Makes the specification of a check from its function.
macro_rules! check {
    ($id:literal, $title:literal, $identity:ident, [$($needs:literal),*], $applies:expr, $run:path) => {
        $crate::tester::checks::CheckSpec {
            id: $id,
            title: $title,
            identity: fairlead_domain::check::Identity::$identity,
            needs: &[$($needs),*],
            applies: $applies,
            limit: $crate::tester::checks::LIMIT,
            run: |facts| Box::pin($run(facts)),
        }
    };
}
pub(crate) use check;

pub(crate) use app::undeclared;
pub(crate) use app_redirect::{LOOPBACK, leads_here, missing_of_profile};
pub(crate) use licence::has_premium_plans;
pub(crate) use token::{carried, missing, ungranted};

/// Every check, in the order of dependence.
pub(crate) fn all() -> Vec<CheckSpec> {
    [
        network::checks(),
        tenant::checks(),
        app::checks(),
        principal::checks(),
        certificate::checks(),
        secret::checks(),
        account::checks(),
        token::checks(),
        permissions::checks(),
        licence::checks(),
        planner::checks(),
        planner_account::checks(),
        planner_write::checks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

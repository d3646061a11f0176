use std::time::Duration;

use fairlead_domain::ids::{ConnectionName, DomainName, ProfileId, TenantId, TenantRef};
use fairlead_domain::problem::Problem;
use fairlead_domain::remedy::StepId;
use fairlead_domain::report::Report;
use fairlead_domain::values::HandOver;
use fairlead_state::connection::StepStatus;
use fairlead_wire::Spent;
use jiff::Timestamp;

/// What a page says of a test besides its [`Report`].
#[derive(Debug, Clone)]
pub struct ReportExtra<'a> {
    /// The longest chain of dependent requests, where it was measured.
    pub chain: Option<Spent>,
    /// Whether the tenant was a simulated one.
    pub simulated: bool,
    /// When the page is made.
    pub generated: Timestamp,
    /// Fairlead's version.
    pub version: &'a str,
    /// The tenant's name or id, for people.
    pub tenant: Option<&'a str>,
    /// The profile's name on screen; its id where there is none.
    pub profile_title: Option<&'a str>,
}

/// The whole way of one or more connections: the steps of the wizard, the test, the values.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// The page's title.
    pub title: &'a str,
    /// Whether the tenant was a simulated one.
    pub simulated: bool,
    /// When the page is made.
    pub generated: Timestamp,
    /// Fairlead's version.
    pub version: &'a str,
    /// How long the whole took.
    pub took: Option<Duration>,
    /// The connections, in the order in which they were made.
    pub connections: Vec<WalkedConnection>,
}

/// One connection of a [`Walk`]: how far it came, and what came of it.
#[derive(Debug, Clone)]
pub struct WalkedConnection {
    /// Its name.
    pub name: ConnectionName,
    /// Its profile.
    pub profile: ProfileId,
    /// The profile's name on screen.
    pub profile_title: String,
    /// The tenant, as the person named it.
    pub tenant: TenantRef,
    /// The tenant, once found.
    pub tenant_id: Option<TenantId>,
    /// The tenant's domain, once found.
    pub domain: Option<DomainName>,
    /// The steps that were begun, in their order.
    pub steps: Vec<WalkedStep>,
    /// What ended the run before its end.
    pub problem: Option<Problem>,
    /// The test, where it came that far.
    pub report: Option<Report>,
    /// The longest chain of dependent requests of the test.
    pub chain: Option<Spent>,
    /// The values to hand over, where it came that far.
    pub values: Option<HandOver>,
}

/// One step of the wizard, as it was walked.
#[derive(Debug, Clone)]
pub struct WalkedStep {
    /// Which step.
    pub step: StepId,
    /// How it ended, for now.
    pub status: StepStatus,
    /// What came of it, in one line.
    pub detail: String,
    /// How long it took, where that was measured.
    pub took: Option<Duration>,
    /// What was done in it, one line each.
    pub done: Vec<String>,
}

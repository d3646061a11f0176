use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::attempt::Answered;
use crate::call::{Call, Reply};
use crate::error::WireError;
use crate::governor::Kept;
use crate::proxy::ProxyInUse;

/// Far beyond any call, and near enough to be added to any instant.
const LONGEST_CALL: Duration = Duration::from_hours(24 * 365);

/// A call on its way: when it has to be over, and how far it is.
pub(super) struct Course<'a> {
    pub(super) call: &'a Call,
    /// Host and port: whom the governor counts.
    pub(super) host: String,
    pub(super) proxy: Option<ProxyInUse>,
    began: Instant,
    pub(super) deadline: Instant,
    pub(super) tries: u32,
    /// Whether the next attempt has to be made over a connection of its own.
    pub(super) wants_fresh: bool,
}

impl<'a> Course<'a> {
    pub(super) fn new(call: &'a Call, proxy: Option<ProxyInUse>, limit: Duration) -> Self {
        let began = Instant::now();
        let limit = call.timeout.unwrap_or(limit);
        Self {
            call,
            host: format!(
                "{}:{}",
                call.url.host_str().unwrap_or_default(),
                call.url.port_or_known_default().unwrap_or_default()
            ),
            proxy,
            began,
            deadline: began + limit.min(LONGEST_CALL),
            tries: 0,
            wants_fresh: false,
        }
    }

    pub(super) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// There was no place in time, and nothing was sent.
    pub(super) fn late(&self, kept: &Kept) -> WireError {
        let call = self.call.label();
        match kept {
            Kept::Paused(wait) => WireError::Paused { call, wait: *wait },
            Kept::Waiting => WireError::Timeout {
                call,
                waited: self.began.elapsed(),
                ids: Box::default(),
            },
        }
    }

    pub(super) fn reply(&self, answered: Answered, sent: Timestamp, took: Duration) -> Reply {
        Reply {
            status: answered.head.status,
            headers: answered.head.headers,
            body: answered.body,
            ids: answered.ids,
            attempts: self.tries,
            sent,
            took,
            label: self.call.label(),
        }
    }
}

//! What the sign-in service remembers between requests.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_domain::permission::Resource;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::client::Platform;
use super::flow::Flow;
use super::key::SigningKey;

/// How long an authorization code can be redeemed.
pub(crate) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// How long a device code waits for its person, in seconds.
pub(crate) const DEVICE_LIFE: i64 = 900;

/// How long a refresh token lives without being used.
pub(crate) const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The same for one of a single-page app, used or not.
pub(crate) const SPA_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What the sign-in service remembers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    pub(crate) key: SigningKey,
    /// Sign-ins in progress, by the id that their pages carry.
    pub(crate) flows: BTreeMap<String, Flow>,
    /// Browsers that are signed in, by cookie.
    pub(crate) sessions: BTreeMap<String, Session>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(crate) devices: BTreeMap<String, Device>,
    /// `jti` of assertions that were used, and until when they must not come again.
    pub(crate) assertions: BTreeMap<String, Timestamp>,
    /// Wrong passwords in a row and the last one, by account.
    pub(crate) failures: BTreeMap<Uuid, (u32, Timestamp)>,
    /// Refresh tokens of these accounts are over if issued before.
    pub(crate) revoked: BTreeMap<Uuid, Timestamp>,
    /// `uti` of tokens that were asked for with the answer to a claims challenge.
    pub(crate) answered: BTreeMap<String, Timestamp>,
    /// Scenarios that were planted on vendors' apps.
    pub(crate) planted: BTreeSet<String>,
    /// Scenarios that were repaired for good.
    pub(crate) repaired: BTreeSet<String>,
    /// Accounts that a scenario removed, to be put back when it is repaired.
    pub(crate) removed: Vec<crate::tenant::Account>,
}

/// A browser that is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) account: Uuid,
    pub(crate) mfa: bool,
    pub(crate) since: Timestamp,
}

/// A sign-in that tokens are issued from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignIn {
    pub(crate) client: Uuid,
    pub(crate) account: Uuid,
    pub(crate) platform: Platform,
    /// Whether a second factor was given.
    pub(crate) mfa: bool,
    /// What was asked for when signing in.
    pub(crate) scopes: Vec<String>,
    pub(crate) at: Timestamp,
    /// Consented to in this very sign-in: effective in it before the directory shows the grant.
    pub(crate) fresh: Vec<Fresh>,
}

/// A consent that the directory does not show everywhere yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fresh {
    pub(crate) resource: Resource,
    pub(crate) name: String,
    /// From then on the directory alone counts.
    pub(crate) until: Timestamp,
}

/// An authorization code (RFC 6749 section 4.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Code {
    pub(crate) sign_in: SignIn,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) used: bool,
}

/// A code challenge (RFC 7636 section 4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Challenge {
    /// The hash of the verifier.
    S256(String),
    /// The verifier itself.
    Plain(String),
}

/// A refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefreshToken {
    pub(crate) sign_in: SignIn,
    pub(crate) issued: Timestamp,
    pub(crate) last_used: Timestamp,
}

/// A device code (RFC 8628).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Device {
    pub(crate) user_code: String,
    pub(crate) client: Uuid,
    pub(crate) scopes: Vec<String>,
    pub(crate) created: Timestamp,
    pub(crate) interval: i64,
    pub(crate) last_poll: Option<Timestamp>,
    pub(crate) answer: DeviceAnswer,
}

/// What the person did with a device code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DeviceAnswer {
    Waiting,
    Approved(SignIn),
    Declined,
    /// A policy refused the sign-in; Entra's number.
    Blocked(u32),
    Redeemed,
}

impl Memory {
    /// Forgets what is over, so that long runs do not grow.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        let age = |at: Timestamp| now.duration_since(at);
        let hour = SignedDuration::from_hours(1);
        self.flows.retain(|_, flow| age(flow.since) < hour);
        // A code that is over is remembered for a while: used twice and too old are told apart.
        self.codes.retain(|_, code| age(code.sign_in.at) < hour);
        self.devices.retain(|_, device| age(device.created) < hour);
        self.assertions.retain(|_, until| *until > now);
        self.answered.retain(|_, at| age(*at) < hour * 2);
        self.refresh_tokens
            .retain(|_, token| age(token.last_used) < REFRESH_LIFE * 2);
    }
}

/// A text that nobody guesses, of so many random bytes.
pub(crate) fn random_text(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    if rand::fill(&mut buffer).is_err() {
        // Without the system's randomness a GUID still never repeats.
        return format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    }
    URL_SAFE_NO_PAD.encode(buffer)
}

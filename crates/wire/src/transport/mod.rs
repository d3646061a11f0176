use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use rand::Rng;
use tokio::time::Instant;
use url::Url;

use crate::attempt::{self, Answered, Failure, Head, Surroundings};
use crate::call::{Call, Reply};
use crate::clock::SharedClock;
use crate::error::WireError;
use crate::governor::{Governor, Kept, Place};
use crate::proxy::{Proxies, ProxyInUse};
use crate::retry::{self, Prospect};
use crate::settings::Settings;
use crate::spent;
use crate::tls::{self, Seen, SeenTls};

mod client;
mod course;

use course::Course;

/// Sends calls, repeats what may be repeated, and keeps every rule in one place.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    /// Connections that are used again.
    kept: reqwest::Client,
    /// A connection for each request: Graph wants a new one after a 503, and one that has gone silent
    /// would be silent again.
    fresh: reqwest::Client,
    settings: Settings,
    clock: SharedClock,
    seen: Seen,
    proxies: Proxies,
    governor: Governor,
}

/// What came of an attempt.
struct Tried {
    result: Result<Reply, WireError>,
    /// Whether another one is allowed and may fare better.
    again: bool,
    /// How long to wait before it.
    wait: Duration,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport with its own connections. What the environment says of proxies is read now.
    ///
    /// # Errors
    /// When there are no certificate authorities to trust, or the private CA's file can't be used.
    pub fn new(settings: Settings, clock: SharedClock) -> Result<Self, WireError> {
        let seen = Seen::default();
        let tls = tls::client_config(settings.ca.as_deref(), settings.needs_tls, seen.clone())?;
        Ok(Self(Arc::new(Inner {
            kept: client::build(&settings, tls.clone(), true)?,
            fresh: client::build(&settings, tls, false)?,
            proxies: Proxies::new(&settings.proxy),
            governor: Governor::new(settings.concurrency),
            settings,
            clock,
            seen,
        })))
    }

    /// The clock this transport lives by.
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// How long a call may take with all its repeats.
    pub fn call_timeout(&self) -> Duration {
        self.0.settings.call_timeout
    }

    /// What was seen of a host's TLS, if there was a handshake.
    pub fn seen_tls(&self, host: &str) -> Option<SeenTls> {
        self.0.seen.of(host)
    }

    /// The proxy that requests to an address go through.
    pub fn proxy_for(&self, url: &Url) -> Option<ProxyInUse> {
        self.0.proxies.of(url)
    }

    /// Sends a call and repeats it as its rules allow. An answer with an error status is an answer,
    /// once repeating is over.
    pub async fn send(&self, call: Call) -> Result<Reply, WireError> {
        self.admit(&call)?;
        let settings = &self.0.settings;
        let attempts = call.attempts.unwrap_or(settings.attempts);
        let proxy = self.0.proxies.of(&call.url);
        let mut course = Course::new(&call, proxy, settings.call_timeout);
        let mut last = None;
        loop {
            let tried = match self.attempt(&mut course).await {
                Ok(tried) => tried,
                // What came before says more than that the time is over.
                Err(late) => return last.unwrap_or(Err(late)),
            };
            let over = course.tries >= attempts || tried.wait >= course.left();
            if over || !tried.again {
                return tried.result;
            }
            last = Some(tried.result);
            tokio::time::sleep(tried.wait).await;
        }
    }

    /// One attempt, from waiting for a place to the last byte.
    ///
    /// # Errors
    /// When the call's time was over before there was a result.
    async fn attempt(&self, course: &mut Course<'_>) -> Result<Tried, WireError> {
        let Inner {
            governor, settings, ..
        } = &*self.0;
        let place = governor.enter(&course.host, course.deadline).await;
        let place = place.map_err(|kept| course.late(&kept))?;
        let left = course.left();
        if left.is_zero() {
            return Err(course.late(&Kept::Waiting));
        }
        course.tries += 1;
        let around = Surroundings {
            client: if course.wants_fresh {
                &self.0.fresh
            } else {
                &self.0.kept
            },
            seen: &self.0.seen,
            proxy: course.proxy.as_ref(),
            timeout: left.min(settings.attempt_timeout),
            body_limit: settings.body_limit,
        };
        let (sent, began) = (self.0.clock.now(), Instant::now());
        let result = attempt::attempt(course.call, &around).await;
        let took = began.elapsed();
        spent::add(took);
        log(course, took, &result);
        let asked = self.note(&place, began, &result);
        course.wants_fresh |= wants_fresh_connection(&result);
        let (result, prospect) = match result {
            Ok(answered) => {
                let prospect = Prospect::of_status(answered.head.status);
                (Ok(course.reply(answered, sent, took)), prospect)
            }
            Err(Failure {
                error: error @ WireError::Timeout { .. },
                ..
            }) if left < settings.attempt_timeout => {
                return Err(error);
            }
            Err(failure) => {
                let prospect = Prospect::of_failure(&failure);
                (Err(failure.error), prospect)
            }
        };
        let (first, longest) = (settings.first_wait, settings.longest_wait);
        Ok(Tried {
            result,
            again: prospect.may_repeat(course.call.repeat),
            wait: retry::wait(course.tries, asked, first, longest, rand::rng().random()),
        })
    }

    /// Whether the call may be sent at all.
    fn admit(&self, call: &Call) -> Result<(), WireError> {
        if let Some(cause) = &call.unfit {
            return Err(WireError::Request {
                call: call.label(),
                cause: cause.clone(),
            });
        }
        let own = |url| {
            self.0
                .settings
                .bearer_hosts
                .iter()
                .any(|host| host.covers(url))
        };
        if call.carries_token() && !own(&call.url) {
            let host = call.url.host_str().unwrap_or_default().to_owned();
            return Err(WireError::ForeignHost { host });
        }
        Ok(())
    }

    /// Tells the governor how it went; the wait that the server asked for. A 503 with `Retry-After` is
    /// how SharePoint and overloaded front ends throttle.
    fn note(
        &self,
        place: &Place,
        sent: Instant,
        result: &Result<Answered, Failure>,
    ) -> Option<Duration> {
        let head = head(result)?;
        let asked = retry::retry_after(&head.headers, self.0.clock.now());
        match head.status {
            StatusCode::TOO_MANY_REQUESTS => place.throttled(sent, asked),
            StatusCode::SERVICE_UNAVAILABLE if asked.is_some() => place.throttled(sent, asked),
            status if status.is_success() => place.answered(),
            _ => {}
        }
        asked
    }
}

fn head(result: &Result<Answered, Failure>) -> Option<&Head> {
    match result {
        Ok(answered) => Some(&answered.head),
        Err(failure) => failure.head.as_deref(),
    }
}

fn wants_fresh_connection(result: &Result<Answered, Failure>) -> bool {
    match result {
        Ok(answered) => answered.head.status == StatusCode::SERVICE_UNAVAILABLE,
        Err(failure) => {
            matches!(
                failure.error,
                WireError::Timeout { .. } | WireError::Reset { .. }
            )
        }
    }
}

fn log(course: &Course<'_>, took: Duration, result: &Result<Answered, Failure>) {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match result {
        Ok(answered) => tracing::debug!(
            target: "fairlead::wire",
            call = course.call.label(),
            status = answered.head.status.as_u16(),
            ms,
            attempt = course.tries,
            client_request_id = answered.ids.client_request_id,
            request_id = answered.ids.request_id,
            "answered"
        ),
        Err(failure) => tracing::debug!(
            target: "fairlead::wire",
            call = course.call.label(),
            ms,
            attempt = course.tries,
            client_request_id = failure.error.ids().and_then(|ids| ids.client_request_id.as_deref()),
            error = failure.error.to_string(),
            "no answer"
        ),
    }
}

//! What a failed exchange is called, and whether the service may have got the request.

use std::error::Error;
use std::io::ErrorKind;

use hyper_util::client::legacy;
use url::Url;

use super::{Attempt, Head};
use crate::error::WireError;
use crate::proxy::ProxyInUse;
use crate::tls::TlsFailure;

/// An attempt without an answer that could be used.
pub(crate) struct Failure {
    pub(crate) error: WireError,
    /// Whether the service may have got the request.
    pub(crate) sent: bool,
    /// What the answer began with before it broke off.
    pub(crate) head: Option<Box<Head>>,
}

impl Failure {
    pub(super) const fn not_done(error: WireError) -> Self {
        Self {
            error,
            sent: false,
            head: None,
        }
    }

    pub(super) const fn maybe_done(error: WireError) -> Self {
        Self {
            error,
            sent: true,
            head: None,
        }
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

impl Attempt<'_> {
    /// Names what reqwest, hyper, rustls and the system said. Nothing of a request is sent before its
    /// connection stands, so whatever failed until then was not done.
    pub(super) fn failed(&self, error: reqwest::Error) -> Failure {
        // reqwest would show the address with its query.
        let error = error.without_url();
        let chain = causes(&error);
        if error.is_builder() || chain.is_empty() {
            let cause = last(&chain, &error);
            return Failure::not_done(WireError::Request {
                call: self.call.label(),
                cause,
            });
        }
        if error.is_connect() {
            return Failure::not_done(self.not_connected(&error, &chain));
        }
        if let Some(tls) = tls_error(&chain) {
            return Failure::maybe_done(self.tls(TlsFailure::of(tls, None)));
        }
        // hyper gives a request back where nothing of it was written: the connection was closed before.
        let unsent = chain.iter().any(|cause| {
            let client = cause.downcast_ref::<legacy::Error>();
            client.is_some_and(|client| client.to_string() == "client error (Canceled)")
        });
        let failure = if error.is_timeout() {
            self.timed_out()
        } else {
            self.reset(&chain, &error)
        };
        Failure {
            error: failure,
            sent: !unsent,
            head: None,
        }
    }

    fn not_connected(&self, error: &reqwest::Error, chain: &[Cause<'_>]) -> WireError {
        let text = last(chain, error);
        if let Some(proxy) = self.around.proxy
            && let Some(error) = self.through_proxy(proxy, error.is_timeout(), chain)
        {
            return error;
        }
        if let Some(tls) = tls_error(chain) {
            let shown = self.around.seen.of(&self.host());
            let shown = shown.as_ref().and_then(|seen| seen.chain.first());
            return self.tls(TlsFailure::of(tls, shown));
        }
        if error.is_timeout() {
            return self.timed_out();
        }
        if error.is_dns() || said(chain, "dns error") {
            return WireError::Dns {
                host: self.host(),
                cause: text,
            };
        }
        match io_kind(chain) {
            Some(ErrorKind::ConnectionRefused) => WireError::Refused {
                host: place(&self.call.url),
            },
            Some(
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof,
            ) => self.reset(chain, error),
            _ => WireError::Unreachable {
                host: place(&self.call.url),
                cause: text,
            },
        }
    }

    /// What stood in the way at the proxy; `None` where the way through it was open and the host behind
    /// it is to blame.
    fn through_proxy(
        &self,
        proxy: &ProxyInUse,
        timed_out: bool,
        chain: &[Cause<'_>],
    ) -> Option<WireError> {
        let address = || proxy.address.clone();
        let unreachable = |cause| {
            Some(WireError::ProxyUnreachable {
                proxy: address(),
                cause,
            })
        };
        let tunnel = chain.iter().map(ToString::to_string).find_map(|text| {
            let said = text
                .strip_prefix("tunnel error: ")
                .or(text.strip_prefix("SOCKS error: "));
            said.map(str::to_owned)
        });
        let last = || chain.last().map(ToString::to_string).unwrap_or_default();
        match tunnel.as_deref() {
            Some(text) if text.contains("auth") || text.contains("credentials") => {
                Some(WireError::ProxyAuthentication { proxy: address() })
            }
            Some("failed to create underlying connection") => unreachable(last()),
            Some(text) if text.starts_with("io error") || text == "unexpected end of file" => {
                unreachable("it closed the connection".to_owned())
            }
            Some(text) => Some(WireError::ProxyRefused {
                proxy: address(),
                host: self.host(),
                cause: match text {
                    "unsuccessful" => "it opened no tunnel".to_owned(),
                    other => other.to_owned(),
                },
            }),
            None if timed_out => unreachable(format!(
                "no connection within {} ms",
                self.began.elapsed().as_millis()
            )),
            // Without TLS a connection leads to the proxy alone.
            None if self.call.url.scheme() == "http" => unreachable(last()),
            None => None,
        }
    }

    fn tls(&self, failure: TlsFailure) -> WireError {
        let host = self.host();
        self.around.seen.failed(&host, self.began, &failure);
        WireError::Tls { host, failure }
    }

    fn reset(&self, chain: &[Cause<'_>], error: &reqwest::Error) -> WireError {
        WireError::Reset {
            call: self.call.label(),
            cause: last(chain, error),
            ids: Box::new(self.own_ids()),
        }
    }

    fn host(&self) -> String {
        self.call.url.host_str().unwrap_or_default().to_owned()
    }
}

fn causes(error: &reqwest::Error) -> Vec<Cause<'_>> {
    std::iter::successors(error.source(), |cause: &Cause<'_>| behind(*cause)).collect()
}

/// `io::Error::source` leaves out the very error that it was made of.
fn behind(cause: Cause<'_>) -> Option<Cause<'_>> {
    match cause
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => cause.source(),
    }
}

fn last(chain: &[Cause<'_>], error: &reqwest::Error) -> String {
    chain
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

fn said(chain: &[Cause<'_>], text: &str) -> bool {
    chain.iter().any(|cause| cause.to_string().contains(text))
}

fn io_kind(chain: &[Cause<'_>]) -> Option<ErrorKind> {
    let io = |cause: &Cause<'_>| {
        cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind)
    };
    chain.iter().rev().find_map(io)
}

fn tls_error<'a>(chain: &[Cause<'a>]) -> Option<&'a rustls::Error> {
    chain.iter().find_map(|cause| cause.downcast_ref())
}

fn place(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

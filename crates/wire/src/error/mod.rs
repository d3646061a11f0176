use std::time::Duration;

use fairlead_domain::problem::{Problem, ProblemCode, RequestIds};

mod shape;

/// Why a call has no answer that could be used. Texts hold no secrets.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WireError {
    /// The host's name has no address.
    #[error("`{host}` has no address: {cause}")]
    Dns {
        /// The host.
        host: String,
        /// What the resolver said.
        cause: String,
    },
    /// Nothing listens there, or a firewall answers.
    #[error("`{host}` refused the connection")]
    Refused {
        /// The host and port.
        host: String,
    },
    /// No way there.
    #[error("`{host}` can't be reached: {cause}")]
    Unreachable {
        /// The host and port.
        host: String,
        /// What the system said.
        cause: String,
    },
    /// No answer in time.
    #[error("{call} had no answer after {} ms", waited.as_millis())]
    Timeout {
        /// The call.
        call: String,
        /// How long was waited.
        waited: Duration,
        /// The request's ids: this client's own where no answer came.
        ids: Box<RequestIds>,
    },
    /// The host asked for a pause that is longer than the call may take; nothing was sent.
    #[error("{call} was not sent: the host asked for a pause of {} s", wait.as_secs())]
    Paused {
        /// The call.
        call: String,
        /// What is left of the pause.
        wait: Duration,
    },
    /// The connection broke before an answer.
    #[error("the connection broke during {call}: {cause}")]
    Reset {
        /// The call.
        call: String,
        /// What the system said.
        cause: String,
        /// The request's ids: this client's own, as no answer came.
        ids: Box<RequestIds>,
    },
    /// The answer broke off.
    #[error("the answer to {call} broke off")]
    Truncated {
        /// The call.
        call: String,
        /// The request's ids.
        ids: Box<RequestIds>,
    },
    /// The answer is larger than it may be.
    #[error("the answer to {call} has more than {limit} bytes")]
    TooLarge {
        /// The call.
        call: String,
        /// The limit.
        limit: usize,
        /// The request's ids.
        ids: Box<RequestIds>,
    },
    /// A page came where data was due.
    #[error("{call} was answered by {} instead of data", page(content_type))]
    NotJson {
        /// The call.
        call: String,
        /// What came; empty where the answer does not say.
        content_type: String,
        /// The request's ids.
        ids: Box<RequestIds>,
    },
    /// Data came, of another shape.
    #[error("the answer to {call} has another shape than documented: {cause}")]
    Shape {
        /// The call.
        call: String,
        /// Position and expectation.
        cause: String,
        /// The request's ids.
        ids: Box<RequestIds>,
    },
    /// The proxy could not be reached.
    #[error("the proxy `{proxy}` can't be reached: {cause}")]
    ProxyUnreachable {
        /// The proxy without its password.
        proxy: String,
        /// What the system said.
        cause: String,
    },
    /// The proxy wants a sign-in (407).
    #[error("the proxy `{proxy}` wants a user name and password")]
    ProxyAuthentication {
        /// The proxy without its password.
        proxy: String,
    },
    /// The proxy refused to connect.
    #[error("the proxy `{proxy}` refused to connect to `{host}`: {cause}")]
    ProxyRefused {
        /// The proxy without its password.
        proxy: String,
        /// The host that was wanted.
        host: String,
        /// What it answered.
        cause: String,
    },
    /// The TLS certificate was not accepted, or the handshake failed.
    #[error("TLS with `{host}`: {}", failure.text())]
    Tls {
        /// The host.
        host: String,
        /// Why.
        failure: crate::tls::TlsFailure,
    },
    /// There is nothing to trust.
    #[error("this computer has no certificate authorities to trust: {cause}")]
    NoRoots {
        /// What the platform said.
        cause: String,
    },
    /// The private CA's file can't be used.
    #[error("the file of certificate authorities `{file}`: {cause}")]
    CaFile {
        /// The file.
        file: String,
        /// Why not.
        cause: String,
    },
    /// A token would have gone to a host outside the cloud.
    #[error("`{host}` is not a host of this cloud; the request was not sent")]
    ForeignHost {
        /// The host.
        host: String,
    },
    /// The request could not be made at all.
    #[error("{call} could not be made: {cause}")]
    Request {
        /// The call.
        call: String,
        /// Why not.
        cause: String,
    },
}

impl WireError {
    /// The problem's code.
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Dns { .. } => ProblemCode::NetworkDns,
            Self::Refused { .. } => ProblemCode::NetworkRefused,
            Self::Unreachable { .. } | Self::Request { .. } => ProblemCode::NetworkUnreachable,
            Self::Timeout { .. } => ProblemCode::NetworkTimeout,
            Self::Paused { .. } => ProblemCode::HttpThrottled,
            Self::Reset { .. } => ProblemCode::NetworkReset,
            Self::Truncated { .. } => ProblemCode::HttpTruncated,
            Self::TooLarge { .. } => ProblemCode::HttpTooLarge,
            Self::NotJson { .. } => ProblemCode::HttpNotJson,
            Self::Shape { .. } => ProblemCode::HttpShape,
            Self::ProxyUnreachable { .. } => ProblemCode::ProxyUnreachable,
            Self::ProxyAuthentication { .. } => ProblemCode::ProxyAuthentication,
            Self::ProxyRefused { .. } => ProblemCode::ProxyRefused,
            Self::Tls { failure, .. } => failure.code(),
            Self::NoRoots { .. } => ProblemCode::TlsNoRoots,
            Self::CaFile { .. } => ProblemCode::TlsCaFile,
            Self::ForeignHost { .. } => ProblemCode::HttpForeignHost,
        }
    }

    /// The ids of the request, as far as one was made.
    pub fn ids(&self) -> Option<&RequestIds> {
        match self {
            Self::Timeout { ids, .. }
            | Self::Reset { ids, .. }
            | Self::Truncated { ids, .. }
            | Self::TooLarge { ids, .. }
            | Self::NotJson { ids, .. }
            | Self::Shape { ids, .. } => Some(ids),
            _ => None,
        }
    }

    /// The problem, for people.
    pub fn problem(&self) -> Problem {
        let (host, file) = match self {
            Self::Dns { host, .. }
            | Self::Refused { host, .. }
            | Self::Unreachable { host, .. }
            | Self::Tls { host, .. }
            | Self::ForeignHost { host, .. } => (Some(host), None),
            Self::ProxyRefused { proxy, .. }
            | Self::ProxyAuthentication { proxy, .. }
            | Self::ProxyUnreachable { proxy, .. } => (Some(proxy), None),
            Self::CaFile { file, .. } => (None, Some(file)),
            _ => (None, None),
        };
        let known = [("host", host), ("file", file)];
        let known = known
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.clone())))
            .collect();
        Problem::new(self.code(), self.to_string())
            .with_ids(self.ids().cloned().unwrap_or_default())
            .fill_known(&known)
    }

    /// Data of another shape than documented. Of what serde says, only the expectation and the place
    /// are kept: its text quotes the answer, which may be a token.
    pub fn shape(call: impl Into<String>, cause: &serde_json::Error, ids: RequestIds) -> Self {
        Self::Shape {
            call: call.into(),
            cause: shape::expectation(cause),
            ids: Box::new(ids),
        }
    }

    /// Whether a second attempt may fare better.
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Dns { .. }
                | Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::Timeout { .. }
                | Self::Reset { .. }
                | Self::Truncated { .. }
                | Self::NotJson { .. }
                | Self::ProxyUnreachable { .. }
        )
    }
}

fn page(content_type: &str) -> String {
    if content_type.is_empty() {
        "a page of no stated type".to_owned()
    } else {
        format!("a page of type `{content_type}`")
    }
}

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use http::StatusCode;

use crate::contract::Mismatch;

/// Who refuses: tests read it in the header `x-simulated-refusal`, no client may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The published contract alone: path, method, query option, header, shape of the body.
    Contract,
    /// A documented rule that the published contract does not state.
    Rule,
    /// What the token allows.
    Permission,
    /// What the tenant holds.
    State,
}

impl Layer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Rule => "rule",
            Self::Permission => "permission",
            Self::State => "state",
        }
    }
}

/// A request that is refused, with what Graph says to it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(super) layer: Layer,
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) message: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(
        layer: Layer,
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            layer,
            status,
            code: code.into(),
            message: message.into(),
            headers: Vec::new(),
        }
    }

    /// The same with one more header.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// 400 by the published contract.
    pub(super) fn contract(message: impl Into<String>) -> Self {
        Self::new(
            Layer::Contract,
            StatusCode::BAD_REQUEST,
            "BadRequest",
            message,
        )
    }

    /// 400 by a documented rule.
    pub(super) fn rule(message: impl Into<String>) -> Self {
        Self::new(
            Layer::Rule,
            StatusCode::BAD_REQUEST,
            "Request_BadRequest",
            message,
        )
    }

    /// 400: a query that the collection does not support.
    pub(super) fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(
            Layer::Rule,
            StatusCode::BAD_REQUEST,
            "Request_UnsupportedQuery",
            message,
        )
    }

    /// 403 of the directory.
    pub(super) fn denied() -> Self {
        Self::new(
            Layer::Permission,
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// 404 of the directory.
    pub(super) fn not_found(id: &str) -> Self {
        Self::new(
            Layer::State,
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects \
                 are not present."
            ),
        )
    }

    /// 400 of the directory: a write that leans on an object which is not there (yet).
    pub(super) fn reference_not_found(id: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: Cow::Borrowed("Request_BadRequest"),
            ..Self::not_found(id)
        }
    }

    /// 400 of the directory, because of what the tenant holds.
    pub(super) fn state(message: impl Into<String>) -> Self {
        Self::new(
            Layer::State,
            StatusCode::BAD_REQUEST,
            "Request_BadRequest",
            message,
        )
    }

    /// 409 of the directory.
    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(
            Layer::State,
            StatusCode::CONFLICT,
            "Request_MultipleObjectsWithSameKeyValue",
            message,
        )
    }
}

impl From<Mismatch> for Refusal {
    fn from(mismatch: Mismatch) -> Self {
        if mismatch.is_contract() {
            Self::contract(mismatch.to_string())
        } else {
            Self::rule(mismatch.to_string())
        }
    }
}

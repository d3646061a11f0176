use std::path::PathBuf;

use fairlead_sim::Exchange;
use fairlead_tests::{contract, judges};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::judges::program;

/// What the published contract says of exchanges.
#[derive(Debug)]
pub(crate) struct Referee {
    pub(super) python: PathBuf,
    contract: PathBuf,
    home: TempDir,
}

/// What is wrong with an exchange: nothing, where all lists are empty.
#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    /// Method and path template; none where the contract has no such operation.
    pub(super) operation: Option<String>,
    pub(super) request: Vec<String>,
    pub(super) answer: Vec<String>,
    /// Those on the requests inside a batch.
    pub(super) inner: Vec<Verdict>,
}

impl Verdict {
    /// Every reason, with where it was found.
    pub(super) fn reasons(&self) -> Vec<String> {
        let operation = self.operation.as_deref().unwrap_or("no operation");
        let own = [("request", &self.request), ("answer", &self.answer)];
        own.iter()
            .flat_map(|(side, reasons)| {
                let told = move |reason: &String| format!("{operation}: {side}: {reason}");
                reasons.iter().map(told)
            })
            .chain(self.inner.iter().flat_map(Self::reasons))
            .collect()
    }
}

impl Referee {
    /// The referee, where the contract and the validators are there.
    pub(crate) fn appointed() -> Option<Self> {
        let file = contract()?
            .join("graph")
            .join("graph-v1-slice.openapi.json");
        Some(Self {
            python: judges()?,
            contract: file,
            home: fairlead_tests::temp_folder(),
        })
    }

    /// A program of the referee's.
    pub(super) fn program(&self, name: &str) -> fairlead_tests::Program {
        program(&self.python, name, self.home.path()).arg(&self.contract)
    }

    /// The verdict on each exchange.
    pub(super) fn judge(&self, exchanges: &[Value]) -> Vec<Verdict> {
        let lines: Vec<String> = exchanges.iter().map(Value::to_string).collect();
        let ended = self
            .program("contract_check.py")
            .input(lines.join("\n"))
            .run()
            .with_code(0);
        let verdicts: Vec<Verdict> = ended
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("a verdict"))
            .collect();
        assert_eq!(
            verdicts.len(),
            exchanges.len(),
            "a verdict for each exchange"
        );
        verdicts
    }
}

/// An exchange as the referee takes it.
pub(super) fn written(exchange: &Exchange) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut written = json!({
        "method": exchange.method.as_str(),
        "path": exchange.path,
        "query": exchange.query,
        "body": text(&exchange.request_body),
        "status": exchange.status.map(|status| status.as_u16()),
        "response_body": text(&exchange.response_body),
    });
    let headers = [
        ("headers", &exchange.request_headers),
        ("response_headers", &exchange.response_headers),
    ];
    for (side, headers) in headers {
        written[side] = headers
            .iter()
            .map(|(name, value)| json!([name.as_str(), text(value.as_bytes())]))
            .collect();
    }
    written
}

//! Several requests in one.
//!
//! <https://learn.microsoft.com/graph/json-batching>

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fairlead_domain::problem::RequestIds;
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Graph;
use crate::error::{GraphError, Refusal};
use crate::paging::Page;

/// How many requests Graph takes in one batch.
const MOST: usize = 20;
/// How often inner requests that were throttled or failed on the server are sent again.
const ROUNDS: u32 = 5;

/// A read inside a batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BatchRequest {
    /// The path below `/v1.0`, with its query.
    pub path: String,
}

/// The answer to one request of a batch.
#[derive(Debug, Clone)]
pub struct BatchAnswer {
    /// Its own status: the batch's says nothing of it.
    pub status: u16,
    /// Its body.
    pub body: Value,
    call: String,
    ids: RequestIds,
}

impl BatchAnswer {
    /// The body as a type, or the refusal.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        if !(200..300).contains(&self.status) {
            let body = serde_json::to_vec(&self.body).unwrap_or_default();
            let refusal = Refusal::of(self.status, &body, self.ids.clone(), &self.call);
            return Err(GraphError::Refused(Box::new(refusal)));
        }
        typed(&self.body, &self.call, &self.ids)
    }

    /// The items of a list, and whether there is a further page.
    pub fn read_list<T: DeserializeOwned>(&self) -> Result<(Vec<T>, bool), GraphError> {
        let page: Page<T> = self.read()?;
        Ok((page.value, page.next.is_some()))
    }
}

/// An answer that was read as a value, as a type.
pub fn item<T: DeserializeOwned>(value: &Value) -> Result<T, GraphError> {
    typed(value, "a read of Graph", &RequestIds::default())
}

/// The items of a list that was read as a value.
pub fn items<T: DeserializeOwned>(value: &Value) -> Result<Vec<T>, GraphError> {
    let page: Page<T> = item(value)?;
    Ok(page.value)
}

fn typed<T: DeserializeOwned>(
    value: &Value,
    call: &str,
    ids: &RequestIds,
) -> Result<T, GraphError> {
    T::deserialize(value).map_err(|cause| {
        GraphError::Wire(fairlead_wire::WireError::shape(call, &cause, ids.clone()))
    })
}

impl Graph {
    /// A read of a path below `/v1.0`, as a value.
    pub async fn get_value(&self, path: &str) -> Result<Value, GraphError> {
        self.fetch(&self.read(path)).await
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    requests: Vec<Inner<'a>>,
}

#[derive(Serialize)]
struct Inner<'a> {
    id: String,
    method: &'static str,
    url: &'a str,
}

#[derive(Deserialize)]
struct Answers {
    responses: Vec<Response>,
}

#[derive(Deserialize)]
struct Response {
    id: String,
    status: u16,
    #[serde(default)]
    headers: HashMap<String, String>,
    #[serde(default)]
    body: Value,
}

impl Graph {
    /// Sends reads together, 20 as one request, and gives their answers in the same order. Inner requests
    /// that were throttled or failed on the server are sent again after the longest wait that was asked
    /// for, as long as a single call would be; what still fails then comes back as it is.
    pub async fn batch(&self, requests: &[BatchRequest]) -> Result<Vec<BatchAnswer>, GraphError> {
        let mut answers = Vec::new();
        for some in requests.chunks(MOST) {
            answers.extend(self.one_batch(some).await?);
        }
        Ok(answers)
    }

    async fn one_batch(&self, requests: &[BatchRequest]) -> Result<Vec<BatchAnswer>, GraphError> {
        let began = Instant::now();
        let mut answers: Vec<Option<BatchAnswer>> = vec![None; requests.len()];
        for round in 1..=ROUNDS {
            let open: Vec<usize> = (0..requests.len())
                .filter(|&at| answers[at].as_ref().is_none_or(|a| is_passing(a.status)))
                .collect();
            let (came, wait) = self.batch_round(requests, &open).await?;
            for (at, answer) in came {
                answers[at] = Some(answer);
            }
            let mut all = answers.iter();
            let again = all.any(|it| it.as_ref().is_none_or(|it| is_passing(it.status)));
            let wait = wait.unwrap_or(Duration::from_millis(250 << round));
            let left = self.call_timeout().saturating_sub(began.elapsed());
            if !again || round == ROUNDS || wait >= left {
                break;
            }
            tokio::time::sleep(wait).await;
        }
        Ok(answers
            .into_iter()
            .zip(requests)
            .map(|(answer, request)| answer.unwrap_or_else(|| unanswered(request)))
            .collect())
    }

    async fn batch_round(
        &self,
        requests: &[BatchRequest],
        open: &[usize],
    ) -> Result<(Vec<(usize, BatchAnswer)>, Option<Duration>), GraphError> {
        let envelope = Envelope {
            requests: open
                .iter()
                .map(|at| Inner {
                    id: at.to_string(),
                    method: "GET",
                    url: &requests[*at].path,
                })
                .collect(),
        };
        // All inner requests are reads, so the whole may be repeated.
        let reply = self
            .send(
                &self
                    .request(Method::POST, "/$batch")
                    .json(&envelope)
                    .repeatable(),
            )
            .await?;
        let came: Answers = reply.json()?;
        let mut wait = None;
        let answers = came
            .responses
            .into_iter()
            .filter_map(|response| {
                let at: usize = response.id.parse().ok()?;
                let request = requests.get(at)?;
                let header = |name: &str| {
                    response
                        .headers
                        .iter()
                        .find(|(key, _)| key.eq_ignore_ascii_case(name))
                        .map(|(_, value)| value)
                };
                if let Some(seconds) = header("retry-after").and_then(|value| value.parse().ok()) {
                    wait = wait.max(Some(Duration::from_secs(seconds)));
                }
                let mut ids = reply.ids.clone();
                ids.request_id = header("request-id").cloned().or(ids.request_id);
                let call = format!("GET {} (in a batch)", request.path);
                Some((
                    at,
                    BatchAnswer {
                        status: response.status,
                        body: response.body,
                        call,
                        ids,
                    },
                ))
            })
            .collect();
        Ok((answers, wait))
    }
}

const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// A request that the batch's answer left out: a server error, since nothing is known of it.
fn unanswered(request: &BatchRequest) -> BatchAnswer {
    BatchAnswer {
        status: 500,
        body: serde_json::json!({"error": {"code": "", "message": "the batch's answer left this request out"}}),
        call: format!("GET {} (in a batch)", request.path),
        ids: RequestIds::default(),
    }
}

//! Every fault, for every rule of repeating: how often it was tried, how it ended, how long it took.

use std::future::Future;
use std::time::{Duration, Instant};

use fairlead_domain::problem::ProblemCode::{
    self, HttpNotJson, HttpTooLarge, HttpTruncated, NetworkReset, NetworkTimeout,
};
use fairlead_wire::Repeat::{Always, IfNotDone, Never};
use fairlead_wire::{Call, Repeat, Reply, Transport, WireError};
use http::Method;

use crate::server::{Connection, Fault, Server, settings, transport};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Status(u16),
    Problem(ProblemCode),
}

impl End {
    fn of(result: &Result<Reply, WireError>) -> Self {
        match result {
            Ok(reply) => Self::Status(reply.status.as_u16()),
            Err(error) => Self::Problem(error.code()),
        }
    }
}

struct Tried {
    end: End,
    connections: usize,
    requests: usize,
    took: Duration,
}

async fn tried(transport: &Transport, server: &Server, repeat: Repeat) -> Tried {
    let call = Call::new(Method::POST, server.url("/x?code=HUSH")).repeat(repeat);
    let call = call.body(b"HUSH-BODY".to_vec());
    let began = Instant::now();
    let result = transport.send(call).await;
    if let Err(error) = &result {
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("HUSH") && !text.contains("guest network"),
            "{text}"
        );
        let ids = error.ids().expect("an exchange was begun");
        assert!(ids.client_request_id.is_some(), "{error}");
    }
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.body == "HUSH-BODY"));
    Tried {
        end: End::of(&result),
        connections: server.connections(),
        requests: requests.len(),
        took: began.elapsed(),
    }
}

/// How often each rule tries, and how it ends, while the fault lasts.
const LASTING: [(Fault, [usize; 3], End); 23] = [
    (
        Fault::ResetAfterReading,
        [3, 1, 1],
        End::Problem(NetworkReset),
    ),
    (
        Fault::CloseAfterReading,
        [3, 1, 1],
        End::Problem(NetworkReset),
    ),
    (Fault::Garbage, [3, 1, 1], End::Problem(NetworkReset)),
    (
        Fault::HalfBodyClosed,
        [3, 1, 1],
        End::Problem(HttpTruncated),
    ),
    (Fault::HalfBodyReset, [3, 1, 1], End::Problem(HttpTruncated)),
    (Fault::ChunksCut, [3, 1, 1], End::Problem(HttpTruncated)),
    (Fault::CutJson, [3, 1, 1], End::Problem(HttpTruncated)),
    (Fault::Html, [3, 1, 1], End::Problem(HttpNotJson)),
    (Fault::NoType, [3, 1, 1], End::Problem(HttpNotJson)),
    (Fault::Packed, [3, 1, 1], End::Problem(HttpNotJson)),
    (Fault::SlowHead, [3, 1, 1], End::Problem(NetworkTimeout)),
    (Fault::SlowBody, [3, 1, 1], End::Problem(NetworkTimeout)),
    (Fault::EndlessBody, [1, 1, 1], End::Problem(HttpTooLarge)),
    (Fault::HugeLength, [1, 1, 1], End::Problem(HttpTooLarge)),
    (Fault::EndlessHead, [3, 1, 1], End::Problem(NetworkReset)),
    (Fault::Status(408), [3, 1, 1], End::Status(408)),
    (Fault::Status(429), [3, 3, 1], End::Status(429)),
    (Fault::Status(500), [3, 1, 1], End::Status(500)),
    (Fault::Status(501), [1, 1, 1], End::Status(501)),
    (Fault::Status(503), [3, 3, 1], End::Status(503)),
    (Fault::Status(404), [1, 1, 1], End::Status(404)),
    // The cut body takes nothing from what the status said: it was not done.
    (
        Fault::StatusCut(429),
        [3, 3, 1],
        End::Problem(HttpTruncated),
    ),
    (
        Fault::StatusCut(500),
        [3, 1, 1],
        End::Problem(HttpTruncated),
    ),
];

/// Transports for a fault: made beforehand, as that takes longer than some limits.
struct Transports {
    patient: Transport,
    hasty: Transport,
}

impl Transports {
    fn new() -> Self {
        let mut hasty = settings();
        hasty.attempt_timeout = Duration::from_millis(400);
        Self {
            patient: transport(settings()),
            hasty: transport(hasty),
        }
    }

    fn of(&self, fault: Fault) -> &Transport {
        match fault {
            Fault::SlowHead | Fault::SlowBody => &self.hasty,
            _ => &self.patient,
        }
    }
}

/// Tries one fault under each rule, side by side.
async fn under_each_rule<F, W>(transport: &Transport, happen: F) -> [(Repeat, Tried); 3]
where
    F: Fn(Connection) -> W + Clone + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let one = async |repeat| {
        let server = Server::start(happen.clone()).await;
        (repeat, tried(transport, &server, repeat).await)
    };
    tokio::join!(one(Always), one(IfNotDone), one(Never)).into()
}

#[tokio::test]
async fn while_a_fault_lasts_each_rule_tries_as_often_as_it_may() {
    let transports = Transports::new();
    for (fault, tries, end) in LASTING {
        let tried = under_each_rule(transports.of(fault), move |connection| {
            fault.happen(connection)
        })
        .await;
        for ((repeat, tried), tries) in tried.into_iter().zip(tries) {
            assert_eq!(
                (tried.requests, tried.end),
                (tries, end),
                "{fault:?} {repeat:?}"
            );
            let took = tried.took;
            assert!(
                took < Duration::from_secs(4),
                "{fault:?} {repeat:?} {took:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_before_it_is_read_is_no_act() {
    let transports = Transports::new();
    for fault in [Fault::ResetBeforeReading, Fault::CloseBeforeReading] {
        for (repeat, tried) in under_each_rule(transports.of(fault), move |connection| {
            fault.happen(connection)
        })
        .await
        {
            assert_eq!(
                tried.end,
                End::Problem(NetworkReset),
                "{fault:?} {repeat:?}"
            );
            assert_eq!(tried.requests, 0);
            let expected = match repeat {
                Always => 3..=3,
                // Whether something was written before the end is noticed is a matter of luck.
                IfNotDone => 1..=3,
                Never => 1..=1,
            };
            assert!(
                expected.contains(&tried.connections),
                "{fault:?} {repeat:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_fault_that_happens_once_is_overcome_where_the_rule_allows() {
    let transports = Transports::new();
    for (fault, tries, end) in LASTING.into_iter().filter(|(_, tries, _)| tries[0] > 1) {
        let tried = under_each_rule(transports.of(fault), move |connection| {
            fault.happen_once(connection)
        })
        .await;
        for ((repeat, tried), tries) in tried.into_iter().zip(tries) {
            let expected = if tries > 1 {
                (2, End::Status(200))
            } else {
                (1, end)
            };
            assert_eq!(
                (tried.requests, tried.end),
                expected,
                "{fault:?} {repeat:?}"
            );
        }
    }
}

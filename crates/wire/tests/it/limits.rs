//! Time: of an attempt, of a call, of everything that waits.

use std::time::{Duration, Instant};

use fairlead_domain::problem::ProblemCode;
use fairlead_wire::{Call, Transport, WireError};

use crate::server::{Fault, Server, answer, settings, transport};

const SECOND: Duration = Duration::from_secs(1);

/// One call of a second, with as many attempts as it takes.
async fn ends_in_time(transport: &Transport, fault: Fault) {
    let server = Server::start(move |connection| fault.happen(connection)).await;
    let call = Call::get(server.url("/")).within(SECOND).attempts(u32::MAX);
    let began = Instant::now();
    let result = transport.send(call).await;
    let took = began.elapsed();
    assert!(
        (SECOND / 2..SECOND * 9 / 5).contains(&took),
        "{fault:?} took {took:?}"
    );
    assert!(server.requests().len() > 1, "{fault:?}");
    if fault == Fault::Status(500) {
        assert_eq!(result.unwrap().status, 500, "the last reply is the result");
    }
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_over_whatever_the_server_does() {
    let mut settings = settings();
    settings.attempt_timeout = Duration::from_millis(400);
    let transport = &transport(settings);
    tokio::join!(
        ends_in_time(transport, Fault::SlowHead),
        ends_in_time(transport, Fault::SlowBody),
        ends_in_time(transport, Fault::Status(500)),
        ends_in_time(transport, Fault::ResetAfterReading),
    );
}

#[tokio::test]
async fn an_attempt_that_the_calls_end_cuts_short_does_not_hide_the_reply_before_it() {
    let server = Server::start(async |mut connection| {
        while let Some((number, _)) = connection.request().await {
            if number == 0 {
                connection
                    .send(answer(502, &[("request-id", "told")], ""))
                    .await;
            }
        }
    })
    .await;
    let call = Call::get(server.url("/")).within(Duration::from_millis(500));
    let reply = transport(settings()).send(call).await.unwrap();
    assert_eq!(
        (reply.status.as_u16(), reply.ids.request_id.as_deref()),
        (502, Some("told"))
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_call_without_any_time_is_not_sent() {
    let server = Server::answering(|_, _| answer(200, &[], "")).await;
    let call = Call::get(server.url("/")).within(Duration::ZERO);
    let error = transport(settings()).send(call).await.unwrap_err();
    assert_eq!(error.code(), ProblemCode::NetworkTimeout);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn absurd_limits_are_taken() {
    let server = Server::answering(|_, _| answer(500, &[("retry-after", "0")], "")).await;
    let mut settings = settings();
    settings.attempt_timeout = Duration::MAX;
    settings.call_timeout = Duration::MAX;
    settings.first_wait = Duration::ZERO;
    settings.longest_wait = Duration::MAX;
    settings.attempts = 0;
    settings.concurrency = u32::MAX;
    let transport = transport(settings);
    let reply = transport.send(Call::get(server.url("/"))).await.unwrap();
    assert_eq!(
        (reply.status.as_u16(), reply.attempts),
        (500, 1),
        "one attempt is the least"
    );
    let reply = transport
        .send(Call::get(server.url("/")).attempts(4))
        .await
        .unwrap();
    assert_eq!(reply.attempts, 4);
}

#[tokio::test]
async fn the_time_that_was_waited_is_told() {
    let server = Server::start(|connection| Fault::SlowHead.happen(connection)).await;
    let call = Call::get(server.url("/")).attempts(1);
    let mut settings = settings();
    settings.attempt_timeout = Duration::from_millis(400);
    let error = transport(settings).send(call).await.unwrap_err();
    let WireError::Timeout { waited, .. } = error else {
        panic!("another error: {error:?}")
    };
    assert!((400..1500).contains(&waited.as_millis()), "{waited:?}");
}

//! Connections: used again, replaced where they are spoilt, and never the reason for a second act.

use std::collections::HashMap;
use std::time::Duration;

use fairlead_wire::{Call, Expect, Repeat};
use http::Method;

use crate::server::{JSON, Server, answer, good, settings, transport};

#[tokio::test]
async fn requests_one_after_the_other_share_one_connection() {
    let server = Server::answering(|_, _| good()).await;
    let transport = transport(settings());
    for _ in 0..20 {
        transport.send(Call::get(server.url("/"))).await.unwrap();
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 20));
}

#[tokio::test]
async fn after_a_503_the_request_is_repeated_over_new_connections() {
    let server = Server::answering(|number, _| match number {
        1 | 2 => answer(503, &[], ""),
        _ => good(),
    })
    .await;
    let transport = transport(settings());
    for _ in 0..3 {
        assert_eq!(
            transport
                .send(Call::get(server.url("/")))
                .await
                .unwrap()
                .status,
            200
        );
    }
    let requests = server.requests();
    let connections: Vec<usize> = requests.iter().map(|request| request.connection).collect();
    assert_eq!(
        connections,
        [0, 0, 1, 2, 0],
        "and the first one is good for the next call"
    );
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_fails_no_call() {
    // Each connection answers one request, says nothing of closing, and closes.
    let server = Server::start(async |mut connection| {
        if connection.request().await.is_some() {
            connection.send(good()).await;
        }
    })
    .await;
    let transport = transport(settings());
    for _ in 0..30 {
        let call = Call::new(Method::POST, server.url("/")).repeat(Repeat::Never);
        transport.send(call.body(b"once".to_vec())).await.unwrap();
        // Long enough for the end to arrive: then it is sure that nothing was sent.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.requests().len(), 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_in_the_very_moment_never_doubles_an_act() {
    let server = Server::start(async |mut connection| {
        for _ in 0..3 {
            if connection.request().await.is_none() {
                return;
            }
            connection.send(good()).await;
        }
        // Reads once more and closes without an answer: the act was done, and nobody knows.
        connection.request().await;
    })
    .await;
    let transport = transport(settings());
    let mut failed = 0;
    for number in 0..200 {
        let call =
            Call::new(Method::POST, server.url("/")).body(format!("act {number}").into_bytes());
        failed += usize::from(transport.send(call).await.is_err());
    }
    let mut acts: HashMap<String, usize> = HashMap::new();
    for request in server.requests() {
        *acts.entry(request.body).or_default() += 1;
    }
    assert_eq!(acts.len(), 200);
    assert!(acts.values().all(|count| *count == 1), "{acts:?}");
    // Every fourth request of a connection; now and then a call opens another one.
    assert!((1..=50).contains(&failed), "{failed} had no answer");
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let elsewhere = Server::answering(|_, _| good()).await;
    let target = elsewhere.url("/").to_string();
    for status in [301, 302, 303, 307, 308] {
        let target = target.clone();
        let server =
            Server::answering(move |_, _| answer(status, &[("location", &target), JSON], "{}"))
                .await;
        let reply = transport(settings())
            .send(Call::get(server.url("/")))
            .await
            .unwrap();
        assert_eq!(reply.status.as_u16(), status);
        assert_eq!(
            reply.header("location"),
            Some(target_of(&elsewhere).as_str())
        );
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(elsewhere.connections(), 0);
}

fn target_of(server: &Server) -> String {
    server.url("/").to_string()
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let limit = settings().body_limit;
    for (length, fits) in [(0, true), (limit, true), (limit + 1, false)] {
        for chunked in [false, true] {
            let server = Server::answering(move |_, _| {
                let body = "x".repeat(length);
                if !chunked {
                    return answer(200, &[], &body);
                }
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let pieces: Vec<String> = body
                    .as_bytes()
                    .chunks(1000)
                    .map(|piece| format!("{:x}\r\n{}\r\n", piece.len(), "x".repeat(piece.len())))
                    .collect();
                format!("{head}{}0\r\n\r\n", pieces.concat())
            })
            .await;
            let call = Call::get(server.url("/")).expect(Expect::Any);
            let result = transport(settings()).send(call).await;
            match result {
                Ok(reply) => assert!(fits && reply.body.len() == length, "{length} {chunked}"),
                Err(error) => assert!(!fits, "{length} {chunked}: {error}"),
            }
        }
    }
}

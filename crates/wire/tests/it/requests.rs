//! What a request looks like, and what is kept of its answer.

use std::collections::HashSet;

use fairlead_domain::Secret;
use fairlead_domain::problem::RequestIds;
use fairlead_wire::{Call, Expect, ProxyChoice, Repeat, WireError, measure};
use http::header::{COOKIE, IF_MATCH};
use http::{HeaderName, Method};
use serde_json::json;

use crate::server::{JSON, Server, answer, good, settings, transport};

#[tokio::test]
async fn every_attempt_has_an_id_of_its_own_and_the_answers_ids_are_kept() {
    let server = Server::answering(|number, request| {
        let id = request.header("client-request-id").unwrap();
        match number {
            0 => answer(500, &[], ""),
            1 => answer(
                200,
                &[("request-id", "graph-1"), ("client-request-id", id)],
                "",
            ),
            _ => answer(
                400,
                &[("x-ms-request-id", "entra-1"), ("request-id", "")],
                "",
            ),
        }
    })
    .await;
    let transport = transport(settings());
    let reply = transport.send(Call::get(server.url("/"))).await.unwrap();
    let other = transport.send(Call::get(server.url("/"))).await.unwrap();
    let sent: Vec<String> = server
        .requests()
        .iter()
        .map(|request| {
            assert_eq!(request.header("return-client-request-id"), Some("true"));
            request.header("client-request-id").unwrap().to_owned()
        })
        .collect();
    assert_eq!(sent.iter().collect::<HashSet<_>>().len(), 3);
    let ids = |client: &str, server: &str| RequestIds {
        client_request_id: Some(client.to_owned()),
        request_id: Some(server.to_owned()),
        ..RequestIds::default()
    };
    assert_eq!(reply.ids, ids(&sent[1], "graph-1"));
    assert_eq!(other.ids, ids(&sent[2], "entra-1"));
    assert_eq!((reply.attempts, other.attempts), (2, 1));
}

#[tokio::test]
async fn an_id_of_the_callers_is_sent_once() {
    let server = Server::answering(|_, _| good()).await;
    let name = HeaderName::from_static("client-request-id");
    let call = Call::get(server.url("/")).header(name, "mine");
    let reply = transport(settings()).send(call).await.unwrap();
    assert_eq!(reply.ids.client_request_id.as_deref(), Some("mine"));
    let request = &server.requests()[0];
    assert_eq!(
        request
            .head
            .to_lowercase()
            .matches("\r\nclient-request-id: mine")
            .count(),
        1
    );
    assert_eq!(
        request
            .head
            .to_lowercase()
            .matches("client-request-id")
            .count(),
        2,
        "and the wish"
    );
}

#[tokio::test]
async fn a_request_without_an_answer_keeps_its_own_id() {
    let server = Server::start(async |mut connection| {
        connection.request().await;
    })
    .await;
    let call = Call::get(server.url("/")).attempts(1);
    let error = transport(settings()).send(call).await.unwrap_err();
    let sent = server.requests()[0]
        .header("client-request-id")
        .unwrap()
        .to_owned();
    assert_eq!(error.problem().ids.client_request_id, Some(sent));
}

#[tokio::test]
async fn a_header_that_cannot_be_is_no_reason_to_send_without_it() {
    let server = Server::answering(|_, _| good()).await;
    let transport = transport(settings());
    for value in ["W/\"a\"\r\nx-forged: 1", "a\nb", "a\0b", "a\rb"] {
        let call = Call::new(Method::PATCH, server.url("/")).header(IF_MATCH, value);
        let error = transport.send(call).await.unwrap_err();
        assert!(matches!(error, WireError::Request { .. }), "{error:?}");
        assert!(error.to_string().contains("`if-match`"), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_body_that_cannot_be_written_is_no_reason_to_send_nothing() {
    let server = Server::answering(|_, _| good()).await;
    let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
    let call = Call::new(Method::POST, server.url("/")).json(&unwritable);
    let error = transport(settings()).send(call).await.unwrap_err();
    assert!(matches!(error, WireError::Request { .. }), "{error:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_address_that_no_request_can_have_is_an_error_without_its_query() {
    for address in [
        "ftp://127.0.0.1/x?code=HUSH",
        "data:text/plain,x?code=HUSH",
        "file:///x?code=HUSH",
    ] {
        let error = transport(settings())
            .send(Call::get(address.parse().unwrap()))
            .await
            .unwrap_err();
        assert!(matches!(error, WireError::Request { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("HUSH"), "{error:?}");
    }
}

#[tokio::test]
async fn json_goes_out_and_comes_back() {
    let server = Server::answering(|_, _| {
        answer(
            201,
            &[
                ("content-type", "application/vnd.x+json;odata=minimal"),
                ("date", "Sun, 22 Nov 2026 10:00:00 GMT"),
            ],
            "[1,2]",
        )
    })
    .await;
    let call = Call::new(Method::POST, server.url("/p?x=1")).json(&json!({"a": 1}));
    let reply = transport(settings()).send(call).await.unwrap();
    assert_eq!(reply.json::<Vec<u8>>().unwrap(), [1, 2]);
    assert_eq!(reply.date().unwrap().to_string(), "2026-11-22T10:00:00Z");
    let request = &server.requests()[0];
    assert!(
        request.head.starts_with("POST /p?x=1 HTTP/1.1\r\n"),
        "{}",
        request.head
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.header("accept-encoding"),
        None,
        "the limit of a body is one of memory"
    );
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .starts_with("Fairlead/")
    );
    assert_eq!(request.body, r#"{"a":1}"#);
}

#[tokio::test]
async fn an_empty_answer_is_an_answer_and_a_page_is_one_where_anything_is_due() {
    let empty = Server::answering(|_, _| answer(200, &[("content-type", "text/html")], "")).await;
    assert_eq!(
        transport(settings())
            .send(Call::get(empty.url("/")))
            .await
            .unwrap()
            .text(),
        ""
    );
    let page = Server::answering(|_, _| answer(200, &[("content-type", "text/html")], "<p>")).await;
    let call = Call::get(page.url("/")).expect(Expect::Any);
    assert_eq!(
        transport(settings()).send(call).await.unwrap().text(),
        "<p>"
    );
    let refusal =
        Server::answering(|_, _| answer(403, &[("content-type", "text/html")], "<p>")).await;
    let reply = transport(settings())
        .send(Call::get(refusal.url("/")))
        .await
        .unwrap();
    assert_eq!((reply.status.as_u16(), &*reply.text()), (403, "<p>"));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_not_quoted() {
    let server = Server::answering(|_, _| answer(200, &[JSON], r#"{"access_token":"HUSH"}"#)).await;
    let reply = transport(settings())
        .send(Call::get(server.url("/")))
        .await
        .unwrap();
    let error = reply
        .json::<std::collections::HashMap<String, u8>>()
        .unwrap_err();
    assert!(
        !format!("{error} {error:?} {:?}", error.problem()).contains("HUSH"),
        "{error:?}"
    );
    assert_eq!(error.problem().ids, reply.ids);
}

#[tokio::test]
async fn what_was_spent_counts_every_attempt() {
    let server = Server::answering(|number, _| {
        if number == 0 {
            answer(502, &[], "")
        } else {
            good()
        }
    })
    .await;
    let transport = transport(settings());
    let (reply, spent) = measure(transport.send(Call::get(server.url("/")))).await;
    assert_eq!((reply.unwrap().attempts, spent.requests), (2, 2));
}

#[tokio::test]
async fn nothing_shows_a_secret_when_debugged() {
    let server =
        Server::answering(|_, _| answer(200, &[JSON, ("set-cookie", "HUSH")], r#""HUSH""#)).await;
    let mut settings = settings();
    settings.proxy = ProxyChoice::Url("http://user:HUSH@proxy.example:8080".parse().unwrap());
    let proxied = transport(settings.clone());
    let call = Call::new(Method::POST, server.url("/x?code=HUSH"))
        .bearer(Secret::from("HUSH"))
        .header(COOKIE, "HUSH")
        .body(b"HUSH".to_vec())
        .repeat(Repeat::Never);
    let plain = transport(crate::server::settings());
    let reply = plain
        .send(Call::get(server.url("/x?code=HUSH")))
        .await
        .unwrap();
    for shown in [
        format!("{settings:?}"),
        format!("{:?}", settings.proxy),
        format!("{proxied:?}"),
        format!("{call:?}"),
        format!("{reply:?}"),
        format!("{:?}", proxied.proxy_for(&server.url("/"))),
    ] {
        assert!(!shown.contains("HUSH"), "{shown}");
        // The bytes of `HUSH` as a list, and the proxy's credentials in Base64.
        assert!(
            !shown.contains("72, 85, 83, 72") && !shown.contains("dXNlcjpIVVNI"),
            "{shown}"
        );
    }
}

//! A bearer token goes to the services of the cloud, and nowhere else.

use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_wire::{Call, Settings, WireError};
use http::header::AUTHORIZATION;

use crate::server::{Server, answer, good, settings, transport};

fn trusted(server: &Server) -> Settings {
    let mut settings = settings();
    settings.bearer_hosts = vec![server.url("/").as_str().parse().unwrap()];
    settings
}

fn token() -> Secret<String> {
    Secret::from("HUSH-TOKEN")
}

#[tokio::test]
async fn the_cloud_gets_the_token() {
    let server = Server::answering(|_, _| good()).await;
    let transport = transport(trusted(&server));
    transport
        .send(Call::get(server.url("/v1.0/me")).bearer(token()))
        .await
        .unwrap();
    transport
        .send(Call::get(server.url("/v1.0/me")))
        .await
        .unwrap();
    let sent: Vec<Option<String>> = server
        .requests()
        .iter()
        .map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(sent, [Some("Bearer HUSH-TOKEN".to_owned()), None]);
}

#[tokio::test]
async fn nobody_else_gets_it_not_even_a_connection() {
    let server = Server::answering(|_, _| good()).await;
    let foreign = Server::answering(|_, _| good()).await;
    let transport = transport(trusted(&server));
    let port = server.address.port();
    for address in [
        foreign.url("/").to_string(),
        // The same place by another name, scheme or user is another service.
        format!("http://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}@{}/", foreign.address),
        format!("http://127.0.0.1.{}/", foreign.address),
    ] {
        let url = |text: &str| text.parse::<url::Url>();
        let Ok(address) = url(&address) else { continue };
        for call in [
            Call::get(address.clone()).bearer(token()),
            Call::get(address.clone()).header(AUTHORIZATION, "Bearer HUSH-TOKEN"),
            Call::get(address.clone()).header(AUTHORIZATION, "bearer HUSH-TOKEN"),
        ] {
            let error = transport.send(call).await.unwrap_err();
            assert_eq!(error.code(), ProblemCode::HttpForeignHost, "{address}");
            assert!(!format!("{error} {error:?}").contains("HUSH"), "{error:?}");
        }
    }
    assert_eq!((server.connections(), foreign.connections()), (0, 0));
}

#[tokio::test]
async fn a_redirect_takes_it_nowhere() {
    let foreign = Server::answering(|_, _| good()).await;
    for status in [301, 302, 303, 307, 308] {
        let target = foreign.url("/").to_string();
        let server =
            Server::answering(move |_, _| answer(status, &[("location", &target)], "")).await;
        let call = Call::get(server.url("/")).bearer(token());
        let reply = transport(trusted(&server)).send(call).await.unwrap();
        assert_eq!(reply.status.as_u16(), status);
    }
    assert_eq!(foreign.connections(), 0);
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_refused_without_being_shown() {
    let server = Server::answering(|_, _| good()).await;
    let call = Call::get(server.url("/")).bearer(Secret::from("HUSH\r\nx-forged: 1"));
    let error = transport(trusted(&server)).send(call).await.unwrap_err();
    assert!(matches!(error, WireError::Request { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("HUSH"), "{error:?}");
    assert_eq!(server.requests().len(), 0);
}

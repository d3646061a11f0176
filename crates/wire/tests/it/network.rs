//! Hosts that can't be reached.

use std::time::Duration;

use fairlead_domain::problem::ProblemCode;
use fairlead_wire::{Call, Repeat, WireError, measure};
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::server::{good, settings, transport};

async fn closed_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_name_without_an_address() {
    let url = "https://no-such-host.invalid/x?code=HUSH".parse().unwrap();
    let error = transport(settings())
        .send(Call::get(url).attempts(1))
        .await
        .unwrap_err();
    match &error {
        WireError::Dns { host, .. } => assert_eq!(host, "no-such-host.invalid"),
        // A resolver that says nothing is a name without an address as well, only later.
        WireError::Timeout { .. } => {}
        other => panic!("another error: {other:?}"),
    }
    assert!(!format!("{error} {error:?}").contains("HUSH"), "{error:?}");
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let port = closed_port().await;
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://127.0.0.1:{port}/").parse().unwrap();
        let error = transport(settings())
            .send(Call::get(url))
            .await
            .unwrap_err();
        assert_eq!(error.code(), ProblemCode::NetworkRefused);
        assert_eq!(
            error.to_string(),
            format!("`127.0.0.1:{port}` refused the connection")
        );
    }
}

#[tokio::test]
async fn an_act_is_tried_again_until_somebody_listens() {
    let port = closed_port().await;
    let url: url::Url = format!("http://127.0.0.1:{port}/").parse().unwrap();
    let mut settings = settings();
    settings.attempts = 50;
    let call = Call::new(Method::POST, url.clone())
        .repeat(Repeat::IfNotDone)
        .body(b"once".to_vec());
    let transport = transport(settings);
    let (reply, ()) = tokio::join!(transport.send(call), async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sink = [0; 4096];
        assert!(stream.read(&mut sink).await.unwrap() > 0);
        stream.write_all(good().as_bytes()).await.unwrap();
    });
    assert!(reply.unwrap().attempts > 1);
    let call = Call::new(Method::POST, url).repeat(Repeat::Never);
    assert_eq!(
        transport.send(call).await.unwrap_err().code(),
        ProblemCode::NetworkRefused
    );
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_a_time_out_and_no_act() {
    // A queue of connections that is full and never emptied: the system drops what comes.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let connect = || tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(address));
    let mut held = Vec::new();
    while let Ok(stream) = connect().await {
        held.push(stream.unwrap());
    }
    for (repeat, attempts) in [(Repeat::IfNotDone, 3), (Repeat::Never, 1)] {
        let mut settings = settings();
        settings.connect_timeout = Duration::from_millis(150);
        let url = format!("http://{address}/").parse().unwrap();
        let call = Call::new(Method::POST, url).repeat(repeat);
        let transport = transport(settings);
        let (result, spent) = measure(transport.send(call)).await;
        let error = result.unwrap_err();
        let WireError::Timeout { waited, .. } = error else {
            panic!("another error: {error:?}")
        };
        assert!(
            (150..3000).contains(&waited.as_millis()),
            "{waited:?} is the attempt's own time"
        );
        assert_eq!(spent.requests, attempts, "{repeat:?}");
    }
}

#[tokio::test]
async fn a_network_without_a_way_is_told_by_what_the_system_says() {
    // TEST-NET-1 (RFC 5737): swallowed, without a route, or refused by the next gate.
    let url = "https://192.0.2.1/".parse().unwrap();
    let mut settings = settings();
    settings.connect_timeout = Duration::from_millis(100);
    let error = transport(settings)
        .send(Call::get(url).attempts(1))
        .await
        .unwrap_err();
    match &error {
        WireError::Timeout { .. } => {}
        WireError::Unreachable { host, .. } | WireError::Refused { host } => {
            assert_eq!(host, "192.0.2.1:443");
        }
        other => panic!("another error: {other:?}"),
    }
}

#[tokio::test]
async fn ipv6_works_too() {
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        return;
    };
    let url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sink = [0; 4096];
        assert!(stream.read(&mut sink).await.unwrap() > 0);
        stream.write_all(good().as_bytes()).await.unwrap();
    });
    assert_eq!(
        transport(settings())
            .send(Call::get(url))
            .await
            .unwrap()
            .status,
        200
    );
    server.await.unwrap();
}

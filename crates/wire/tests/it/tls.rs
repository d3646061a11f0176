//! TLS: what is trusted, what is refused and why, and what is known of it afterwards.

use fairlead_domain::problem::ProblemCode;
use fairlead_wire::tls::TlsFailure;
use fairlead_wire::{Call, Repeat, Transport, WireError};
use http::Method;
use url::Url;

use crate::certificates::{Authority, Shown, acceptor, demanding, self_signed, serve};
use crate::server::{Server, good, settings, transport};

const YEARS: (i32, i32) = (2020, 2099);

async fn showing(shown: &Shown) -> Server {
    serve(acceptor(shown, &[]), async |mut connection| {
        while connection.request().await.is_some() {
            connection.send(good()).await;
        }
    })
    .await
}

fn trusting(authority: &Authority) -> Transport {
    let mut settings = settings();
    settings.ca = Some(authority.file.path().to_owned());
    settings.needs_tls = true;
    transport(settings)
}

fn https(server: &Server, host: &str) -> Url {
    format!("https://{host}:{}/", server.address.port())
        .parse()
        .unwrap()
}

async fn refused(transport: &Transport, url: Url) -> TlsFailure {
    let call = Call::new(Method::POST, url).repeat(Repeat::Always);
    match transport.send(call).await.unwrap_err() {
        WireError::Tls { failure, .. } => failure,
        other => panic!("another error: {other:?}"),
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_and_the_certificate_is_known() {
    let authority = Authority::new();
    let server = showing(&authority.certificate(&["localhost", "127.0.0.1"], YEARS)).await;
    let transport = trusting(&authority);
    for host in ["127.0.0.1", "localhost"] {
        let reply = transport
            .send(Call::get(https(&server, host)))
            .await
            .unwrap();
        assert_eq!(reply.status, 200);
        let seen = transport.seen_tls(host).expect("there was a handshake");
        assert_eq!(seen.failure, None);
        let shown = &seen.chain[0];
        assert_eq!(
            (shown.subject.as_str(), shown.issuer.as_str()),
            ("CN=Pier", "CN=Harbour Authority")
        );
        assert_eq!(shown.names, ["localhost", "127.0.0.1"]);
        assert_eq!(shown.not_before.to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(shown.not_after.to_string(), "2099-01-01T00:00:00Z");
    }
    assert!(transport.seen_tls("graph.microsoft.com").is_none());
}

#[tokio::test]
async fn a_certificate_that_is_refused_is_named_with_its_reason_and_never_tried_again() {
    let authority = Authority::new();
    let names: &[&str] = &["127.0.0.1"];
    let wrong_name = TlsFailure::Name {
        names: vec!["pier.example".to_owned()],
    };
    for (shown, expected, code) in [
        (
            Authority::new().certificate(names, YEARS),
            TlsFailure::Untrusted,
            ProblemCode::TlsUntrusted,
        ),
        (
            self_signed("127.0.0.1"),
            TlsFailure::Untrusted,
            ProblemCode::TlsUntrusted,
        ),
        (
            authority.certificate(&["pier.example"], YEARS),
            wrong_name,
            ProblemCode::TlsName,
        ),
        (
            authority.certificate(names, (2001, 2002)),
            TlsFailure::Expired,
            ProblemCode::TlsExpired,
        ),
        (
            authority.certificate(names, (2098, 2099)),
            TlsFailure::NotYetValid,
            ProblemCode::TlsNotYetValid,
        ),
    ] {
        let server = showing(&shown).await;
        let transport = trusting(&authority);
        let failure = refused(&transport, https(&server, "127.0.0.1")).await;
        assert_eq!((failure.code(), &failure), (code, &expected));
        assert_eq!(server.connections(), 1, "{expected:?} does not pass");
        let seen = transport
            .seen_tls("127.0.0.1")
            .expect("a certificate was shown");
        assert_eq!(seen.failure, Some(expected));
        assert_eq!(seen.chain[0].subject, "CN=Pier");
        assert!(server.requests().is_empty(), "nothing was sent");
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_a_failed_handshake_without_a_certificate() {
    let authority = Authority::new();
    let good = showing(&authority.certificate(&["127.0.0.1"], YEARS)).await;
    let transport = trusting(&authority);
    transport
        .send(Call::get(https(&good, "127.0.0.1")))
        .await
        .unwrap();
    let server = Server::start(async |mut connection| {
        connection.send("SSH-2.0-OpenSSH_9.2\r\n").await;
        connection.linger().await;
    })
    .await;
    let failure = refused(&transport, https(&server, "127.0.0.1")).await;
    assert!(matches!(failure, TlsFailure::Handshake(_)), "{failure:?}");
    let seen = transport
        .seen_tls("127.0.0.1")
        .expect("the failure is noted");
    assert_eq!(
        (seen.chain, seen.failure),
        (Vec::new(), Some(failure)),
        "the old one is gone"
    );
}

#[tokio::test]
async fn an_old_failure_explains_nothing_that_happens_later() {
    let authority = Authority::new();
    let transport = trusting(&authority);
    let bad = showing(&self_signed("127.0.0.1")).await;
    refused(&transport, https(&bad, "127.0.0.1")).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("https://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let error = transport.send(Call::get(closed)).await.unwrap_err();
    assert!(matches!(error, WireError::Refused { .. }), "{error:?}");
    let good = showing(&authority.certificate(&["127.0.0.1"], YEARS)).await;
    transport
        .send(Call::get(https(&good, "127.0.0.1")))
        .await
        .unwrap();
    assert_eq!(transport.seen_tls("127.0.0.1").unwrap().failure, None);
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_of_ours_is_a_failed_handshake() {
    let authority = Authority::new();
    let shown = authority.certificate(&["127.0.0.1"], YEARS);
    let server = serve(demanding(&shown, &authority), async |_| {}).await;
    let transport = trusting(&authority);
    let failure = refused(&transport, https(&server, "127.0.0.1")).await;
    assert!(matches!(failure, TlsFailure::Handshake(_)), "{failure:?}");
    assert_eq!(server.connections(), 1, "it does not pass");
    let seen = transport
        .seen_tls("127.0.0.1")
        .expect("a certificate was shown");
    assert_eq!((seen.chain.len(), seen.failure), (1, Some(failure)));
}

#[tokio::test]
async fn a_handshake_that_is_cut_off_passes_and_was_no_act() {
    let server = Server::start(async |_| {}).await;
    let transport = trusting(&Authority::new());
    let call = Call::new(Method::POST, https(&server, "127.0.0.1"));
    let error = transport.send(call).await.unwrap_err();
    assert_eq!(error.code(), ProblemCode::NetworkReset, "{error:?}");
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn without_anything_to_trust_every_certificate_is_refused() {
    let server = showing(&self_signed("127.0.0.1")).await;
    let transport = transport(settings());
    let failure = refused(&transport, https(&server, "127.0.0.1")).await;
    assert_eq!(failure, TlsFailure::Untrusted);
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_named_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read_to_string(Authority::new().file.path()).unwrap();
    let garbled = good.replace(
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA",
    );
    let cut: String = good.lines().take(3).collect::<Vec<_>>().join("\n");
    for (name, text, cause) in [
        ("absent.pem", None, "No such file"),
        ("empty.pem", Some(String::new()), "no certificate"),
        ("prose.pem", Some("not PEM".to_owned()), "no certificate"),
        ("cut.pem", Some(cut), "not PEM to its end"),
        (
            "garbled.pem",
            Some(format!("{good}{garbled}")),
            "certificate 2 of the file can't be read",
        ),
    ] {
        let file = folder.path().join(name);
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let mut settings = settings();
        settings.ca = Some(file);
        let clock = std::sync::Arc::new(fairlead_wire::SystemClock);
        let error = Transport::new(settings, clock).unwrap_err();
        assert_eq!(error.code(), ProblemCode::TlsCaFile, "{name}: {error}");
        assert!(error.to_string().contains(cause), "{name}: {error}");
    }
}

//! HTTP/2, which is what Microsoft's servers speak: frames by hand, so that a server can refuse.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fairlead_domain::problem::ProblemCode;
use fairlead_wire::{Call, Expect, Repeat, Transport};
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use url::Url;

use crate::certificates::{Authority, acceptor, serve};
use crate::server::{Server, settings, transport};

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_OF_HEADERS_AND_STREAM: u8 = 5;

/// A frame (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// `:status: 200` and nothing else (RFC 7541, appendix A, index 8).
fn ok(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_OF_HEADERS_AND_STREAM, stream, &[0x88])
}

/// `RST_STREAM` with `REFUSED_STREAM`: surely not processed (RFC 9113, 8.7).
fn refused(stream: u32) -> Vec<u8> {
    frame(3, 0, stream, &7_u32.to_be_bytes())
}

/// `RST_STREAM` with `INTERNAL_ERROR`: processed or not, nobody knows.
fn broken(stream: u32) -> Vec<u8> {
    frame(3, 0, stream, &2_u32.to_be_bytes())
}

/// GOAWAY without an error; streams up to `last` are still served (RFC 9113, 6.8).
fn go_away(last: u32) -> Vec<u8> {
    frame(7, 0, 0, &[last.to_be_bytes(), 0_u32.to_be_bytes()].concat())
}

/// Waits for the next request; its stream.
async fn next(stream: &mut TlsStream<TcpStream>) -> Option<u32> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.ok()?;
        if head[3] == HEADERS {
            return Some(u32::from_be_bytes([head[5], head[6], head[7], head[8]]));
        }
    }
}

/// A server of HTTP/2 and what it takes to reach it.
pub(crate) struct Http2 {
    server: Server,
    /// How many requests came, over all connections.
    count: Arc<AtomicUsize>,
    pub(crate) authority: Authority,
    pub(crate) url: Url,
}

impl Http2 {
    pub(crate) async fn answering() -> Self {
        Self::start(|_, id| ok(id)).await
    }

    /// A server that answers its n-th request, over all connections, with some frames.
    async fn start(answer: fn(usize, u32) -> Vec<u8>) -> Self {
        let authority = Authority::new();
        let shown = authority.certificate(&["127.0.0.1"], (2020, 2099));
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let server = serve(acceptor(&shown, &[b"h2"]), move |mut connection| {
            let count = Arc::clone(&counted);
            async move {
                let mut preface = [0; 24];
                let stream = &mut connection.stream;
                stream.read_exact(&mut preface).await.unwrap();
                stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
                while let Some(id) = next(stream).await {
                    let number = count.fetch_add(1, Ordering::SeqCst);
                    let frames = answer(number, id);
                    if frames.is_empty() || stream.write_all(&frames).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await;
        let url = format!("https://{}/", server.address).parse().unwrap();
        Self {
            server,
            count,
            authority,
            url,
        }
    }

    fn transport(&self) -> Transport {
        let mut settings = settings();
        settings.attempt_timeout = Duration::from_millis(700);
        settings.ca = Some(self.authority.file.path().to_owned());
        transport(settings)
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    fn act(&self) -> Call {
        let call = Call::new(Method::POST, self.url.clone()).repeat(Repeat::IfNotDone);
        call.expect(Expect::Any).body(b"once".to_vec())
    }
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let http2 = Http2::answering().await;
    let transport = http2.transport();
    for _ in 0..10 {
        transport.send(http2.act()).await.unwrap();
    }
    assert_eq!((http2.server.connections(), http2.count()), (1, 10));
}

#[tokio::test]
async fn an_act_that_was_refused_unprocessed_is_sent_again() {
    for answer in [
        (|number, id| if number == 0 { refused(id) } else { ok(id) }) as fn(usize, u32) -> Vec<u8>,
        |number, id| if number == 0 { go_away(0) } else { ok(id) },
    ] {
        let http2 = Http2::start(answer).await;
        assert_eq!(
            http2.transport().send(http2.act()).await.unwrap().status,
            200
        );
        assert_eq!(http2.count(), 2);
    }
}

#[tokio::test]
async fn an_act_that_may_have_been_processed_is_not_sent_again() {
    for answer in [
        (|_, id| broken(id)) as fn(usize, u32) -> Vec<u8>,
        |number, id| if number == 0 { go_away(id) } else { Vec::new() },
        |_, _| Vec::new(),
    ] {
        let http2 = Http2::start(answer).await;
        let error = http2.transport().send(http2.act()).await.unwrap_err();
        let code = error.code();
        assert!(
            matches!(
                code,
                ProblemCode::NetworkReset | ProblemCode::NetworkTimeout
            ),
            "{error:?}"
        );
        assert_eq!(http2.count(), 1, "{error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_went_silent_does_not_take_the_next_attempt_with_it() {
    // The second request gets a PING in place of an answer.
    let silent = |number, id| {
        if number == 1 {
            frame(6, 1, 0, &[0; 8])
        } else {
            ok(id)
        }
    };
    let http2 = Http2::start(silent).await;
    let transport = http2.transport();
    let read = || Call::get(http2.url.clone()).expect(Expect::Any);
    transport.send(read()).await.unwrap();
    let reply = transport.send(read()).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.attempts), (200, 2));
    assert_eq!((http2.server.connections(), http2.count()), (2, 3));
}

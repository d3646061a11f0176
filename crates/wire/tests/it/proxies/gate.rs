//! Proxies for tests.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::certificates::serve;
use crate::server::{Connection, Server, answer};

trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// How a proxy treats those who come.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gate {
    Open,
    /// Wants `user` and `p@ss`.
    Guarded,
    Says(u16),
    Closes,
    Hangs,
    Garbage,
}

/// `user:p@ss` as it is sent (RFC 7617).
pub(super) const PASSWORD: &str = "Basic dXNlcjpwQHNz";

/// A proxy; its tunnels all lead to one place.
pub(super) async fn start(gate: Gate, target: Option<SocketAddr>) -> Server {
    Server::start(move |connection| pass(gate, target, connection)).await
}

/// The same behind TLS.
pub(super) async fn start_with_tls(acceptor: TlsAcceptor, target: Option<SocketAddr>) -> Server {
    serve(acceptor, move |connection| {
        pass(Gate::Guarded, target, connection)
    })
    .await
}

async fn pass<S: Stream>(gate: Gate, target: Option<SocketAddr>, mut connection: Connection<S>) {
    while let Some((_, request)) = connection.request().await {
        let known = request.header("proxy-authorization") == Some(PASSWORD);
        let status = match gate {
            Gate::Closes => return,
            Gate::Hangs => return connection.linger().await,
            Gate::Garbage => return connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n").await,
            Gate::Guarded if !known => 407,
            Gate::Open | Gate::Guarded => 200,
            Gate::Says(status) => status,
        };
        if request.head.starts_with("CONNECT") && status == 200 {
            connection
                .send("HTTP/1.1 200 Connection established\r\n\r\n")
                .await;
            return join(&mut connection.stream, target).await;
        }
        let ask = ("proxy-authenticate", "Basic realm=\"x\"");
        let headers = [ask, ("content-type", "text/plain")];
        let headers = if status == 407 {
            &headers[..]
        } else {
            &headers[1..]
        };
        connection
            .send(answer(status, headers, "by the proxy"))
            .await;
    }
}

async fn join<S: Stream>(stream: &mut S, target: Option<SocketAddr>) {
    let mut target = TcpStream::connect(target.expect("a tunnel leads somewhere"))
        .await
        .unwrap();
    // Either end may break off.
    let _ = copy_bidirectional(stream, &mut target).await;
}

/// A SOCKS 5 proxy (RFC 1928) that wants `user` and `p@ss` (RFC 1929) and may refuse to connect.
pub(super) async fn socks(target: SocketAddr, connects: bool) -> Server {
    Server::start(move |mut connection| async move {
        // Whoever breaks off is not served further.
        let _ = negotiate(&mut connection, target, connects).await;
    })
    .await
}

async fn negotiate(
    connection: &mut Connection,
    target: SocketAddr,
    connects: bool,
) -> std::io::Result<()> {
    let stream = &mut connection.stream;
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await?;
    let mut methods = vec![0; greeting[1].into()];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        connection.send([5, 0xff]).await;
        return Ok(());
    }
    connection.send([5, 2]).await;
    let mut wanted = vec![1, 4];
    wanted.extend(b"user\x04p@ss");
    let mut given = vec![0; 2];
    connection.stream.read_exact(&mut given).await?;
    for _ in 0..2 {
        let mut part =
            vec![0; usize::from(*given.last().unwrap_or(&0)) + usize::from(given.len() == 2)];
        connection.stream.read_exact(&mut part).await?;
        given.extend(part);
    }
    if given != wanted {
        connection.send([1, 1]).await;
        return Ok(());
    }
    connection.send([1, 0]).await;
    let mut command = [0; 5];
    connection.stream.read_exact(&mut command).await?;
    // By name: a length, the name, a port.
    assert_eq!(command[3], 3, "socks5h leaves the name to the proxy");
    let mut place = vec![0; usize::from(command[4]) + 2];
    connection.stream.read_exact(&mut place).await?;
    assert!(place.starts_with(b"graph.example"));
    connection
        .send([5, if connects { 0 } else { 2 }, 0, 1, 0, 0, 0, 0, 0, 0])
        .await;
    if connects {
        join(&mut connection.stream, Some(target)).await;
    }
    Ok(())
}

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::observe::Observer;
use super::pipeline;
use super::request_log::RequestLog;
use super::socket::{ResetSwitch, Socket};
use super::throttle::Throttle;
use crate::tenant::World;

/// How long answers that are on their way may take when the server ends.
const GRACE: Duration = Duration::from_secs(5);

/// What all connections share.
pub(super) struct Shared {
    pub(super) world: Mutex<World>,
    pub(super) throttle: Option<Mutex<Throttle>>,
    pub(super) log: Option<RequestLog>,
    pub(super) observer: Option<Observer>,
    pub(super) latency: Duration,
    pub(super) state: Option<PathBuf>,
    pub(super) secure: bool,
    pub(super) address: SocketAddr,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Serves connections until told to stop.
pub(super) fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
) -> (JoinHandle<()>, watch::Sender<bool>) {
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(accept(listener, tls, shared, stopped));
    (task, stop)
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (tls, shared, stopped) = (tls.clone(), Arc::clone(&shared), stopped.clone());
                    connections.spawn(connection(stream, tls, shared, stopped));
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection can't be accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::debug!("connections that did not end are cut");
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let (socket, reset) = Socket::new(stream);
    match tls {
        None => requests(socket, reset, shared, stopped).await,
        Some(acceptor) => match acceptor.accept(socket).await {
            Ok(stream) => requests(stream, reset, shared, stopped).await,
            Err(error) => tracing::debug!(%error, "no TLS was agreed on"),
        },
    }
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    reset: ResetSwitch,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(|request| {
        let (shared, reset) = (Arc::clone(&shared), reset.clone());
        async move { pipeline::answer(&shared, &reset, request).await }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_mins(2))
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    loop {
        tokio::select! {
            result = serving.as_mut() => {
                if let Err(error) = result {
                    tracing::trace!(%error, "a connection ended early");
                }
                return;
            }
            _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
        }
    }
}

//! A server that does what a test tells it, connection by connection.

mod fault;

use std::fmt::Write as _;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fairlead_domain::cloud::Cloud;
use fairlead_wire::{ProxyChoice, Settings, SystemClock, Transport};
pub(crate) use fault::Fault;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// What a server saw.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) connections: usize,
    pub(crate) requests: Vec<Request>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: String,
    /// The number of its connection, from 0.
    pub(crate) connection: usize,
    pub(crate) at: Instant,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (label, value) = line.split_once(':')?;
            label.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One accepted connection.
pub(crate) struct Connection<S = TcpStream> {
    pub(crate) number: usize,
    pub(crate) stream: S,
    pub(crate) log: Arc<Mutex<Log>>,
}

impl Server {
    /// Runs a piece of work for each connection.
    pub(crate) async fn start<F, W>(work: F) -> Self
    where
        F: Fn(Connection) -> W + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let number = {
                    let mut log = shared.lock().unwrap();
                    log.connections += 1;
                    log.connections - 1
                };
                tokio::spawn(work(Connection {
                    number,
                    stream,
                    log: Arc::clone(&shared),
                }));
            }
        });
        Self { address, log, task }
    }

    /// Answers every request of every connection.
    pub(crate) async fn answering<F>(answer: F) -> Self
    where
        F: Fn(usize, &Request) -> String + Clone + Send + Sync + 'static,
    {
        Self::start(move |mut connection| {
            let answer = answer.clone();
            async move {
                while let Some((number, request)) = connection.request().await {
                    connection.send(answer(number, &request)).await;
                }
            }
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().requests.clone()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// The next request and its number over all connections, from 0; `None` when the client has gone.
    pub(crate) async fn request(&mut self) -> Option<(usize, Request)> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if self.stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let body = bytes.split_off(head);
        let mut request = Request {
            head: String::from_utf8(bytes).unwrap(),
            body: String::from_utf8(body).unwrap(),
            connection: self.number,
            at: Instant::now(),
        };
        let length: usize = request
            .header("content-length")
            .map_or(0, |text| text.parse().unwrap());
        let mut rest = vec![0; length - request.body.len()];
        self.stream.read_exact(&mut rest).await.ok()?;
        request.body.push_str(std::str::from_utf8(&rest).unwrap());
        let mut log = self.log.lock().unwrap();
        log.requests.push(request.clone());
        Some((log.requests.len() - 1, request))
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // The client may have gone, which is its right.
        let _ = self.stream.write_all(bytes.as_ref()).await;
        let _ = self.stream.flush().await;
    }

    /// Waits until the client goes.
    pub(crate) async fn linger(&mut self) {
        let mut sink = [0; 1024];
        while self
            .stream
            .read(&mut sink)
            .await
            .is_ok_and(|count| count > 0)
        {}
    }
}

/// An answer with its length.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    text + "\r\n" + body
}

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

pub(crate) fn good() -> String {
    answer(200, &[JSON], r#"{"value":[]}"#)
}

/// Settings for a test: short times, and tokens for nobody.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::for_cloud(&Cloud::named("global").unwrap());
    settings.bearer_hosts = Vec::new();
    settings.proxy = ProxyChoice::Direct;
    settings.connect_timeout = Duration::from_secs(2);
    settings.attempt_timeout = Duration::from_secs(3);
    settings.call_timeout = Duration::from_secs(8);
    settings.attempts = 3;
    settings.first_wait = Duration::from_millis(4);
    settings.longest_wait = Duration::from_millis(20);
    settings.body_limit = 64 * 1024;
    settings.needs_tls = false;
    settings
}

pub(crate) fn transport(settings: Settings) -> Transport {
    Transport::new(settings, Arc::new(SystemClock)).unwrap()
}

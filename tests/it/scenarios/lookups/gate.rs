//! Stands between `fairlead` and a simulated tenant, hears every request, and spoils those of one kind.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fairlead_sim::Ready;
use fairlead_tests::http::{self, Answer};
use serde_json::{Value, json};

use super::look::Look;

/// What goes wrong with a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// 500, in the service's own words.
    ServerError,
    /// 403 with a page: something on the way, and not the service.
    Page,
    /// 200, and JSON that breaks off.
    Garbage,
    /// No answer: the connection is reset.
    Reset,
}

impl Fault {
    pub(super) const ALL: [Self; 4] = [Self::ServerError, Self::Page, Self::Garbage, Self::Reset];

    fn answer(self) -> Option<Answer> {
        let (status, kind, body) = match self {
            // To wait a second makes the repeats quicker than the client's own waits would.
            Self::ServerError => (500, "application/json", SERVER_ERROR),
            Self::Page => (403, "text/html", PAGE),
            Self::Garbage => (200, "application/json", "{\"value\": [{\"id\": "),
            Self::Reset => return None,
        };
        let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
        if self == Self::ServerError {
            headers.push(("retry-after".to_owned(), "1".to_owned()));
        }
        Some(Answer {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        })
    }

    /// The same for one answer inside of a batch, which can't be reset alone.
    fn spoil(self, answer: &mut Value) {
        let (status, body) = match self {
            Self::ServerError => (500, serde_json::from_str(SERVER_ERROR).unwrap_or_default()),
            Self::Page => (403, json!(PAGE)),
            Self::Garbage | Self::Reset => (200, json!("{\"value\": [{\"id\": ")),
        };
        answer["status"] = json!(status);
        answer["body"] = body;
    }
}

const SERVER_ERROR: &str =
    r#"{"error":{"code":"InternalServerError","message":"An internal server error occurred."}}"#;
const PAGE: &str = "<!DOCTYPE html><html><body><h1>Access denied by policy</h1></body></html>";

/// How long a request may take to come whole.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Shared {
    ready: Ready,
    spoilt: Mutex<Option<(Look, Fault)>>,
    heard: Mutex<BTreeSet<Look>>,
    over: AtomicBool,
}

/// The gate. It closes when the value is dropped.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Gate {
    /// In front of a tenant.
    pub(super) fn before(ready: &Ready) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port of loopback is free");
        let address = listener.local_addr().expect("a listener knows its address");
        let shared = Arc::new(Shared {
            ready: ready.clone(),
            spoilt: Mutex::default(),
            heard: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&served);
                std::thread::spawn(move || serve(&shared, stream));
            }
        });
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Its own address, as the tenant's stands in the ready line.
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this look-up is spoilt; none with `None`.
    pub(super) fn spoil(&self, look: Option<(Look, Fault)>) {
        *locked(&self.shared.spoilt) = look;
    }

    /// Every look-up since the last time that this was asked.
    pub(super) fn heard(&self) -> BTreeSet<Look> {
        std::mem::take(&mut *locked(&self.shared.heard))
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for the next connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            // A panic of it has been printed.
            let _ = thread.join();
        }
    }
}

fn locked<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Head and body together, in bytes.
    length: usize,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// Answers one request of a connection, and closes it.
fn serve(shared: &Shared, mut stream: TcpStream) {
    let Some(request) = peek(&stream) else {
        return;
    };
    let authorization = request.header("authorization");
    let look = Look::of(&shared.ready, request.path(), authorization, &request.body);
    let spoilt = locked(&shared.spoilt).clone();
    let fault = spoilt
        .as_ref()
        .filter(|(it, _)| *it == look)
        .map(|(_, fault)| *fault);
    locked(&shared.heard).insert(look.clone());
    if fault == Some(Fault::Reset) {
        // Closed with the request unread, which resets the connection.
        return;
    }
    let mut unread = vec![0; request.length];
    if stream.read_exact(&mut unread).is_err() {
        return;
    }
    let answer = match fault.and_then(Fault::answer) {
        Some(answer) => Some(answer),
        None => pass(shared, &request, &look, spoilt.as_ref()),
    };
    if let Some(answer) = answer {
        // Who has gone needs no answer.
        let _ = write(&mut stream, &answer);
    }
}

/// The request, still unread; nothing where it never came whole.
fn peek(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    let deadline = Instant::now() + LIMIT;
    let mut buffer = vec![0; 1 << 18];
    while Instant::now() < deadline {
        let came = stream.peek(&mut buffer).ok().filter(|came| *came > 0)?;
        if let Some(request) = read(&buffer[..came]) {
            return Some(request);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

fn read(came: &[u8]) -> Option<Request> {
    let end = came.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&came[..end]).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let announced = headers.iter().find(|(name, _)| name == "content-length");
    let length = announced.map_or(Some(0), |(_, value)| value.parse().ok())?;
    Some(Request {
        body: came.get(end..end + length)?.to_vec(),
        length: end + length,
        method,
        target,
        headers,
    })
}

/// The tenant's own answer, with what is inside of a batch spoilt where that is wanted.
fn pass(
    shared: &Shared,
    request: &Request,
    look: &Look,
    spoilt: Option<&(Look, Fault)>,
) -> Option<Answer> {
    let url = format!("{}{}", shared.ready.login, request.target);
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .filter(|(name, _)| name != "connection" && name != "content-length")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut answer = http::send(&request.method, &url, &headers, &request.body)?;
    if !request.path().ends_with("/$batch") {
        return Some(answer);
    }
    let sent: Value = serde_json::from_slice(&request.body).ok()?;
    let mut came: Value = serde_json::from_slice(&answer.body).ok()?;
    for item in sent["requests"].as_array()? {
        let inside = look.inside(item["url"].as_str()?);
        if let Some((_, fault)) = spoilt.filter(|(it, _)| *it == inside) {
            let answers = came["responses"].as_array_mut().into_iter().flatten();
            for answer in answers.filter(|answer| answer["id"] == item["id"]) {
                fault.spoil(answer);
            }
        }
        locked(&shared.heard).insert(inside);
    }
    answer.body = came.to_string().into_bytes();
    Some(answer)
}

fn write(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} \r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        if !matches!(
            name.as_str(),
            "connection" | "content-length" | "transfer-encoding"
        ) {
            // Writing to a String cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    let _ = write!(head, "content-length: {}\r\n\r\n", answer.body.len());
    stream.write_all(&[head.as_bytes(), &answer.body].concat())?;
    stream.shutdown(Shutdown::Write)
}

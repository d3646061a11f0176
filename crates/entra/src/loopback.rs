//! The listener that a browser comes back to: on loopback only, with a time limit, for one answer.
//!
//! RFC 8252, section 7.3; <https://learn.microsoft.com/entra/identity-platform/reply-url>

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use subtle::ConstantTimeEq;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::error::EntraError;

/// The most bytes of a request that are read: codes and descriptions are far shorter.
const REQUEST_LIMIT: usize = 32 * 1024;
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// A listener on a free port of this computer's loopback.
#[derive(Debug)]
pub(crate) struct Loopback {
    v4: TcpListener,
    /// Browsers may resolve `localhost` to `::1` first.
    v6: Option<TcpListener>,
    port: u16,
}

/// What the browser brought: the parameters of the redirect.
pub(crate) type Parameters = HashMap<String, String>;

impl Loopback {
    pub(crate) async fn open() -> Result<Self, EntraError> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| EntraError::Loopback {
                cause: error.to_string(),
            })?;
        let port = v4
            .local_addr()
            .map(|address| address.port())
            .unwrap_or_default();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        Ok(Self { v4, v6, port })
    }

    /// The redirect URI: Entra ignores the port of a registered `http://localhost`.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the redirect that carries `state`. Others are turned away and the wait goes on: a
    /// foreign page must not be able to end a sign-in.
    pub(crate) async fn answer(
        self,
        state: &str,
        limit: Duration,
    ) -> Result<Parameters, EntraError> {
        let mut foreign = false;
        let wait = async {
            loop {
                let Ok((stream, _)) = self.accept().await else {
                    continue;
                };
                match tokio::time::timeout(REQUEST_TIME, serve(stream, state)).await {
                    Ok(Some(Came::Answer(parameters))) => return parameters,
                    Ok(Some(Came::Foreign)) => foreign = true,
                    _ => {}
                }
            }
        };
        match tokio::time::timeout(limit, wait).await {
            Ok(parameters) => Ok(parameters),
            Err(_) if foreign => Err(EntraError::State),
            Err(_) => Err(EntraError::CallbackTimeout {
                seconds: limit.as_secs(),
            }),
        }
    }

    async fn accept(&self) -> std::io::Result<(TcpStream, SocketAddr)> {
        match &self.v6 {
            Some(v6) => tokio::select! {
                accepted = self.v4.accept() => accepted,
                accepted = v6.accept() => accepted,
            },
            None => self.v4.accept().await,
        }
    }
}

enum Came {
    Answer(Parameters),
    Foreign,
}

async fn serve(mut stream: TcpStream, state: &str) -> Option<Came> {
    let target = read_target(&mut stream).await;
    let Some(parameters) = target.as_deref().and_then(parameters) else {
        respond(
            &mut stream,
            "404 Not Found",
            "Nothing here",
            "This address is for one sign-in only.",
        )
        .await;
        return None;
    };
    let same = parameters
        .get("state")
        .is_some_and(|came| bool::from(came.as_bytes().ct_eq(state.as_bytes())));
    if !same {
        let text = "This page belongs to another sign-in. Go back to Fairlead and begin again.";
        respond(&mut stream, "400 Bad Request", "Not this sign-in", text).await;
        return Some(Came::Foreign);
    }
    let (title, text) = if parameters.contains_key("error") {
        (
            "Not completed",
            "Microsoft did not complete the request. Fairlead shows the reason.",
        )
    } else {
        ("Done", "You can close this window and go back to Fairlead.")
    };
    respond(&mut stream, "200 OK", title, text).await;
    Some(Came::Answer(parameters))
}

async fn read_target(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok()?;
        if count == 0 || request.len() + count > REQUEST_LIMIT {
            return None;
        }
        request.extend_from_slice(&buffer[..count]);
    }
    let head = std::str::from_utf8(&request).ok()?;
    let mut words = head.lines().next()?.split(' ');
    (words.next()? == "GET").then_some(())?;
    words.next().map(str::to_owned)
}

/// The parameters of a request to `/` that has a query; a redirect URI without a path comes back with one.
fn parameters(target: &str) -> Option<Parameters> {
    let url = Url::parse("http://localhost").ok()?.join(target).ok()?;
    (url.path() == "/" && url.query().is_some()).then(|| url.query_pairs().into_owned().collect())
}

async fn respond(stream: &mut TcpStream, status: &str, title: &str, text: &str) {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} - Fairlead</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>:root{{color-scheme:light dark}}\
         body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}}</style>\
         <main><h1>{title}</h1><p>{text}</p></main></html>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n",
        page.len()
    );
    // The browser may be gone already; what it brought counts all the same.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(page.as_bytes()).await;
    let _ = stream.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn visit(port: u16, target: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        stream
            .write_all(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_the_redirect_with_the_right_state_ends_the_wait() {
        let loopback = Loopback::open().await.unwrap();
        let port = loopback.port;
        let waiting = tokio::spawn(loopback.answer("right", Duration::from_secs(5)));
        assert!(
            visit(port, "/favicon.ico")
                .await
                .starts_with("HTTP/1.1 404")
        );
        assert!(
            visit(port, "/?code=x&state=wrong")
                .await
                .starts_with("HTTP/1.1 400")
        );
        assert!(
            visit(port, "/?code=a%2Bb&state=right")
                .await
                .starts_with("HTTP/1.1 200")
        );
        let parameters = waiting.await.unwrap().unwrap();
        assert_eq!(parameters["code"], "a+b");
    }

    #[tokio::test]
    async fn a_wait_ends_and_says_whether_a_foreign_redirect_came() {
        let loopback = Loopback::open().await.unwrap();
        let error = loopback
            .answer("s", Duration::from_millis(50))
            .await
            .unwrap_err();
        assert!(
            matches!(error, EntraError::CallbackTimeout { .. }),
            "{error}"
        );
        let loopback = Loopback::open().await.unwrap();
        let port = loopback.port;
        let waiting = tokio::spawn(loopback.answer("s", Duration::from_millis(300)));
        visit(port, "/?code=x").await;
        assert!(matches!(
            waiting.await.unwrap().unwrap_err(),
            EntraError::State
        ));
    }
}

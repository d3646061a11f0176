//! Nothing that is logged on the way, by this crate or by those below it, holds a secret.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fairlead_domain::Secret;
use fairlead_wire::{Call, ProxyChoice};
use http::Method;
use http::header::{AUTHORIZATION, COOKIE};

use crate::certificates::{Authority, acceptor, serve};
use crate::http2::Http2;
use crate::server::{Fault, JSON, Server, answer, settings, transport};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// reqwest and rustls log through the crate `log`.
impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().extend(line.into_bytes());
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn logs_at_their_finest_hold_no_secret() {
    let lines = Lines::default();
    log::set_boxed_logger(Box::new(lines.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);

    let good = || {
        answer(
            200,
            &[JSON, ("set-cookie", "s=HUSH-COOKIE")],
            r#"{"t":"HUSH-ANSWER"}"#,
        )
    };
    let plain = Server::answering(move |number, _| match number {
        0 => answer(503, &[], "HUSH-ANSWER"),
        _ => good(),
    })
    .await;
    let authority = Authority::new();
    let shown = authority.certificate(&["127.0.0.1"], (2020, 2099));
    let encrypted = serve(acceptor(&shown, &[]), move |mut connection| async move {
        while connection.request().await.is_some() {
            connection.send(good()).await;
        }
    })
    .await;
    let http2 = Http2::answering().await;
    let broken = Server::start(|connection| Fault::HalfBodyClosed.happen(connection)).await;
    let encrypted_url: url::Url = format!("https://{}/", encrypted.address).parse().unwrap();
    let untrusted_url = encrypted_url.clone();

    let mut with_ca = settings();
    with_ca.attempts = 2;
    with_ca.connect_timeout = Duration::from_millis(300);
    with_ca.ca = Some(authority.file.path().to_owned());
    with_ca.bearer_hosts = [
        plain.url("/"),
        encrypted_url.clone(),
        broken.url("/"),
        http2.url.clone(),
    ]
    .map(|url| url.as_str().parse().unwrap())
    .to_vec();
    let mut with_http2 = with_ca.clone();
    with_http2.ca = Some(http2.authority.file.path().to_owned());
    let mut proxied = with_ca.clone();
    let proxy = format!("http://user:HUSH-PROXY@{}", plain.address);
    proxied.proxy = ProxyChoice::Url(proxy.parse().unwrap());
    let mut without_ca = with_ca.clone();
    without_ca.ca = None;
    for (settings, url) in [
        (with_ca.clone(), plain.url("/")),
        (with_ca.clone(), encrypted_url),
        (with_ca, broken.url("/")),
        (with_http2, http2.url.clone()),
        (without_ca, untrusted_url),
        (proxied.clone(), broken.url("/")),
        (proxied, "https://graph.example/".parse().unwrap()),
    ] {
        let url = url.join("/secret?code=HUSH-CODE&client_id=shown").unwrap();
        let call = Call::new(Method::PUT, url)
            .header(COOKIE, "HUSH-COOKIE")
            .json(&serde_json::json!({"client_secret": "HUSH-BODY"}));
        let call = if matches!(settings.proxy, ProxyChoice::Direct) {
            call.bearer(Secret::from("HUSH-TOKEN"))
        } else {
            call.header(AUTHORIZATION, "Basic HUSH-BASIC")
        };
        // Whether it comes to anything is not asked.
        let _ = transport(settings).send(call).await;
    }

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for target in ["fairlead::wire", "reqwest", "hyper_util", "h2", "rustls"] {
        assert!(text.contains(target), "{target} logs something");
    }
    assert!(text.contains("client_id=shown"), "addresses are logged");
    // `user:HUSH-PROXY` in Base64 as well.
    for secret in ["HUSH", "dXNlcjpIVVNI"] {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{found:?}");
    }
}
